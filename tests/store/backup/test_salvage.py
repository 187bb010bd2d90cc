"""What can be saved of damaged files, in any form that people meet."""

import asyncio
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB

from store import commands, open_store
from store.backup.restoring import backup, restore
from store.errors import StoreError
from store.file.store import FileStore
from store.ids import number_of
from store.models.deliveries import Delivery
from store.models.tickets import MessageRef
from store.salvage import salvage
from tests.store.factories import new_ticket, origin, show_card
from tests.store.file.disks import RamDisk

VERSION_1 = Path(__file__).parents[1] / "data" / "v1"
NAMES = ["one", "two", "three", "four", "five"]


async def content(path, **how):
    store = await open_store(str(path), **how)
    try:
        records = await store.scan(size=100)
        return records, [await store.history(record.ticket.id, size=100) for record in records]
    finally:
        await store.close()


async def fill(path, **how):
    """Five tickets, with histories; the fifth is deleted."""
    store = await FileStore.open(path, **how)
    for name in NAMES:
        await store.create(
            new_ticket(name, desc=f"about {name}"), origin(channel="C1", text=f"create {name}")
        )
    await store.update("T001", {"stat": "prog", "res": "looking"}, origin("U2"))
    await store.update("T001", {"stat": "done", "res": "fixed"}, origin("U2"))
    await store.update("T002", {"title": "the second"}, origin())
    await store.bulk_update({"T001": {"pri": 1}, "T003": {"pri": 1}}, origin(key="bulk"))
    await store.undo("T003", 2, origin())
    await store.delete("T005", origin())
    await show_card(store, "T002", MessageRef("C1", "1.2", ""))
    return store


@pytest.fixture
async def store_files(tmp_path):
    """A closed store, in the path, and what is in it."""
    path = tmp_path / "tickets.json"
    await (await fill(path)).close()
    return path, await content(path)


def first_line_lost(data):
    return data.partition(b"\n")[2]


def damage(old, new=None):
    def change(data):
        at = data.index(old)
        return data[:at] + (b"\xff" * len(old) if new is None else new) + data[at + len(old) :]

    return change


def pretty(data):
    return json.dumps(json.loads(data), indent=4, ensure_ascii=False).encode()


def one_line(data):
    return json.dumps(json.loads(data)).encode()


def cut(count, then=lambda data: data):
    return lambda data: then(data)[:-count]


# Of the snapshot everything that is needed is in the journal, which is whole.
SNAPSHOTS = {
    "cut": cut(30),
    "cut in the middle of the rows": lambda data: data[: data.index(b'"2":{"id"') + 20],
    "one line, cut": cut(30, one_line),
    "one line, garbage behind": lambda data: one_line(data) + b'garbage}{"\x00\xff',
    "pretty-printed": pretty,
    "pretty-printed, cut": cut(30, pretty),
    "first line lost": first_line_lost,
    "a byte of a row": damage(b"about two"[:1] + b"bout two"),
    "a letter of a row": damage(b'"title":"the second"', b'"title":"the zecond"'),
    "a quote of a row": damage(b'"title":"the second"', b'"title":"the second '),
    "zeros": lambda data: bytes(len(data)),
    "empty": lambda data: b"",
    "hello": lambda data: b"hello",
    "missing": None,
}


@pytest.mark.parametrize("how", SNAPSHOTS)
async def test_a_damaged_snapshot_costs_nothing_where_the_journal_is_whole(store_files, how):
    path, (records, histories) = store_files
    if SNAPSHOTS[how]:
        path.write_bytes(SNAPSHOTS[how](path.read_bytes()))
    else:
        path.unlink()
    done = restore(str(path), str(path), "now", damaged=True)
    assert (done.tickets, done.expected) == (4, 4)
    found, found_histories = await content(path)
    assert [record.ticket for record in found] == [record.ticket for record in records]
    assert found_histories == histories
    store = await open_store(str(path))
    assert (await store.undo("T005", 2, origin())).record.ticket.title == "five"
    assert len(await store.latest("U1", "T001")) == 2
    assert (await store.create(new_ticket(), origin())).record.ticket.id == "T006"
    await store.close()


@pytest.mark.parametrize("how", ["cut", "pretty-printed", "one line, garbage behind", "first line lost"])
async def test_cards_are_saved_from_the_snapshot(store_files, how):
    path, _ = store_files
    path.write_bytes(SNAPSHOTS[how](path.read_bytes()))
    restore(str(path), str(path), "now", damaged=True)
    records, _ = await content(path)
    assert [record.card for record in records] == [None, MessageRef("C1", "1.2", ""), None, None]


async def test_without_any_journal_the_rows_of_the_snapshot_are_saved(store_files):
    path, (records, _) = store_files
    shutil.rmtree(f"{path}.journal")
    done = restore(str(path), str(path), "now", damaged=True)
    assert (done.tickets, done.expected) == (4, 4)
    assert list(done.losses)[:2] == ["T001: its history", "T002: its history"]
    found, histories = await content(path)
    for was, now in zip(records, found, strict=True):
        assert (now.ticket, now.origin, now.started_by) == (was.ticket, was.origin, was.started_by)
        assert (now.channel, now.closed_at, now.card) == (was.channel, was.closed_at, was.card)
    assert {count for _, count in histories} == {1}


async def test_of_a_damaged_journal_the_snapshot_and_every_other_line_are_saved(store_files):
    path, (records, histories) = store_files
    segment = path.with_name("tickets.json.journal") / "000001"
    segment.write_bytes(damage(b'"after":{"stat":"prog"', b'"after":{"stat":"porg"')(segment.read_bytes()))
    with pytest.raises(StoreError, match="damaged"):
        restore(str(path), str(path), "then")
    done = restore(str(path), str(path), "now", damaged=True)
    assert list(done.losses)[:2] == ["T001: a part of its history", "lines of the journal: 1"]
    found, found_histories = await content(path)
    assert [record.ticket for record in found] == [record.ticket for record in records]
    assert found_histories[1:] == histories[1:]
    assert [change.kind for change in found_histories[0][0]] == [
        "updated",  # what the lost one had changed and no other
        "updated",
        "closed",
        "created",
    ]


async def test_of_a_killed_store_with_damage_in_both_files_what_is_left_of_both_is_put_together(tmp_path):
    path = tmp_path / "tickets.json"
    store = await fill(path)
    shutil.copytree(tmp_path, tmp_path / "killed", ignore=shutil.ignore_patterns("*.lock", "killed"))
    await store.close()
    path = tmp_path / "killed" / "tickets.json"
    path.parent.chmod(0o700)
    segment = path.with_name("tickets.json.journal") / "000001"
    data = segment.read_bytes()
    at = data.index(b'"title":"four"')
    segment.write_bytes(data[:at] + b"#" + data[at + 1 :])
    done = restore(str(path), str(path), "now", damaged=True)
    assert (done.tickets, done.expected) == (
        3,
        3,
    )  # of the fourth nothing is left that tells that it was there
    assert "lines of the journal: 1" in done.losses


async def test_what_was_not_finished_is_lost_and_told(store_files):
    path, _ = store_files
    store = await open_store(str(path))
    await store.accept(
        Delivery(("k1",), 5.0, {"ticket": {"7": {"id": "T007", "title": "x", "created": "2024-01-01"}}})
    )
    await store.close()
    done = restore(str(path), str(path), "now", damaged=True)
    assert done.losses == ["what was accepted from Slack and not finished"]
    assert done.expected == 4


async def test_a_backup_whose_changes_another_tool_has_sorted_by_their_text_is_saved_whole(tmp_path):
    path, saved = tmp_path / "tickets.json", tmp_path / "saved.json"
    store = await fill(path)
    for title in NAMES:
        await store.update("T001", {"title": title}, origin())
    await store.close()
    expected = await content(path)
    backup(str(path), str(saved))
    saved.write_text(json.dumps(json.loads(saved.read_bytes()), indent=1, sort_keys=True))
    done = restore(str(saved), str(path), "now", damaged=True)
    assert (done.tickets, done.expected, done.losses) == (4, 4, [])
    assert await content(path) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"id":"T002","version":2', b'"id":"t002","version":2'),
        (b'"metadata_after":{"created":"2024-09-24","channel"', b'"metadata_after":{"channel"'),
        (b'"metadata_after":{"created":"2024-09-24"', b'"metadata_after":{"created":"2024-09-99"'),
    ],
)
async def test_a_change_that_no_store_has_written_is_left_out_of_what_is_saved(tmp_path, old, new):
    path, saved = tmp_path / "tickets.json", tmp_path / "saved.json"
    await (await fill(path)).close()
    expected, _ = await content(path)
    backup(str(path), str(saved))
    saved.write_bytes(damage(old, new)(saved.read_bytes()))
    done = restore(str(saved), str(path), "now", damaged=True)
    assert (done.tickets, len(done.losses)) == (4, 1)
    assert [record.ticket for record in (await content(path))[0]] == [record.ticket for record in expected]


# what stock TinyDB and other tools leave


def stock_file(path, count=45):
    with TinyDB(path) as stock:
        for number in range(1, count + 1):
            row = {
                "id": f"T{number:03d}",
                "title": f"ticket {number}",
                "cat": "code",
                "pri": 1,
                "stat": "open",
            }
            stock.table("tickets").insert({**row, "created": "2024-01-01"})


STOCK = {
    "whole": (lambda data: data, 45, 45),
    "cut": (cut(30), 44, 45),
    "cut in the middle": (lambda data: data[: data.index(b'"42"') + 15], 41, 42),
    "garbage behind": (lambda data: data + b"}}\x00{", 45, 45),
    "a row damaged": (damage(b"ticket 7"), 44, 45),
    "a quote lost": (damage(b'"ticket 7"', b'"ticket 7 '), 44, 45),
    "a number lost": (damage(b'"7": {"id"', b'"#": {"id"'), 45, 45),
    "pretty-printed, cut": (cut(30, pretty), 44, 45),
    "first line lost": (lambda data: first_line_lost(pretty(data)), 45, 45),
    "nulls": (lambda data: data.replace(b'"created"', b'"desc": null, "created"'), 45, 45),
    "defaults left out": (
        lambda data: data.replace(b'"cat": "code", "pri": 1, "stat": "open", ', b""),
        45,
        45,
    ),
    "UTF-16": (lambda data: data.decode().encode("utf-16"), 45, 45),
    "rows that are none": (lambda data: data.replace(b'"pri": 1', b'"pri": 9'), 0, 45),
}


@pytest.mark.parametrize("how", STOCK)
async def test_of_a_stock_tinydb_file_every_whole_row_is_saved_and_every_other_told(tmp_path, how):
    change, found, expected = STOCK[how]
    damaged, path = tmp_path / "damaged.json", tmp_path / "tickets.json"
    stock_file(damaged)
    damaged.write_bytes(change(damaged.read_bytes()))
    if not found:
        with pytest.raises(StoreError, match="no ticket"):
            restore(str(damaged), str(path), "now", damaged=True)
        assert not path.exists()
        return
    done = restore(str(damaged), str(path), "now", damaged=True)
    assert (done.tickets, done.expected) == (found, expected)
    assert len(done.losses) == expected - found
    assert len((await content(path))[0]) == found
    store = await open_store(str(path))
    assert (await store.create(new_ticket(), origin())).record.ticket.id == f"T{expected + 1:03d}"
    await store.close()


async def test_what_another_program_has_changed_counts_and_the_history_says_so(store_files):
    path, _ = store_files
    with TinyDB(path) as stock:
        stock.table("tickets").update({"title": "changed"}, doc_ids=[2])
    done = restore(str(path), str(path), "now", damaged=True)
    assert (done.tickets, done.losses) == (4, ["what was accepted from Slack and not finished"])
    records, histories = await content(path)
    assert [record.ticket.title for record in records] == ["one", "changed", "three", "four"]
    assert dict(histories[1][0][0].before) == {"title": "the second"}


OF_TODAY = {"origin": {"by": "U1", "at": 1.0}, "version": 1, "changed_at": 1.0}
OF_VERSION_1 = {"who": "U1", "at": 1.0, "changed": 1.0, "number": 1, "changes": 1}


@pytest.mark.parametrize(
    ("table", "wrong", "author"),
    [
        ("metadata", {"version": "2"}, "U1"),
        ("metadata", {"changed_at": "x"}, ""),
        ("metadata", {"private": 5}, ""),
        ("beside", {"number": "2"}, ""),
        ("beside", {"changes": "2"}, "U1"),
        ("beside", {"changed": "x"}, ""),
        ("beside", {"starter": 5}, ""),
        ("beside", {"who": 5}, ""),
    ],
)
@pytest.mark.parametrize("stat", ["open", "done"])
async def test_metadata_of_other_types_than_any_store_writes_costs_no_ticket(
    tmp_path, table, wrong, author, stat
):
    path = tmp_path / "tickets.json"
    tickets = {
        str(at): {"id": f"T00{at}", "title": "x", "created": "2024-01-01", "stat": stat} for at in (1, 2)
    }
    right = OF_TODAY if table == "metadata" else OF_VERSION_1
    change = {"id": "T001", "version": 3, "kind": "updated", "after": {"pri": 1}}
    written_by = {"origin": {"by": "U1", "at": 1.0}} if table == "metadata" else {"who": "U1", "at": 1.0}
    rows = {table: {"1": right | wrong, "2": right}, "log": {"1": change | written_by}}
    path.write_text(json.dumps({"_store": {}, "tickets": tickets, **rows}))
    done = restore(str(path), str(path), "now", damaged=True)
    assert (done.tickets, done.expected) == (2, 2)
    records, _ = await content(path)
    assert [record.origin.user_id for record in records] == [author, "U1"]


# the first version


V1 = {
    "cut": cut(30),
    "one line, cut": cut(30, one_line),
    "one line, garbage behind": lambda data: one_line(data) + b"}{",
    "pretty-printed, cut": cut(30, pretty),
    "first line lost": first_line_lost,
    "a byte of a row": damage(b'"title":"login bug"'[-4:]),
    "a quote of a row": damage(b'"login bug"', b'"login bug '),
}


@pytest.mark.parametrize("kind", ["closed", "killed_later", "torn"])
@pytest.mark.parametrize("how", V1)
async def test_a_damaged_store_of_the_first_version_is_saved_with_its_histories(tmp_path, kind, how):
    whole, path = tmp_path / "whole" / "tickets.json", tmp_path / "damaged" / "tickets.json"
    for each in (whole, path):
        shutil.copytree(VERSION_1 / kind, each.parent, copy_function=shutil.copy)
        each.parent.chmod(0o700)
    records, histories = await content(whole)
    path.write_bytes(V1[how](path.read_bytes()))
    done = restore(str(path), str(path), "now", damaged=True)
    assert (done.tickets, done.expected) == (len(records), len(records))
    found, found_histories = await content(path)
    assert [record.ticket for record in found] == [record.ticket for record in records]
    assert [count for _, count in found_histories] == [count for _, count in histories]


# anything


@settings(deadline=None)
@given(st.data())
def test_any_bytes_are_read_without_a_fault_and_no_ticket_is_made_up(data):
    whole = (VERSION_1 / "closed" / "tickets.json").read_bytes()
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(whole)), st.integers(0, len(whole)))))
    middle = data.draw(
        st.binary(max_size=40) | st.sampled_from([b"{", b'"', b"}}", b'{"1":{', b"[" * 2000, b"\x00" * 512])
    )
    found = salvage(whole[:start] + middle + whole[end:], [])
    titles = {record.ticket.title for record in salvage(whole, []).records}
    assert {
        record.ticket.title for record in found.records if record.ticket.title.encode() in whole
    } <= titles
    assert len({record.ticket.id for record in found.records}) == len(found.records) <= len(titles) + 1
    assert sum(not record.deleted for record in found.records) <= found.expected


@pytest.fixture(scope="module")
def whole_files():
    """The snapshot and the journal of a store of each version."""
    disk = RamDisk()

    async def make():
        await (await fill("/desk/tickets.json", files=disk)).close()

    asyncio.run(make())
    today = [bytes(inode.data) for path, inode in sorted(disk.files.items()) if "deliveries" not in path]
    first = [(VERSION_1 / "torn" / name).read_bytes() for name in ("tickets.json", "tickets.json.4.journal")]
    return [today, [first[0], first[1].rstrip(b"\0")]]


DAMAGES = {
    "cut": lambda data, at, size: data[:at],
    "beginning lost": lambda data, at, size: data[at:],
    "zeros": lambda data, at, size: data[:at] + bytes(size) + data[at + size :],
    "lost": lambda data, at, size: data[:at] + data[at + size :],
    "twice": lambda data, at, size: data[: at + size] + data[at:],
    "quote": lambda data, at, size: data[:at] + b'"' + data[at:],
    "brace": lambda data, at, size: data[:at] + b"}" + data[at:],
    "byte": lambda data, at, size: data[:at] + bytes([size % 256]) + data[at + 1 :],
}


@settings(deadline=None)
@given(data=st.data())
def test_whatever_is_damaged_the_changes_that_are_saved_come_to_the_tickets_that_are(whole_files, data):
    files = list(data.draw(st.sampled_from(whole_files)))
    for _ in range(data.draw(st.integers(1, 4))):
        which = data.draw(st.integers(0, len(files) - 1))
        at = data.draw(st.integers(0, len(files[which])))
        change = DAMAGES[data.draw(st.sampled_from(sorted(DAMAGES)))]
        files[which] = change(files[which], at, data.draw(st.integers(1, 600)))
    found = salvage(files[0], files[1:])
    records = {}
    for change in found.changes:
        before = records.get(change.ticket_id)
        assert change.version == (before.version + 1 if before else 1)
        records[change.ticket_id] = commands.apply(before, change)
    assert records == {record.ticket.id: replace(record, card=None) for record in found.records}
    assert sum(not record.deleted for record in found.records) <= found.expected
    assert found.last >= max((number_of(ticket_id) for ticket_id in records), default=0)


@pytest.mark.parametrize(
    "data", [b"hello", b"", b"{" * 100_000, b'{"a":' * 5_000, b"[" * 100_000, b"null", b'{"tickets":[]}']
)
def test_where_there_is_nothing_nothing_is_found(data):
    assert salvage(data, [data]).records == []


async def test_a_file_without_any_ticket_is_refused_and_nothing_is_replaced(tmp_path):
    path = tmp_path / "tickets.json"
    path.write_text("hello")
    with pytest.raises(StoreError, match="no ticket"):
        restore(str(path), str(path), "now", damaged=True)
    assert path.read_text() == "hello"
    assert [each.name for each in tmp_path.iterdir()] == ["tickets.json"]
