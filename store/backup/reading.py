"""Reads everything in a file store of any version, and opens any store for reading."""

import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing
from tempfile import TemporaryDirectory

from store import is_database, open_store
from store.backup.files import existing_path
from store.file.disk.deliveries_file import CHOICES, DELIVERIES, PEOPLE, UNDO_LINES
from store.file.disk.filesystem import Filesystem, read_file, translate_errors
from store.file.history import verified_changes
from store.file.layout import parts
from store.file.migration import copy_store, is_older
from store.file.migration.reading import read_contents
from store.file.opening import open_files, retry
from store.ids import number_of
from store.models.tickets import Json
from store.progress import Progress
from store.protocol import TicketStore
from store.serialization.contents import Contents, commits_of, without_empty

# Tables of temporary rows, and what they call their time.
_TIMES = {DELIVERIES: "at", UNDO_LINES: "at", CHOICES: "expires_at", PEOPLE: "learned_at"}


def read_store(files: Filesystem, path: str, progress: Progress) -> Contents:
    """The verified contents of the store at `path`, which stays unchanged. Raises `StoreError`."""
    if is_older(files, path):
        contents = read_contents(files, path, read_file(files, path))
        changes = contents.count()[1]
        progress(changes, changes)
        return contents
    with closing(open_files(files, path, read_only=True)) as opened:
        state, audits = opened.state, list[Json]()
        commits = commits_of(verified_changes(opened.journal, state, audits, progress))
        records = filter(None, map(state.record, state.metadata))
        # Times are floats, as a database returns them.
        rows = {
            table: {
                key: row | {time: float(row[time])}
                for key, row in opened.deliveries.contents.rows[table].items()
            }
            for table, time in _TIMES.items()
        }
        return Contents(
            commits,
            {number_of(record.ticket.id): record.card for record in records if record.card},
            dict(state.usage),
            [without_empty(rows[DELIVERIES][key]) for key in sorted(rows[DELIVERIES], key=int)],
            rows[UNDO_LINES],
            rows[CHOICES],
            rows[PEOPLE],
            state.last,
            audits,
        )


def verify(source: str) -> int:
    """Read the whole history of the store `source` as it was written; also while the store is in use.

    Returns the number of its changes; 0 for an older store, which is verified when it is migrated. Raises `DamagedError`,
    which names the place, and other `StoreError`s.
    """
    files = Filesystem()
    with translate_errors(source):
        path = existing_path(files, source)

        def count() -> int:
            with closing(open_files(files, path, read_only=True)) as opened:
                return sum(1 for _ in verified_changes(opened.journal, opened.state, []))

        return 0 if is_older(files, path) else retry(count)


@asynccontextmanager
async def open_read_only(url: str) -> AsyncIterator[TicketStore]:
    """Open the store, backup or older store that `url` names, for reading only.

    Opening a backup or an older version would change it, so a copy in a temporary folder is opened instead. No other
    store needs a folder, so a full disk does not keep it from being read. Raises `StoreError`.
    """
    with ExitStack() as stack, translate_errors(url):
        read_only, files = True, Filesystem()
        if not is_database(url) and is_older(files, path := existing_path(files, url)):
            folder = stack.enter_context(TemporaryDirectory(prefix="tickets-"))
            read_only, url = False, os.path.join(folder, os.path.basename(path))
            copy_store(files, path, url, parts(files, path))
        store = await open_store(url, read_only=read_only)
        try:
            yield store
        finally:
            await store.close()
