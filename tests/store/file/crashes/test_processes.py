"""Real processes: killed in the middle of writing, two that want the same store, one that reads beside."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from tinydb import TinyDB

from store.errors import LockedError, StoreError, UnwritableError
from store.file.store import FileStore
from store.models.deliveries import Delivery
from store.models.filters import EVERYTHING, Filter
from tests.store.factories import NOW, new_ticket, origin
from tests.support.counts import SEED, count, tried

ROOT = Path(__file__).parents[4]
KILLS = count(6, 2000)
KILLS_A_STORE = count(3, 50)


class Busy:
    """A process that writes, and what it has acknowledged: by ticket its title, the steps after it, and whether it was answered."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._rounds = folder, 0
        self.acknowledged: dict[str, list[str]] = {}
        self.pid = 0
        self._pipe = folder / "said"
        os.mkfifo(self._pipe)
        command = [sys.executable, "-m", "tests.store.file.crashes.busy"]
        self._nursery = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def start(self, path: Path) -> None:
        self._rounds += 1
        self._nursery.stdin.write(f"{path} w{self._rounds} {self._pipe}\n")
        self.pid = int(self._nursery.stdout.readline())
        self._said = self._pipe.open(encoding="utf-8")

    def read(self, lines: int) -> None:
        for _ in range(lines):
            line = self._said.readline()
            assert line.endswith("\n"), "it has stopped by itself"
            self._note(line)

    def _note(self, line: str) -> None:
        kind, ticket_id, what = line.split()
        if kind == "created":
            assert ticket_id not in self.acknowledged, "an id was used twice"
            self.acknowledged[ticket_id] = [what]
        else:
            self.acknowledged[ticket_id].append(f"step {what}" if kind == "updated" else "finished")

    def kill(self) -> None:
        """SIGKILL, and everything that it had said before."""
        os.kill(self.pid, signal.SIGKILL)
        for line in self._said.read().splitlines(keepends=True):
            if line.endswith("\n"):
                self._note(line)
        self._said.close()
        assert self._nursery.stdout.readline() == "\n"  # it is gone, and with it its lock
        self.pid = 0

    def close(self) -> None:
        if self.pid:
            self.kill()
        self._nursery.communicate()


@pytest.fixture
def busy(tmp_path) -> Iterator[Busy]:
    found = Busy(tmp_path)
    yield found
    found.close()


async def test_kill_9_under_load_loses_nothing_acknowledged_and_doubles_nothing(tmp_path, busy):
    """A new store now and then, or most of the time would go into opening it."""
    chance = Random(SEED)
    for begun in range(0, KILLS, KILLS_A_STORE):
        path = tmp_path / str(begun) / "tickets.json"
        path.parent.mkdir(mode=0o700)
        busy.acknowledged.clear()
        checked: set[str] = set()
        for _ in range(min(KILLS_A_STORE, KILLS - begun)):
            busy.start(path)
            busy.read(chance.randint(1, 200))
            busy.kill()
            await check(path, busy.acknowledged, busy.acknowledged.keys() - checked)
            checked |= busy.acknowledged.keys()
        with TinyDB(path) as stock:
            assert set(busy.acknowledged) <= {document["id"] for document in stock.table("tickets")}
    tried("kills", KILLS)


async def check(path: Path, acknowledged: dict[str, list[str]], new: AbstractSet[str]) -> None:
    """What was acknowledged is there, and once."""
    store = await FileStore.open(path, segment_size=50_000)
    pending = {each.keys[0] for each in await store.pending()}
    for ticket_id in new:
        title, *said = acknowledged[ticket_id]
        steps = [each for each in said if each != "finished"]
        record = await store.get(ticket_id)
        assert record.ticket.title == title
        history, changes = await store.history(ticket_id, size=10)
        assert [change.after["res"] for change in reversed(history[:-1])][: len(steps)] == steps
        assert changes in {len(steps) + 1, len(steps) + 2}
        assert not ("finished" in said and title in pending)
    titles = [record.ticket.title for record in await store.scan(size=1_000_000)]
    assert len(set(titles)) == len(titles)
    await store.close()


async def test_a_second_process_is_refused_and_one_that_only_reads_is_not(tmp_path, busy):
    path = tmp_path / "tickets.json"
    busy.start(path)
    busy.read(50)
    with pytest.raises(LockedError, match=rf"in use by another process \({busy.pid}\)"):
        await FileStore.open(path)
    for _ in range(5):
        before = set(busy.acknowledged)
        beside = await FileStore.open(path, read_only=True)
        found = (await beside.view(Filter(), EVERYTHING, size=10_000)).records
        assert before <= {record.ticket.id for record in found}
        for record in found[:20]:
            assert (await beside.history(record.ticket.id))[1] == record.version
        await beside.close()
        busy.read(60)


async def test_reading_alone_every_write_is_refused_and_nothing_is_touched(tmp_path):
    path = tmp_path / "tickets.json"
    store = await FileStore.open(path)
    await store.create(new_ticket(), origin())
    before = {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()}
    beside = await FileStore.open(path, read_only=True)
    for write in (
        beside.create(new_ticket(), origin()),
        beside.update("T001", {"pri": 1}, origin()),
        beside.accept(Delivery(("a",), NOW, {})),
        beside.undo("T001", 1, origin()),
    ):
        with pytest.raises(StoreError, match="for reading only"):
            await write
    assert (await beside.get("T001")) == (await store.get("T001"))
    await beside.close()
    assert {each: each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()} == before
    await store.close()


async def test_there_is_nothing_to_read_where_there_is_no_store(tmp_path):
    with pytest.raises(StoreError, match="there is no"):
        await FileStore.open(tmp_path / "none" / "tickets.json", read_only=True)
    assert not (tmp_path / "none").exists()


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of 200 KB, where one may be mounted."""
    directory = tmp_path / "small"
    directory.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k,mode=700", "tmpfs", str(directory)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip("nothing may be mounted here")
    yield directory
    subprocess.run(["umount", str(directory)], check=True)


async def test_on_a_full_disk_what_was_acknowledged_stays_and_the_rest_is_refused(small_disk):
    path, titles = small_disk / "tickets.json", []
    store = await FileStore.open(path, segment_size=30_000)
    while len(titles) < 2000:
        title = f"ticket {len(titles)}"
        try:
            await store.create(new_ticket(title, desc="x" * 190), origin())
        except UnwritableError as error:
            assert "No space left" in str(error)  # noqa: PT017  # after how many is not known
            break
        titles.append(title)
    assert 100 < len(titles) < 2000
    assert [record.ticket.title for record in await store.scan(size=2000)] == titles
    await store.close()
    store = await FileStore.open(path)
    assert [record.ticket.title for record in await store.scan(size=2000)] == titles
    assert (await store.history(f"T{len(titles):03d}"))[1] == 1
    await store.close()


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


async def test_files_are_for_their_owner_alone_whatever_the_umask(tmp_path, open_umask):
    path = tmp_path / "new" / "data" / "tickets.json"
    seen: dict[Path, int] = {}

    def look() -> None:
        for each in (tmp_path / "new").rglob("*"):
            with suppress(FileNotFoundError):  # one that is being written gets another name at any time
                seen[each] = stat.S_IMODE(each.stat().st_mode)

    store = await FileStore.open(path, compact_at=2000, segment_size=1000)
    for number in range(20):
        await store.accept(Delivery((f"event:{number}",), NOW, {}))
        await store.create(new_ticket(f"ticket {number}"), origin())
        look()
    await store.close()
    look()
    assert {
        path.parent,
        path,
        Path(f"{path}.lock"),
        Path(f"{path}.journal"),
        Path(f"{path}.journal/000002"),
    } <= set(seen)
    assert {mode for each, mode in seen.items() if each.suffix != ".journal" and each != path.parent} == {
        0o600
    }
    assert {seen[path.parent], seen[Path(f"{path}.journal")]} == {0o700}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def plant(link: Path, target: Path) -> None:
    link.symlink_to(target)


@pytest.mark.parametrize("ending", [".lock", ".new", ".journal/000002", ".deliveries.new"])
async def test_a_link_at_one_of_the_stores_names_is_not_followed(tmp_path, ending):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path = tmp_path / "data" / "tickets.json"
    store = await FileStore.open(path, segment_size=100)
    if ending == ".lock":
        await store.close()
    plant(Path(f"{path}{ending}"), victim)
    if ending == ".lock":
        with pytest.raises(StoreError, match="symbolic link"):
            await FileStore.open(path)
    else:
        try:
            await store.create(new_ticket(), origin())
            await store.create(new_ticket(), origin())
        except StoreError:
            pass
        await store.close()
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("mode", [0o777, 0o707, 0o1777])
async def test_a_directory_that_others_may_write_to_is_refused_with_the_remedy(tmp_path, mode):
    directory = tmp_path / "data"
    directory.mkdir()
    directory.chmod(mode)
    with pytest.raises(StoreError, match="chmod go-w"):
        await FileStore.open(directory / "tickets.json")
    directory.chmod(0o755)
    await (await FileStore.open(directory / "tickets.json")).close()
