"""What a ticket is, and what a change makes of it."""

import pytest
from pydantic import ValidationError

from store.errors import NotFoundError, StoreError
from store.models.filters import Filter, Scope
from store.models.tickets import Category, MessageRef, Status
from tests.store.factories import NOW, count_tickets, ids, new_ticket, origin, show_card


async def test_a_created_ticket_has_the_defaults_and_what_it_was_given(store):
    written = await store.create(
        new_ticket("login bug", cat=Category.CODE, desc="500 on submit"), origin("U7")
    )
    ticket = written.record.ticket
    assert ticket.model_dump(mode="json") == {
        "id": "T001",
        "title": "login bug",
        "desc": "500 on submit",
        "cat": "code",
        "pri": 2,
        "stat": "open",
        "created": "2024-09-24",
        "res": None,
    }
    assert (await store.get("T001")) == written.record


async def test_a_ticket_keeps_the_origin_that_made_it(store):
    made = origin(
        "U7",
        team="T9",
        channel="C1",
        message="1.2",
        thread="1.1",
        private=True,
        text="make a ticket",
        source_author="U8",
        source_link="https://slack.example/archives/C1/p12",
    )
    written = await store.create(new_ticket(), made)
    record = written.record
    assert record.origin == made
    assert (record.channel, record.private, record.version, record.changed_at) == ("C1", True, 1, NOW)
    assert (record.card, record.started_by, record.closed_at) == (None, "", None)
    assert (written.change.kind, written.change.version, written.change.origin) == ("created", 1, made)
    assert dict(written.change.before) == {}
    assert dict(written.change.after) == {"title": "API timeout", "cat": "other", "pri": 2, "stat": "open"}
    assert (await store.history("T001"))[0] == (written.change,)


async def test_ids_run_upwards_and_are_not_used_again_after_a_deletion(store):
    first, second = await store.create(new_ticket(), origin()), await store.create(new_ticket(), origin())
    await store.delete(second.record.ticket.id, origin())
    third = await store.create(new_ticket(), origin())
    assert [w.record.ticket.id for w in (first, second, third)] == ["T001", "T002", "T003"]


@pytest.mark.parametrize("wrong", [{"title": ""}, {"title": "x" * 51}, {"desc": "x" * 201}])
async def test_a_ticket_that_breaks_a_limit_is_refused_and_takes_no_id(store, wrong):
    with pytest.raises(StoreError):
        await store.create(new_ticket()._replace(**wrong), origin())
    assert (await store.create(new_ticket(), origin())).record.ticket.id == "T001"


async def test_an_unknown_id_is_nothing(store):
    assert await store.get("T999") is None
    assert await store.get("nonsense") is None
    for act in (
        store.update("T999", {"pri": 1}, origin()),
        store.update("nonsense", {"pri": 1}, origin()),
        store.bulk_update({"T999": {"pri": 1}}, origin()),
        store.delete("T999", origin()),
        store.history("T999"),
        store.history("nonsense"),
    ):
        with pytest.raises(NotFoundError, match=r"^There is no (T999|nonsense)\.$"):
            await act


async def test_an_update_changes_what_it_names_and_logs_no_more(store):
    await store.create(new_ticket(), origin())
    written = await store.update(
        "T001", {"stat": "prog", "res": "looking", "pri": 2}, origin("U2", at=NOW + 5)
    )
    assert written.record.ticket.stat is Status.PROG
    assert written.record.changed_at == NOW + 5
    assert written.change.kind == "updated"
    assert dict(written.change.before) == {"stat": "open", "res": None}
    assert dict(written.change.after) == {"stat": "prog", "res": "looking"}


async def test_a_note_can_be_taken_away(store):
    await store.create(new_ticket(desc="long story"), origin())
    written = await store.update("T001", {"desc": None}, origin())
    assert written.record.ticket.desc is None
    assert (await store.get("T001")).ticket.desc is None


async def test_an_update_that_changes_nothing_writes_nothing(store):
    first = await store.create(new_ticket(), origin())
    written = await store.update("T001", {"stat": "open"}, origin())
    assert written.change is None
    assert written.record == first.record


@pytest.mark.parametrize(
    "wrong", [{"stat": "gone"}, {"pri": 4}, {"pri": True}, {"title": None}, {"id": "T002"}]
)
async def test_a_value_that_no_ticket_can_have_is_refused(store, wrong):
    await store.create(new_ticket(), origin())
    with pytest.raises(StoreError):
        await store.update("T001", wrong, origin())
    assert (await store.history("T001"))[1] == 1


async def test_becoming_done_is_logged_as_closed(store):
    await store.create(new_ticket(), origin())
    assert (await store.update("T001", {"stat": "done", "res": "fixed"}, origin())).change.kind == "closed"


async def test_each_change_makes_the_next_version(store):
    await store.create(new_ticket(), origin())
    for version in (2, 3):
        written = await store.update("T001", {"res": f"step {version}"}, origin())
        assert (written.change.version, written.record.version) == (version, version)
        assert await store.change("t1", version) == written.change
    assert await store.change("T001", 4) is None
    assert await store.change("T009", 1) is None
    assert await store.change("nonsense", 1) is None


async def test_who_started_it_last_since_it_was_opened_is_on_it(store):
    await store.create(new_ticket(), origin())
    on_it = []
    for user_id, status in (("U2", "prog"), ("U3", "done"), ("U4", "open"), ("U5", "prog")):
        await store.update("T001", {"stat": status}, origin(user_id))
        on_it.append((await store.get("T001")).started_by)
    assert on_it == ["U2", "U2", "", "U5"]


async def test_starting_what_somebody_else_works_on_hands_it_over_as_a_change_of_that_alone(store):
    await store.create(new_ticket(), origin())
    await store.update("T001", {"stat": "prog"}, origin("U2"))
    handed = await store.update("T001", {"stat": "prog"}, origin("U3", at=NOW + 5))
    assert (handed.record.started_by, handed.record.changed_at) == ("U3", NOW + 5)
    assert (handed.change.kind, dict(handed.change.after)) == ("updated", {})
    assert dict(handed.change.metadata_before) == {"started_by": "U2"}
    assert dict(handed.change.metadata_after) == {"started_by": "U3"}
    assert (await store.update("T001", {"stat": "prog"}, origin("U3"))).change is None
    assert (await store.undo("T001", 3, origin("U3"))).record.started_by == "U2"


async def test_when_a_ticket_was_closed_is_known_while_it_is_done(store):
    await store.create(new_ticket(), origin())
    closed = await store.update("T001", {"stat": "done"}, origin(at=NOW + 5))
    assert closed.record.closed_at == NOW + 5
    noted = await store.update("T001", {"res": "fixed"}, origin(at=NOW + 9))
    assert (noted.record.closed_at, noted.record.changed_at) == (NOW + 5, NOW + 9)
    opened = await store.update("T001", {"stat": "open"}, origin(at=NOW + 10))
    assert opened.record.closed_at is None
    assert (await store.undo("T001", 4, origin(at=NOW + 11))).record.closed_at == NOW + 5
    assert (await store.update("T001", {"stat": "prog"}, origin())).record.closed_at is None


async def test_what_comes_out_can_not_be_changed(store):
    made = await store.create(new_ticket(), origin())
    for wrong in (
        lambda: setattr(made.record.ticket, "title", "mine"),
        lambda: setattr(made.record, "version", 9),
        lambda: setattr(made.change, "version", 9),
        lambda: made.change.after.update(title="mine"),
    ):
        with pytest.raises((AttributeError, ValidationError)):
            wrong()


async def test_tickets_are_gone_through_in_the_order_of_their_ids(store):
    for _ in range(5):
        await store.create(new_ticket(), origin())
    await store.delete("T002", origin())
    first = await store.scan(size=2)
    rest = await store.scan(after=first[-1].ticket.id)
    assert [record.ticket.id for record in (*first, *rest)] == ["T001", "T003", "T004", "T005"]
    assert await store.scan(after="T005") == []
    assert await count_tickets(store) == 4
    assert await store.existing_ids(["T006", "T002", "T001"]) == ["T002", "T001"]


# belonging to a channel


async def test_a_ticket_that_is_posted_belongs_to_that_channel_as_if_made_there(store):
    made = await store.create(new_ticket("secret"), origin(channel="D1", private=True))
    posted = await store.post("T001", "C1", origin(at=NOW + 5), private=False)
    assert (posted.record.channel, posted.record.private) == ("C1", False)
    assert (posted.record.origin, posted.record.changed_at) == (made.record.origin, NOW + 5)
    assert posted.change.kind == "posted"
    assert dict(posted.change.after) == {}
    assert dict(posted.change.metadata_before) == {"channel": "D1", "private": True}
    assert dict(posted.change.metadata_after) == {"channel": "C1", "private": False}
    assert await ids(store, Filter(text="secret"), Scope()) == ["T001"]
    assert (await store.post("T001", "C1", origin(), private=False)).change is None


async def test_posting_is_undone_to_where_it_was_and_hides_it_again(store):
    await store.create(new_ticket("secret"), origin(channel="D1", private=True))
    await store.post("T001", "C1", origin(), private=False)
    undone = await store.undo("T001", 2, origin())
    assert (undone.record.channel, undone.record.private) == ("D1", True)
    assert await ids(store, scope=Scope()) == []
    assert (await store.undo("T001", 3, origin())).record.channel == "C1"


async def test_no_ticket_is_posted_that_is_not_there(store):
    for ticket_id in ("T001", "nonsense"):
        with pytest.raises(NotFoundError):
            await store.post(ticket_id, "C1", origin(), private=False)


@pytest.mark.parametrize("is_late", [False, True])
async def test_a_ticket_that_is_known_is_changed_as_it_is_by_now(store, is_late):
    await store.create(new_ticket(), origin())
    known = await store.get("T001")
    if is_late:
        await store.update("T001", {"res": "meanwhile"}, origin("U2"))
    await show_card(store, "T001", MessageRef("C1", "1.1"))
    written = await store.update("T001", {"pri": 1}, origin(key="once"), known)
    assert written.change.before == {"pri": 2}
    assert written.record == await store.get("T001")
    assert (written.record.ticket.res, written.record.version) == (("meanwhile", 3) if is_late else (None, 2))
    again = await store.update("T001", {"pri": 1}, origin(key="once"), known)
    assert (again.repeated, again.change) == (True, written.change)


async def test_a_change_that_only_a_ticket_as_it_was_would_need_is_none(store):
    await store.create(new_ticket(), origin())
    known = await store.get("T001")
    await store.update("T001", {"pri": 1}, origin("U2"))
    assert (await store.update("T001", {"pri": 1}, origin(), known)).change is None
    assert (await store.update("T001", {"pri": 2}, origin(), known)).record.version == 3
