"""The files of a store: their paths, lock and copies; and all that a file store of any version holds."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from tempfile import TemporaryDirectory

from store import check_path, is_database, open_store
from store.errors import StoreError, UnwritableError
from store.file.disk.deliveries_file import CHOICES, DELIVERIES, PEOPLE, UNDO_LINES
from store.file.disk.filesystem import (
    Filesystem,
    describe_error,
    read_file,
    remove_files,
    translate_errors,
)
from store.file.disk.filesystem import opened as opened_file
from store.file.disk.lock import Lock
from store.file.history import verified_changes
from store.file.layout import DELIVERIES_FILE, JOURNAL, parts, refuse_newer
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


@contextmanager
def removing_needless_copy(files: Filesystem, path: str, kept: str) -> Iterator[None]:
    """After an error, removes the copy `kept` of the store at `path` if that was not replaced: each try would leave one more
    on a disk that may be full. If it was replaced, an `OSError` becomes an `UnwritableError` that says so."""
    with ExitStack() as stack:
        old = stack.enter_context(opened_file(files, path)) if files.exists(path) else None
        try:
            yield
        except BaseException as error:
            if not files.exists(path) if old is None else files.is_at(old, path):
                remove_files(files, *(kept + end for end in parts(files, kept)), kept + JOURNAL)
            elif isinstance(error, OSError) and kept:
                raise UnwritableError(
                    f"{path} is replaced already, and what was there before is kept as {kept}, but the rest could not be written: "
                    f"{describe_error(error)}; the next start does the rest"
                ) from error
            raise


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
