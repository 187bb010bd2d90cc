"""What a write does to a ticket, without any store: changes make records, and undoing restores what there was."""

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import commands
from store.errors import ConflictError, NotFoundError, NothingToUndoError, StoreError
from store.ids import format_id
from store.models.fields import fields_of, make_ticket
from store.models.tickets import (
    FIELDS,
    METADATA,
    Category,
    Change,
    ImportedTicket,
    Priority,
    Record,
    Status,
    Ticket,
)
from store.serialization import codec
from tests.store.factories import NOW, TODAY, new_ticket, origin

PEOPLE = st.sampled_from(["U1", "U2", "U3"])
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["login bug", "API timeout"]),
        "desc": st.sampled_from([None, "on submit"]),
        "cat": st.sampled_from(Category),
        "pri": st.sampled_from([1, 2, 3]),
        "stat": st.sampled_from(["open", "prog", "done"]),
        "res": st.sampled_from([None, "fixed", "not fixed"]),
    },
)
OPERATIONS = st.one_of(
    st.tuples(st.just("update"), PEOPLE, VALUES),
    st.tuples(st.just("update"), PEOPLE, VALUES),
    st.tuples(st.just("post"), PEOPLE, st.tuples(st.sampled_from(["C1", "D1"]), st.booleans())),
    st.tuples(st.just("delete"), PEOPLE, st.none()),
    st.tuples(st.just("undo"), PEOPLE, st.integers(1, 12)),
    st.tuples(st.just("undo the latest"), PEOPLE, st.none()),
)


def state(record: Record) -> dict:
    """All of a record that a change can change."""
    return fields_of(record.ticket) | {name: getattr(record, name) for name in METADATA}


class History:
    """A ticket, and every record that it ever was, by version."""

    def __init__(self) -> None:
        self.changes = [commands.create(1, new_ticket(desc="why"), origin("U1", channel="D1", private=True))]
        self.records = [commands.apply(None, self.changes[0])]

    @property
    def record(self) -> Record:
        return self.records[-1]

    def do(self, name: str, user_id: str, what) -> Change | None:
        by = origin(user_id, at=NOW + len(self.changes))
        match name:
            case "undo" | "undo the latest":
                version = self.record.version if what is None else what
                change = commands.undo(self.record, self.changes[version - 1 :], version, by)
            case "update" if not self.record.deleted:
                change = commands.update(self.record, what, by)
            case "post" if not self.record.deleted:
                change = commands.post(self.record, what[0], by, private=what[1])
            case "delete" if not self.record.deleted:
                change = commands.delete(self.record, by)
            case _:
                return None
        if change is not None:
            self.changes.append(change)
            self.records.append(commands.apply(self.record, change))
        return change

    def do_all(self, operations) -> None:
        """Undo only what can be undone."""
        for operation in operations:
            with suppress(NothingToUndoError, ConflictError):
                self.do(*operation)


@given(st.lists(OPERATIONS, max_size=14))
def test_any_history_can_be_undone_exactly(operations):
    history = History()
    history.do_all(operations)
    for change, (before, after) in zip(history.changes[1:], pairwise(history.records), strict=True):
        # A change says what it touched, and nothing else is other than before.
        touched = {name for name in state(before) if state(before)[name] != state(after)[name]}
        assert touched in ({*change.after, *change.metadata_after}, {"deleted"})
        assert after.version == change.version == before.version + 1
        assert (after.origin, after.changed_at) == (before.origin, change.origin.timestamp)
        # Undoing it restores what there was, and undoing that what it had made.
        undone = commands.undo(after, [change], change.version, origin())
        back = commands.apply(after, undone)
        assert state(back) == state(before)
        assert state(commands.apply(back, commands.undo(back, [undone], undone.version, origin()))) == state(
            after
        )


@given(st.lists(OPERATIONS, min_size=1, max_size=14), st.integers(1, 14))
def test_an_undoing_gives_its_fields_the_values_that_they_had_before_the_change(operations, version):
    history = History()
    history.do_all(operations)
    if not 1 < version <= len(history.changes):
        return
    change, earlier, now = (
        history.changes[version - 1],
        state(history.records[version - 2]),
        state(history.record),
    )
    try:
        undone = commands.undo(history.record, history.changes[version - 1 :], version, origin())
    except (NothingToUndoError, ConflictError):
        return
    then = state(commands.apply(history.record, undone))
    touched = (
        commands.touched_fields(change)
        if "deleted" in change.metadata_after
        else {*change.after, *change.metadata_after}
    )
    for name in then:
        assert then[name] == (earlier[name] if name in touched else now[name])


@given(st.lists(OPERATIONS, max_size=14))
def test_the_history_as_it_is_written_gives_every_record_again(operations):
    history = History()
    history.do_all(operations)
    record = None
    for change, expected in zip(history.changes, history.records, strict=True):
        written = codec.encode(codec.encode_change(change))
        record = commands.apply(record, codec.decode_change(codec.decode(written)))
        assert record == expected
        kept = codec.decode_record(
            make_ticket(codec.encode_ticket(record.ticket)), codec.encode_metadata(record)
        )
        assert kept == expected


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({"stat": "gone"}, "stat has to be one of open, prog, done"),
        ({"pri": 4}, "pri has to be one of 1, 2, 3"),
        ({"pri": True}, "pri"),
        ({"pri": "1"}, "pri"),
        ({"cat": ["code"]}, "cat"),
        ({"title": None}, "title has to be text"),
        ({"title": ""}, "title"),
        ({"title": "x" * 51}, "at most 50"),
        ({"desc": "x" * 201}, "at most 200"),
        ({"res": 5}, "res"),
        ({"id": "T002"}, "id is nothing that can be changed"),
        ({"created": "2024-01-01"}, "created"),
    ],
)
def test_a_value_that_no_ticket_can_have_is_refused_with_what_can_be(values, refused):
    with pytest.raises(StoreError, match=refused):
        commands.update(History().record, values, origin())


def test_a_ticket_that_is_closed_already_is_not_closed_again():
    history = History()
    history.do("update", "U1", {"stat": "done"})
    closed_at = history.record.closed_at
    change = history.do("update", "U2", {"stat": "done", "res": "fixed"})
    assert (change.kind, dict(change.after), history.record.closed_at) == (
        "updated",
        {"res": "fixed"},
        closed_at,
    )


def test_enumerations_are_logged_as_plain_values():
    values = {"cat": Category.DOC, "pri": Priority.HIGH, "stat": Status.PROG}
    change = commands.update(History().record, values, origin())
    assert dict(change.after) == {"cat": "doc", "pri": 1, "stat": "prog"}
    assert [type(value) for value in change.after.values()] == [str, int, str]


def test_what_changes_nothing_is_no_change():
    record = History().record
    assert commands.update(record, {"pri": 2, "desc": "why"}, origin()) is None
    assert commands.post(record, "D1", origin(), private=True) is None


def test_what_another_has_undone_is_not_in_the_way():
    history = History()
    for user_id, priority in (("U1", 1), ("U2", 3)):
        history.do("update", user_id, {"pri": priority})
    with pytest.raises(ConflictError, match=r"T001 was changed since \(pri\)"):
        history.do("undo", "U1", 2)
    history.do("undo", "U2", 3)
    history.do("undo", "U1", 2)
    assert history.record.ticket.pri is Priority.MEDIUM


@pytest.mark.parametrize(("version", "record"), [(9, True), (0, True), (1, False)])
def test_what_never_was_can_not_be_undone(version, record):
    history = History()
    changes = [change for change in history.changes if change.version >= version]
    with pytest.raises(NothingToUndoError):
        commands.undo(history.record if record else None, changes, version, origin())


def test_undone_versions_are_those_whose_undoing_is_in_force():
    history = History()
    for name, what in (
        ("update", {"pri": 1}),
        ("undo", 2),
        ("undo", 3),
        ("update", {"res": "x"}),
        ("undo", 5),
    ):
        history.do(name, "U1", what)
    assert commands.undone_versions(history.changes) == {3: 4, 5: 6}


def imported(ticket_id: str, status: Status = Status.OPEN, **more) -> ImportedTicket:
    ticket = Ticket(id=ticket_id or "T001", title="x", stat=status, created=TODAY)
    return ImportedTicket(ticket_id, ticket, origin(at=NOW - 60), **more)


@pytest.mark.parametrize(
    ("asked", "newest", "numbers"),
    [
        ([""], 0, [1]),
        (["", ""], 7, [8, 9]),
        (["T003", ""], 0, [3, 4]),
        (["", "T002", ""], 0, [3, 2, 4]),
        (["T002"], 9, [2]),
    ],
)
def test_imported_tickets_keep_their_ids_and_others_get_the_next(asked, newest, numbers):
    assert commands.import_numbers([imported(each) for each in asked], newest, []) == numbers


@pytest.mark.parametrize("asked", [["T002"], ["T004", "T004"], [format_id(commands.MAX_ID_GAP + 10)]])
def test_an_id_that_is_taken_or_far_off_is_refused(asked):
    with pytest.raises(StoreError):
        commands.import_numbers([imported(each) for each in asked], 3, ["T002"])


def test_an_imported_ticket_that_is_done_was_closed_when_it_was_made_if_nothing_else_is_known():
    record = commands.apply(None, commands.create_imported(3, imported("T003", Status.DONE)))
    assert (record.ticket.id, record.closed_at) == ("T003", NOW - 60)
    known = commands.create_imported(3, imported("T003", Status.DONE, closed_at=NOW, started_by="U2"))
    assert (commands.apply(None, known).closed_at, commands.apply(None, known).started_by) == (NOW, "U2")


@pytest.mark.parametrize("wrong", ["", "nonsense", "T0003", "T000"])
def test_what_is_no_id_is_not_found(wrong):
    with pytest.raises(NotFoundError):
        commands.number_or_raise(wrong)


def test_a_deleted_ticket_is_not_there():
    record = History().record
    assert commands.present("T001", record) is record
    for gone in (None, replace(record, deleted=True)):
        with pytest.raises(NotFoundError):
            commands.present("T001", gone)


def test_a_change_can_not_be_changed():
    change = commands.create(1, new_ticket(), origin())
    with pytest.raises(TypeError):
        change.after["title"] = "mine"
    assert set(change.after) <= set(FIELDS)
