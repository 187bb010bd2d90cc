"""Who waits for the disk: the event loop while it is quick, a thread while it is slow, and all who are ready together."""

import asyncio
import contextlib
import threading

import pytest

from store.errors import UnwritableError
from store.file.state import TicketState
from store.file.store import FileStore
from store.models.deliveries import Delivery, Posted
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import MessageRef
from tests.store.factories import NOW, count_tickets, new_ticket, origin
from tests.store.file.disks import SLOW, RamDisk, fail
from tests.store.file.workload import PATH, content, content_of

WRITERS = 64
QUICK = 3600


@pytest.fixture
def disk():
    return RamDisk()


@contextlib.asynccontextmanager
async def opened(disk, **how):
    """A store with one ticket."""
    store = await FileStore.open(PATH, files=disk, **how)
    await store.create(new_ticket("the first"), origin())
    try:
        yield store
    finally:
        disk.before = lambda operation, path: None
        await store.close()


def syncs_of(disk):
    """The threads that have synced the journal from now on."""
    threads = []

    def before(operation, path):
        if operation == "sync" and "journal" in path:
            threads.append(threading.current_thread())

    disk.before = before
    return threads


async def test_a_quick_disk_is_waited_for_by_the_event_loop_itself(disk):
    async with opened(disk, quick=QUICK) as store:
        threads = syncs_of(disk)
        await store.update("T001", {"res": "a note"}, origin())
        assert threads == [threading.current_thread()]


async def test_a_slow_disk_is_waited_for_by_another_thread(disk):
    async with opened(disk, quick=SLOW) as store:
        threads = syncs_of(disk)
        await store.update("T001", {"res": "a note"}, origin())
        assert len(threads) == 1
        assert threads[0] is not threading.current_thread()


async def test_while_a_slow_disk_is_busy_everybody_else_reads_on_and_sees_what_is_durable(disk):
    async with opened(disk, quick=SLOW) as store:
        gate = threading.Event()

        def before(operation, path):
            if operation == "sync" and "journal" in path:
                gate.wait(30)

        disk.before = before
        writing = asyncio.create_task(store.update("T001", {"res": "a note"}, origin()))
        await asyncio.sleep(0)
        assert (await store.get("T001")).ticket.res is None
        assert not writing.done()
        gate.set()
        await writing
        assert (await store.get("T001")).ticket.res == "a note"


async def test_whoever_is_ready_shares_a_sync(disk):
    async with opened(disk, quick=QUICK) as store:
        threads = syncs_of(disk)
        await asyncio.gather(*(store.create(new_ticket(f"ticket {n}"), origin()) for n in range(WRITERS)))
        assert len(threads) == 1
        assert (await store.view(Filter(), EVERYTHING)).count == WRITERS + 1


async def test_whoever_comes_while_a_slow_disk_is_busy_shares_the_next_sync(disk):
    async with opened(disk, quick=SLOW) as store:
        syncs, gate = [], threading.Event()

        def before(operation, path):
            if operation == "sync" and "journal" in path:
                syncs.append(path)
                gate.wait(30)

        disk.before = before
        writing = [
            asyncio.create_task(store.create(new_ticket(f"ticket {n}"), origin())) for n in range(WRITERS)
        ]
        await asyncio.sleep(0)  # all of them have staged theirs
        gate.set()
        await asyncio.gather(*writing)
        assert len(syncs) <= 2


async def test_a_create_is_three_syncs_each_of_one_file(disk):
    async with opened(disk, quick=QUICK) as store:
        syncs = []
        disk.before = lambda operation, path: syncs.append(path) if operation.startswith("sync") else None
        await store.accept(Delivery(("event",), NOW, {}))
        await store.create(new_ticket(), origin())
        await store.finish("event", {"status": "ok"})
        assert syncs == [f"{PATH}.deliveries", f"{PATH}.journal/000001", f"{PATH}.deliveries"]


async def test_what_a_cancelled_writer_had_staged_is_written_all_the_same(disk):
    async with opened(disk, quick=QUICK) as store:
        writing = asyncio.create_task(store.update("T001", {"res": "a note"}, origin()))
        await asyncio.sleep(0)  # it has staged it, and waits
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        await store.update("T001", {"pri": 1}, origin())
        assert (await store.get("T001")).ticket.res == "a note"
        assert await content_of(disk.copy()) == await content(store)


@pytest.mark.parametrize("quick", [QUICK, SLOW])
async def test_whoever_asks_for_the_same_as_a_cancelled_writer_waits_for_it_and_is_told_what_it_did(
    disk, quick
):
    async with opened(disk, quick=quick) as store:
        writing = asyncio.create_task(store.update("T001", {"res": "a note"}, origin(key="same")))
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.wait([writing])
        again = await store.update("T001", {"res": "a note"}, origin(key="same"))
        assert again.repeated
        assert (await store.get("T001")).ticket.res == "a note"


@pytest.mark.parametrize("quick", [QUICK, SLOW])
async def test_a_cancelled_writer_cancels_nobody_else(disk, quick):
    async with opened(disk, quick=quick) as store:
        first = asyncio.create_task(store.accept(Delivery(("event",), NOW, {})))
        await asyncio.sleep(0)
        second = asyncio.create_task(store.accept(Delivery(("event",), NOW, {})))
        await asyncio.sleep(0)
        first.cancel()
        assert not (await second).new
        assert len(await store.pending()) == 1


async def test_what_was_staged_before_the_store_is_closed_is_written(disk):
    store = await FileStore.open(PATH, files=disk)
    writing = asyncio.create_task(store.create(new_ticket(), origin()))
    await asyncio.sleep(0)
    await store.close()
    await writing
    again = await FileStore.open(PATH, files=disk)
    assert await count_tickets(again) == 1
    await again.close()


async def test_nothing_is_written_after_closing(disk):
    store = await FileStore.open(PATH, files=disk)
    await store.close()
    with pytest.raises(UnwritableError, match="closed"):
        await store.create(new_ticket(), origin())


@pytest.mark.parametrize("quick", [QUICK, SLOW])
async def test_whoever_goes_on_writing_while_the_store_is_closed_is_told_that_it_is(disk, quick):
    store = await FileStore.open(PATH, files=disk, quick=quick)
    kept: list[str] = []
    many = asyncio.Event()

    async def create_on() -> None:
        while True:
            kept.append((await store.create(new_ticket(), origin())).record.ticket.id)
            if len(kept) > 5 * WRITERS:
                many.set()

    writing = [asyncio.create_task(create_on()) for _ in range(WRITERS)]
    await many.wait()
    await store.close()
    async with asyncio.timeout(5):
        ended = await asyncio.gather(*writing, return_exceptions=True)
    assert {type(each) for each in ended} == {UnwritableError}
    again = await FileStore.open(PATH, files=disk)
    assert await again.existing_ids(kept) == kept
    await again.close()


@pytest.mark.parametrize("quick", [QUICK, SLOW])
async def test_a_failed_sync_is_told_to_all_who_shared_it(disk, quick):
    async with opened(disk, quick=quick) as store:
        disk.before = fail(0)
        tries = [store.update("T001", {"res": f"note {n}"}, origin()) for n in range(WRITERS)]
        done = await asyncio.gather(*tries, return_exceptions=True)
        assert {type(each) for each in done} == {UnwritableError}
        assert (await store.get("T001")).ticket.res is None


@pytest.mark.parametrize("quick", [QUICK, SLOW])
async def test_the_same_key_at_the_same_time_is_done_once(disk, quick):
    async with opened(disk, quick=quick) as store:
        tries = [store.create(new_ticket(), origin(key="same")) for _ in range(WRITERS)]
        done = await asyncio.gather(*tries)
        assert {each.record.ticket.id for each in done} == {"T002"}
        assert [each.repeated for each in done] == [False] + [True] * (WRITERS - 1)


@pytest.mark.parametrize("quick", [QUICK, SLOW])
async def test_a_card_of_a_ticket_that_is_on_its_way_is_kept(disk, quick):
    async with opened(disk, quick=quick) as store:
        card = MessageRef("C1", "1.1")
        await store.accept(Delivery(("event",), NOW, {}))
        posted = Posted((("T002", card),))
        await asyncio.gather(store.create(new_ticket(), origin()), store.finish("event", posted=posted))
        assert (await store.get("T002")).card == card


@pytest.mark.parametrize("quick", [QUICK, SLOW])
async def test_a_card_that_comes_while_the_ticket_is_changed_is_kept(disk, quick):
    async with opened(disk, quick=quick) as store:
        card = MessageRef("C1", "1.1")
        await store.accept(Delivery(("event",), NOW, {}))
        posted = Posted((("T001", card),))
        await asyncio.gather(store.update("T001", {"pri": 1}, origin()), store.finish("event", posted=posted))
        await store.update("T001", {"pri": 3}, origin())
        assert (await store.get("T001")).card == card


@pytest.mark.parametrize("quick", [QUICK, SLOW])
async def test_an_undo_that_comes_right_after_a_change_undoes_it(disk, quick):
    async with opened(disk, quick=quick) as store:
        await asyncio.gather(store.update("T001", {"pri": 1}, origin()), store.undo("T001", 2, origin()))
        assert (await store.get("T001")).ticket.pri == 2


@pytest.mark.parametrize("quick", [QUICK, SLOW])
async def test_after_a_fault_of_ours_nobody_hangs_and_nothing_is_written_until_the_next_start(
    disk, quick, mocker
):
    async with opened(disk, quick=quick) as store:
        mocker.patch.object(TicketState, "apply", side_effect=RuntimeError("a fault"))
        second = origin()
        with pytest.raises(UnwritableError, match="started again"):
            await store.create(new_ticket("the second"), second)
        mocker.stopall()
        with pytest.raises(UnwritableError, match="started again"):
            await store.update("T001", {"pri": 1}, origin())
    again = await FileStore.open(PATH, files=disk)
    assert (await again.create(new_ticket("the second"), second)).record.ticket.id == "T002"
    assert [record.ticket.id for record in await again.scan()] == ["T001", "T002"]
    await again.close()


async def test_repairing_a_failed_file_is_left_to_another_thread(disk):
    async with opened(disk, quick=QUICK) as store:
        disk.before = fail(1)
        with pytest.raises(UnwritableError):
            await store.update("T001", {"res": "lost"}, origin())
        threads = syncs_of(disk)
        await store.update("T001", {"res": "a note"}, origin())
        assert threads
        assert threading.current_thread() not in threads
        assert (await store.get("T001")).ticket.res == "a note"


@pytest.mark.parametrize("quick", [QUICK, SLOW])
async def test_nobody_waits_while_the_deliveries_are_written_anew(disk, quick):
    begun, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold(operation, path):
        if (operation, path) == ("sync", f"{PATH}.deliveries.new") and not go_on.is_set():
            loop.call_soon_threadsafe(begun.set)
            go_on.wait(10)

    async with opened(disk, quick=quick) as store:
        await store.accept(Delivery(("old",), NOW, {"text": "old"}))
        await store.finish("old", {"json": "old"})
        disk.before = hold
        compacting = asyncio.create_task(store._compaction.run())
        await begun.wait()
        async with asyncio.timeout(5):
            await store.accept(Delivery(("new",), NOW, {"text": "new"}))
            await store.finish("new", posted=Posted((("T001", MessageRef("C1", "1.1")),)))
            await store.accept(Delivery(("newer",), NOW, {"text": "newer"}))
        assert not compacting.done()
        go_on.set()
        await compacting
        await store.accept(Delivery(("newest",), NOW, {"text": "newest"}))
        found = await content(store)
        assert [each.keys[0] for each in await store.pending()] == ["newer", "newest"]
        assert await content_of(disk.after_power_cut()) == found
        again = await FileStore.open(PATH, files=disk.after_power_cut())
        twins = [await again.accept(Delivery((key,), NOW, {})) for key in ("old", "new", "newer", "newest")]
        assert [twin.state for twin in twins] == ["done", "done", "pending", "pending"]
        await again.close()
