"""Backup, copy, restore and salvage; files of other versions."""

import json
from contextlib import suppress
from zlib import crc32

import pytest
from tinydb import TinyDB

from store.backups import backup, copy, restore
from store.base import DamagedError, LockedError, StoreError, UnwritableError
from store.opening import open_store
from store.tiny import TinyStore
from tests.store.disks import RamDisk, fail
from tests.store.people import deed, new

PATH, OTHER = "/desk/tickets.json", "/desk/other.json"


async def titles(disk, path=PATH):
    store = await TinyStore.open(path, files=disk)
    try:
        return [record.ticket.title for record in await store.scan()]
    finally:
        await store.close()


async def filled(disk, *names):
    store = await TinyStore.open(PATH, files=disk)
    for name in names:
        await store.create(new(name), deed())
    return store


async def test_a_backup_of_a_running_store_is_everything_acknowledged_and_a_store_itself():
    disk = RamDisk()
    store = await filled(disk, "one", "two")
    backup(PATH, OTHER, files=disk)
    await store.create(new("three"), deed())
    assert await titles(disk, OTHER) == ["one", "two"]
    await store.close()
    assert await titles(disk) == ["one", "two", "three"]


async def test_a_backup_keeps_history_keys_and_deliveries():
    disk = RamDisk()
    store = await filled(disk, "one")
    await store.update("T001", {"pri": 1}, deed(key="once"))
    backup(PATH, OTHER, files=disk)
    await store.close()
    other = await TinyStore.open(OTHER, files=disk)
    assert (await other.update("T001", {"pri": 3}, deed(key="once"))).repeated
    assert (await other.history("T001"))[1] == 2
    await other.close()


async def test_a_backup_replaces_nothing_and_leaves_nothing_half():
    disk = RamDisk()
    store = await filled(disk, "one")
    backup(PATH, OTHER, files=disk)
    with pytest.raises(StoreError, match="there already"):
        backup(PATH, OTHER, files=disk)
    with pytest.raises(StoreError, match="there is no"):
        backup("/desk/nowhere.json", "/desk/third.json", files=disk)
    disk.before = fail(0, "write", path="third")
    with pytest.raises(UnwritableError):
        backup(PATH, "/desk/third.json", files=disk)
    disk.before = fail(-1)
    assert not any("third" in path for path in disk.files)
    await store.close()


async def test_a_copy_is_of_a_store_that_nobody_has_open():
    disk = RamDisk()
    store = await filled(disk, "one")
    with pytest.raises(LockedError):
        copy(PATH, OTHER, files=disk)
    await store.close()
    copy(PATH, OTHER, files=disk)
    assert await titles(disk, OTHER) == ["one"]
    with pytest.raises(StoreError, match="there is no"):
        copy("/desk/nowhere.json", "/desk/third.json", files=disk)


async def test_restoring_keeps_what_it_replaces():
    disk = RamDisk()
    store = await filled(disk, "one")
    backup(PATH, OTHER, files=disk)
    await store.create(new("two"), deed())
    with pytest.raises(LockedError):
        restore(OTHER, PATH, "now", files=disk)
    killed = disk.copy()
    done = restore(OTHER, PATH, "now", files=killed)
    assert done.kept == f"{PATH}.before-now"
    assert await titles(killed) == ["one"]
    assert await titles(killed, done.kept) == ["one", "two"]
    with pytest.raises(StoreError, match="there already"):
        restore(OTHER, PATH, "now", files=killed)
    await store.close()


async def test_restoring_where_nothing_is_makes_the_store():
    disk = RamDisk()
    await (await filled(disk, "one")).close()
    assert restore(PATH, OTHER, "now", files=disk).kept == ""
    assert await titles(disk, OTHER) == ["one"]


async def test_a_crash_while_restoring_leaves_the_one_or_the_other():
    at = 1
    while True:
        disk = RamDisk()
        store = await filled(disk, "one")
        backup(PATH, OTHER, files=disk)
        await store.create(new("two"), deed())
        disk = disk.copy()
        disk.crash_at = at
        with suppress(StoreError):
            restore(OTHER, PATH, "now", files=disk)
        await store.close()
        if disk.crashed is None:
            break
        for left in (disk.crashed.copy(), disk.crashed.after_power_cut()):
            assert await titles(left) in (["one"], ["one", "two"])
        at += 1
    assert at > 15


async def test_a_damaged_backup_is_not_restored():
    disk = RamDisk()
    await (await filled(disk, "one")).close()
    backup(PATH, OTHER, files=disk)
    disk.files[OTHER].data[80] ^= 1
    with pytest.raises(DamagedError):
        restore(OTHER, PATH, "now", files=disk)
    assert await titles(disk) == ["one"]


# salvage


async def damaged(change):
    """A store with a snapshot of three tickets and a journal of a change of each, damaged."""
    disk = RamDisk()
    await (await filled(disk, "one", "two", "three")).close()
    store = await TinyStore.open(PATH, files=disk)
    for number in (1, 2, 3):
        await store.update(f"T00{number}", {"res": f"note {number}"}, deed())
    killed = disk.copy()
    await store.close()
    [journal] = [path for path in killed.files if path.endswith(".journal")]
    change(killed.files[PATH].data, killed.files[journal].data)
    with pytest.raises(StoreError):
        await TinyStore.open(PATH, files=killed)
    return killed


async def saved(disk):
    done = restore(PATH, PATH, "now", salvage=True, files=disk)
    store = await TinyStore.open(PATH, files=disk)
    found = {record.ticket.title: record.ticket.res for record in await store.scan()}
    for record in await store.scan():
        assert (await store.history(record.ticket.id))[1] >= 1
    again = await store.create(new("after"), deed())
    await store.close()
    return found, done.losses, again.record.ticket.id


async def test_of_a_damaged_journal_everything_before_the_damage_is_saved():
    def change(_snapshot, journal):
        journal[journal.index(b"note 2")] ^= 1

    found, losses, after = await saved(await damaged(change))
    assert found == {"one": "note 1", "two": None, "three": None}
    [loss] = losses
    assert loss.startswith("tickets.json.3.journal: everything from line 3 (byte ")
    assert after == "T004"


async def test_of_a_damaged_snapshot_every_readable_row_is_saved():
    def change(snapshot, _journal):
        at = snapshot.index(b'"title":"two"')
        snapshot[at : at + 9] = b"\x00" * 9

    found, losses, after = await saved(await damaged(change))
    assert set(found) >= {"one", "three"}
    assert any("line" in loss for loss in losses)
    assert after == "T004"


async def test_of_a_cut_snapshot_what_is_left_is_saved():
    def change(snapshot, _journal):
        del snapshot[snapshot.index(b'"title":"two"') :]

    found, losses, _ = await saved(await damaged(change))
    assert "one" in found
    assert losses


async def test_a_file_that_another_program_has_rewritten_can_be_saved(tmp_path):
    path = tmp_path / "tickets.json"
    store = await open_store(str(path))
    await store.create(new("one"), deed())
    await store.close()
    with TinyDB(path) as stock:
        stock.table("tickets").update({"title": "changed"})
    with pytest.raises(DamagedError, match="another program"):
        await open_store(str(path))
    done = restore(str(path), str(path), "now", salvage=True)
    store = await open_store(str(path))
    assert [record.ticket.title for record in await store.scan()] == ["changed"]
    assert done.losses == []
    await store.close()


# versions


async def test_a_file_of_stock_tinydb_with_tickets_is_brought_up_to_date_and_kept(tmp_path):
    path = tmp_path / "tickets.json"
    with TinyDB(path) as stock:
        stock.table("tickets").insert({"title": "old", "created": "2023-05-05", "stat": "done", "res": "ok"})
        stock.table("tickets").insert({"id": "T010", "title": "older", "created": "2023-05-04"})
    before = path.read_bytes()
    store = await open_store(str(path))
    assert [(record.ticket.id, record.ticket.title) for record in await store.scan()] == [
        ("T001", "old"),
        ("T010", "older"),
    ]
    assert (await store.history("T010"))[1] == 1
    assert (await store.create(new(), deed())).record.ticket.id == "T011"
    await store.close()
    assert (tmp_path / "tickets.json.v0").read_bytes() == before


async def test_a_file_of_stock_tinydb_with_something_else_for_a_ticket_is_refused_and_untouched(tmp_path):
    path = tmp_path / "tickets.json"
    with TinyDB(path) as stock:
        stock.table("tickets").insert({"name": "no ticket"})
    before = path.read_bytes()
    with pytest.raises(DamagedError, match="ticket 1"):
        await open_store(str(path))
    assert path.read_bytes() == before


async def test_a_newer_version_is_refused():
    disk = RamDisk()
    await (await filled(disk, "one")).close()
    data = bytes(disk.files[PATH].data).replace(b'"version":1', b'"version":2')
    disk.files[PATH].data[:] = data[:-13] + b"%08x" % crc32(data[:-13]) + data[-5:]
    with pytest.raises(StoreError, match="newer version"):
        await TinyStore.open(PATH, files=disk)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"tickets": []}', "hello"])
async def test_what_is_no_store_is_refused_and_untouched(tmp_path, content):
    path = tmp_path / "tickets.json"
    path.write_text(content)
    with pytest.raises(DamagedError, match="tickets restore"):
        await open_store(str(path))
    assert path.read_text() == content


# opening


async def test_an_address_of_a_store_that_there_is_not_yet_is_refused_clearly(tmp_path):
    with pytest.raises(StoreError, match="postgresql"):
        await open_store("postgresql://localhost/tickets")
    with pytest.raises(StoreError, match="TICKETS_STORE is empty"):
        await open_store("")


async def test_a_second_opener_is_told_who_has_it(tmp_path):
    store = await open_store(str(tmp_path / "tickets.json"))
    with pytest.raises(LockedError, match="in use by another process"):
        await open_store(str(tmp_path / "tickets.json"))
    await store.close()
    await (await open_store(str(tmp_path / "tickets.json"))).close()


async def test_stock_tinydb_finds_the_same_tickets_after_closing(tmp_path):
    path = tmp_path / "tickets.json"
    store = await open_store(str(path))
    for number in range(3):
        await store.create(new(f"ticket {number}", desc="☕ café"), deed())
    await store.update("T002", {"stat": "done", "res": "ok"}, deed())
    await store.delete("T003", deed())
    expected = [record.ticket.model_dump(mode="json", exclude_none=True) for record in await store.scan()]
    await store.close()
    with TinyDB(path, encoding="utf-8") as stock:
        assert list(stock.table("tickets")) == expected
        assert [document.doc_id for document in stock.table("tickets")] == [1, 2]
    assert json.loads(path.read_text(encoding="utf-8"))["tickets"]["1"]["title"] == "ticket 0"
