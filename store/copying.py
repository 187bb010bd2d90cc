"""Copying a store of one kind to one of the other: everything, with its history, verified, or nothing."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

from store import is_database
from store.backup.files import existing_path, new_path, opened_store, remove, write_store
from store.contents import Contents, without_empty
from store.errors import DamagedError, StoreError
from store.file.disk.deliveries_file import CHOICES, DELIVERIES, PEOPLE, UNDO_LINES
from store.file.disk.filesystem import Filesystem
from store.file.history import History
from store.file.layout import parts
from store.models.tickets import Json
from store.transfer.columns import Progress, ignore_progress

if TYPE_CHECKING:
    from store.postgres import PostgresStore

_BESIDE = (".lock", ".new", ".journal", ".deliveries.new")  # what writing a store may leave
_EXTRAS = frozenset({"usage", "goes_on", "back"})  # of a line of the journal, what is said elsewhere here


class Copied(NamedTuple):
    """How many rows of each kind there are in both stores now, and their checksum, which is the same."""

    counts: Mapping[str, int]
    checksum: str


async def copy_between(
    source: str, target: str, *, files: Filesystem | None = None, progress: Progress = ignore_progress
) -> Copied:
    """Copy a file, which nobody has open, into an empty database, or a database to a new file; or between databases.

    What was written is read again and compared before it is kept: after an error, or Ctrl-C, there is nothing at
    `target`. Deliveries that are being worked on belong to nobody there. Raises `StoreError`.
    """
    files = files or Filesystem()
    if not (is_database(source) or is_database(target)):
        raise StoreError("name a database, postgresql://user@host/database, on one side at least")
    if is_database(source):
        async with _database(source) as store:
            contents = await store.contents(progress)
    else:
        contents = await _in_thread(lambda shown: _read_file(files, source, shown), progress)
    if is_database(target):
        async with _database(target) as store:
            written = await store.fill(contents, lambda written: _check_same(contents, written), progress)
    else:
        path = new_path(files, target)
        try:
            written = await _in_thread(lambda shown: _write_file(files, path, contents, shown), progress)
        except BaseException:
            remove(files, *(path + end for end in [*parts(files, path), *_BESIDE]))
            raise
    return Copied(written.counts(), written.checksum())


@asynccontextmanager
async def _database(address: str) -> AsyncIterator["PostgresStore"]:
    from store.postgres import PostgresStore  # noqa: PLC0415  # its driver is an extra

    store = await PostgresStore.open(address)
    try:
        yield store
    finally:
        await store.close()


class _StoppedError(Exception):
    """Nobody waits for what a thread does any more."""


async def _in_thread(work: Callable[[Progress], Contents], progress: Progress) -> Contents:
    """What `work` returns. If that is not waited for any more, it is stopped where it next shows its progress."""
    stopped = threading.Event()

    def shown(done: int, of: int) -> None:
        if stopped.is_set():
            raise _StoppedError
        progress(done, of)

    task = asyncio.ensure_future(asyncio.to_thread(work, shown))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stopped.set()
        await asyncio.wait({task})
        raise


def _check_same(source: Contents, target: Contents) -> None:
    if source.counts() != target.counts() or source.checksum() != target.checksum():
        raise DamagedError("what was written is not what was read, so nothing was copied")


def _read_file(files: Filesystem, path: str, progress: Progress) -> Contents:
    """Of a store that nobody has open; as it is, it stays."""
    with opened_store(files, existing_path(files, path), read_only=False) as opened:
        state, rows = opened.state, opened.contents.rows
        commits: list[list[Json]] = [[]]
        for done, row in enumerate(History(opened.journal, state).everything(), 1):
            commits[-1].append({key: value for key, value in row.items() if key not in _EXTRAS})
            if not row.get("goes_on"):
                commits.append([])
            progress(done, 0)
        records = {number: state.record(number) for number in state.metadata}
        return Contents(
            [commit for commit in commits if commit],
            {number: record.card for number, record in records.items() if record and record.card},
            dict(state.usage.days),
            [_delivery(row) for _, row in sorted(rows[DELIVERIES].items(), key=lambda item: int(item[0]))],
            {key: _with_time(row, "at") for key, row in rows[UNDO_LINES].items()},
            {key: _with_time(row, "expires_at") for key, row in rows[CHOICES].items()},
            {key: _with_time(row, "learned_at") for key, row in rows[PEOPLE].items()},
            state.last,
        )


def _with_time(row: Json, name: str) -> Json:
    """As a database gives it, which knows no whole numbers there."""
    return row | {name: float(row[name])}


def _delivery(row: Json) -> Json:
    kept = {name: row[name] for name in ("payload", "reply") if name in row}
    return without_empty(_with_time(row, "at")) | kept


def _write_file(files: Filesystem, path: str, contents: Contents, progress: Progress) -> Contents:
    write_store(files, path, contents)
    written = _read_file(files, path, progress)
    _check_same(contents, written)
    return written
