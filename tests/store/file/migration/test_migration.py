"""Files of another kind: of the first version, made by it, of stock TinyDB, and of somebody else."""

import json
import shutil
from pathlib import Path
from random import Random

import pytest
from tinydb import TinyDB

from store.errors import DamagedError, NewerVersionError, StoreError
from store.file.disk.filesystem import APPEND
from store.file.store import FileStore
from store.models.deliveries import Delivery
from store.models.filters import EVERYTHING, Filter
from tests.store.factories import NOW, new_ticket, origin
from tests.store.file.disks import RamDisk
from tests.store.file.workload import open_at
from tests.support.counts import SEED, count

VERSION_1 = Path(__file__).parents[2] / "data" / "v1"
KINDS = sorted(each.name for each in VERSION_1.iterdir())


@pytest.fixture(params=KINDS)
def old(request, tmp_path) -> tuple[Path, dict]:
    """A store as the first version left it, and what that found in it."""
    for each in (VERSION_1 / request.param).iterdir():
        if each.name != "expected":
            shutil.copy(each, tmp_path / each.name)
    expected = json.loads((VERSION_1 / request.param / "expected").read_text())
    return tmp_path / "tickets.json", expected


def described(change) -> dict:
    by = change.origin
    return {
        "kind": change.kind,
        "who": by.user_id,
        "at": by.timestamp,
        "key": by.idempotency_key,
        "text": by.text,
        "before": {name: value for name, value in change.before.items() if value is not None},
        "after": {name: value for name, value in change.after.items() if value is not None},
    }


def plain(expected: dict, *, imported: dict | None = None) -> dict:
    """As the first version described a change; what was imported has had its own origin since."""
    values = {
        name: {key: value for key, value in expected[name].items() if value is not None}
        for name in ("before", "after")
    }
    return {**expected, **values, **(imported or {})}


async def content(store) -> list:
    records = await store.scan(size=100)
    return [(record, await store.history(record.ticket.id, size=100)) for record in records]


async def test_a_store_of_the_first_version_has_all_its_tickets_with_their_histories(old):
    path, expected = old
    store = await FileStore.open(path)
    records = await store.scan()
    assert [each.ticket.model_dump(mode="json", exclude_none=True) for each in records] == [
        each["ticket"] for each in expected["tickets"]
    ]
    for record, each in zip(records, expected["tickets"], strict=True):
        made = record.origin
        assert (made.user_id, made.timestamp, made.channel, made.private, made.text) == (
            each["by"],
            each["at"],
            each["channel"],
            each["private"],
            each["text"],
        )
        assert (record.channel, record.private) == (each["channel"], each["private"])
        assert record.changed_at == each["changed_at"]
        assert (list(record.card) if record.card else None) == each["card"]
        changes, _ = await store.history(record.ticket.id, size=100)
        imported = {"who": each["by"], "at": each["at"]} if made.user_id == "U9" else None
        found = [described(change) for change in reversed(changes)]
        wanted = [plain(change) for change in each["history"]]
        assert found == [plain(wanted[0], imported=imported), *wanted[1:]]
    for ticket_id, wanted in expected["deleted"].items():
        assert await store.get(ticket_id) is None
        changes, _ = await store.history(ticket_id, size=100)
        assert [described(change) for change in reversed(changes)] == [plain(change) for change in wanted]
    await store.close()


async def test_its_unfinished_and_parked_deliveries_and_what_was_answered_are_there(old):
    path, expected = old
    store = await FileStore.open(path)
    pending = [[list(each.keys), each.timestamp, each.payload] for each in await store.pending()]
    assert pending == expected["pending"]
    parked = [[list(each.delivery.keys), each.reason] for each in await store.parked()]
    assert parked == expected["parked"]
    again = await store.accept(Delivery(("another", "m:C1:1"), NOW, {}))
    assert (again.new, again.reply) == (False, {"status": "ok"})
    assert [[each.day.isoformat(), *each[1:]] for each in await store.usage(9)] == expected["usage"]
    await store.close()


async def test_its_keys_threads_and_undone_changes_are_known(old):
    path, _ = old
    store = await FileStore.open(path)
    assert (await store.update("T003", {"pri": 1}, origin(key="bulk"))).repeated
    assert await store.find_by_thread("C1", "1.1") == "T001"
    assert await store.find_by_thread("G1", "2.2") == "T002"
    assert len(await store.changes_together("T003", 2)) == 2
    first = await store.change("T001", 3)
    assert (first.kind, first.undone_by) == ("closed", 4)
    assert (await store.get("T001")).started_by == "U2"
    assert (await store.get("T020")).closed_at == NOW - 9999
    assert (await store.create(new_ticket(), origin(key="new"))).record.ticket.id == "T021"
    await store.undo("T003", 3, origin(key="undo"))
    assert (await store.get("T003")).ticket.title == "Docs outdated"
    await store.close()


async def test_the_old_files_are_kept_beside_and_could_be_opened_as_they_were(old):
    path, _ = old
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    store = await FileStore.open(path)
    await store.close()
    for name, data in before.items():
        assert (path.parent / name.replace("tickets.json", "tickets.json.v1")).read_bytes() == data
    assert not list(path.parent.glob("tickets.json.[0-9].journal"))


async def test_what_a_crash_left_of_the_old_files_goes_at_the_next_start(old):
    path, _ = old
    await (await FileStore.open(path)).close()
    for name in ("tickets.json.3.journal", "tickets.json.image"):
        (path.parent / name).write_bytes(b"left over")
    await (await FileStore.open(path)).close()
    left = {each.name for each in path.parent.iterdir()}
    assert not left & {"tickets.json.3.journal", "tickets.json.image"}


async def test_it_is_migrated_once_and_the_same_the_next_time(old):
    path, _ = old
    store = await FileStore.open(path)
    before = await content(store)
    await store.close()
    store = await FileStore.open(path)
    assert await content(store) == before
    await store.close()


async def test_a_damaged_one_is_refused_and_left_as_it_is(old):
    path, _ = old
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedError, match="tickets restore"):
        await FileStore.open(path)
    assert path.read_bytes() == data


async def test_a_journal_of_it_with_any_byte_flipped_is_refused(tmp_path):
    source = VERSION_1 / "killed"
    journal = (source / "tickets.json.2.journal").read_bytes()
    for at in range(0, len(journal.rstrip(b"\0")), 97):
        shutil.copy(source / "tickets.json", tmp_path)
        damaged = bytearray(journal)
        damaged[at] ^= 1
        (tmp_path / "tickets.json.2.journal").write_bytes(damaged)
        with pytest.raises(DamagedError, match=r"damaged in line \d+ \(byte \d+\)"):
            await FileStore.open(tmp_path / "tickets.json")


async def test_a_store_of_the_first_version_is_not_read_without_being_migrated(old):
    path, _ = old
    with pytest.raises(StoreError, match="earlier version"):
        await FileStore.open(path, read_only=True)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_crash_at_any_operation_of_a_migration_loses_nothing(kind):
    disk, found, chance = RamDisk(), [], Random(SEED)
    for each in (VERSION_1 / kind).iterdir():
        if each.name != "expected":
            fd = disk.open(f"/desk/{each.name}", APPEND)
            disk.pwrite(fd, each.read_bytes(), 0)
            disk.sync(fd)
            disk.close(fd)
    disk.sync_directory("/desk")
    disk.before = lambda _operation, _path: found.append(disk.copy())
    store = await open_at(disk)
    known = await content(store)
    await store.close()
    for left in chance.sample(found, min(count(40, 1000), len(found))):
        for after in (left.copy(), left.after_power_cut(chance.random(), names=True, chance=chance)):
            again = await open_at(after)
            assert await content(again) == known
            await again.close()


# stock TinyDB


async def test_tickets_of_a_stock_tinydb_file_are_adopted_and_the_file_is_kept(tmp_path):
    path = tmp_path / "tickets.json"
    with TinyDB(path) as stock:
        table = stock.table("tickets")
        table.insert(
            {"id": "T001", "title": "From before", "created": "2024-09-24", "stat": "done", "pri": 1}
        )
        table.insert({"title": "The second", "created": "2024-09-25"})
    before = path.read_bytes()
    store = await FileStore.open(path)
    found = (await store.view(Filter(), EVERYTHING)).records
    assert [(each.ticket.id, each.ticket.title) for each in found] == [
        ("T002", "The second"),
        ("T001", "From before"),
    ]
    assert (await store.history("T001"))[1] == 1
    await store.close()
    assert (tmp_path / "tickets.json.v0").read_bytes() == before


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ({"_default": {"1": {"name": "x"}}}, "_default"),
        ({}, "none"),
        ({"tickets": {"1": {"title": "x", "created": "2024-09-24"}}, "users": {"1": {}}}, "users"),
        ({"tickets": {"1": {"title": "x", "created": "2024-09-24T10:00:00Z"}}}, "ticket 1"),
        ({"tickets": {"1": {"name": "x"}}}, "ticket 1"),
        ({"tickets": {"x": {"title": "x", "created": "2024-09-24"}}}, "ticket x"),
        ({"tickets": [1, 2]}, "TinyDB"),
    ],
)
async def test_a_tinydb_file_of_somebody_else_is_refused_with_what_it_is_and_what_to_do(
    tmp_path, tables, says
):
    path = tmp_path / "tickets.json"
    path.write_text(json.dumps(tables))
    with pytest.raises(StoreError, match="tickets import") as refused:
        await FileStore.open(path)
    assert says in str(refused.value)
    assert json.loads(path.read_text()) == tables
    assert not (tmp_path / "tickets.json.journal").exists()


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"_store":{"1":{"version":1}}}', "null", '{"_seal":{}}'])
async def test_what_is_no_store_at_all_is_no_empty_one(tmp_path, text):
    path = tmp_path / "tickets.json"
    path.write_text(text)
    with pytest.raises(StoreError, match="tickets restore"):
        await FileStore.open(path)
    assert path.read_text() == text


NEWER = {
    "tickets.json": [
        (b'"version":2', b'"version":3'),
        (b'"version":2', b'"layout":"another","version":12'),
    ],
    "tickets.json.journal/000001": [(b'"journal":2', b'"journal":3')],
    "tickets.json.deliveries": [(b'"deliveries":2', b'"deliveries":3')],
}


@pytest.mark.parametrize("name", NEWER)
async def test_a_store_of_a_newer_version_is_refused_as_that(tmp_path, name):
    await (await FileStore.open(tmp_path / "tickets.json")).close()
    before = (tmp_path / name).read_bytes()
    for old, new in NEWER[name]:
        (tmp_path / name).write_bytes(before.replace(old, new))
        for read_only in (False, True):
            with pytest.raises(NewerVersionError, match="upgrade this one"):
                await FileStore.open(tmp_path / "tickets.json", read_only=read_only)
