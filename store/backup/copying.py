"""Copies of a store, made while it is in use or while nobody has it open."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from store.backup.files import NEW, describe_errors, duplicate, existing_path, new_path, opened_store, remove
from store.codec import encode
from store.errors import DamagedError
from store.file.disk.filesystem import REMEDY, Filesystem
from store.file.disk.journal import START
from store.file.disk.snapshot import row_line, write_snapshot
from store.file.history import History
from store.file.layout import header_of
from store.file.migration import AUDITS, CHANGES, is_older
from store.file.opening import StoreFiles
from store.models.tickets import Json
from store.transfer.columns import Progress, ignore_progress


class Done(NamedTuple):
    """What was written, and where: `path` is absolute. `kept` is the path of what was replaced, "" if there was nothing.

    After a salvage `losses` says what could not be read, and `expected` how many tickets there seem to have been.
    """

    path: str
    tickets: int
    changes: int
    kept: str = ""
    losses: Sequence[str] = ()
    expected: int = 0


def backup(
    source: str, target: str, *, files: Filesystem | None = None, progress: Progress = ignore_progress
) -> Done:
    """Write everything that lasts in the store `source`, verified, to the new file `target`, also while it is in use.

    Raises `StoreError` when there is a `target` already or no folder for it, `DamagedError` and `UnwritableError`.
    """
    files = files or Filesystem()
    with describe_errors(target):
        path, source = new_path(files, target), existing_path(files, source)
        # One that has to be brought up to date first is in use by nobody of today's.
        with opened_store(files, source, read_only=not is_older(files, source)) as opened:
            files.close(files.open(path, NEW))
            try:
                return write_backup(files, path, opened, progress)
            except BaseException:
                remove(files, path)
                raise


def copy(
    source: str, target: str, *, files: Filesystem | None = None, progress: Progress = ignore_progress
) -> Done:
    """Copy the store `source`, which nobody has open, with all that is unfinished in it, to the new store `target`.

    Raises as `backup`, and `LockedError`.
    """
    files = files or Filesystem()
    with describe_errors(target):
        path, source = new_path(files, target), existing_path(files, source)
        with opened_store(files, source, read_only=False) as opened:
            changes = sum(1 for _ in read_changes(opened, progress))
            duplicate(files, source, path)
            return Done(path, len(opened.state), changes)


def write_backup(files: Filesystem, path: str, opened: StoreFiles, progress: Progress) -> Done:
    """What is in an open store, as a backup."""
    audits: list[Json] = []
    changes = _numbered(read_changes(opened, progress, audits))
    # The audits are known once all changes are read, which are written before them.
    tables = [*opened.state.freeze(), (CHANGES, changes), (AUDITS, _numbered(audits))]
    write_snapshot(files, path, header_of(opened.state, START, 0), tables)
    return Done(path, len(opened.state), _count_changes(opened))


def _numbered(rows: Iterable[Json]) -> Iterator[bytes]:
    return (row_line(number, encode(row)) for number, row in enumerate(rows, 1))


def read_changes(opened: StoreFiles, progress: Progress, audits: list[Json] | None = None) -> Iterator[Json]:
    """The history of an open store as it was when it was opened, all of it verified; `audits` gets what was done to it."""
    rows, total = History(opened.journal, opened.state).everything(audits), _count_changes(opened)
    for done in range(1, total + 1):
        row = next(rows, None)
        if row is None:
            raise DamagedError(f"the journal has lost the last of {total} changes; {REMEDY}")
        progress(done, total)
        yield row
    if audits is not None:
        next(rows, None)  # what is behind the last change


def _count_changes(opened: StoreFiles) -> int:
    return sum(len((opened.state.metadata_of(number) or {})["changes"]) for number in opened.state.metadata)
