"""The image of what was in memory at a clean close: it saves time at the next start, and is never believed against the snapshot."""

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zlib import crc32

import pytest

from store.base import EVERYTHING, Deed, Filter, Place, Scope
from store.ticket import Category, Priority, Status
from store.tiny import TinyStore
from tests.store.disks import RamDisk, fail
from tests.store.people import deed, new

PATH = "/desk/tickets.json"
IMAGE = f"{PATH}.image"


def by(who: str = "U1", **more) -> Deed:
    return deed(who, key="", **more)


@asynccontextmanager
async def opened(disk: RamDisk, imaged: int = 0) -> AsyncIterator[TinyStore]:
    store = await TinyStore.open(PATH, files=disk, imaged=imaged)
    try:
        yield store
    finally:
        await store.close()


async def answers(store: TinyStore) -> list:
    """What it says to questions of every kind, each of which asks something else of what is derived."""
    filters = [
        Filter(),
        Filter(text="printer"),
        Filter(text="büro"),
        Filter(stat=(Status.DONE,)),
        Filter(author="U2"),
    ]
    scopes = [
        EVERYTHING,
        Scope(),
        Scope(channels=frozenset({"C2"})),
        Scope(public=False, author="U2"),
        Scope(public=False, channels=frozenset({"G1"})),
    ]
    pages = [await store.view(where, scope, size=100) for where in filters for scope in scopes]
    threads = [await store.ticket_of(channel, ts) for channel in ("C1", "C2", "C7") for ts in ("1.5", "2.5")]
    alike = await store.similar("The printer in the office", EVERYTHING)
    return [pages, threads, alike, [await store.history(f"T{number:03}") for number in (1, 2, 3)]]


async def some_work(store: TinyStore) -> None:
    await store.create(new("Printer jams in the Büro", pri=Priority.HIGH), by(channel="C1", thread="1.5"))
    await store.create(new("Wifi is slow"), by("U2", channel="G1", private=True))
    await store.create(new("打印机卡纸", cat=Category.INFRA), by("U2", channel="C2", thread="2.5"))
    last = await store.create(new("Printer out of toner"), by("U3", channel="C2"))
    await store.show_card("T001", Place("C7", "1.5"))
    await store.update("T002", {"stat": "done", "res": "a new printer driver"}, by())
    await store.delete(last.record.ticket.id, by())


async def worked() -> tuple[RamDisk, list]:
    """A disk with a store that was closed, and what it answered."""
    disk = RamDisk()
    async with opened(disk) as store:
        await some_work(store)
        said = await answers(store)
    return disk, said


async def answers_of(disk: RamDisk) -> list:
    async with opened(disk) as store:
        return await answers(store)


async def test_a_store_that_was_closed_answers_from_its_image_as_it_did_before(mocker):
    disk, said = await worked()
    assert IMAGE in disk.files
    derive = mocker.spy(TinyStore, "_derive")
    assert await answers_of(disk) == said
    assert derive.call_count == 0
    disk.remove(IMAGE)
    assert await answers_of(disk) == said
    assert derive.call_count == 1


async def test_what_came_from_an_image_changes_as_it_would_have():
    disk, _ = await worked()
    plain = disk.copy()
    plain.remove(IMAGE)
    said = []
    for each in (disk, plain):
        async with opened(each) as store:
            await some_work(store)
            await store.update("T001", {"stat": "prog", "res": "toner is on its way"}, by())
            await store.undo((await store.latest("U1", "T002")).number, by())
            said.append(await answers(store))
    assert said[0] == said[1]
    assert await answers_of(disk) == said[0]


@pytest.mark.parametrize("damage", ["flipped", "cut"])
async def test_an_image_that_is_not_what_was_written_is_left_aside(damage):
    disk, said = await worked()
    size = len(disk.files[IMAGE].data)
    for at in [*range(0, 400, 3), *range(400, size, 23), size - 1]:
        left = disk.copy()
        data = left.files[IMAGE].data
        if damage == "flipped":
            data[at] ^= 1 << at % 8
        else:
            del data[at:]
        damaged = bytes(data)
        assert await answers_of(left) == said
        assert bytes(left.files[IMAGE].data) != damaged  # written anew


async def test_an_image_of_another_snapshot_is_left_aside():
    disk, said = await worked()
    other = RamDisk()
    async with opened(other) as store:
        await store.create(new("Nothing of the sort"), by())
    disk.files[IMAGE] = other.files[IMAGE]
    assert await answers_of(disk) == said


async def test_an_image_by_another_version_of_the_program_is_left_aside():
    disk, said = await worked()
    data = disk.files[IMAGE].data
    line, rest = bytes(data).split(b"\n", 1)
    header = line[8:].replace(b'"by":"', b'"by":"earlier ')
    data[:] = b"%08x%b\n%b" % (crc32(header), header, rest.replace(b"printer", b"changed"))
    assert await answers_of(disk) == said


async def test_an_image_goes_with_its_snapshot():
    disk, _ = await worked()
    there = []
    disk.before = lambda name, path: (
        there.append(IMAGE in disk.files) if (name, path) == ("replace", PATH) else None
    )
    async with opened(disk) as store:
        await store.update("T001", {"res": "toner"}, by())
    assert there == [False]
    assert IMAGE in disk.files


async def test_after_a_kill_the_journal_counts_and_not_the_image():
    disk, _ = await worked()
    async with opened(disk) as store:
        await store.update("T001", {"res": "toner"}, by())
        killed, said = disk.copy(), await answers(store)
    assert IMAGE in killed.files
    assert await answers_of(killed) == said


async def test_a_crash_at_any_step_of_opening_and_closing_leaves_every_answer_as_it_was():
    disk, _ = await worked()
    async with opened(disk) as store:
        await store.update("T001", {"res": "toner"}, by())
        killed, said = disk.copy(), await answers(store)
    at, crashes = 1, 0
    while True:
        left = killed.copy()
        left.crash_at = at
        try:
            await answers_of(left)
        except Exception:  # noqa: BLE001  # whatever a lost disk makes of it; what counts is what is left
            assert left.crashed is not None
        if left.crashed is None:
            break
        crashes += 1
        for torn in (0, 0.5, 1):
            for names in (False, True):
                assert await answers_of(left.crashed.after_power_cut(torn, names=names)) == said
        at += 1
    assert crashes > 30


async def test_a_disk_that_has_no_room_for_an_image_closes_the_store_without_one():
    disk, said = await worked()
    disk.remove(IMAGE)
    disk.before = fail(0, "write", IMAGE, errno.ENOSPC)
    assert await answers_of(disk) == said
    assert IMAGE not in disk.files


async def test_a_small_store_has_no_image():
    disk = RamDisk()
    async with opened(disk, imaged=1 << 20) as store:
        await some_work(store)
    assert IMAGE not in disk.files
