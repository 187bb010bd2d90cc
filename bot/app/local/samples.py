"""Forty made-up tickets of a consulting company, as its people would have written them.

Every client is called Sample, so that no ticket is ever taken for a real one.
"""

from collections.abc import Iterator
from typing import NamedTuple

BEGINS_DAYS_AGO = 24.0


class Step(NamedTuple):
    """A message. `ticket` identifies the sample that it creates, or in whose thread it is written."""

    seconds_ago: float
    ticket: str
    who: str
    where: str
    text: str


class Sample(NamedTuple):
    """A message `days` before now. `then` are replies in its thread: hours later, who, text."""

    days: float
    who: str
    where: str
    text: str
    then: tuple[tuple[float, str, str], ...] = ()


SAMPLES = (
    Sample(23.2, "engineer", "support", '@tickets create "Sample Bank: nightly export stops at 2 GB" pri:1 cat:code',
           ((1.5, "colleague", "in progress, reading the export job"), (26, "colleague", "done: export is streamed now, tested with 9 GB"))),
    Sample(22.8, "admin", "support", "@tickets the VPN of Sample Rail drops every 20 minutes, urgent",
           ((0.6, "engineer", "in progress, comparing the two gateways"), (5.5, "engineer", "done: rekey interval was 20 minutes, set to 8 hours"))),
    Sample(22.1, "consultant", "support", "@tickets order import of Sample Foods rejects umlauts",
           ((3, "engineer", "in progress, the file is Latin-1"), (28, "engineer", "done: encoding is read from the header"))),
    Sample(21.4, "colleague", "support", '@tickets create "Sample Health: handbook names the old hotline" pri:3 cat:doc',
           ((30, "colleague", "done: new hotline on every page"),)),
    Sample(20.9, "engineer", "private", '@tickets create "Sample Bank: root certificate ends in March" pri:1 cat:infra',
           ((2, "admin", "in progress, new certificate ordered"), (49, "admin", "done: replaced on all six hosts"))),
    Sample(20.2, "admin", "support", "@tickets Sample Energy's meter readings arrive twice, urgent!",
           ((1, "colleague", "in progress, the queue delivers again after a timeout"), (22, "colleague", "done: readings are matched by meter and time"))),
    Sample(19.6, "partner", "shared", '@tickets create "Sample Retail: test shop shows prices without tax" cat:code',
           ((4, "engineer", "in progress, price list of the wrong region"), (27, "engineer", "done: region comes from the shop now"))),
    Sample(19.1, "guest", "support", "@tickets Sample Studio cannot open the shared board, no hurry",
           ((6, "admin", "done: invitation sent again"),)),
    Sample(18.3, "colleague", "support", '@tickets create "Sample Rail: build agent out of disk" pri:1 cat:infra',
           ((0.4, "engineer", "in progress, clearing old images"), (1.2, "engineer", "done: images older than a week are removed every night"))),
    Sample(17.7, "engineer", "support", "@tickets someone should describe the restore in Sample Foods' runbook",
           ((50, "consultant", "in progress, walking through it with the client"), (98, "consultant", "done: runbook section 4, tried on staging"))),
    Sample(17.2, "admin", "support", "@tickets login at Sample Bank is slow on Monday mornings",
           ((2, "colleague", "in progress, profiling the session lookup"), (52, "colleague", "done: session table has an index"))),
    Sample(16.4, "consultant", "private", '@tickets create "Sample Health: audit asks who may export" cat:doc',
           ((20, "admin", "in progress, list of roles drafted"), (70, "admin", "done: list sent and accepted"))),
    Sample(15.8, "colleague", "support", '@tickets create "Sample Energy: staging has no data after refresh" cat:infra',
           ((1, "engineer", "in progress, restore job was skipped"), (3, "engineer", "done: restore runs before the refresh now"))),
    Sample(14.9, "partner", "shared", "@tickets Sample Retail's webhook answers 500 at night, this is urgent",
           ((1.5, "colleague", "in progress, happens during the backup"), (25, "colleague", "done: webhook no longer waits for the backup lock"))),
    Sample(14.2, "engineer", "support", "@tickets please rotate the deployment keys of Sample Rail",
           ((47, "engineer", "done: rotated, old keys revoked"),)),
    Sample(13.5, "guest", "support", "@tickets the PDF export of Sample Studio cuts off pages",
           ((5, "colleague", "in progress, page break before the footer"), (29, "colleague", "done: footer is measured first"))),
    Sample(12.8, "admin", "support", '@tickets create "Sample Foods: second monitor for the dispatch desk" pri:3 cat:other',
           ((70, "admin", "done: delivered and set up"),)),
    Sample(12.1, "colleague", "support", "@tickets the report mail of Sample Bank lands in spam",
           ((2, "engineer", "in progress, the domain has no DKIM record"), (26, "engineer", "done: record published, three test mails arrived"))),
    Sample(11.3, "engineer", "support", "@tickets patient search of Sample Health ignores hyphens",
           ((4, "engineer", "in progress, search index splits names at hyphens"), (30, "engineer", "done: names are indexed whole and in parts"))),
    Sample(10.6, "consultant", "support", '@tickets create "Sample Energy: update the network diagram" pri:3 cat:doc',
           ((24, "consultant", "in progress, waiting for the new subnets"),)),
    Sample(9.8, "colleague", "support", '@tickets create "Sample Rail: timetable API times out under load" pri:1 cat:code',
           ((0.5, "engineer", "in progress, looking at the connection pool"), (4, "engineer", "pool of 10 is too small for the new feed"))),
    Sample(9.1, "partner", "shared", "@tickets Sample Retail's refund mail has a wrong currency",
           ((6, "colleague", "in progress, template uses the shop default"),)),
    Sample(8.7, "admin", "private", '@tickets create "Sample Bank: access for the two new auditors" pri:1 cat:other',
           ((3, "engineer", "in progress, accounts made, waiting for their tokens"),)),
    Sample(8.2, "engineer", "support", "@tickets the Wi-Fi in Sample Foods' warehouse drops all day",
           ((2, "colleague", "in progress, roaming between two access points"),)),
    Sample(7.4, "guest", "support", '@tickets create "Sample Studio: calendar invitations one hour off" cat:code',
           ((3, "engineer", "in progress, time zone missing in the feed"),)),
    Sample(6.9, "colleague", "support", '@tickets create "Sample Health: load balancer drops long uploads" pri:1 cat:infra',
           ((0.7, "colleague", "in progress, idle timeout is 60 seconds"),)),
    Sample(6.3, "admin", "support", "@tickets we need a checklist for Sample Energy, no hurry"),
    Sample(5.8, "engineer", "support", '@tickets create "Sample Rail: dashboard shows yesterday as today" cat:code',
           ((5, "colleague", "in progress, date is taken in UTC"),)),
    Sample(5.1, "consultant", "support", '@tickets create "Sample Bank: disk alarm on the log host" pri:2 cat:infra'),
    Sample(4.6, "partner", "shared", '@tickets create "Sample Retail: new tax rates from January" pri:2 cat:other'),
    Sample(4.2, "colleague", "support", "@tickets the app of Sample Foods prints receipts twice, minor"),
    Sample(3.7, "engineer", "support", "@tickets Sample Health: API returns 502 after deploy, urgent",
           ((0.3, "admin", "in progress, rolling back"), (1.1, "admin", "done: rolled back, readiness check added"))),
    Sample(3.1, "admin", "support", '@tickets create "Sample Energy: tariff PDF cannot be searched" pri:3 cat:doc'),
    Sample(2.6, "guest", "support", '@tickets create "Sample Studio: two people cannot edit at once" cat:code'),
    Sample(2.2, "colleague", "support", '@tickets create "Sample Rail: certificate of the test system" pri:2 cat:infra'),
    Sample(1.7, "consultant", "private", '@tickets create "Sample Health: who gets the incident report" pri:2 cat:doc'),
    Sample(1.2, "engineer", "support", "@tickets a payment batch of Sample Bank is stuck, urgent",
           ((0.4, "colleague", "in progress, one record without a customer number"),)),
    Sample(0.9, "partner", "shared", '@tickets create "Sample Retail: checkout button missing on phones" pri:1 cat:code'),
    Sample(0.15, "colleague", "support", '/ticket create "Sample Foods: cold store sensor reports 85 degrees" pri:1 cat:infra'),
    Sample(0.05, "engineer", "support", '/ticket create "Sample Rail: ticket machines show an old logo" pri:3 cat:other'),
)  # fmt: skip


def steps() -> Iterator[Step]:
    """All messages in order of time."""
    every = [
        Step(sample.days * 86_400 - hours * 3600, f"sample {number}", who, sample.where, text)
        for number, sample in enumerate(SAMPLES)
        for hours, who, text in ((0.0, sample.who, sample.text), *sample.then)
    ]
    yield from sorted(every, key=lambda step: -step.seconds_ago)
