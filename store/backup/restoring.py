"""A store in one file, made while it is in use; and that, or what is saved of a damaged store, in a store's place."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from store.backup.files import (
    describe_errors,
    existing_path,
    keep,
    local_path,
    locked,
    new_path,
    opened_store,
)
from store.backup.reading import count_changes, read_changes, read_store
from store.contents import Contents, rows_of
from store.errors import DamagedError, StoreError
from store.file.disk.filesystem import APPEND, Filesystem, read_file
from store.file.disk.journal import START
from store.file.disk.snapshot import write_snapshot
from store.file.layout import deliveries_path, header_of, parts
from store.file.migration import build_state, is_older, remove, remove_journals, write_contents
from store.file.migration.reading import AUDITS, CHANGES, describe_damage
from store.file.state import TicketState
from store.models.tickets import Json
from store.salvage import Salvaged, salvage
from store.transfer.columns import Progress, ignore_progress
from store.validation import check_change


class Done(NamedTuple):
    """What was written, and where: `path` is absolute. `kept` is the path of what was replaced, "" if there was
    nothing.

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
        try:
            return _back_up(files, source, path, progress)
        except DamagedError:
            # History that was removed while it was read is missing like what is lost; from now on it is known to be.
            return _back_up(files, source, path, progress)


def _back_up(files: Filesystem, source: str, path: str, progress: Progress) -> Done:
    # One that has to be brought up to date first is in use by nobody of today's.
    with opened_store(files, source, read_only=not is_older(files, source)) as opened:
        files.close(files.open(path, APPEND | os.O_EXCL))
        try:
            audits: list[Json] = []
            return _write_backup(files, path, opened.state, read_changes(opened, progress, audits), audits)
        except BaseException:
            remove(files, path)
            raise


def restore(
    source: str,
    target: str,
    stamp: str,
    *,
    damaged: bool = False,
    files: Filesystem | None = None,
    progress: Progress = ignore_progress,
) -> Done:
    """Put the backup `source`, or another store, in the place of the store `target`, which is kept.

    If `damaged`, what can be read of `source` is taken, which may be `target` itself. `stamp` names what is kept,
    such as a date and time. Raises `LockedError` while the store is in use, `DamagedError` and `StoreError`, after
    which everything is as it was, and `UnwritableError`, after which the store is that or what was to be restored.
    """
    files = files or Filesystem()
    with describe_errors(target):
        path, source = os.path.realpath(local_path(target)), existing_path(files, source, damaged=damaged)
        with locked(files, path):
            found = _salvage(files, source) if damaged else None
            contents = found.contents() if found else read_store(files, source, progress)
            kept = keep(files, path, stamp)
            # No id is used twice.
            contents = replace(contents, last=max(contents.last, _last_of(files, path)))
            done = put(files, path, contents)._replace(kept=kept)
            return done._replace(losses=found.losses, expected=found.expected) if found else done


def _last_of(files: Filesystem, path: str) -> int:
    """The number of the newest ticket that there ever was in a store that is replaced."""
    try:
        with opened_store(files, path, read_only=True) as opened:
            return opened.state.last
    except StoreError:
        return _read_what_is_whole(files, path).last


def _read_what_is_whole(files: Filesystem, path: str) -> Salvaged:
    logs = [read_file(files, path + end) for end in parts(files, path) if end]
    return salvage(read_file(files, path) if files.exists(path) else b"", logs)


def _salvage(files: Filesystem, source: str) -> Salvaged:
    found = _read_what_is_whole(files, source)
    if not found.records:
        raise StoreError(f"there is no ticket in {source} that can be read, so nothing was restored")
    if files.exists(deliveries_path(source)):
        found.losses.append("what was accepted from Slack and not finished")
    return found


def put(files: Filesystem, path: str, contents: Contents) -> Done:
    """Put what lasts of `contents` in the place of the store at `path`, which is locked.

    It is there at once, in one file, which becomes a store as at any start after a crash. Raises `DamagedError` for
    what could not be read again, after which everything is as it was.
    """
    with describe_damage(path):
        for commit in contents.commits:
            for row in commit:
                check_change(row)
        state = build_state(contents, count(1))
    done = _write_backup(files, path, state, rows_of(contents.commits), contents.audits)
    remove_journals(files, path)  # before there is a store again that knows nothing of them
    lasting = replace(contents, deliveries=(), undo_lines={}, choices={}, people={})
    write_contents(files, path, lasting)
    return done


def _write_backup(
    files: Filesystem, path: str, state: TicketState, changes: Iterable[Json], audits: Sequence[Json]
) -> Done:
    """`audits` may be known once all changes are read, which are written before them."""
    tables = [*state.freeze(), (CHANGES, enumerate(changes, 1)), (AUDITS, enumerate(audits, 1))]
    write_snapshot(files, path, header_of(state, START, 0), tables)
    return Done(path, len(state), count_changes(state))
