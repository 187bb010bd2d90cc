"""The history of what was done long ago leaves the files for good; a crash at any moment leaves the old or the new."""

import asyncio
import errno
from itertools import count as counter
from random import Random

import pytest

from store.backup.restoring import backup, restore
from store.errors import DamagedError, StoreError
from store.file.disk.journal import Journal
from store.models.tickets import Status
from tests.store.factories import DAY, NOW, new_ticket, origin, trim
from tests.store.file.disks import RamDisk
from tests.store.file.workload import PATH, content, content_of, open_at
from tests.support.counts import SEED, again_and_again, count, tried

LONG_AGO = NOW - 400 * DAY
SMALL = {"segment_size": 1500}  # bytes: some segments
JOURNAL = f"{PATH}.journal"


async def filled(disk: RamDisk, **how):
    """Of six tickets the first, third and fifth are done long ago. Their words hold ZEBRA, those of the others OKAPI."""
    store = await open_at(disk, **how)
    for number in range(1, 7):
        animal = "ZEBRA" if number % 2 else "OKAPI"
        await store.create(
            new_ticket(f"ticket {number}", desc=f"first {animal}"),
            origin("U1", at=LONG_AGO, text=f"create {animal}"),
        )
    for number in range(1, 7):
        await store.update(f"T00{number}", {"desc": None}, origin("U1", at=LONG_AGO))
    done = {f"T00{number}": {"stat": Status.DONE} for number in range(1, 6)}
    await store.bulk_update(done, origin("U2", at=LONG_AGO))
    await store.update("T002", {"stat": Status.OPEN}, origin("U2", at=NOW, text="OKAPI again"))
    await store.update("T004", {"res": "a note"}, origin("U2", at=NOW))
    return store


def traces(disk: RamDisk, word: bytes) -> list[str]:
    return [path for path, inode in disk.files.items() if word in inode.data]


def verify(disk: RamDisk) -> list:
    return [entry.row for entry in Journal(disk, JOURNAL).verify()]


@pytest.mark.parametrize("how", [{}, SMALL])
async def test_nothing_of_it_is_left_in_any_file_and_all_else_is_there(how):
    disk = RamDisk()
    store = await filled(disk, **how)
    assert traces(disk, b"ZEBRA")
    assert await trim(store) == (3, 9)
    assert not traces(disk, b"ZEBRA")
    found = await content(store)
    others = [row for row in verify(disk) if row.get("id") in {"T002", "T004", "T006"}]
    assert [row["id"] for row in others] == ["T002", "T004", "T006"] * 2 + ["T002", "T004", "T002", "T004"]
    await store.close()
    assert await content_of(disk) == found
    assert not traces(disk, b"ZEBRA")
    assert traces(disk, b"OKAPI")


async def test_the_journal_and_each_segment_say_what_was_done_and_why():
    disk = RamDisk()
    store = await filled(disk, **SMALL)
    await trim(store)
    audit = b'"audit":{"what":"history trimmed","at":%d.0,"days":365' % NOW
    assert (
        audit + b',"tickets":3,"changes":9}' in disk.files[f"{JOURNAL}/{len(verify_segments(disk)):06d}"].data
    )
    assert audit + b'},"sealed":' in disk.files[f"{JOURNAL}/000001"].data
    await store.close()


def verify_segments(disk: RamDisk) -> list[int]:
    return Journal(disk, JOURNAL).segments()


async def test_it_is_done_again_a_year_later():
    disk = RamDisk()
    store = await filled(disk, **SMALL)
    await trim(store)
    await store.update("T001", {"stat": Status.OPEN}, origin("U1", at=NOW, text="QUAGGA"))
    await store.update("T001", {"stat": Status.DONE}, origin("U1", at=NOW))
    later = NOW + 400 * DAY
    assert await store.trim_history(later - 365 * DAY, 365, later) == (2, 7)
    assert not traces(disk, b"QUAGGA")
    first = disk.files[f"{JOURNAL}/000001"].data
    assert first.count(b'"sealed"') == 2
    verify(disk)
    found = await content(store)
    await store.close()
    assert await content_of(disk) == found


async def test_a_backup_of_it_is_a_store_without_it():
    disk = RamDisk()
    store = await filled(disk, **SMALL)
    await trim(store)
    found = await content(store)
    backup(PATH, "/desk/copy.json", files=disk)
    await store.close()
    restore("/desk/copy.json", PATH, "now", files=disk)
    assert await content_of(disk) == found
    for path in traces(disk, b"ZEBRA"):
        assert ".before-" in path


async def test_a_backup_in_the_middle_of_which_it_is_done_can_be_restored():
    disk = RamDisk()
    store = await filled(disk, **SMALL)
    loop, begun = asyncio.get_running_loop(), []

    async def trim_and_change() -> None:
        await trim(store)
        for _ in range(9):
            await store.update("T001", {"res": f"note {len(begun)}"}, origin("U1", at=NOW))
            begun.append("changed")

    def once_the_tickets_are_read(operation: str, path: str) -> None:
        if (operation, path, begun) == ("open", "/desk/copy.json", []):
            begun.append("trimmed")
            asyncio.run_coroutine_threadsafe(trim_and_change(), loop).result(10)

    disk.before = once_the_tickets_are_read
    await asyncio.to_thread(backup, PATH, "/desk/copy.json", files=disk)
    assert len(begun) == 10
    found = await content(store)
    await store.close()
    restore("/desk/copy.json", PATH, "now", files=disk)
    assert await content_of(disk) == found


async def test_whoever_reads_the_store_meanwhile_is_told_that_it_is_gone():
    disk = RamDisk()
    store = await filled(disk, **SMALL)
    reader = await open_at(disk, read_only=True)
    await trim(store)
    with pytest.raises(StoreError, match="open it again"):
        await reader.history("T001")
    assert (await reader.history("T002"))[1] == 4
    for each in (reader, store):
        await each.close()


async def test_damage_to_a_segment_that_was_redacted_is_noticed():
    disk = RamDisk()
    store = await filled(disk)
    await trim(store)
    await store.close()
    data = disk.files[f"{JOURNAL}/000001"].data
    for at in (data.index(b"OKAPI"), data.index(b'"removed"'), data.index(b'"sealed"'), len(data) - 20):
        broken = disk.copy()
        broken.files[f"{JOURNAL}/000001"].data[at] ^= 1
        with pytest.raises(DamagedError):
            verify(broken)
    cut = disk.copy()
    del cut.files[f"{JOURNAL}/000001"].data[data.rindex(b"\n", 0, -1) + 1 :]
    with pytest.raises(DamagedError):
        verify(cut)


async def disks_at_every_operation() -> tuple[list[RamDisk], list, list]:
    """The disk before each operation of a removal; what the store knew before, and after."""
    disk, found = RamDisk(), []
    store = await filled(disk, **SMALL)
    old = await content(store)
    disk.before = lambda *_: found.append(disk.copy())
    await trim(store)
    disk.before = lambda *_: None
    new = await content(store)
    await store.close()
    return found, old, new


@again_and_again
async def test_a_crash_at_any_operation_leaves_the_old_or_the_new_and_the_next_time_goes_on():
    crashes, old, new = await disks_at_every_operation()
    chance, states = Random(SEED), 0
    for disk in crashes:
        lefts = [disk.copy(), disk.after_power_cut(0), disk.after_power_cut(1, names=True)]
        lefts += [
            disk.after_power_cut(chance.random(), names=True, chance=chance) for _ in range(count(1, 200))
        ]
        for left in lefts:
            verify(left.copy())
            store = await open_at(left, **SMALL)
            found = await content(store)
            assert found in (old, new)
            await trim(store)
            assert await content(store) == new
            assert not traces(left, b"ZEBRA")
            verify(left)
            await store.close()
            assert not [path for path in left.files if path.endswith(".new")]
            states += 1
    assert len(crashes) > 30
    tried("crashes of a removal", states)


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ("write", errno.ENOSPC),
        ("sync", errno.EIO),
        ("sync_directory", errno.EIO),
        ("replace", errno.EIO),
        ("open", errno.EMFILE),
    ],
)
async def test_any_operation_may_fail_and_the_next_time_goes_on(operation, error):
    for number in counter(1):
        disk, seen = RamDisk(), counter(1)
        store = await filled(disk, **SMALL, now=counter(step=10).__next__)
        failed = False

        def before(name: str, _path: str, number=number, seen=seen) -> None:
            nonlocal failed
            if name == operation and next(seen) == number:
                failed = True
                raise OSError(error, "it fails")

        disk.before = before
        try:
            await trim(store)
        except StoreError:
            assert failed
        disk.before = lambda *_: None
        await trim(store)
        assert not traces(disk, b"ZEBRA")
        found = await content(store)
        await store.close()
        assert await content_of(disk) == found
        if not failed:
            return
