"""The files of stores that are copied: where they may be, and all of them at once."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from store import check_path, is_database
from store.codec import encode_ticket
from store.contents import Contents, replay
from store.errors import StoreError, UnwritableError
from store.file.disk.deliveries_file import CHOICES, DELIVERIES, PEOPLE, UNDO_LINES
from store.file.disk.filesystem import APPEND, Filesystem, copy_file
from store.file.disk.journal import SEGMENT_SIZE
from store.file.disk.lock import Lock
from store.file.layout import deliveries_path, journal_path, parts, refuse_newer
from store.file.migration import write_older
from store.file.migration.older import Older
from store.file.opening import StoreFiles, open_files
from store.models.tickets import MessageRef

NEW = APPEND | os.O_EXCL


# where they are


def local_path(address: str) -> str:
    """An absolute path. Raises `StoreError` for the address of anything else."""
    if is_database(address):
        raise StoreError("a database is backed up by `pg_dump`, and brought back by `pg_restore`")
    check_path(address)
    return os.path.abspath(address)


def existing_path(files: Filesystem, source: str, *, damaged: bool = False) -> str:
    """The path of a store that is not of a newer version; of a `damaged` one, any file may be there alone."""
    path = os.path.realpath(local_path(source))
    if not (files.exists(path) or (damaged and files.exists(os.path.dirname(path)) and parts(files, path))):
        raise StoreError(f"there is no {path}")
    if os.path.isdir(path):
        raise StoreError(f"{path} is a folder; name a file in it")
    refuse_newer(files, path)
    return path


def new_path(files: Filesystem, target: str) -> str:
    """The path of a file that is not there yet, not even as a link, in a folder that is."""
    path = local_path(target)
    check_folder(files, path)
    for each in (path, f"{path}.new", journal_path(path), deliveries_path(path)):
        if files.exists(each):
            raise StoreError(f"{each} already exists; choose another name")
    return path


def check_folder(files: Filesystem, path: str) -> str:
    folder = os.path.dirname(path)
    if not files.exists(folder):
        raise StoreError(f"there is no folder {folder}; make it first")
    return folder


@contextmanager
def describe_errors(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnwritableError(f"{path} cannot be read or written: {error}") from error


# all of them at once


def opened_store(files: Filesystem, path: str, *, read_only: bool) -> closing[StoreFiles]:
    return closing(open_files(files, path, read_only=read_only, segment_size=SEGMENT_SIZE))


@contextmanager
def locked(files: Filesystem, path: str) -> Iterator[None]:
    files.check_directory(check_folder(files, path))
    lock = Lock(files, path)
    try:
        yield
    finally:
        lock.release()


def keep(files: Filesystem, path: str, stamp: str) -> str:
    """Copy the store at `path`, if there is one, to the path that is returned."""
    if not parts(files, path):
        return ""
    kept = f"{path}.before-{stamp}"
    if parts(files, kept):
        raise StoreError(f"{kept} already exists; try again")
    duplicate(files, path, kept)
    return kept


def duplicate(files: Filesystem, old: str, new: str) -> None:
    """Copy a store's files, durably; all or none."""
    made: list[str] = []
    try:
        for end in parts(files, old):
            if end.startswith(".journal/"):
                files.make_directory(journal_path(new))
            copy_file(files, old + end, new + end, NEW)
            made.append(new + end)
        for folder in (journal_path(new), os.path.dirname(new)):
            if files.exists(folder):
                files.sync_directory(folder)
    except BaseException:
        remove(files, *made, journal_path(new))
        raise


def write_store(files: Filesystem, path: str, contents: Contents) -> None:
    """Make a store of `contents` at `path`. Raises `DamagedError` and `OSError`."""
    records, _ = replay(contents.commits)
    tickets = {
        str(number): encode_ticket(record.ticket) for number, record in records.items() if not record.deleted
    }
    rows = {
        DELIVERIES: {str(at): row for at, row in enumerate(contents.deliveries, 1)},
        CHOICES: dict(contents.choices),
        PEOPLE: dict(contents.people),
        UNDO_LINES: dict(contents.undo_lines),
    }
    cards = {number: MessageRef(*card) for number, card in contents.cards.items()}
    usage = {day: list(counts) for day, counts in contents.usage.items()}
    write_older(files, path, Older(contents.commits, tickets, cards, usage, rows, contents.last))


def remove_all(files: Filesystem, path: str) -> None:
    """A store that was made in passing, with what opening may have left of it."""
    remove(files, *(path + end for end in [*parts(files, path), ".journal"]))
    folder, name = os.path.split(path)
    remove(files, *(f"{folder}/{each}" for each in files.names(folder) if each.startswith(f"{name}.")))


def remove(files: Filesystem, *paths: str) -> None:
    for path in paths:
        with suppress(OSError):
            files.remove(path)
