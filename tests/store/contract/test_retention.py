"""The history of tickets that were done long ago is removed for good; the tickets stay, and everything else."""

import pytest

from store.errors import NothingToUndoError
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import Status
from tests.store.factories import A_YEAR_AGO, DAY, NOW, new_ticket, origin, trim

LONG_AGO = NOW - 400 * DAY
WORDS = "create Zebra crossing"


@pytest.fixture
async def filled(store):
    """T001 done long ago, T002 done lately, T003 open since long ago, T004 done long ago and deleted then."""
    for number in range(1, 5):
        await store.create(new_ticket(f"ticket {number}", desc="why"), origin("U1", at=LONG_AGO, text=WORDS))
    closing = {"T001": LONG_AGO + DAY, "T002": NOW - DAY, "T004": LONG_AGO + DAY}
    for ticket_id, at in closing.items():
        await store.update(
            ticket_id, {"stat": Status.DONE, "res": "fixed"}, origin("U2", at=at, text="close it")
        )
    await store.delete("T004", origin("U9", at=LONG_AGO + 2 * DAY))
    return store


async def test_what_is_left_of_the_history_says_when_it_was_removed_and_how_long_it_is_kept(filled):
    assert await filled.count_trimmable(A_YEAR_AGO) == 2
    assert await trim(filled) == (2, 5)
    changes, count = await filled.history("T001")
    assert (count, [change.kind for change in changes]) == (1, ["trimmed"])
    (change,) = changes
    assert (change.trimmed.days, change.origin.timestamp, change.origin.user_id) == (365, NOW, "")
    assert change.origin.text == change.trimmed.origin.text == ""
    assert await filled.count_trimmable(A_YEAR_AGO) == 0
    assert await trim(filled) == (0, 0)


async def test_the_ticket_and_what_is_known_of_it_stay(filled):
    before, listed = await filled.get("T001"), await filled.view(Filter(), EVERYTHING)
    await trim(filled)
    after = await filled.get("T001")
    assert after.ticket == before.ticket
    for name in ("changed_at", "closed_at", "channel", "private", "started_by", "card"):
        assert getattr(after, name) == getattr(before, name), name
    assert (after.origin.user_id, after.origin.timestamp, after.origin.text) == ("U1", LONG_AGO, "")
    again = await filled.view(Filter(), EVERYTHING)
    assert [each.ticket for each in again.records] == [each.ticket for each in listed.records]


async def test_the_history_of_other_tickets_stays(filled):
    await trim(filled)
    for ticket_id, kinds in (("T002", ["closed", "created"]), ("T003", ["created"])):
        changes, _ = await filled.history(ticket_id)
        assert [change.kind for change in changes] == kinds
    assert (await filled.latest("U2"))[0].ticket_id == "T002"


async def test_what_was_removed_can_be_neither_undone_nor_found(filled):
    await trim(filled)
    for version in range(1, 4):
        with pytest.raises(NothingToUndoError):
            await filled.undo("T001", version, origin("U2"))
    assert await filled.change("T001", 1) is None
    assert await filled.latest("U1", "T001") == ()
    assert await filled.latest("U9") == ()
    assert await filled.changes_together("T001", 2) == ()


async def test_a_ticket_goes_on_from_there(filled):
    await trim(filled)
    reopened = await filled.update("T001", {"stat": Status.OPEN}, origin("U3"))
    assert reopened.record.version == 4
    changes, count = await filled.history("T001")
    assert (count, [change.version for change in changes]) == (2, [4, 3])
    assert (await filled.history("T001", page=2, size=1))[0][0].kind == "trimmed"
    await filled.undo("T001", 4, origin("U3", at=LONG_AGO + 3 * DAY))
    assert (await filled.get("T001")).ticket.stat == "done"
    assert (await filled.history("T001"))[0][1].undone_by == 5
    assert await trim(filled) == (1, 3)
    assert [change.version for change in (await filled.history("T001"))[0]] == [6]


async def test_of_what_was_changed_together_the_others_keep_their_part(store):
    for number in range(3):
        await store.create(new_ticket(f"ticket {number}"), origin("U1", at=LONG_AGO))
    done = {ticket_id: {"stat": Status.DONE} for ticket_id in ("T001", "T002", "T003")}
    await store.bulk_update(done, origin("U2", at=LONG_AGO))
    await store.update("T002", {"res": "a note"}, origin("U2", at=NOW))
    assert await trim(store) == (2, 4)
    assert [change.ticket_id for change in await store.changes_together("T002", 2)] == ["T002"]
    assert [change.kind for change in (await store.history("T002"))[0]] == ["updated", "closed", "created"]
