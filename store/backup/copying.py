"""Copying a store, a file or a database, to a new one: everything, with its history, verified, or nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from store import is_database
from store.backup.files import describe_errors, existing_path, locked, new_path
from store.backup.reading import read_store
from store.contents import Contents
from store.errors import DamagedError
from store.file.disk.filesystem import Filesystem
from store.file.layout import parts
from store.file.migration import remove, write_contents
from store.transfer.columns import Progress, ignore_progress

if TYPE_CHECKING:
    from store.postgres import PostgresStore

_BESIDE = (".new", ".journal", ".deliveries.new")  # what writing a store may leave


class Copied(NamedTuple):
    """How many tickets, deleted ones too, and changes both stores have now, and their checksum, which is the same."""

    tickets: int
    changes: int
    checksum: str


async def copy_between(
    source: str, target: str, *, files: Filesystem | None = None, progress: Progress = ignore_progress
) -> Copied:
    """Copy `source`, a file that nobody has open or a database, to `target`: a new file, or an empty database.

    What was written is read again and compared before it is kept: after an error, or Ctrl-C, there is nothing at
    `target`. Deliveries that are being worked on belong to nobody there. Raises `StoreError`.
    """
    files = files or Filesystem()
    if not is_database(target):
        target = new_path(files, target)
    if is_database(source):
        async with opened_database(source) as store:
            contents = await store.contents(progress)
    else:
        contents = _read_file(files, source, progress)
    if is_database(target):
        async with opened_database(target) as store:
            written = await store.fill(contents, lambda written: _check_same(contents, written), progress)
    else:
        written = await _write_file(files, target, contents, progress)
    return Copied(*written.count(), written.checksum())


@asynccontextmanager
async def opened_database(address: str) -> AsyncIterator["PostgresStore"]:
    from store.postgres import PostgresStore  # noqa: PLC0415  # its driver is an extra

    store = await PostgresStore.open(address)
    try:
        yield store
    finally:
        await store.close()


def _read_file(files: Filesystem, source: str, progress: Progress) -> Contents:
    path = existing_path(files, source)
    with describe_errors(path), locked(files, path):
        return read_store(files, path, progress)


async def _write_file(files: Filesystem, path: str, contents: Contents, progress: Progress) -> Contents:
    with describe_errors(path), locked(files, path):
        new_path(files, path)  # somebody may have begun a store there while the source was read
        try:
            write_contents(files, path, contents)
            written = read_store(files, path, progress)
            _check_same(contents, written)
            await asyncio.sleep(0)  # where a Ctrl-C since the last pause is heard
        except BaseException:
            remove(files, *(path + end for end in [*parts(files, path), *_BESIDE]))
            raise
    return written


def _check_same(source: Contents, target: Contents) -> None:
    if source.checksum() != target.checksum():
        raise DamagedError("what was written is not what was read, so nothing was copied")
