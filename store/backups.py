"""Copies of a store as files: made while it is in use, and put in its place."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Any, NamedTuple

from store.base import DamagedError, StoreError, UnwritableError
from store.coding import encode, row_line
from store.cold import ColdRows
from store.files import READ, Disk, Files, duplicate
from store.loading import load
from store.memory import Memory
from store.migration import adopt
from store.salvage import Salvage
from store.snapshot import ForeignError, generation_of, write_snapshot
from store.volume import Volume

Progress = Callable[[int, int], None]  # how many rows are done, and of how many

COLD = frozenset({"log"})
_TRIES = 5
_ROWS_AT_ONCE = 200


def quietly(_done: int, _of: int) -> None:
    """A `Progress` that shows nothing."""


class Restored(NamedTuple):
    """`kept` is the path of what was replaced, "" if there was nothing; `losses` what could not be read of a damaged one."""

    kept: str
    losses: list[str]


class Copy:
    """Everything that is durable in the store at `path`, read without holding anybody who writes there."""

    def __init__(self, path: str, files: Files) -> None:
        """Raises `StoreError` when there is none, and `DamagedError` when it is not what was written."""
        self._files = files
        self._fd = -1
        volume = Volume(files, path)
        if not files.exists(volume.path):
            raise StoreError(f"there is no {path}")
        for remaining in range(_TRIES - 1, -1, -1):
            try:
                self.tables = self._read(volume)
            except (DamagedError, OSError):
                self.close()
                # A fold may have taken away what was to be read next, or a line been read while it was written.
                if not remaining:
                    raise
            else:
                return

    def _read(self, volume: Volume) -> dict[str, Any]:
        memory = Memory(self._files, COLD, {})
        try:
            found = volume.find(COLD)
        except ForeignError:
            return adopt(volume)
        self._fd = found.snapshot.fd if found.snapshot else -1
        load(self._files, found, memory)
        return memory.tables

    def close(self) -> None:
        if self._fd >= 0:
            self._files.close(self._fd)
            self._fd = -1


def _beginning(volume: Volume) -> bytes:
    """What tells a snapshot from the one that replaced it."""
    fd = volume.files.open(volume.path, READ)
    try:
        return volume.files.pread(fd, 100, 0)
    finally:
        volume.files.close(fd)


def backup(source: str, target: str, *, files: Files | None = None, progress: Progress = quietly) -> None:
    """Write everything that is durable in the store `source` to the new file `target`, also while it is in use.

    A backup is a store itself: it can be opened, restored or read by stock TinyDB. Raises `StoreError` when
    there is a `target` already, `DamagedError` and `UnwritableError`.
    """
    files = files or Disk()
    volume = Volume(files, target)
    with _told(target):
        if files.exists(volume.path):
            raise StoreError(f"{target} is there already; name another file")
        with closing(Copy(source, files)) as copied:
            _put(copied.tables, volume, 1, progress)


def copy(source: str, target: str, *, files: Files | None = None, progress: Progress = quietly) -> None:
    """As `backup`, of a store that nobody has open. Raises `LockedError` too."""
    files = files or Disk()
    volume = Volume(files, source)
    with _told(target), ExitStack() as stack:
        if not files.exists(volume.path):
            raise StoreError(f"there is no {source}")
        volume.lock()
        stack.callback(volume.unlock)
        backup(source, target, files=files, progress=progress)


def restore(
    source: str,
    target: str,
    stamp: str,
    *,
    salvage: bool = False,
    files: Files | None = None,
    progress: Progress = quietly,
) -> Restored:
    """Put the backup `source` in the place of the store `target`, which is kept.

    With `salvage`, `source` may be damaged, and may be `target` itself: what can be read of it is taken. `stamp`
    names what is kept, such as a date and time. Raises `LockedError` while the store is in use, and
    `DamagedError`, `UnwritableError` and `StoreError`, after which everything is as it was.
    """
    files = files or Disk()
    volume = Volume(files, target)
    with _told(target), ExitStack() as stack:
        files.make_directory(volume.directory)
        volume.lock()
        stack.callback(volume.unlock)
        if salvage:
            saved = Salvage(source, files)
            return Restored(_replace(volume, saved.tables, stamp, progress), saved.losses)
        copied = stack.enter_context(closing(Copy(source, files)))
        return Restored(_replace(volume, copied.tables, stamp, progress), [])


@contextmanager
def _told(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnwritableError(f"{path} cannot be written: {error}") from error


def _replace(volume: Volume, tables: Mapping[str, Any], stamp: str, progress: Progress) -> str:
    files, journals, kept, generation = volume.files, volume.journals(), "", 0
    if files.exists(volume.path):
        generation = generation_of(_beginning(volume))
    if journals or files.exists(volume.path):
        kept = f"{volume.path}.before-{stamp}"
        if files.exists(kept):
            raise StoreError(f"{kept} is there already; try again")
        names = {volume.path: kept} if files.exists(volume.path) else {}
        names |= {volume.journal_path(number): f"{kept}.{number}.journal" for number in journals}
        for old, new in names.items():
            duplicate(files, old, new)
        files.sync_directory(volume.directory)
    # Journals that are still there are of an earlier generation, so that they are not read into it.
    generation = max([generation, *journals]) + 1
    _put(tables, volume, generation, progress)
    volume.tidy(generation)
    return kept


def _put(tables: Mapping[str, Any], volume: Volume, generation: int, progress: Progress) -> None:
    """Write `tables` as the snapshot of `volume`, durably."""
    files = volume.files
    total = sum(len(table) for table in tables.values() if isinstance(table, Mapping))
    done = 0

    def counted(lines: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
        nonlocal done
        for some in lines:
            yield some
            done += len(some)
            progress(done, total)

    sections = (
        (name, counted(_lines(table)) if isinstance(table, Mapping) else encode(table))
        for name, table in tables.items()
    )
    try:
        files.make_directory(volume.directory)
        files.close(write_snapshot(files, volume.new_path, generation, sections).fd)
        volume.install()
    except BaseException:
        with suppress(OSError):
            files.remove(volume.new_path)
        raise


def _lines(table: Mapping[str, Any]) -> Iterator[list[bytes]]:
    if isinstance(table, ColdRows):
        yield from table.blocks(table.recent())
        return
    keys = list(table)
    for at in range(0, len(keys), _ROWS_AT_ONCE):
        yield [row_line(key, table[key]) for key in keys[at : at + _ROWS_AT_ONCE]]
