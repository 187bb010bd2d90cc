"""Who waits for the disk: the event loop while it is quick, a thread while it is slow, and all who are ready together."""

import asyncio
import contextlib
import threading

import pytest

from store.base import EVERYTHING, Filter, UnwritableError
from store.text import Words
from store.tiny import TinyStore
from store.writer import QUICK
from tests.store.disks import SLOW, RamDisk, fail
from tests.store.people import deed, new

PATH = "/desk/tickets.json"
WRITERS = 64


@pytest.fixture
def disk():
    return RamDisk()


@contextlib.asynccontextmanager
async def opened(disk, **how):
    """A store with one ticket."""
    store = await TinyStore.open(PATH, files=disk, **how)
    await store.create(new("the first"), deed())
    try:
        yield store
    finally:
        disk.before = lambda operation, path: None
        await store.close()


def syncs_of(disk):
    """The threads that have synced the journal from now on."""
    threads = []

    def before(operation, path):
        if operation == "sync" and path.endswith(".journal"):
            threads.append(threading.current_thread())

    disk.before = before
    return threads


async def test_a_quick_disk_is_waited_for_by_the_event_loop_itself(disk):
    async with opened(disk, quick=3600) as store:
        threads = syncs_of(disk)
        await store.update("T001", {"res": "a note"}, deed())
        assert threads == [threading.current_thread()]


async def test_a_slow_disk_is_waited_for_by_another_thread(disk):
    async with opened(disk, quick=SLOW) as store:
        threads = syncs_of(disk)
        await store.update("T001", {"res": "a note"}, deed())
        assert len(threads) == 1
        assert threads[0] is not threading.current_thread()


async def test_while_a_slow_disk_is_busy_everybody_else_reads_on_and_sees_what_is_durable(disk):
    async with opened(disk, quick=SLOW) as store:
        gate = threading.Event()

        def before(operation, path):
            if operation == "sync" and path.endswith(".journal"):
                gate.wait(30)

        disk.before = before
        writing = asyncio.create_task(store.update("T001", {"res": "a note"}, deed()))
        await asyncio.sleep(0)
        assert (await store.get("T001")).ticket.res is None
        assert not writing.done()
        gate.set()
        await writing
        assert (await store.get("T001")).ticket.res == "a note"


async def test_whoever_is_ready_shares_a_sync(disk):
    async with opened(disk, quick=3600) as store:
        threads = syncs_of(disk)
        await asyncio.gather(*(store.create(new(f"ticket {n}"), deed()) for n in range(WRITERS)))
        assert len(threads) == 1
        assert (await store.view(Filter(), EVERYTHING)).count == WRITERS + 1


async def test_whoever_comes_while_a_slow_disk_is_busy_shares_the_next_sync(disk):
    async with opened(disk, quick=SLOW) as store:
        syncs, gate = [], threading.Event()

        def before(operation, path):
            if operation == "sync" and path.endswith(".journal"):
                syncs.append(path)
                gate.wait(30)

        disk.before = before
        writing = [
            asyncio.create_task(store.create(new(f"ticket {n}"), deed(key=f"k{n}"))) for n in range(WRITERS)
        ]
        await asyncio.sleep(0)  # all of them have sent theirs
        gate.set()
        await asyncio.gather(*writing)
        assert len(syncs) <= 2


async def test_what_a_cancelled_writer_had_sent_is_written_all_the_same(disk):
    async with opened(disk, quick=3600) as store:
        writing = asyncio.create_task(store.update("T001", {"res": "a note"}, deed()))
        await asyncio.sleep(0)  # it has sent it, and waits for the others
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        await store.update("T001", {"pri": 1}, deed())
        assert (await store.get("T001")).ticket.res == "a note"
        assert await store.history("T001") == await _reopened_history(disk)


async def _reopened_history(disk):
    store = await TinyStore.open(PATH, files=disk.copy())
    try:
        return await store.history("T001")
    finally:
        await store.close()


@pytest.mark.parametrize("quick", [3600, SLOW])
async def test_a_failed_sync_is_told_to_all_who_shared_it(disk, quick):
    async with opened(disk, quick=quick) as store:
        disk.before = fail(0)
        tries = [store.update("T001", {"res": f"note {n}"}, deed()) for n in range(WRITERS)]
        done = await asyncio.gather(*tries, return_exceptions=True)
        assert {type(each) for each in done} == {UnwritableError}
        assert (await store.get("T001")).ticket.res is None


async def test_two_event_loops_and_threads_write_one_store(tmp_path):
    store = await TinyStore.open(tmp_path / "tickets.json", quick=QUICK)

    async def write(name):
        for number in range(30):
            await store.create(new(f"{name} {number}"), deed(key=f"{name}:{number}"))

    others = [threading.Thread(target=asyncio.run, args=(write(name),)) for name in ("one", "two")]
    for thread in others:
        thread.start()
    await write("here")
    for thread in others:
        await asyncio.to_thread(thread.join)
    assert (await store.view(Filter(), EVERYTHING)).count == 90
    await store.close()


@pytest.mark.parametrize("quick", [3600, SLOW])
async def test_after_a_fault_of_ours_nobody_hangs_and_nothing_is_written_until_the_next_start(
    disk, quick, mocker
):
    async with opened(disk, quick=quick) as store:
        mocker.patch.object(Words, "change", side_effect=RuntimeError("a fault"))
        second = deed()
        with pytest.raises(UnwritableError, match="started again"):
            await store.create(new("the second"), second)
        mocker.stopall()
        with pytest.raises(UnwritableError, match="started again"):
            await store.update("T001", {"pri": 1}, deed())
    again = await TinyStore.open(PATH, files=disk.copy())
    assert (await again.create(new("the second"), second)).record.ticket.id == "T002"
    assert [record.ticket.id for record in await again.scan()] == ["T001", "T002"]
    await again.close()


async def test_mending_the_journal_is_left_to_another_thread(disk):
    async with opened(disk, quick=3600, now=lambda: 0.0) as store:
        disk.before = fail(1)
        with pytest.raises(UnwritableError):
            await store.update("T001", {"res": "lost"}, deed())
        threads = syncs_of(disk)
        await store.update("T001", {"res": "a note"}, deed())
        assert threads
        assert threading.current_thread() not in threads
        assert (await store.get("T001")).ticket.res == "a note"
