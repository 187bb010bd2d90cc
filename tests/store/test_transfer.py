"""Tickets out and in again."""

import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base import Deed, Filter, Scope, StoreError
from store.ticket import Category, Priority, Status
from store.tiny import TinyStore
from store.transfer import RefusedError, export, import_tickets
from tests.profiles import examples
from tests.store.disks import RamDisk
from tests.store.people import NOW, TODAY, deed, new


async def lines_of(store, form="jsonl"):
    out = io.StringIO()
    await export(store, out.write, form)
    return list(io.StringIO(out.getvalue(), newline=""))


async def take_in(store, lines, form="jsonl"):
    return await import_tickets(store, lines, deed("U9"), TODAY, form=form)


async def empty():
    return await TinyStore.open("/desk/tickets.json", files=RamDisk())


async def some(store):
    await store.create(
        new("API timeout", desc="=1+1"), deed("U1", team="T1", channel="C1", message="1.1", thread="1.1")
    )
    await store.create(new('secret, "quoted"', cat=Category.DOC), deed("U2", channel="G1", private=True))
    await store.create(new("gone"), deed())
    await store.delete("T003", deed())
    await store.update("T001", {"stat": "done", "res": "-fixed-"}, deed())


async def test_a_line_is_the_eight_fields_and_where_it_was_born(store):
    await some(store)
    first, second = map(json.loads, await lines_of(store))
    assert first == {
        "id": "T001",
        "title": "API timeout",
        "desc": "=1+1",
        "cat": "other",
        "pri": 2,
        "stat": "done",
        "created": "2024-09-24",
        "res": "-fixed-",
        "author": "U1",
        "at": NOW,
        "team": "T1",
        "channel": "C1",
        "message": "1.1",
        "thread": "1.1",
    }
    assert second["private"] is True


@pytest.mark.parametrize("form", ["jsonl", "csv"])
async def test_what_was_exported_can_be_imported_and_is_the_same(store, form):
    await some(store)
    lines = await lines_of(store, form)
    other = await empty()
    assert await take_in(other, lines, form) == ["T001", "T002"]
    assert await lines_of(other, form) == lines
    assert (await other.view(Filter(), Scope())).count == 1
    assert await other.ticket_of("C1", "1.1") == "T001"
    assert (await other.history("T001"))[0][0].deed.who == "U9"
    assert (await other.create(new(), deed())).record.ticket.id == "T003"
    await other.close()


async def test_csv_holds_nothing_that_a_spreadsheet_takes_for_a_formula(store):
    await some(store)
    cells = [cell for line in await lines_of(store, "csv") for cell in line.strip().split(",")]
    assert "'=1+1" in cells
    assert "'-fixed-" in cells
    assert not any(cell.startswith(("=", "-", "+", "@")) for cell in cells)


async def test_every_bad_line_is_reported_with_its_number_and_nothing_is_imported(store):
    await store.create(new(), deed())
    lines = [
        '{"title": "good"}\n',
        "not json\n",
        "[1]\n",
        '{"title": ""}\n',
        '{"title": "x", "owner": "me"}\n',
        '{"id": "T001", "title": "taken"}\n',
        '{"id": "T7", "title": "one"}\n',
        '{"id": "T007", "title": "the same"}\n',
        '{"id": "T0003", "title": "no id"}\n',
        "\n",
        '{"title": "x", "pri": 4}\n',
    ]
    with pytest.raises(RefusedError, match="nothing was imported") as error:
        await take_in(store, lines)
    assert [line for line, _ in error.value.bad] == [2, 3, 4, 5, 6, 8, 9, 11]
    assert "T001 is taken" in str(error.value)
    assert len(await lines_of(store)) == 1


async def test_an_id_that_was_deleted_is_taken_too(store):
    await some(store)
    with pytest.raises(RefusedError, match="T003 is taken"):
        await take_in(store, ['{"id": "T003", "title": "again"}'])


async def test_lines_without_an_id_get_the_next_free_ones(store):
    await store.create(new(), deed())
    lines = ['{"title": "a"}', '{"id": "T005", "title": "b", "created": "2020-02-02"}', '{"title": "c"}']
    assert await take_in(store, lines) == ["T006", "T005", "T007"]
    assert (await store.get("T005")).ticket.created == date(2020, 2, 2)
    assert (await store.get("T006")).ticket.created == TODAY
    assert (await store.create(new(), deed())).record.ticket.id == "T008"


async def test_an_id_that_is_far_off_is_refused(store):
    with pytest.raises(StoreError, match="too far"):
        await take_in(store, ['{"id": "T9ZZZZZ", "title": "far"}'])
    assert (await store.create(new(), deed())).record.ticket.id == "T001"


async def test_the_same_import_twice_is_one(store):
    by = Deed("import-1", "U9", NOW)
    first = await import_tickets(store, ['{"title": "a"}', '{"title": "b"}'], by, TODAY)
    again = await import_tickets(store, ['{"title": "a"}', '{"title": "b"}'], by, TODAY)
    assert first == again
    assert len(await lines_of(store)) == 2


async def test_a_csv_with_too_many_cells_is_refused_with_the_line(store):
    with pytest.raises(RefusedError, match="line 3: more cells"):
        await take_in(store, ["title,pri\n", "a,1\n", "b,1,2\n"], "csv")


async def test_the_whole_text_of_a_file_can_be_given(store):
    assert await import_tickets(store, '{"title": "a\u2028b"}\n{"title": "c"}\n', deed(), TODAY) == [
        "T001",
        "T002",
    ]


async def test_progress_is_told(store):
    await some(store)
    seen = []
    await export(store, lambda _line: None, "jsonl", lambda done, of: seen.append((done, of)))
    assert seen == [(2, 0)]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), min_size=1, max_size=50)
made = st.builds(
    lambda title, desc, cat, pri: new(title, desc=desc, cat=cat, pri=pri),
    texts,
    st.none() | texts,
    st.sampled_from(Category),
    st.sampled_from(Priority),
)


@examples(0.4)
@given(st.lists(made, max_size=4), st.sampled_from(["jsonl", "csv"]), st.sampled_from(Status))
async def test_any_tickets_survive_the_round_trip(tickets, form, status):
    one, other = await empty(), await empty()
    for each in tickets:
        written = await one.create(each, deed())
        await one.update(written.record.ticket.id, {"stat": status.value}, deed())
    lines = await lines_of(one, form)
    await take_in(other, lines, form)
    assert [record.ticket for record in await other.scan()] == [record.ticket for record in await one.scan()]
    await one.close()
    await other.close()
