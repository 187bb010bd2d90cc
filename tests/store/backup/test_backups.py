"""Backup, copy and restore."""

import asyncio
import errno
import json
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from zlib import crc32

import pytest
from tinydb import TinyDB

from store import open_store
from store.backup.copying import copy_between
from store.backup.restoring import backup, restore
from store.errors import DamagedError, LockedError, StoreError, UnwritableError
from store.file.disk.filesystem import APPEND
from store.file.disk.framing import HEAD, reframe
from store.file.opening import StoreFiles, open_files
from store.file.store import FileStore
from store.models.deliveries import Delivery
from store.models.tickets import ImportedTicket, MessageRef, MessageUsage, Ticket
from tests.store.factories import TODAY, new_ticket, origin, show_card
from tests.store.file.disks import RamDisk, fail
from tests.support.counts import again_and_again

PATH, OTHER = "/desk/tickets.json", "/desk/other.json"


async def titles(disk, path=PATH):
    store = await (FileStore.open(path, files=disk) if disk else open_store(path))
    try:
        return [record.ticket.title for record in await store.scan()]
    finally:
        await store.close()


async def filled(disk, *names, path=PATH, **how):
    store = await FileStore.open(path, files=disk, **how)
    for name in names:
        await store.create(new_ticket(name), origin())
    return store


async def back_up_and_change(disk):
    """A store of one ticket, its backup, and then a second ticket."""
    store = await filled(disk, "one")
    backup(PATH, OTHER, files=disk)
    await store.create(new_ticket("two"), origin())
    await store.close()


def copy_in(disk, path, data):
    fd = disk.open(path, APPEND)
    disk.pwrite(fd, data, 0)
    disk.sync(fd)
    disk.close(fd)


async def content(store):
    """All that lasts."""
    records = await store.scan()
    histories = [await store.history(record.ticket.id, size=100) for record in records]
    return records, histories, await store.usage(9), await store.latest("U1"), await store.latest("U2")


async def eventful(path, **how):
    """A store in which everything has happened that a backup has to keep."""
    store = await FileStore.open(path, **how)
    usage = MessageUsage(TODAY, "U1", "llm", 120, 1)
    await store.create(new_ticket("one", desc="é ☕ \u2028"), origin(channel="C1", thread="1.1", usage=usage))
    for name in ("two", "three"):
        await store.create(new_ticket(name), origin(private=True, channel="G1"))
    await store.update("T001", {"stat": "done", "res": "fixed"}, origin("U2"))
    await store.bulk_update({"T001": {"pri": 1}, "T002": {"pri": 1}}, origin(key="bulk"))
    await store.undo("T002", 2, origin("U2"))
    await store.post("T002", "C9", origin(), private=False)
    await store.delete("T003", origin("U2"))
    await show_card(store, "T001", MessageRef("C1", "1.2", "1.1"))
    ticket = Ticket(id="T005", title="old", created=TODAY, stat="done")
    await store.import_tickets(
        [ImportedTicket("T005", ticket, origin("U7", key="", at=5.0), "U8", 9.0)], origin(key="imported")
    )
    return store


# backup


async def test_a_backup_of_a_running_store_is_everything_acknowledged_and_a_store_itself():
    disk = RamDisk()
    store = await filled(disk, "one", "two")
    done = backup(PATH, OTHER, files=disk)
    assert (done.path, done.tickets, done.changes) == (OTHER, 2, 2)
    await store.create(new_ticket("three"), origin())
    assert await titles(disk, OTHER) == ["one", "two"]
    await store.close()
    assert await titles(disk) == ["one", "two", "three"]


@pytest.mark.parametrize("how", [{}, {"segment_size": 500}, {"compact_at": 1}])
async def test_a_backup_keeps_tickets_history_keys_cards_and_usage(tmp_path, how):
    path, saved = tmp_path / "tickets.json", tmp_path / "saved.json"
    store = await eventful(path, **how)
    expected = await content(store)
    backup(str(path), str(saved))
    other = await open_store(str(saved))
    assert await content(other) == expected
    assert (await other.update("T001", {"pri": 3}, origin(key="bulk"))).repeated
    assert (await other.create(new_ticket(), origin())).record.ticket.id == "T006"
    await other.close()
    await store.close()


async def test_backups_made_while_the_store_is_written_and_compacted_hold_what_was_acknowledged(tmp_path):
    path = tmp_path / "tickets.json"
    store = await FileStore.open(path, compact_at=2_000, segment_size=1_500)
    acknowledged = 0
    backups = []
    more = asyncio.Semaphore(0)  # acknowledged since the last backup

    async def write():
        nonlocal acknowledged
        while len(backups) < 5:
            await store.create(new_ticket(f"ticket {acknowledged + 1}"), origin())
            acknowledged += 1
            more.release()

    async def copy_it():
        for number in range(5):
            for _ in range(4):
                await more.acquire()
            before, saved = acknowledged, str(tmp_path / f"saved{number}.json")
            await asyncio.to_thread(backup, str(path), saved)
            backups.append((before, saved, acknowledged))

    await asyncio.gather(write(), copy_it())
    await store.close()
    for before, saved, after in backups:
        found = await titles(None, saved)
        assert before <= len(found) <= after + 1
        assert found == [f"ticket {number}" for number in range(1, len(found) + 1)]


async def test_a_backup_is_one_file_that_stock_tinydb_reads_and_nobody_else(tmp_path):
    old = os.umask(0)
    try:
        store = await eventful(tmp_path / "tickets.json")
        expected = [record.ticket.model_dump(mode="json", exclude_none=True) for record in await store.scan()]
        backup(str(tmp_path / "tickets.json"), str(tmp_path / "saved.json"))
        await store.close()
    finally:
        os.umask(old)
    assert [each.name for each in tmp_path.glob("saved*")] == ["saved.json"]
    assert (tmp_path / "saved.json").stat().st_mode & 0o777 == 0o600
    with TinyDB(tmp_path / "saved.json", encoding="utf-8") as stock:
        assert list(stock.table("tickets")) == expected


async def test_a_backup_verifies_segments_that_opening_does_not_read(tmp_path):
    path = tmp_path / "tickets.json"
    store = await eventful(path, segment_size=500)
    await store.close()
    segments = sorted((tmp_path / "tickets.json.journal").iterdir())
    assert len(segments) > 2
    data = bytearray(segments[0].read_bytes())
    data[data.index(b'"one"') + 1] ^= 1
    segments[0].write_bytes(data)
    with pytest.raises(DamagedError, match="000001"):
        backup(str(path), str(tmp_path / "saved.json"))
    assert not (tmp_path / "saved.json").exists()


async def test_a_backup_replaces_nothing_and_leaves_nothing_half():
    disk = RamDisk()
    store = await filled(disk, "one")
    backup(PATH, OTHER, files=disk)
    with pytest.raises(StoreError, match="already exists"):
        backup(PATH, OTHER, files=disk)
    with pytest.raises(StoreError, match="there is no /desk/nowhere"):
        backup("/desk/nowhere.json", "/desk/third.json", files=disk)
    disk.before = fail(0, "write", path="third")
    with pytest.raises(UnwritableError):
        backup(PATH, "/desk/third.json", files=disk)
    disk.before = fail(-1)
    assert not any("third" in path for path in disk.files)
    await store.close()


async def run(command, *paths):
    """A command that may be waited for."""
    done = command(*paths)
    return await done if asyncio.iscoroutine(done) else done


def restored(source, target):
    return restore(source, target, "now")


@pytest.mark.parametrize("command", [backup, copy_between, restored])
async def test_no_folder_is_made_and_no_other_kind_of_store_is_written_as_a_file(
    tmp_path, monkeypatch, command
):
    monkeypatch.chdir(tmp_path)
    await (await eventful(tmp_path / "tickets.json")).close()
    with pytest.raises(StoreError, match=re.escape(f"there is no folder {tmp_path}/nowhere")):
        await run(command, "tickets.json", "nowhere/saved.json")
    with pytest.raises(StoreError, match="no store for redis://"):
        await run(command, "redis://desk", "saved.json")
    if command is not copy_between:
        with pytest.raises(StoreError, match=r"a database is backed up by `pg_dump`"):
            command("tickets.json", "postgresql://desk/tickets")
    assert not [each for each in tmp_path.iterdir() if not each.name.startswith("tickets.json")]


@pytest.mark.parametrize("link", ["saved.json", "saved.json.new"])
async def test_a_link_where_a_backup_would_be_is_not_followed(tmp_path, link):
    await (await eventful(tmp_path / "tickets.json")).close()
    mine = tmp_path / "mine"
    mine.write_text("untouched")
    (tmp_path / link).symlink_to(mine)
    for command in (backup, copy_between):
        with pytest.raises(StoreError, match="already exists"):
            await run(command, str(tmp_path / "tickets.json"), str(tmp_path / "saved.json"))
    assert mine.read_text() == "untouched"


@pytest.mark.parametrize(
    "end", [".lock", ".new", ".restoring", ".restoring.new", ".restoring.journal", ".before-now"]
)
async def test_a_link_beside_a_store_is_not_followed_by_a_restore(tmp_path, end):
    path, mine = tmp_path / "tickets.json", tmp_path / "mine"
    await (await eventful(path)).close()
    backup(str(path), str(tmp_path / "saved.json"))
    mine.write_text("untouched")
    path.with_name(path.name + end).symlink_to(mine)
    with suppress(StoreError):
        restore(str(tmp_path / "saved.json"), str(path), "now")
    assert mine.read_text() == "untouched"
    path.with_name(path.name + ".lock").unlink(missing_ok=True)
    assert await titles(None, str(path)) == ["one", "two", "old"]


# copy


async def test_a_copy_is_of_a_store_that_nobody_has_open():
    disk = RamDisk()
    store = await filled(disk, "one")
    with pytest.raises(LockedError):
        await copy_between(PATH, OTHER, files=disk)
    await store.close()
    await copy_between(PATH, OTHER, files=disk)
    assert await titles(disk, OTHER) == ["one"]
    with pytest.raises(StoreError, match="there is no"):
        await copy_between("/desk/nowhere.json", "/desk/third.json", files=disk)


async def test_a_copy_has_what_is_unfinished_too(tmp_path):
    path, other = tmp_path / "tickets.json", tmp_path / "other.json"
    store = await eventful(path)
    await store.accept(Delivery(("k1",), 5.0, {"text": "hello"}))
    expected = [*await content(store), await store.pending()]
    await store.close()
    done = await copy_between(str(path), str(other))
    assert done.tickets == 4  # with the deleted one
    store = await open_store(str(other))
    assert [*await content(store), await store.pending()] == expected
    await store.close()


@pytest.mark.parametrize("in_use", [True, False])
async def test_a_store_that_is_begun_where_a_copy_will_be_is_left_as_it_is(in_use):
    disk = RamDisk()
    await (await filled(disk, "one")).close()
    begun: list[StoreFiles] = []

    def begin_meanwhile(_done: int, _total: int) -> None:
        begun.append(open_files(disk, OTHER, read_only=False))
        if not in_use:
            begun[0].close()

    with pytest.raises(LockedError if in_use else StoreError, match="in use" if in_use else "already exists"):
        await copy_between(PATH, OTHER, files=disk, progress=begin_meanwhile)
    assert len(begun) == 1
    if in_use:
        assert f"{OTHER}.lock" in disk.files
        begun[0].close()
    assert await titles(disk, OTHER) == []


@pytest.mark.parametrize("at", [1, 2, 3])
async def test_a_copy_that_fails_leaves_nothing(at):
    disk = RamDisk()
    await (await filled(disk, "one")).close()
    disk.before = fail(at, "write", path="other")
    with pytest.raises(UnwritableError):
        await copy_between(PATH, OTHER, files=disk)
    disk.before = fail(-1)
    assert not any("other" in path for path in disk.files)


@pytest.mark.parametrize("end", [".new", ".journal", ".deliveries"])
async def test_what_a_killed_copy_left_is_named_and_may_be_deleted(tmp_path, end):
    await (await open_store(str(tmp_path / "tickets.json"))).close()
    (tmp_path / f"other.json{end}").touch()
    with pytest.raises(StoreError, match=f"other.json{end} already exists, perhaps left by .* delete it, or"):
        await copy_between(str(tmp_path / "tickets.json"), str(tmp_path / "other.json"))


# restore


async def test_restoring_keeps_what_it_replaces():
    disk = RamDisk()
    store = await filled(disk, "one")
    backup(PATH, OTHER, files=disk)
    await store.create(new_ticket("two"), origin())
    await store.accept(Delivery(("k1",), 5.0, {}))
    with pytest.raises(LockedError):
        restore(OTHER, PATH, "now", files=disk)
    killed = disk.copy()
    done = restore(OTHER, PATH, "now", files=killed)
    assert done.kept == f"{PATH}.before-now"
    assert await titles(killed) == ["one"]
    assert await titles(killed, done.kept) == ["one", "two"]
    kept = await FileStore.open(done.kept, files=killed)
    assert len(await kept.pending()) == 1
    await kept.close()
    with pytest.raises(StoreError, match="already exists"):
        restore(OTHER, PATH, "now", files=killed)
    await store.close()


async def test_a_restored_store_has_everything_of_the_backup_and_nothing_of_what_was_there(tmp_path):
    path, saved = tmp_path / "tickets.json", tmp_path / "saved.json"
    store = await eventful(path)
    expected = await content(store)
    backup(str(path), str(saved))
    await store.accept(Delivery(("k1",), 5.0, {}))
    await store.update("T001", {"pri": 3}, origin())
    await store.create(new_ticket("since then"), origin())
    await store.close()
    restore(str(saved), str(path), "now")
    reader = await open_store(str(path), read_only=True)
    assert await content(reader) == expected
    assert await reader.pending() == []
    await reader.close()
    store = await open_store(str(path))
    assert (await store.create(new_ticket(), origin())).record.ticket.id == "T007"  # no id is used twice
    await store.close()
    assert {each.name.removeprefix("tickets.json") for each in tmp_path.glob("tickets.json*")} == {
        *("", ".journal", ".deliveries"),
        *(".before-now", ".before-now.journal", ".before-now.deliveries"),
    }


async def test_what_a_message_holds_that_no_utf_8_can_is_restored_too(tmp_path):
    path, saved = tmp_path / "tickets.json", tmp_path / "saved.json"
    store = await open_store(str(path))
    await store.create(new_ticket("half \ud83d"), origin(text="half \ud83d a pair"))
    await store.close()
    backup(str(path), str(saved))
    restore(str(saved), str(path), "now")
    store = await open_store(str(path))
    found = await store.get("T001")
    assert (found.ticket.title, found.origin.text) == ("half \ud83d", "half \ud83d a pair")
    await store.close()


async def test_nothing_is_left_of_a_store_of_the_first_version_that_is_replaced(tmp_path):
    shutil.copytree(
        Path(__file__).parents[1] / "data" / "v1" / "torn", tmp_path / "v1", copy_function=shutil.copy
    )
    (tmp_path / "v1").chmod(0o700)
    path, saved = tmp_path / "v1" / "tickets.json", tmp_path / "saved.json"
    await (await eventful(tmp_path / "tickets.json")).close()
    backup(str(tmp_path / "tickets.json"), str(saved))
    assert list(path.parent.glob("tickets.json.[0-9]*.journal"))
    restore(str(saved), str(path), "now")
    assert not list(path.parent.glob("tickets.json.[0-9]*.journal"))
    assert await titles(None, str(path)) == ["one", "two", "old"]
    kept = f"{path}.before-now"
    assert await titles(None, kept)


@again_and_again
async def test_a_crash_while_one_of_the_first_version_is_replaced_leaves_the_one_or_the_other_whole():
    old = RamDisk()
    await (await filled(old, "one")).close()
    backup(PATH, OTHER, files=old)
    old.files = {path: inode for path, inode in old.files.items() if path == OTHER}
    for each in (Path(__file__).parents[1] / "data" / "v1" / "torn").glob("tickets*"):
        copy_in(old, f"/desk/{each.name}", each.read_bytes())
    old.named = dict(old.files)
    known, at, replaced = await titles(old.copy()), 1, 0
    while True:
        disk = old.copy()
        disk.crash_at = disk.operations + at
        with suppress(StoreError):
            restore(OTHER, PATH, "now", files=disk)
        left = disk.crashed or disk.copy()
        found = await titles(left)
        assert found in (known, ["one"])
        if found == ["one"]:
            replaced += 1
            assert not [
                path for path in left.files if re.fullmatch(r"/desk/tickets\.json\.\d+\.journal", path)
            ]
        if disk.crashed is None:
            break
        at += 1
    assert 10 < replaced < at


@pytest.mark.parametrize("kind", ["closed", "killed", "killed_later", "torn"])
async def test_a_store_of_the_first_version_can_be_restored_backed_up_and_copied(tmp_path, kind):
    shutil.copytree(
        Path(__file__).parents[1] / "data" / "v1" / kind, tmp_path / "v1", copy_function=shutil.copy
    )
    (tmp_path / "v1").chmod(0o700)
    old = tmp_path / "v1" / "tickets.json"
    expected = json.loads((tmp_path / "v1" / "expected").read_text())
    restore(str(old), str(tmp_path / "tickets.json"), "now")
    backup(str(old), str(tmp_path / "saved.json"))
    await copy_between(str(old), str(tmp_path / "other.json"))
    found = []
    for name in ("tickets.json", "other.json", "saved.json"):
        store = await open_store(str(tmp_path / name))
        found.append(await content(store))
        await store.close()
    assert found[0] == found[1] == found[2]
    then = [each["ticket"]["title"] for each in expected["tickets"]]
    assert [record.ticket.title for record in found[0][0]] == then


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"_default": {"1": {"title": "x", "created": "2024-01-01T10:00:00"}}}', "tickets import"),
        ('{"Tickets": {"1": {"id": "T001", "title": "x", "created": "2024-01-01"}}}', "tickets import"),
        ('{"tickets": {"1": {"name": "no ticket"}}}', "ticket 1"),
        ("{", "other.json"),
        ("hello", "other.json"),
        ("[" * 100_000, "other.json"),
        ('{"tickets":{"1":' + '{"a":' * 100_000, "other.json"),
        ('{"_store":{"1":{"version":2}},\n"tickets":{\n"1":' + "[" * 100_000 + "\n},\n", "other.json"),
    ],
)
async def test_what_is_no_store_is_not_restored_and_called_by_its_name(tmp_path, written, said):
    path, other = tmp_path / "tickets.json", tmp_path / "other.json"
    await (await eventful(path)).close()
    other.write_text(written)
    with pytest.raises(StoreError, match=said) as error:
        restore(str(other), str(path), "now")
    assert "restoring" not in str(error.value)
    assert await titles(None, str(path)) == ["one", "two", "old"]
    assert not list(tmp_path.glob("*restoring*"))


async def test_restoring_where_nothing_is_makes_the_store():
    disk = RamDisk()
    await (await filled(disk, "one")).close()
    assert restore(PATH, OTHER, "now", files=disk).kept == ""
    assert await titles(disk, OTHER) == ["one"]


@again_and_again
async def test_a_crash_while_restoring_leaves_the_one_or_the_other():
    at = 1
    while True:
        disk = RamDisk()
        store = await filled(disk, "one")
        backup(PATH, OTHER, files=disk)
        await store.create(new_ticket("two"), origin())
        disk = disk.copy()
        disk.crash_at = disk.operations + at
        with suppress(StoreError):
            restore(OTHER, PATH, "now", files=disk)
        await store.close()
        if disk.crashed is None:
            break
        for left in (disk.crashed.copy(), disk.crashed.after_power_cut()):
            assert await titles(left) in (["one"], ["one", "two"])
        at += 1
    assert at > 30


@again_and_again
async def test_any_operation_of_a_restore_may_fail_and_the_store_is_as_it_was_or_restored():
    at = 1
    while True:
        disk = RamDisk()
        await back_up_and_change(disk)
        disk = disk.copy()
        disk.before = fail(at)
        failed = True
        with suppress(StoreError):
            restore(OTHER, PATH, "now", files=disk)
            failed = False
        done = disk.operations
        disk.before = fail(-1)
        assert await titles(disk) in (["one"], ["one", "two"])
        if not failed and at > done:
            break
        at += 1


@again_and_again
async def test_a_restore_that_a_full_disk_stops_leaves_no_copy_of_a_store_that_was_not_replaced():
    results, writes = set(), 0
    while True:
        disk = RamDisk()
        await back_up_and_change(disk)
        left = iter(range(writes))

        def become_full(name: str, _path: str, left=left) -> None:
            if name == "write" and next(left, None) is None:
                raise OSError(errno.ENOSPC, "No space left on device")

        disk.before = become_full
        told = ""
        try:
            restore(OTHER, PATH, "now", files=disk)
        except UnwritableError as error:
            told = str(error)
        if not told:
            break
        disk.before = fail(-1)
        copies = {path for path in disk.files if ".before-now" in path}
        replaced = await titles(disk) == ["one"]
        assert (
            bool(copies)
            is replaced
            is (f"is replaced already, and what was there before is kept as {PATH}.before-now" in told)
        )
        assert "No space left on device; make room on that disk" in told
        results.add(replaced)
        writes += 1
    assert results == {False, True}


async def test_a_damaged_backup_is_not_restored():
    disk = RamDisk()
    await (await filled(disk, "one")).close()
    backup(PATH, OTHER, files=disk)
    disk.files[OTHER].data[80] ^= 1
    with pytest.raises(DamagedError):
        restore(OTHER, PATH, "now", files=disk)
    assert await titles(disk) == ["one"]


EVIL = [
    (b'"stat":"open"', b'"stat":"evil"'),
    (b'"pri":2', b'"pri":9'),
    (b'"pri":2', b'"pri":"2"'),
    (b'"title":"two"', b'"title":"' + b"x" * 51 + b'"'),
    (b'"title":"two"', b'"name":"two"'),
    (b'"created":"2024-09-24"', b'"created":"yesterday"'),
    (b'"kind":"created"', b'"kind":"conjured"'),
    (b'"version":2', b'"version":"2"'),
    (b'"version":2,"kind"', b'"version":3,"kind"'),
    (b'"id":"T002","version":2', b'"id":"T001","version":2'),
    (b'"undoes":2', b'"undoes":99'),
    (b'"undoes":2', b'"undoes":"2"'),
    (b'"by":"U1"', b'"by":7'),
    (b'"at":1727172000.0', b'"at":"now"'),
    (b'"at":1727172000.0', b'"at":NaN'),
    (b'"at":1727172000.0', b'"when":5'),
    (b'"private":true', b'"private":"yes"'),
    (b'"changed_at":1727172000.0', b'"changed_at":[]'),
    (b'"card":["C1","1.2","1.1"]', b'"card":[1,2,3]'),
    (b'"card":["C1","1.2","1.1"]', b'"card":{}'),
    (b'"last":5', b'"last":"5"'),
    (b'"2":{"id":"T002"', b'"9":{"id":"T002"'),
    (b'"2":{"id":"T002","title":"two"', b'"2":{"id":"T002","title":"other"'),
    (b"[1,0,1,120]", b'["1",0,1,120]'),
    (b"[1,0,1,120]", b"{}"),
    (b'"origin":{', b'"origins":{'),
    (b'"after":{"title"', b'"after":{"evil":1,"title"'),
    (b'"metadata_after":{', b'"metadata_after":{"evil":1,'),
    (b'"usage":[{"day":"2024-09-24"', b'"usage":[{"day":"never"'),
]


def resealed(data: bytes) -> bytes:
    body = data[:-13]
    return body + b"%08x" % crc32(body) + data[-5:]


@pytest.mark.parametrize(("old", "new"), EVIL)
async def test_a_resealed_backup_with_wrong_shapes_is_refused_and_not_half_taken(tmp_path, old, new):
    path, saved = tmp_path / "tickets.json", tmp_path / "saved.json"
    store = await eventful(path)
    backup(str(path), str(saved))
    await store.close()
    before = {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    data = saved.read_bytes()
    assert old in data
    for at in (data.index(old), data.rindex(old)):
        saved.write_bytes(resealed(data[:at] + new + data[at + len(old) :]))
        with pytest.raises(StoreError):
            restore(str(saved), str(path), "now")
        saved.write_bytes(data)
        assert {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()} == before


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"by":"U1"', b'"by":7'), (b'"id":', b'"evil":1,"id":'), (b'"at":1727172000.0', b'"at":NaN')],
)
async def test_a_store_with_a_resealed_journal_of_wrong_shapes_takes_no_other_s_place(tmp_path, old, new):
    path, other = tmp_path / "tickets.json", tmp_path / "killed" / "tickets.json"
    store = await eventful(path)
    shutil.copytree(tmp_path, other.parent, ignore=shutil.ignore_patterns("*.lock", "killed"))
    other.parent.chmod(0o700)
    await store.close()
    segment = other.with_name("tickets.json.journal") / "000001"
    header, *lines = segment.read_bytes().rstrip(b"\0").splitlines(keepends=True)
    chain, evil = 0, [header]
    for line in lines:
        text, chain = reframe(line, line[HEAD:-1].replace(old, new), chain)
        evil.append(text)
    segment.write_bytes(b"".join(evil))
    with pytest.raises(DamagedError, match=r"not as this program wrote it|no store writes"):
        restore(str(other), str(path), "now")
    assert await titles(None, str(path)) == ["one", "two", "old"]


async def test_a_resealed_backup_that_lost_a_row_is_refused(tmp_path):
    path, saved = tmp_path / "tickets.json", tmp_path / "saved.json"
    await (await eventful(path)).close()
    backup(str(path), str(saved))
    lines = saved.read_bytes().split(b"\n")
    for at, line in enumerate(lines):
        table = next((each for each in reversed(lines[:at]) if each.endswith(b":{")), b"")
        if re.match(rb'"\d+":\{', line) and table != b'"usage":{':
            name = table[1:-3]
            count = re.search(rb'"%b":(\d+)' % name, lines[-2])[1]
            left = [*lines[:at], *lines[at + 1 :]]
            if left[at] == b"},":
                left[at - 1] = left[at - 1].removesuffix(b",")
            left[-2] = left[-2].replace(b'"%b":%b' % (name, count), b'"%b":%d' % (name, int(count) - 1))
            saved.write_bytes(resealed(b"\n".join(left)))
            with pytest.raises(StoreError):
                restore(str(saved), str(path), "now")
    assert await titles(None, str(path)) == ["one", "two", "old"]


async def test_a_folder_that_others_may_write_to_is_no_place_to_restore_to(tmp_path):
    await (await eventful(tmp_path / "tickets.json")).close()
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(StoreError, match="others may write"):
        restore(str(tmp_path / "tickets.json"), str(folder / "tickets.json"), "now")
    assert list(folder.iterdir()) == []
