"""Paths, locks and copies of the files that make up a store."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

from store import check_path, is_database
from store.errors import StoreError
from store.file.disk.filesystem import Filesystem, translate_errors
from store.file.disk.lock import Lock
from store.file.layout import DELIVERIES_FILE, JOURNAL, parts, refuse_newer
from store.file.migration import copy_store


def local_path(address: str) -> str:
    """The absolute path of a file store. Raises `StoreError` for a database's address."""
    if is_database(address):
        raise StoreError("a database is backed up by `pg_dump`, and brought back by `pg_restore`")
    check_path(address)
    return os.path.abspath(address)


def existing_path(files: Filesystem, source: str, *, damaged: bool = False) -> str:
    """The path of an existing store whose version is not newer than this program's.

    A `damaged` store exists if any of its files does. Raises `StoreError`.
    """
    path = os.path.realpath(local_path(source))
    with translate_errors(path):
        if not (
            files.exists(path) or (damaged and files.exists(os.path.dirname(path)) and parts(files, path))
        ):
            raise StoreError(f"there is no {path}")
    if os.path.isdir(path):
        raise StoreError(f"{path} is a folder; name a file in it")
    refuse_newer(files, path)
    return path


def check_existing(source: str) -> None:
    """Raises `StoreError` if `existing_path` does."""
    existing_path(Filesystem(), source)


def new_path(files: Filesystem, target: str) -> str:
    """The path for a new file in an existing folder; nothing may be there yet, not even a link. Raises
    `StoreError`.
    """
    path = local_path(target)
    with translate_errors(path):
        check_folder(files, path)
        if files.exists(path):
            raise StoreError(f"{path} already exists; choose another name")
        for each in (f"{path}.new", path + JOURNAL, path + DELIVERIES_FILE):
            if files.exists(each):
                raise StoreError(
                    f"{each} already exists, perhaps left by a command that was killed; delete it, or choose another name"
                )
    return path


def check_folder(files: Filesystem, path: str) -> str:
    folder = os.path.dirname(path)
    if not files.exists(folder):
        raise StoreError(f"there is no folder {folder}; make it first")
    return folder


@contextmanager
def lock_store(files: Filesystem, path: str) -> Iterator[None]:
    files.check_directory(check_folder(files, path))
    with closing(Lock(files, path)):
        yield


def keep_copy(files: Filesystem, path: str, stamp: str) -> str:
    """Copy the store at `path` beside it and return the copy's path; "" if there is no store."""
    if not (ends := parts(files, path)):
        return ""
    kept = f"{path}.before-{stamp}"
    if parts(files, kept):
        raise StoreError(f"{kept} already exists; try again")
    copy_store(files, path, kept, ends)
    return kept
