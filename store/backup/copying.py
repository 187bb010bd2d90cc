"""A store in one file: made while it is in use, and put in a store's place."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

from store.backup.files import describe_errors, existing_path, new_path, opened_store
from store.backup.reading import count_changes, read_changes
from store.codec import encode
from store.contents import Contents, rows_of
from store.file.disk.filesystem import APPEND, Disk, Filesystem
from store.file.disk.journal import START
from store.file.disk.snapshot import row_line, write_snapshot
from store.file.layout import FIRST_VERSION, header_of, parts
from store.file.migration import build_state, is_older, migrate, remove
from store.file.migration.reading import AUDITS, CHANGES, describe_damage
from store.file.state import TicketState
from store.models.tickets import Json
from store.transfer.columns import Progress, ignore_progress
from store.validation import check_change


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
    files = files or Disk()
    with describe_errors(target):
        path, source = new_path(files, target), existing_path(files, source)
        # One that has to be brought up to date first is in use by nobody of today's.
        with opened_store(files, source, read_only=not is_older(files, source)) as opened:
            files.close(files.open(path, APPEND | os.O_EXCL))
            try:
                audits: list[Json] = []
                return _write_backup(
                    files, path, opened.state, read_changes(opened, progress, audits), audits
                )
            except BaseException:
                remove(files, path)
                raise


def put(files: Filesystem, path: str, contents: Contents) -> Done:
    """Put what lasts of `contents` in the place of the store at `path`, which is locked.

    It is there at once, in one file, which becomes a store as at any start after a crash. Raises `DamagedError` for what
    could not be read again, after which everything is as it was.
    """
    with describe_damage(path):
        for commit in contents.commits:
            for row in commit:
                check_change(row)
        state = build_state(contents, count(1))
    done = _write_backup(files, path, state, rows_of(contents.commits), contents.audits)
    migrate(files, path)
    remove(files, *(path + end for end in parts(files, path) if FIRST_VERSION.fullmatch(end)))
    return done


def _write_backup(
    files: Filesystem, path: str, state: TicketState, changes: Iterable[Json], audits: Sequence[Json]
) -> Done:
    """`audits` may be known once all changes are read, which are written before them."""
    tables = [*state.freeze(), (CHANGES, _numbered(changes)), (AUDITS, _numbered(audits))]
    write_snapshot(files, path, header_of(state, START, 0), tables)
    return Done(path, len(state), count_changes(state))


def _numbered(rows: Iterable[Json]) -> Iterator[bytes]:
    return (row_line(number, encode(row)) for number, row in enumerate(rows, 1))
