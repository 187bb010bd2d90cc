"""Kill, power cut, failing disks and damage: what was acknowledged is there, what was refused is not, nothing is ever half."""

import asyncio
import errno
from contextlib import suppress
from itertools import count as counter
from random import Random

import pytest

from store.errors import DamagedError, StoreError, UnwritableError
from store.file.store import FileStore
from store.models.deliveries import Delivery
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import Priority
from store.protocol import KEY_LIFETIME
from tests.store.factories import NOW, new_ticket, origin
from tests.store.file.disks import SLOW, RamDisk, fail
from tests.store.file.workload import PATH, STEPS, content, content_of, contents_after_each_step, open_at
from tests.support.counts import SEED, again_and_again, count, tried

QUICK = 3600.0
STATES = count(1_000, 100_000)  # of disks after a crash
SMALL = {"compact_at": 3000, "segment_size": 1200}  # bytes: many compactions, and many segments
LARGE = {"compact_at": 1 << 20}
KINDS = [{**sizes, "quick": quick} for sizes in (LARGE, SMALL) for quick in (QUICK, SLOW)]


async def run(disk: RamDisk, done: list, **how) -> None:
    """All steps, with a restart in the middle; what was acknowledged is noted in `done`."""
    store = await open_at(disk, **how)
    for number, step in enumerate(STEPS):
        if number == len(STEPS) // 2:
            await store.close()
            store = await open_at(disk, **how)
        await step(store)
        done.append(number)
    await store.close()


async def disks_at_every_operation(**how) -> list[tuple[int, RamDisk]]:
    """The disk before each operation of a run, with the number of steps that had been acknowledged."""
    found, done = [], []

    def before(_operation: str, _path: str) -> None:
        found.append((len(done), disk.copy()))

    disk = RamDisk(before)
    await run(disk, done, **how)
    return found


@again_and_again
@pytest.mark.parametrize("how", KINDS)
async def test_a_crash_at_any_operation_loses_nothing_acknowledged(how):
    known = await contents_after_each_step(RamDisk())
    crashes = await disks_at_every_operation(**how)
    chance, states = Random(SEED), 0
    while states < STATES // len(KINDS):
        order = list(crashes)
        chance.shuffle(order)
        for acknowledged, disk in order:
            left = chance.choice(
                [
                    lambda disk: disk,  # killed
                    lambda disk: disk.after_power_cut(
                        chance.choice([0, 0.4, 1]), names=chance.random() < 0.5
                    ),
                    lambda disk: disk.after_power_cut(chance.random(), names=True, chance=chance),
                ]
            )(disk.copy())
            # The next step may have reached the disk without anybody having been told.
            again = left.copy()
            found = await content_of(left)
            assert found in known[acknowledged : acknowledged + 2]
            if states % 10 == 0:
                assert await content_of(again.after_power_cut(0)) in known[acknowledged : acknowledged + 2]
            states += 1
            if states >= STATES // len(KINDS):
                break
    assert len(crashes) > 150
    tried("crashes", states)


@again_and_again
@pytest.mark.parametrize("how", KINDS)
async def test_a_crash_while_a_crash_is_recovered_from_loses_nothing(how):
    known = await contents_after_each_step(RamDisk())
    crashes = await disks_at_every_operation(**how)
    chance = Random(SEED)
    tries = count(5, 500)
    for acknowledged, disk in chance.sample(crashes, min(tries, len(crashes))):
        first, found = disk.after_power_cut(chance.random(), names=True, chance=chance), []

        def before(_operation: str, _path: str, first=first, found=found) -> None:
            found.append(first.copy())

        first.before = before
        state = await content_of(first)
        for second in found:
            left = second.after_power_cut(chance.random(), names=True, chance=chance)
            assert await content_of(left) in (state, known[acknowledged])


class OnceFailing:
    """For `before`: the `number`-th operation of a name fails, counted from 1."""

    def __init__(self, number: int, operation: str, error: int) -> None:
        self._left, self._operation, self._error = number, operation, error

    def __call__(self, operation: str, _path: str) -> None:
        if operation == self._operation:
            self._left -= 1
            if self._left == 0:
                raise OSError(self._error, "it fails")

    @property
    def has_failed(self) -> bool:
        return self._left <= 0


async def look(store):
    """What a store knows; looking may be what fails."""
    try:
        return await content(store)
    except StoreError:
        return await content(store)


@again_and_again
@pytest.mark.parametrize("how", KINDS)
@pytest.mark.parametrize(
    ("operation", "error"),
    [
        ("write", errno.ENOSPC),
        ("sync", errno.EIO),
        ("sync_directory", errno.EIO),
        ("replace", errno.EIO),
        ("open", errno.EMFILE),
        ("truncate", errno.EIO),
        ("remove", errno.EIO),
    ],
)
async def test_any_operation_may_fail_and_that_is_reported_or_does_not_matter(how, operation, error):
    known = await contents_after_each_step(RamDisk())
    # One in three, another third in each way of writing.
    apart = count(3, 1)
    for number in counter(1 + KINDS.index(how) % apart, apart):
        clock = counter()
        failing = OnceFailing(number, operation, error)
        how = {
            **how,
            "now": lambda clock=clock: 10.0 * next(clock),
        }  # a failed disk is tried again after seconds
        disk = RamDisk(failing)
        try:
            store = await open_at(disk, **how)
        except UnwritableError:
            store = await open_at(disk, **how)
        for at, step in enumerate(STEPS):
            try:
                await step(store)
            except StoreError:
                assert await look(store) == known[at]
                await step(store)
            if failing.has_failed:  # until then it is a store like any other
                assert await look(store) == known[at + 1]
        left = disk.copy()
        for after in (left.copy(), left.after_power_cut()):
            assert await content_of(after) == known[-1]
        await store.close()
        assert disk._open == {}
        for after in (disk.copy(), disk.after_power_cut()):
            assert await content_of(after) == known[-1]
        if not failing.has_failed:
            break
    tried(f"failures of {operation}", number - 1)


@again_and_again
@pytest.mark.parametrize("how", KINDS)
async def test_a_file_that_cannot_be_opened_to_look_is_opened_the_next_time(how):
    known = await contents_after_each_step(RamDisk())
    # Looking opens a file for each part of what is known, often the same one: of these one in seven, in each way of
    # writing others.
    apart, tries = count(7, 1), 0
    disk = RamDisk()
    store = await open_at(disk, **how)
    for at, step in enumerate(STEPS):
        await step(store)
        for number in counter(1 + (at + KINDS.index(how)) % apart, apart):
            disk.before = failing = OnceFailing(number, "open", errno.EMFILE)
            assert await look(store) == known[at + 1]
            if not failing.has_failed:
                break
            tries += 1
        disk.before = lambda _operation, _path: None
    await store.close()
    assert disk._open == {}
    assert await content_of(disk.copy()) == known[-1]
    assert tries > 30
    tried("files that could not be opened to look", tries)


# damage


async def killed() -> tuple[RamDisk, list]:
    """A disk as a kill leaves it, and what was known after each step."""
    disk = RamDisk()
    store = await open_at(disk)
    known = [await content(store)]
    for step in STEPS[:6]:
        await step(store)
        known.append(await content(store))
    left = disk.copy()
    await store.close()
    return left, known


def file_of(disk: RamDisk, ending: str):
    [inode] = [inode for path, inode in disk.files.items() if path.endswith(ending)]
    return inode


async def opened_at_every_cut(ending: str):
    """A killed store, opened after its log was cut; with the number of whole lines behind the header that were left."""
    disk, _ = await killed()
    data = bytes(file_of(disk, ending).data)
    ahead = len(data) - data.rindex(b"\n")  # zeros
    for cut in (*range(data.index(b"\n") + 1, len(data) - ahead + 9), len(data)):
        if cut % count(7, 1) and b"\n" not in data[cut - 2 : cut + 2]:
            continue
        left = disk.copy()
        del file_of(left, ending).data[cut:]
        store = await open_at(left)
        yield store, data[:cut].count(b"\n") - 1
        await store.close()


async def test_a_journal_cut_anywhere_holds_the_whole_commits_before_the_cut():
    versions = [(), (1,), (1, 1), (2, 1), (2, 1), (3, 2)]  # after each line; the last two are one commit
    async for store, lines in opened_at_every_cut("/000001"):
        assert tuple(record.version for record in await store.scan()) == versions[lines]


async def test_deliveries_cut_anywhere_hold_what_was_before_the_cut():
    async for store, lines in opened_at_every_cut(".deliveries"):
        assert len(await store.pending()) == (lines == 1)
        assert ((await store.get("T001")).card is not None) == (lines == 2)


@pytest.mark.parametrize("ending", ["/000001", ".deliveries"])
async def test_a_log_with_a_flipped_byte_is_refused_with_the_place_and_the_way_out(ending):
    disk, _ = await killed()
    size = len(file_of(disk, ending).data.rstrip(b"\0"))
    for at in range(0, size, count(5, 1)):
        flipped = disk.copy()
        file_of(flipped, ending).data[at] ^= 1
        with pytest.raises(DamagedError, match=r"damaged in line \d+ \(byte \d+\); `tickets restore`"):
            await open_at(flipped)
    tried("flipped bytes", size // count(5, 1))


async def test_a_snapshot_with_a_flipped_or_a_missing_byte_is_refused():
    disk, _ = await killed()
    await (await open_at(disk)).close()
    size = len(disk.files[PATH].data)
    for at in range(0, size, count(3, 1)):
        flipped, cut = disk.copy(), disk.copy()
        flipped.files[PATH].data[at] ^= 1
        del cut.files[PATH].data[at:]
        for damaged in (flipped, cut):
            with pytest.raises(StoreError, match=r"tickets restore|newer version"):
                await open_at(damaged)


async def test_a_damaged_store_can_be_opened_once_it_is_mended():
    disk, known = await killed()
    log = file_of(disk, "/000001").data
    at = len(log.rstrip(b"\0")) - 50
    log[at] ^= 1
    with pytest.raises(DamagedError):
        await open_at(disk)
    log[at] ^= 1
    assert await content_of(disk) == known[-1]


@pytest.mark.parametrize("missing", ["/000001", ".deliveries", "tickets.json"])
async def test_a_store_of_which_a_file_is_missing_is_refused(missing):
    disk, _ = await killed()
    await (await open_at(disk)).close()
    for path in [path for path in disk.files if path.endswith(missing)]:
        del disk.files[path]
    with pytest.raises(DamagedError, match=r"missing|lost"):
        await open_at(disk)


# failing disks


@pytest.mark.parametrize("operation", ["write", "sync"])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC])
async def test_a_write_that_is_not_durable_is_reported_and_rolled_back(operation, error):
    disk = RamDisk()
    store = await open_at(disk)
    await store.create(new_ticket(), origin())
    before = await content(store)
    disk.before = fail(1, operation, error=error)
    with pytest.raises(UnwritableError, match="nothing was changed"):
        await store.update("T001", {"pri": 1}, origin(key="lost"))
    assert await content(store) == before
    again = await store.update("T001", {"pri": 3}, origin(key="lost"))
    assert not again.repeated
    assert again.record.ticket.pri is Priority.LOW
    after = await content(store)
    for left in (disk.copy(), disk.after_power_cut()):
        assert await content_of(left) == after
    await store.close()


async def test_a_segment_whose_sync_failed_is_never_appended_to_again():
    disk = RamDisk()
    store = await open_at(disk)
    await store.create(new_ticket(), origin())
    size = len(file_of(disk, "/000001").data)
    disk.before = fail(1, "sync")
    with pytest.raises(UnwritableError):
        await store.create(new_ticket("lost"), origin())
    await store.create(new_ticket("kept"), origin())
    assert len(file_of(disk, "/000001").data) <= size
    store_left = await open_at(disk.after_power_cut())
    assert [record.ticket.title for record in await store_left.scan()] == ["API timeout", "kept"]
    await store_left.close()
    await store.close()


@pytest.mark.parametrize("torn", [0.0, 0.5, 1.0])
async def test_what_was_reported_as_not_written_does_not_come_back(torn):
    disk = RamDisk()
    store = await open_at(disk)
    await store.create(new_ticket(), origin())
    disk.before = fail(1, "sync")
    with pytest.raises(UnwritableError):
        await store.create(new_ticket("lost"), origin())
    for left in (disk.copy(), disk.after_power_cut(torn)):
        again = await open_at(left)
        assert [record.ticket.title for record in await again.scan()] == ["API timeout"]
        await again.close()
    await store.close()


async def test_while_the_disk_fails_writes_are_refused_and_reads_go_on():
    disk, clock = RamDisk(), [0.0]
    store = await open_at(disk, now=lambda: clock[0])
    await store.create(new_ticket(), origin())
    disk.before = fail(0, "sync", path="")
    for _ in range(3):
        with pytest.raises(UnwritableError):
            await store.update("T001", {"pri": 1}, origin())
    assert (await store.get("T001")).ticket.pri is Priority.MEDIUM
    disk.before = fail(-1)
    with pytest.raises(UnwritableError, match="a moment ago"):
        await store.update("T001", {"pri": 1}, origin())
    clock[0] += 10
    await store.update("T001", {"pri": 1}, origin())
    assert (await content_of(disk.after_power_cut()))[0][0].ticket.pri is Priority.HIGH
    await store.close()


async def test_everything_that_rests_on_a_failed_write_fails_with_it():
    disk = RamDisk()
    store = await open_at(disk)
    await store.create(new_ticket(), origin())
    disk.before = fail(1, "sync")
    tries = [store.update("T001", {"res": f"step {number}"}, origin()) for number in range(5)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    written = [each for each in done if not isinstance(each, UnwritableError)]
    assert isinstance(done[0], UnwritableError)
    assert (await store.history("T001"))[1] == 1 + len(written)
    assert await content_of(disk.after_power_cut()) == await content(store)
    await store.close()


@pytest.mark.parametrize("path", [".json.new", ".deliveries.new"])
async def test_a_compaction_that_fails_leaves_everything_as_it_was(path):
    disk = RamDisk()
    disk.before = fail(0, "replace", path=path.removesuffix(".new"), error=errno.ENOSPC)
    clean, disk.before = disk.before, lambda _operation, _path: None
    store = await open_at(disk, compact_at=1200)
    disk.before = clean
    for step in STEPS:
        await step(store)
    known = await content(store)
    assert await content_of(disk.after_power_cut()) == known
    await store.close()
    assert await content_of(disk.after_power_cut()) == known


@pytest.mark.parametrize("failing", [False, True])
async def test_a_crash_while_the_deliveries_are_written_anew_loses_nothing_that_came_meanwhile(failing):
    """Also where a sync of theirs fails then, so that they are repaired at the same time."""
    chance, states, at = Random(SEED), 0, 1
    while True:
        disk = RamDisk()
        store = await open_at(disk, compact_at=1 << 20, quick=SLOW, now=counter(step=10).__next__)
        for number in range(3):
            await store.accept(Delivery((f"old {number}",), NOW, {}))
        disk.crash_at = disk.operations + at
        if failing:
            disk.before = fail(1 + at % 4, path="json.deliveries")
        acknowledged: list[str] = []

        async def accept(
            number: int, store: FileStore = store, acknowledged: list[str] = acknowledged
        ) -> None:
            await asyncio.sleep(number / 5000)
            with suppress(StoreError):
                await store.accept(Delivery((f"new {number}",), NOW, {}))
                acknowledged.append(f"new {number}")

        compacting = asyncio.create_task(store._compaction.run())
        await asyncio.gather(*map(accept, range(8)))
        await asyncio.wait({compacting})
        failed = compacting.exception()
        assert failed is None or isinstance(failed, OSError | StoreError)
        crashed, left = disk.crashed, disk.crashed or disk.copy()
        await store.close()
        for found in (
            left.copy(),
            left.after_power_cut(),
            left.after_power_cut(chance.random(), names=True, chance=chance),
        ):
            opened = await open_at(found)
            known = {key for each in await opened.pending() for key in each.keys}
            assert known >= {"old 0", "old 1", "old 2", *acknowledged}
            assert known <= {"old 0", "old 1", "old 2", *(f"new {number}" for number in range(8))}
            await opened.close()
            states += 1
        if crashed is None:
            break
        at += 1
    assert at > 20
    tried("crashes while the deliveries were written anew", states)


async def test_a_key_that_is_used_again_after_its_time_is_still_the_old_one_s_when_that_fails():
    disk = RamDisk()
    store = await open_at(disk)
    await store.accept(Delivery(("key", "twin"), NOW, {}))
    await store.finish("key", {"json": "old"})
    disk.before = fail(0, path="json.deliveries")
    with pytest.raises(UnwritableError):
        await store.accept(Delivery(("key",), NOW + KEY_LIFETIME + 1, {}))
    for keys in (("key",), ("twin",)):
        with pytest.raises(UnwritableError):
            await store.accept(Delivery((*keys, "third"), NOW, {}))
    disk.before = lambda _operation, _path: None
    assert (await store.accept(Delivery(("twin",), NOW, {}))).reply == {"json": "old"}
    assert (await store.pending(), await store.parked()) == ([], [])
    await store.close()


async def test_a_key_that_came_with_a_failed_write_hides_no_other_key_of_the_same_delivery():
    disk = RamDisk()
    store = await open_at(disk)
    disk.before = fail(1, path="json.deliveries")
    with pytest.raises(UnwritableError):
        await store.accept(Delivery(("key",), NOW, {}))
    assert (await store.accept(Delivery(("twin",), NOW, {}))).new
    assert not (await store.accept(Delivery(("key", "twin"), NOW, {}))).new
    assert not (await store.accept(Delivery(("key",), NOW, {}))).new
    assert len(await store.pending()) == 1
    await store.close()


async def test_everything_is_found_by_a_view_after_a_crash():
    disk, known = await killed()
    store = await open_at(disk)
    assert (await store.view(Filter(), EVERYTHING)).count == known[-1][2]
    await store.close()


@again_and_again
async def test_a_power_cut_at_the_start_after_one_that_was_killed_leaves_a_store_that_opens():
    """What the first start had put there is found by the second, though the disk may not know of it yet."""
    first, states, apart = 1, 0, count(7, 1)
    while True:
        killed = RamDisk()
        killed.crash_at = first
        with suppress(StoreError, OSError):
            await (await open_at(killed)).close()
        if killed.crashed is None:
            break
        second = 1 + first % apart  # of the cuts at the second start one in seven, other ones after each kill
        while True:
            disk = killed.crashed.copy()
            disk.crash_at = second
            with suppress(StoreError, OSError):
                await (await open_at(disk)).close()
            if disk.crashed is None:
                break
            await (await open_at(disk.crashed.after_power_cut())).close()
            second, states = second + apart, states + 1
        first += 1
    assert states > 100
    tried("starts that were killed, and then cut off", states)
