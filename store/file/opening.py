"""Opens a store's files: migrates, verifies and, for writing, makes them durable before anything is appended."""

import gc
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from store.errors import DamagedError, MissingError, StoreError
from store.file.disk.deliveries_file import REPAIRED, DeliveriesFile
from store.file.disk.filesystem import Filesystem, on_error, read_file, remove_files, translate_errors
from store.file.disk.journal import START, Journal, Position
from store.file.disk.lock import Lock
from store.file.disk.snapshot import read_snapshot, write_snapshot
from store.file.layout import DELIVERIES_FILE, JOURNAL, refuse_newer
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
    header: Json
    size: int

    def close(self) -> None:
        self.journal.close()
        self.deliveries.close()
        if self.lock is not None:
            self.lock.close()


def open_files(files: Filesystem, path: str, *, read_only: bool, create: bool = True) -> StoreFiles:
    """Open or create the store at `path`. Raises `LockedError`, `DamagedError`, `StoreError`, `MissingError` without
    `create`, and `UnwritableError` if the disk fails."""
    path = os.path.realpath(path)  # so that a link and its target are one store
    collecting = gc.isenabled()
    gc.disable()  # it would scan the many new objects, which all stay, again and again
    try:
        with translate_errors(path, "opened"):
            if read_only:
                return _open_read_only(files, path)
            return _open(files, path, create=create)
    except _WRONG_SHAPES as error:
        raise DamagedError(f"{path} or a file beside it holds what no store writes") from error
    finally:
        if collecting:
            gc.enable()


def _open(files: Filesystem, path: str, *, create: bool) -> StoreFiles:
    folder, _ = os.path.split(path)
    if not create and not files.exists(folder):
        raise MissingError(path)
    files.make_directory(folder)
    files.check_directory(folder)
    lock = Lock(files, path)
    with on_error(lock.close):
        refuse_newer(files, path)
        _prepare(files, path, create=create)
        files.sync_directory(folder)  # whoever replaced the snapshot may have died before doing so
        return _load(files, path, lock)


def _prepare(files: Filesystem, path: str, *, create: bool) -> None:
    """Remove leftovers, and create or migrate the snapshot, so that there is one of the current version."""
    deliveries, folder = path + DELIVERIES_FILE, path + JOURNAL
    segments = files.names(folder) if files.exists(folder) else []
    remove_files(files, f"{path}.new", f"{deliveries}.new", f"{deliveries}{REPAIRED}")
    remove_files(files, *(f"{folder}/{each}" for each in segments if each.endswith(".new")))
    if not files.exists(path):
        if Journal(files, folder).segments() or files.exists(deliveries):
            raise DamagedError(f"{path} is missing, but its journal is there")
        if not create:
            raise MissingError(path)
        state = TicketState()
        write_snapshot(files, path, state.header(START, 0), state.freeze())
    elif is_older(files, path):
        migrate(files, path)
    else:
        remove_leftovers(files, path)


def _open_read_only(files: Filesystem, path: str) -> StoreFiles:
    if not files.exists(path):
        raise MissingError(path)
    refuse_newer(files, path)
    if is_older(files, path):
        raise StoreError(
            f"{path} is of an earlier version or a backup, and has to be opened for writing once: start the bot"
        )
    return retry(lambda: _load(files, path, None), 5)


def retry(read: Callable[[], T], tries: int = 2) -> T:
    """The result of `read`, tried again after a `DamagedError`: files that are replaced, and history that is removed, while
    they are read look like damage."""
    for _ in range(tries - 1):
        with suppress(DamagedError):
            return read()
    return read()


def _load(files: Filesystem, path: str, lock: Lock | None) -> StoreFiles:
    guard = (lock.check_place, lock.check_kept) if lock else ()
    journal = Journal(files, path + JOURNAL, *guard)
    deliveries = DeliveriesFile(files, path + DELIVERIES_FILE, *guard)
    with on_error(journal.close), on_error(deliveries.close):
        # Compaction replaces the snapshot first. Reading the deliveries before it, they are never the newer of the two.
        found = deliveries.read(writable=lock is not None)
        data, contents = read_file(files, path), deliveries.contents
        (header, rows), state = read_snapshot(data, path), TicketState()
        state.load(rows, header["last"])
        if contents.base > header["sequence"] or (not found and header["sequence"]):
            how = "newer than it is" if found else "missing"
            raise DamagedError(f"the deliveries of {path} are {how}")
        contents.build_on(header["sequence"])
        if lock and not found:
            deliveries.rewrite(contents)
        position = Position(header["segment"], header["offset"], header["chain"])
        for entry in journal.entries_after(position, writable=lock is not None):
            if "id" in entry.row:
                state.replay(entry.row, entry.place, entry.place - entry.row.get("back", 0))
        for commit in contents.lasting:
            state.keep_lasting(commit)
    return StoreFiles(files, path, lock, journal, deliveries, state, header, len(data))
