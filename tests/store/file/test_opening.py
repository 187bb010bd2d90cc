"""Opening, closing and compaction: what is in which file, and what is there the next time."""

import asyncio
import json
import os
import threading

import pytest
from tinydb import TinyDB

from store.errors import DamagedError, LockedError, StoreError, UnwritableError
from store.file.disk.journal import START
from store.file.disk.snapshot import write_snapshot
from store.file.history import verified_changes
from store.file.store import FileStore
from store.models.deliveries import Delivery, Posted
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import MessageRef, MessageUsage
from store.protocol import KEY_LIFETIME
from tests.store.factories import NOW, TODAY, count_tickets, new_ticket, origin, show_card
from tests.store.file.disks import RamDisk
from tests.store.file.workload import PATH, STEPS, content, content_of, open_at

DELIVERIES = f"{PATH}.deliveries"


async def filled(disk, **how) -> list:
    """A closed store, and what it knows."""
    store = await open_at(disk, **how)
    for step in STEPS:
        await step(store)
    known = await content(store)
    await store.close()
    return known


async def test_a_store_that_is_not_there_is_begun(tmp_path):
    store = await FileStore.open(tmp_path / "new" / "folder" / "tickets.json")
    assert await count_tickets(store) == 0
    await store.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
async def test_what_root_makes_in_a_folder_is_its_owners_who_can_go_on_with_it(tmp_path):
    bot = 65534
    os.chown(tmp_path, bot, bot)
    store = await FileStore.open(tmp_path / "folder" / "tickets.json")
    await store.create(new_ticket(), origin())
    await store.close()
    assert {path.stat().st_uid for path in tmp_path.rglob("*")} == {bot}


async def test_stock_tinydb_finds_the_same_tickets_after_a_clean_stop(tmp_path):
    path = tmp_path / "tickets.json"
    store = await FileStore.open(path)
    for step in STEPS:
        await step(store)
    await store.delete("T021", origin())
    tickets = [each.ticket.model_dump(mode="json", exclude_none=True) for each in await store.scan()]
    await store.close()
    with TinyDB(path) as stock:
        assert [dict(document) for document in stock.table("tickets")] == tickets
    with TinyDB(path) as stock:
        assert stock.table("tickets").get(doc_id=20)["title"] == "From elsewhere"


async def test_a_clean_stop_leaves_no_lock_and_no_payloads(tmp_path):
    path = tmp_path / "tickets.json"
    store = await FileStore.open(path)
    await store.accept(Delivery(("event",), NOW, {"text": "what somebody wrote"}))
    await store.finish("event", {"status": "ok"})
    await store.close()
    assert not (tmp_path / "tickets.json.lock").exists()
    assert not any(b"somebody" in each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())


async def test_the_same_store_is_not_opened_twice():
    disk = RamDisk()
    store = await open_at(disk)
    with pytest.raises(LockedError, match="in use by another process"):
        await open_at(disk)
    await store.close()
    await (await open_at(disk)).close()


async def test_closing_twice_is_closing_once():
    store = await open_at(RamDisk())
    await store.close()
    await store.close()


async def test_everything_is_there_the_next_time():
    disk = RamDisk()
    known = await filled(disk)
    assert await content_of(disk) == known
    assert await content_of(disk) == known


async def test_opening_and_closing_a_store_writes_no_new_snapshot():
    disk = RamDisk()
    await filled(disk)
    replaced = []
    disk.before = lambda operation, path: replaced.append(path) if operation == "replace" else None
    await (await open_at(disk)).close()
    assert replaced == []


async def compacted(store) -> None:
    """Wait until the compaction that is running is done."""
    if store._compaction._task is not None:
        await asyncio.wait([store._compaction._task])


async def test_compaction_keeps_everything_and_the_deliveries_small():
    disk = RamDisk()
    store = await open_at(disk, compact_at=20_000)
    await store.create(new_ticket(), origin())
    for number in range(100):
        key = f"event:{number}"
        await store.accept(Delivery((key,), NOW + number, {"text": "x" * 2000}))
        await store.update("T001", {"res": f"step {number}"}, origin())
        card = (("T001", MessageRef("C1", str(number))),)
        usage = MessageUsage(TODAY, "U1", "rules")
        await store.finish(key, {"n": number}, posted=Posted(cards=card), usage=usage)
        await asyncio.sleep(0)
    await compacted(store)
    assert len(disk.files[DELIVERIES].data) < 100_000
    assert (await store.get("T001")).card == MessageRef("C1", "99")
    for left in (disk.copy(), disk.after_power_cut()):
        again = await open_at(left)
        assert (await again.get("T001")).card == MessageRef("C1", "99")
        assert (await again.get("T001")).version == 101
        assert [day.messages for day in await again.usage(3)] == [100]
        assert (await again.accept(Delivery(("event:50",), NOW, {}))).reply == {"n": 50}
        await again.close()
    await store.close()


async def test_writes_go_on_while_a_store_is_compacted():
    disk = RamDisk()
    store = await open_at(disk, compact_at=1 << 30)
    for number in range(300):
        await store.create(new_ticket(f"ticket {number}"), origin())
    go_on = threading.Event()
    disk.before = lambda name, path: go_on.wait(60) if (name, path) == ("write", f"{PATH}.new") else None
    store._compaction._size = 0
    await store.update("T001", {"pri": 1}, origin())
    assert store._compaction._task is not None
    store._compaction._size = 1 << 30
    during = 0
    while store._compaction._task is not None:
        during += 1
        if during == 3:
            go_on.set()
        await store.create(new_ticket(f"during {during}"), origin())
        await store.accept(Delivery((f"event:{during}",), NOW, {}))
        await show_card(store, "T001", MessageRef("C1", str(during)))
        await store.update(f"T{during % 300 + 1:03d}", {"res": f"step {during}"}, origin())
        gone = await store.delete(f"T{during % 200 + 50:03d}", origin())
        await store.undo(gone.record.ticket.id, gone.change.version, origin())
    assert during > 2
    known = await store.scan(size=10_000)
    for left in (disk.copy(), disk.after_power_cut()):
        again = await open_at(left)
        assert await count_tickets(again) == 300 + during
        assert len(await again.pending()) == during
        assert await again.scan(size=10_000) == known
        assert (await again.get("T001")).card == MessageRef("C1", str(during))
        await again.close()
    await store.close()


async def test_finished_deliveries_and_undo_lines_are_forgotten_with_their_keys():
    disk = RamDisk()
    store = await open_at(disk)
    line = (("T001", 1, MessageRef("C1", "1.2", "1.1")),)
    await store.create(new_ticket(), origin())
    await store.accept(Delivery(("old",), NOW, {}))
    await store.finish("old", {"n": 1}, posted=Posted(undo_lines=line))
    await store.accept(Delivery(("unfinished",), NOW, {}))
    await store.accept(Delivery(("new",), NOW + KEY_LIFETIME + 1, {}))
    store._compaction._size = 0
    store._compaction.begin_if_due()
    store._compaction._size = 1 << 30
    await compacted(store)
    assert await store.undo_line("T001", 1) is None
    assert (await store.accept(Delivery(("old",), NOW, {}))).new
    assert {each.keys for each in await store.pending()} == {("old",), ("unfinished",), ("new",)}
    await store.close()


async def test_deliveries_that_are_newer_than_the_snapshot_are_refused():
    """A snapshot that somebody put back by itself."""
    disk = RamDisk()
    store = await open_at(disk)
    await store.close()
    old = bytes(disk.files[PATH].data)
    await filled(disk)
    disk.files[PATH].data[:] = old
    with pytest.raises(DamagedError, match="newer"):
        await open_at(disk)


async def test_an_empty_file_is_no_empty_store():
    disk = RamDisk()
    await filled(disk)
    disk.files[PATH].data.clear()
    with pytest.raises(DamagedError, match="empty"):
        await open_at(disk)


def reseal(data: bytes, old: bytes, new: bytes) -> bytes:
    """A snapshot with something else in it, and a right checksum."""
    from zlib import crc32  # noqa: PLC0415  # for this alone

    assert old in data
    body = data.replace(old, new)[:-13]
    return body + b'%08x"}}}\n' % crc32(body)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"id":"T001"', b'"id":"T009"'),
        (b'"id":"T001",', b""),
        (b'"cat":"other"', b'"cat":"none"'),
        (b'"created":"2024-09-24"', b'"created":"yesterday"'),
        (b'"version":4,"changed_at"', b'"changed_at"'),
        (b'"by":"U1"', b'"who":"U1"'),
        (b'"1":{"id"', b'"x":{"id"'),
        (b'"last":21', b'"last":"x"'),
        (b'"sequence":', b'"sequenz":'),
    ],
)
async def test_a_resealed_snapshot_with_wrong_shapes_is_refused(old, new):
    disk = RamDisk()
    await filled(disk)
    disk.files[PATH].data[:] = reseal(bytes(disk.files[PATH].data), old, new)
    with pytest.raises(DamagedError):
        await open_at(disk)


# a backup, which is one file


async def backup_of(disk) -> bytes:
    """A store as one file, with all its changes in it."""
    store = await open_at(disk)
    changes = verified_changes(store._opened.journal, store._state, [])
    tables = [*store._state.freeze(), ("changes", enumerate(changes, 1))]
    write_snapshot(
        disk, "/desk/backup.json", {**START._asdict(), "sequence": 0, "last": store._state.last + 5}, tables
    )
    await store.close()
    return bytes(disk.files["/desk/backup.json"].data)


async def test_a_backup_is_opened_with_its_whole_history():
    disk, other = RamDisk(), RamDisk()
    known = await filled(disk)
    fd = other.open(PATH, 0o102)
    other.pwrite(fd, await backup_of(disk), 0)
    found = await content_of(other)
    assert found[:5] == known[:5]
    assert found[-1] == known[-1]
    store = await open_at(other)
    assert len(await store.changes_together("T001", 3)) == 2
    assert (await store.create(new_ticket(), origin(key="create"))).repeated
    assert (await store.create(new_ticket(), origin())).record.ticket.id == "T027"
    await store.close()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"kind":"created"', b'"kind":"made"'),
        (b'"version":2,"kind"', b'"version":4,"kind"'),
        (b'"pri":1}', b'"pri":7}'),
        (b'"title":"The second"', b'"title":"Another"'),
    ],
)
async def test_a_resealed_backup_with_wrong_shapes_is_refused_and_left_as_it_is(old, new):
    disk, other = RamDisk(), RamDisk()
    await filled(disk)
    data = reseal(await backup_of(disk), old, new)
    if old == b'"title":"The second"':
        data = reseal(
            await backup_of(disk),
            b'"2":{"id":"T002","title":"The second"',
            b'"2":{"id":"T002","title":"Another"',
        )
    fd = other.open(PATH, 0o102)
    other.pwrite(fd, data, 0)
    with pytest.raises(DamagedError):
        await open_at(other)
    assert bytes(other.files[PATH].data) == data
    assert [path for path in other.files if path != PATH] == []


async def test_a_backup_is_not_read_without_being_opened_for_writing(tmp_path):
    disk = RamDisk()
    await filled(disk)
    disk.files[PATH].data[:] = await backup_of(disk)
    with pytest.raises(StoreError, match="backup"):
        await open_at(disk, read_only=True)


async def test_a_view_after_opening_is_the_one_before_closing():
    disk = RamDisk()
    store = await open_at(disk)
    for number in range(50):
        await store.create(new_ticket(f"login ticket {number}", desc=json.dumps({"n": number})), origin())
    before = await store.view(Filter(text="login"), EVERYTHING, 2), await store.similar("login", EVERYTHING)
    await store.close()
    store = await open_at(disk)
    assert (
        await store.view(Filter(text="login"), EVERYTHING, 2),
        await store.similar("login", EVERYTHING),
    ) == before
    await store.close()


async def test_nothing_stays_open_after_closing_or_a_failed_opening():
    disk = RamDisk()
    known = await filled(disk, segment_size=700, compact_at=2000)
    store = await open_at(disk)
    assert await content(store) == known
    await store.close()
    assert disk._open == {}
    disk.files[PATH].data[100] ^= 1
    with pytest.raises(DamagedError):
        await open_at(disk)
    disk.files[PATH].data[100] ^= 1
    disk.files[DELIVERIES].data[3] ^= 1
    with pytest.raises(DamagedError):
        await open_at(disk)
    assert disk._open == {}


async def put_another_in_its_place(folder) -> FileStore:
    """A store that stays open while its folder is moved, and another store begins where it was."""
    store = await FileStore.open(folder / "tickets.json", segment_size=2000)
    await store.create(new_ticket("before"), origin())
    folder.rename(folder.with_name("moved"))
    other = await FileStore.open(folder / "tickets.json")
    await other.create(new_ticket("another"), origin())
    await other.close()
    return store


async def titles_at(folder) -> list[str]:
    store = await FileStore.open(folder / "tickets.json")
    found = [record.ticket.title for record in await store.scan()]
    await store.close()
    return found


async def test_a_store_whose_folder_was_moved_leaves_the_one_in_its_place_alone(tmp_path, caplog):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    store = await put_another_in_its_place(folder)
    await store.create(new_ticket("after"), origin())
    await store.close()
    assert "was moved or replaced" in caplog.text
    assert await titles_at(folder) == ["another"]
    assert await titles_at(tmp_path / "moved") == ["before", "after"]


async def test_so_it_does_when_its_journal_is_full_and_says_what_to_do(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    store = await put_another_in_its_place(folder)
    await asyncio.gather(*(store.create(new_ticket(f"after {number}"), origin()) for number in range(20)))
    with pytest.raises(UnwritableError, match="start it with TICKETS_STORE where the folder is now"):
        await store.create(new_ticket("one more"), origin())
    await store.close()
    assert await titles_at(folder) == ["another"]
    assert len(await titles_at(tmp_path / "moved")) > 1
