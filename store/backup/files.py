"""The files of stores that are copied: where they may be, and all of them at once."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from store import check_path, is_database
from store.file.disk.filesystem import APPEND, READ, Filesystem, copy_file
from store.file.disk.journal import SEGMENT_SIZE
from store.file.disk.lock import Lock
from store.file.layout import deliveries_path, journal_path
from store.file.opening import StoreFiles, open_files
from store.protocol import NewerVersionError, StoreError, UnwritableError
from store.versions import HEADER_SIZE, is_newer

NEW = APPEND | os.O_EXCL
FIRST_VERSION = re.compile(r"\.\d+\.journal")


def local_path(address: str) -> str:
    if is_database(address):
        raise StoreError("a database is backed up by `pg_dump`, and brought back by `pg_restore`")
    check_path(address)
    return address


def existing_path(files: Filesystem, source: str) -> str:
    path = os.path.realpath(local_path(source))
    if not files.exists(path):
        raise StoreError(f"there is no {path}")
    if os.path.isdir(path):  # noqa: PTH112  # paths are strings here
        raise StoreError(f"{path} is a folder; name a file in it")
    return refuse_newer(files, path)


def refuse_newer(files: Filesystem, path: str) -> str:
    """`path`, unless one of the files of the store there is of a newer version."""
    for end in parts(files, path):
        fd = files.open(path + end, READ)
        try:
            if is_newer(files.pread(fd, HEADER_SIZE, 0)):
                raise NewerVersionError(path)
        finally:
            files.close(fd)
    return path


def new_path(files: Filesystem, target: str) -> str:
    """The absolute path of a file that is not there yet, not even as a link."""
    path = os.path.abspath(local_path(target))  # noqa: PTH100  # paths are strings at the file system's seam
    check_folder(files, path)
    for each in (path, f"{path}.new", journal_path(path), deliveries_path(path)):
        if files.exists(each):
            raise StoreError(f"{each} is there already; name another file")
    return path


def check_folder(files: Filesystem, path: str) -> str:
    folder = os.path.dirname(path)  # noqa: PTH120  # paths are strings here
    if not files.exists(folder):
        raise StoreError(f"there is no folder {folder}; make it first")
    return folder


@contextmanager
def describe_errors(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnwritableError(f"{path} cannot be read or written: {error}") from error


@contextmanager
def opened_store(files: Filesystem, path: str, *, read_only: bool) -> Iterator[StoreFiles]:
    opened = open_files(files, path, read_only=read_only, segment_size=SEGMENT_SIZE)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def locked(files: Filesystem, path: str) -> Iterator[None]:
    files.check_directory(check_folder(files, path))
    lock = Lock(files, path)
    try:
        yield
    finally:
        lock.release()


def parts(files: Filesystem, path: str) -> list[str]:
    """What there is of the store at `path`, also of the first version's, as ends of paths; the snapshot last."""
    folder, name = os.path.split(path)
    ends = [each.removeprefix(name) for each in files.names(folder) if each.startswith(name)]
    found = sorted(end for end in ends if FIRST_VERSION.fullmatch(end))
    if files.exists(journal_path(path)):
        found += [f".journal/{each}" for each in sorted(files.names(journal_path(path))) if each.isdigit()]
    return found + [end for end in (".deliveries", "") if files.exists(path + end)]


def keep(files: Filesystem, path: str, stamp: str) -> str:
    if not parts(files, path):
        return ""
    kept = f"{path}.before-{stamp}"
    if parts(files, kept):
        raise StoreError(f"{kept} is there already; try again")
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
        for folder in (journal_path(new), os.path.dirname(new)):  # noqa: PTH120  # paths are strings here
            if files.exists(folder):
                files.sync_directory(folder)
    except BaseException:
        for path in [*made, journal_path(new)]:
            remove(files, path)
        raise


def remove_all(files: Filesystem, path: str) -> None:
    """A store that was made in passing, with what opening may have left of it."""
    for end in [*parts(files, path), ".journal"]:
        remove(files, path + end)
    folder, name = os.path.split(path)
    for each in files.names(folder):
        if each.startswith(f"{name}."):
            remove(files, f"{folder}/{each}")


def remove(files: Filesystem, path: str) -> None:
    with suppress(OSError):
        files.remove(path)
