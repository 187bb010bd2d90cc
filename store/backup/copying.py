"""Copies a store, a file or a database, to a new one: everything with its history, verified, or nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple, cast

from store import is_database, open_store
from store.backup.files import existing_path, lock_store, new_path, read_store
from store.errors import StoreError
from store.file.disk.filesystem import Filesystem, on_error, remove_files, translate_errors
from store.file.layout import parts
from store.file.migration import write_contents
from store.progress import BeginCommit, Progress, ignore_progress, stop_before_commit
from store.serialization.contents import Contents

if TYPE_CHECKING:
    from store.postgres import PostgresStore  # its driver is an extra

_BESIDE = (".new", ".journal", ".deliveries.new")  # suffixes of files that a failed write may leave


class CopyResult(NamedTuple):
    """The number of tickets (including deleted ones) and changes that both stores now have, and their common
    checksum.
    """

    tickets: int
    changes: int
    checksum: str


async def copy_between(
    source: str, target: str, *, files: Filesystem | None = None, progress: Progress = ignore_progress
) -> CopyResult:
    """Copy `source`, a file that nobody has open or a database, to `target`: a new file or an empty database.

    The copy is read again and compared before it is kept: after an error or Ctrl-C there is nothing at
    `target`. A delivery that is in progress belongs to no process in the copy. Raises `StoreError`.
    """
    files = files or Filesystem()
    if not is_database(target):
        target = new_path(files, target)
    if is_database(source):
        async with open_database(source) as store:
            contents = await store.contents(progress)
    else:
        path = existing_path(files, source)
        with translate_errors(path), lock_store(files, path):
            contents = read_store(files, path, progress)
    if is_database(target):
        written = await _fill_database(target, contents, progress)
    else:
        written = await _write_file(files, target, contents, progress)
    return CopyResult(*written.count(), written.checksum())


@asynccontextmanager
async def open_database(address: str) -> AsyncIterator["PostgresStore"]:
    store = cast("PostgresStore", await open_store(address))
    try:
        yield store
    finally:
        await store.close()


async def _fill_database(address: str, contents: Contents, progress: Progress) -> Contents:
    async def fill(begin_commit: BeginCommit) -> Contents:
        async def check(written: Contents) -> None:
            _check_same(contents, written)
            await begin_commit()

        async with open_database(address) as store:
            return await store.fill(contents, check, progress)

    return await stop_before_commit(fill)


async def _write_file(files: Filesystem, path: str, contents: Contents, progress: Progress) -> Contents:
    with translate_errors(path), lock_store(files, path):
        new_path(files, path)  # somebody may have begun a store there while the source was being read
        with on_error(lambda: remove_files(files, *(path + end for end in [*parts(files, path), *_BESIDE]))):
            write_contents(files, path, contents)
            written = read_store(files, path, progress)
            _check_same(contents, written)
            await asyncio.sleep(0)  # lets a Ctrl-C since the last pause raise here
    return written


def _check_same(source: Contents, target: Contents) -> None:
    if source.checksum() != target.checksum():
        raise StoreError("the copy differs from its source, so nothing was copied")
