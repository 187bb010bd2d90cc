"""Opens a store's files: migrates, verifies and, for writing, makes them durable before anything is appended."""

import errno
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from store.errors import DamagedError, MissingError, StoreError, UnwritableError
from store.file.disk.deliveries_file import REPAIRED, DeliveriesFile, TemporaryState
from store.file.disk.filesystem import REMEDY, Filesystem, read_file
from store.file.disk.journal import SEGMENT_SIZE, START, Journal, Position
from store.file.disk.lock import Lock
from store.file.disk.snapshot import Snapshot, write_snapshot
from store.file.layout import DELIVERIES_FILE, JOURNAL, header_of, refuse_newer
from store.file.migration import is_older, migrate, remove_leftovers
from store.file.state import TicketState
from store.models.tickets import Json

T = TypeVar("T")
# What decoding a row of the wrong form raises.
_WRONG_SHAPES = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(slots=True)
class StoreFiles:
    """A store's open files and their contents. `header` and `size` (bytes) are the snapshot's."""

    files: Filesystem
    path: str
    lock: Lock | None
    journal: Journal
    deliveries: DeliveriesFile
    state: TicketState
    contents: TemporaryState
    header: Json
    size: int

    def close(self) -> None:
        self.journal.close()
        self.deliveries.close()
        if self.lock is not None:
            self.lock.release()


def open_files(
    files: Filesystem, path: str, *, read_only: bool, create: bool = True, segment_size: int = SEGMENT_SIZE
) -> StoreFiles:
    """Open or create the store at `path`. Raises `LockedError`, `DamagedError`, `StoreError`, `MissingError` without
    `create`, and `UnwritableError` if the disk fails."""
    path = os.path.realpath(path)  # so that a link and its target are one store
    name = os.path.basename(path)  # noqa: PTH119  # paths are strings at the file system's seam
    lock: Lock | None = None
    try:
        with _without_collecting():
            if read_only:
                return _read_while_written(files, path, name, segment_size)
            directory = os.path.dirname(path)  # noqa: PTH120  # as above
            _prepare_directory(files, directory, path, create=create)
            lock = Lock(files, path)
            refuse_newer(files, path)
            _prepare(files, path, name, create=create)
            # The process that replaced the snapshot may have died before its own sync.
            files.sync_directory(directory)
            return _load(files, path, name, lock, segment_size)
    except BaseException as error:
        if lock is not None:
            lock.release()
        if isinstance(error, OSError):
            raise UnwritableError(f"{name} cannot be opened: {_describe(error)}") from error
        raise


def _prepare_directory(files: Filesystem, directory: str, path: str, *, create: bool) -> None:
    if not create and not files.exists(directory):
        raise MissingError(path)
    files.make_directory(directory)
    files.check_directory(directory)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Pause the garbage collector: it would scan the many new objects, which all stay, again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _prepare(files: Filesystem, path: str, name: str, *, create: bool) -> None:
    """Remove leftovers, and create or migrate the snapshot, so that there is one of the current version."""
    deliveries, folder = path + DELIVERIES_FILE, path + JOURNAL
    segments = [each for each in files.names(folder) if each.endswith(".new")] if files.exists(folder) else []
    news = (f"{path}.new", f"{deliveries}.new", f"{deliveries}{REPAIRED}")
    for new in (*news, *(f"{folder}/{each}" for each in segments)):
        with suppress(FileNotFoundError):
            files.remove(new)
    if not files.exists(path):
        journal = Journal(files, folder)
        if journal.segments() or files.exists(deliveries):
            raise DamagedError(f"{name} is missing, but its journal is there; {REMEDY}")
        if not create:
            raise MissingError(path)
        state = TicketState()
        write_snapshot(files, path, header_of(state, START, 0), state.freeze())
    elif is_older(files, path):
        migrate(files, path)
    else:
        remove_leftovers(files, path)


def _read_while_written(files: Filesystem, path: str, name: str, segment_size: int) -> StoreFiles:
    if not files.exists(path):
        raise MissingError(path)
    refuse_newer(files, path)
    if is_older(files, path):
        raise StoreError(
            f"{name} is of an earlier version or a backup, and has to be opened for writing once: start the bot"
        )
    return retry(lambda: _load(files, path, name, None, segment_size), 5)


def retry(read: Callable[[], T], tries: int = 2) -> T:
    """The result of `read`, tried again after a `DamagedError`: files that are replaced, and history that is removed, while
    they are read look like damage."""
    for _ in range(tries - 1):
        with suppress(DamagedError):
            return read()
    return read()


def _describe(error: OSError) -> str:
    """The system's message, with a remedy if there is a known one."""
    if isinstance(error, PermissionError):
        return f"{error}; run this as the user that the bot runs as"
    if isinstance(error, IsADirectoryError):
        return f"{error}; TICKETS_STORE has to name a file, not a folder"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"{error}; make room on that disk"
    return str(error)


def _load(files: Filesystem, path: str, name: str, lock: Lock | None, segment_size: int) -> StoreFiles:
    state, writable = TicketState(), lock is not None
    guard = (lock.check_place,) if lock else ()
    journal = Journal(files, path + JOURNAL, segment_size, *guard)
    deliveries = DeliveriesFile(files, path + DELIVERIES_FILE, *guard)
    try:
        # Compaction replaces the snapshot first. Reading the deliveries before it, they are never the newer of the two.
        contents = deliveries.read(writable=writable)
        data = read_file(files, path)
        header = _load_snapshot(data, name, state)
        position = Position(header["segment"], header["offset"], header["chain"])
        for entry in journal.entries_after(position, writable=writable):
            if "id" in entry.row:
                state.replay(entry.row, entry.place, entry.place - entry.row.get("back", 0))
        _check_deliveries(name, contents, header["sequence"])
        if contents is None:
            contents = TemporaryState()
            if writable:
                deliveries.rewrite(contents)
        for commit in contents.lasting:
            if commit["sequence"] > header["sequence"]:
                state.keep_lasting(commit)
    except BaseException as error:
        journal.close()
        deliveries.close()
        if isinstance(error, _WRONG_SHAPES):
            raise DamagedError(f"{name} or a file beside it holds what no store writes; {REMEDY}") from error
        raise
    return StoreFiles(files, path, lock, journal, deliveries, state, contents, header, len(data))


def _check_deliveries(name: str, contents: TemporaryState | None, sequence: int) -> None:
    """Raises `DamagedError` if they do not belong to a snapshot with this sequence number."""
    if contents is None and sequence:
        raise DamagedError(f"the deliveries of {name} are missing; {REMEDY}")
    if contents is not None and contents.base > sequence:
        raise DamagedError(f"the deliveries of {name} are newer than it is; {REMEDY}")


def _load_snapshot(data: bytes, name: str, state: TicketState) -> Json:
    """Load a snapshot into `state`; returns its header."""
    if not data:
        raise DamagedError(f"{name} is empty, which no store ever is; {REMEDY}")
    snapshot = Snapshot(data, name)
    if not all(isinstance(value, int) for value in snapshot.header.values()):
        raise ValueError("its header has other values than numbers")
    state.load(snapshot.rows(), snapshot.header["last"])
    return snapshot.header
