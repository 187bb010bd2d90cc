"""Copying a store of one kind to one of the other: everything, with its history, verified, or nothing."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

from store import is_database
from store.backup.files import new_path, opened_store, parts, remove
from store.codec import encode_ticket
from store.contents import Contents, replay, without_empty
from store.file.disk.deliveries_file import CHOICES, DELIVERIES, PEOPLE, UNDO_LINES
from store.file.disk.filesystem import Disk, Filesystem
from store.file.history import History
from store.file.migration import write_older
from store.file.migration.older import Older
from store.models import Json, MessageRef
from store.protocol import DamagedError, StoreError
from store.transfer.columns import Progress, ignore_progress

_BESIDE = (".lock", ".new", ".journal", ".deliveries.new")  # what writing a store may leave
_EXTRAS = frozenset(
    {"usage", "goes_on", "back"}
)  # what a line of the journal says besides, and other tables here


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
    files = files or Disk()
    if not (is_database(source) or is_database(target)):
        raise StoreError("name a database, postgresql://user@host/database, on one side at least")
    if is_database(target):
        if is_database(source):
            contents = await _read_database(source, progress)
        else:
            contents = await _in_thread(lambda shown: _read_file(files, source, shown), progress)
        written = await _write_database(target, contents, progress)
    else:
        contents = await _read_database(source, progress)
        path = new_path(files, target)
        try:
            written = await _in_thread(lambda shown: _write_file(files, path, contents, shown), progress)
        except BaseException:
            for end in [*parts(files, path), *_BESIDE]:
                remove(files, path + end)
            raise
    return Copied(written.counts(), written.checksum())


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


def _same(source: Contents, target: Contents) -> None:
    if source.counts() != target.counts() or source.checksum() != target.checksum():
        raise DamagedError("what was written is not what was read, so nothing was copied")


async def _read_database(address: str, progress: Progress) -> Contents:
    from store.postgres import PostgresStore  # noqa: PLC0415  # its driver is an extra

    store = await PostgresStore.open(address)
    try:
        return await store.contents(progress)
    finally:
        await store.close()


async def _write_database(address: str, contents: Contents, progress: Progress) -> Contents:
    from store.postgres import PostgresStore  # noqa: PLC0415  # as above

    store = await PostgresStore.open(address)
    try:
        return await store.fill(contents, lambda written: _same(contents, written), progress)
    finally:
        await store.close()


def _read_file(files: Filesystem, path: str, progress: Progress) -> Contents:
    """Of a store that nobody has open; as it is, it stays."""
    if not files.exists(path):
        raise StoreError(f"there is no {path}")
    with opened_store(files, path, read_only=False) as opened:
        state, rows = opened.state, opened.contents.rows
        commits: list[list[Json]] = [[]]
        for done, row in enumerate(History(opened.journal, state).everything(), 1):
            commits[-1].append({key: value for key, value in row.items() if key not in _EXTRAS})
            if not row.get("goes_on"):
                commits.append([])
            progress(done, 0)
        cards = {
            number: record.card
            for number in state.metadata
            if (record := state.record(number)) and record.card
        }
        return Contents(
            [commit for commit in commits if commit],
            cards,
            dict(state.usage.days),
            [_delivery(row) for _, row in sorted(rows[DELIVERIES].items(), key=lambda item: int(item[0]))],
            {
                key: {"message": row["message"], "at": float(row["at"])}
                for key, row in rows[UNDO_LINES].items()
            },
            {key: row | {"expires_at": float(row["expires_at"])} for key, row in rows[CHOICES].items()},
            {key: row | {"learned_at": float(row["learned_at"])} for key, row in rows[PEOPLE].items()},
            state.last,
        )


def _delivery(row: Json) -> Json:
    kept = {name: row[name] for name in ("payload", "reply") if name in row}
    return without_empty({**row, "at": float(row["at"])}) | kept


def _write_file(files: Filesystem, path: str, contents: Contents, progress: Progress) -> Contents:
    records, _ = replay(contents.commits)
    tickets = {
        str(number): encode_ticket(record.ticket) for number, record in records.items() if not record.deleted
    }
    rows: dict[str, dict[str, Json]] = {
        DELIVERIES: {str(at): row for at, row in enumerate(contents.deliveries, 1)},
        CHOICES: dict(contents.choices),
        PEOPLE: dict(contents.people),
        UNDO_LINES: dict(contents.undo_lines),
    }
    cards = {number: MessageRef(*card) for number, card in contents.cards.items()}
    usage = {day: list(counts) for day, counts in contents.usage.items()}
    write_older(files, path, Older(contents.commits, tickets, cards, usage, rows, contents.last))
    written = _read_file(files, path, progress)
    _same(contents, written)
    return written
