"""Kill, power cut and damage: what was acknowledged is there, what was refused is not, and nothing is ever half."""

import asyncio
import contextlib
import errno

import pytest

from store.base import EVERYTHING, DamagedError, Filter, StoreError, UnwritableError
from store.ticket import Priority
from store.tiny import TinyStore
from store.writer import QUICK
from tests.store.disks import SLOW, RamDisk, fail
from tests.store.people import deed, new

PATH = "/desk/tickets.json"


async def reopen(disk, **more) -> TinyStore:
    """With an image at every clean close, and from it where there is one."""
    return await TinyStore.open(PATH, files=disk, imaged=0, **more)


async def content(store):
    """Everything that the store knows of its tickets."""
    records = (await store.view(Filter(), EVERYTHING, size=10_000)).records
    records = sorted(records, key=lambda record: record.ticket.id)
    return [(record, await store.history(record.ticket.id, size=100)) for record in records]


async def content_of(disk):
    store = await reopen(disk)
    try:
        return await content(store)
    finally:
        await store.close()


async def work(store, done, size=12):
    """Some creations and changes; `done` is the content after each that was acknowledged, and what was tried last."""
    done.append(await content(store))
    for number in range(size):
        if number % 3 == 0:
            await store.create(new(f"ticket {number}", desc="x" * 90), deed(key=f"k{number}"))
        else:
            await store.update("T001", {"res": f"step {number}"}, deed(key=f"k{number}"))
        done.append(await content(store))


async def run_until_crash(at, **how):
    """A store that worked until its disk's `at`-th operation; what it had acknowledged, and the disk as it stopped."""
    disk, done = RamDisk(), []
    disk.crash_at = at
    try:
        store = await reopen(disk, **how)
    except UnwritableError:
        return done, disk
    try:
        await work(store, done)
    except (StoreError, OSError):
        pass
    finally:
        with contextlib.suppress(StoreError, OSError):
            await store.close()
    return done, disk


@pytest.mark.parametrize("quick", [QUICK, SLOW])
@pytest.mark.parametrize("fold_at", [1 << 20, 1500])
async def test_crash_at_every_operation_loses_nothing_acknowledged(fold_at, quick):
    states, _ = await run_until_crash(-1, fold_at=1 << 20)
    at, crashes = 1, 0
    while True:
        done, disk = await run_until_crash(at, fold_at=fold_at, quick=quick)
        if disk.crashed is None:
            break
        crashes += 1
        left = [disk.crashed.copy()]
        left += [
            disk.crashed.after_power_cut(torn, names=names) for torn in (0, 0.4, 1) for names in (False, True)
        ]
        for disk_left in left:
            found = await content_of(disk_left)
            # One more may have reached the disk without anybody having been told.
            assert found in states[max(len(done) - 1, 0) : len(done) + 1]
        at += 1
    assert crashes > 40


async def written() -> tuple[RamDisk, list]:
    """A disk as a kill leaves it, and the content after each commit."""
    disk, done = RamDisk(), []
    store = await reopen(disk)
    await work(store, done, size=4)
    killed = disk.copy()
    await store.close()
    return killed, done


def journal_of(disk):
    [inode] = [inode for path, inode in disk.files.items() if path.endswith(".journal")]
    return inode


async def test_a_journal_cut_anywhere_is_the_state_after_its_whole_lines():
    disk, done = await written()
    data = bytes(journal_of(disk).data).rstrip(b"\0")
    for cut in range(len(data) + 1):
        if cut % 5 and b"\n" not in data[cut - 2 : cut + 2]:
            continue
        cut_disk = disk.copy()
        del journal_of(cut_disk).data[cut:]
        whole = data[:cut].count(b"\n") + (data[cut : cut + 1] == b"\n")
        assert await content_of(cut_disk) == done[max(whole - 1, 0)]


async def test_a_journal_with_a_flipped_byte_is_refused_with_the_place_and_the_way_out():
    disk, _ = await written()
    for at in range(len(journal_of(disk).data.rstrip(b"\0"))):
        flipped = disk.copy()
        journal_of(flipped).data[at] ^= 1
        with pytest.raises(
            DamagedError, match=r"journal is damaged in line \d+ \(byte \d+\); `tickets restore`"
        ):
            await reopen(flipped)


async def test_a_snapshot_with_a_flipped_or_a_missing_byte_is_refused():
    disk, _ = await written()
    await (await reopen(disk)).close()
    data = bytes(disk.files[PATH].data)
    for at in range(len(data)):
        flipped, cut = disk.copy(), disk.copy()
        flipped.files[PATH].data[at] ^= 1
        del cut.files[PATH].data[at:]
        for damaged in (flipped, cut):
            with pytest.raises(StoreError, match="tickets restore"):
                await reopen(damaged)


async def test_an_empty_file_is_no_empty_store():
    disk, _ = await written()
    disk.files[PATH].data.clear()
    with pytest.raises(DamagedError, match="empty"):
        await reopen(disk)


async def test_a_journal_without_its_snapshot_is_refused():
    disk, _ = await written()
    del disk.files[PATH]
    with pytest.raises(DamagedError, match="missing"):
        await reopen(disk)


async def test_a_damaged_store_can_be_opened_once_it_is_mended():
    disk, done = await written()
    at = len(journal_of(disk).data.rstrip(b"\0")) - 5
    journal_of(disk).data[at] ^= 1
    with pytest.raises(DamagedError):
        await reopen(disk)
    journal_of(disk).data[at] ^= 1
    assert await content_of(disk) == done[-1]


# failing disks


@pytest.mark.parametrize("operation", ["write", "sync"])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
async def test_a_write_that_is_not_durable_is_reported_and_rolled_back(operation, error):
    disk = RamDisk()
    store = await reopen(disk)
    await store.create(new(), deed())
    before = await content(store)
    disk.before = fail(1, operation, error=error)
    with pytest.raises(UnwritableError, match="nothing was changed"):
        await store.update("T001", {"pri": 1}, deed(key="lost"))
    assert await content(store) == before
    disk.before = fail(-1)
    again = await store.update("T001", {"pri": 3}, deed(key="lost"))
    assert not again.repeated
    assert again.record.ticket.pri is Priority.LOW
    after = await content(store)
    for left in (disk.copy(), disk.after_power_cut()):
        assert await content_of(left) == after
    await store.close()


async def test_a_journal_whose_sync_failed_is_never_trusted_again():
    disk = RamDisk()
    store = await reopen(disk)
    await store.create(new(), deed())
    [journal] = [path for path in disk.files if path.endswith(".journal")]
    disk.before = fail(1, "sync")
    with pytest.raises(UnwritableError):
        await store.create(new("lost"), deed())
    await store.create(new("kept"), deed())
    assert journal not in disk.files
    found = await content_of(disk.after_power_cut())
    assert [record.ticket.title for record, _ in found] == ["API timeout", "kept"]
    await store.close()


async def test_what_was_reported_as_not_written_does_not_come_back():
    disk = RamDisk()
    store = await reopen(disk)
    await store.create(new(), deed())
    disk.before = fail(1, "sync")
    with pytest.raises(UnwritableError):
        await store.create(new("lost"), deed())
    for left in (disk.copy(), disk.after_power_cut(1.0)):
        assert [record.ticket.title for record, _ in await content_of(left)] == ["API timeout"]
    await store.close()


async def test_while_the_disk_fails_writes_are_refused_and_reads_go_on():
    disk, clock = RamDisk(), [0.0]
    store = await reopen(disk, now=lambda: clock[0])
    await store.create(new(), deed())
    disk.before = fail(0, "sync", path="")
    for _ in range(3):
        with pytest.raises(UnwritableError):
            await store.update("T001", {"pri": 1}, deed())
    assert (await store.get("T001")).ticket.pri is Priority.MEDIUM
    disk.before = fail(-1)
    with pytest.raises(UnwritableError):
        await store.update("T001", {"pri": 1}, deed())
    clock[0] += 10
    await store.update("T001", {"pri": 1}, deed())
    assert len(await content_of(disk.after_power_cut())) == 1
    await store.close()


async def test_everything_that_rests_on_a_failed_write_fails_with_it():
    disk = RamDisk()
    store = await reopen(disk)
    await store.create(new(), deed())
    disk.before = fail(1, "sync")
    tries = [store.update("T001", {"res": f"step {number}"}, deed()) for number in range(5)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    after = await content(store)
    written = [each for each in done if not isinstance(each, UnwritableError)]
    assert isinstance(done[0], UnwritableError)
    assert len(after[0][1][0]) == 1 + len(written)
    assert await content_of(disk.after_power_cut()) == after
    await store.close()


async def test_a_fold_that_fails_leaves_everything_as_it_was():
    disk = RamDisk()
    store = await reopen(disk, fold_at=1200)
    disk.before = fail(0, "write", path=".new", error=errno.ENOSPC)
    done = []
    await work(store, done, size=20)
    assert await content_of(disk.after_power_cut()) == done[-1]
    disk.before = fail(-1)
    await store.close()
    assert await content_of(disk.after_power_cut()) == done[-1]


async def test_a_store_whose_disk_is_full_at_the_end_is_whole_at_the_next_start():
    disk, done = RamDisk(), []
    store = await reopen(disk)
    await work(store, done)
    disk.before = fail(0, "write", path=".new", error=errno.ENOSPC)
    await store.close()
    with pytest.raises(UnwritableError, match="No space left"):
        await reopen(disk)
    disk.before = fail(-1)
    assert await content_of(disk) == done[-1]
