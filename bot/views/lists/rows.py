"""A ticket in a list, in two lines: the ticket, and in small print what neither the filter nor a heading says."""

from collections.abc import Mapping, Sequence

from bot.actions import View
from bot.results import Outcome
from bot.views import blocks
from bot.views import text as words
from bot.views.controls.buttons import view_button
from store.models.tickets import Record, Status

NO_QUERY = View()
LOCK = "🔒"


def row(
    record: Record,
    outcome: Outcome,
    link: str = "",
    names: Mapping[str, str] = words.NO_NAMES,
    *,
    marked: bool = True,
) -> list[blocks.Block]:
    """A ticket in two lines, with a View button. `marked`: show the priority, where no heading does."""
    about = f"{record.ticket.id}.{record.version}"
    first, second = row_lines(record, outcome, link, names, marked=marked)
    return [
        blocks.section(first, f"row.{about}", view_button(record)),
        blocks.context(f"rest.{about}", second),
    ]


def row_lines(
    record: Record,
    outcome: Outcome,
    link: str = "",
    names: Mapping[str, str] = words.NO_NAMES,
    *,
    marked: bool = True,
) -> tuple[str, str]:
    """Two lines of mrkdwn: priority, id and title; then what the list's filter does not say of status, person working on
    it, category, reporter and age.
    """
    ticket, query = record.ticket, outcome.query or NO_QUERY
    done = ticket.stat is Status.DONE
    title = words.escape_mrkdwn(words.title(ticket))
    shown = f"~{title}~" if done and query.stat != (Status.DONE,) else title
    mark = words.PRIORITIES[ticket.pri][0] if marked and not done and not _is_single(query.pri) else ""
    lock = LOCK if record.private else ""
    first = words.NBSP.join(part for part in (mark, f"*{words.link(link, ticket.id)}*", lock) if part)
    second = [words.escape_mrkdwn(one) for one in _details(record, outcome, names)]
    return f"{first} {shown}", words.dotted(*second)


def row_text(record: Record, outcome: Outcome, names: Mapping[str, str] = words.NO_NAMES) -> str:
    """The same as one line, for the message's text."""
    ticket, query = record.ticket, outcome.query or NO_QUERY
    urgency = "" if _is_single(query.pri) else words.priority(ticket.pri, marked=False)
    told = words.dotted(
        words.title(ticket),
        urgency,
        *_details(record, outcome, names),
        "not for everybody" if record.private else "",
    )
    return f"{ticket.id} {words.escape_mrkdwn(told)}"


def _details(record: Record, outcome: Outcome, names: Mapping[str, str]) -> list[str]:
    """The details as plain text; "" for each that the filter implies or nobody knows."""
    ticket, query = record.ticket, outcome.query or NO_QUERY
    worker = "" if query.started_by else _known_name(record.started_by, names)
    on_it = worker if ticket.stat is Status.PROG else ""
    reporter = "" if query.by else _known_name(record.origin.user_id, names)
    return [
        "" if _is_single(query.stat) else words.status(ticket.stat, marked=False),
        on_it,
        "" if _is_single(query.cat) else words.CATEGORIES[ticket.cat],
        f"from {reporter}" if reporter else "",
        _age(record, outcome.asked_at),
    ]


def _age(record: Record, now: float) -> str:
    if not now:
        return ""
    if record.ticket.stat is Status.DONE and record.closed_at is not None:
        return f"closed {words.ago(record.closed_at, now)}"
    return words.age(record.origin.timestamp, now) or "just now"


def _is_single(values: Sequence[object] | None) -> bool:
    """Whether this part of the filter allows exactly one value."""
    return values is not None and len(values) == 1


def _known_name(user: str, names: Mapping[str, str]) -> str:
    """The person's name; "" if unknown, as an id would mean nothing to readers of a list."""
    return words.person(user, names) if user in names else ""
