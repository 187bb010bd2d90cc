"""Backs up a store into one file while it is in use, and replaces a store by a backup, or by what a salvage
recovers.
"""

import os
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from store.backup.files import (
    existing_path,
    keep_copy,
    local_path,
    lock_store,
    new_path,
    read_store,
    removing_needless_copy,
)
from store.errors import StoreError
from store.file.disk.filesystem import APPEND, Filesystem, on_error, read_file, remove_files, translate_errors
from store.file.disk.journal import START
from store.file.disk.snapshot import write_snapshot
from store.file.history import verified_changes
from store.file.layout import DELIVERIES_FILE, parts
from store.file.migration import build_state, is_older, migrate
from store.file.migration.reading import AUDITS, CHANGES, translate_damage
from store.file.opening import open_files, retry
from store.file.state import TicketState
from store.models.tickets import Json
from store.progress import Progress, ignore_progress
from store.salvage import Salvaged, salvage
from store.serialization.contents import Contents, rows_of
from store.serialization.validation import check_change


class BackupResult(NamedTuple):
    """The absolute `path` of what was written, and the path of the replaced store (`kept`, "" if there was
    none).

    After a salvage, `losses` says what could not be read, and `expected` how many tickets there seem to have
    been.
    """

    path: str
    tickets: int
    changes: int
    kept: str = ""
    losses: Sequence[str] = ()
    expected: int = 0


def backup(
    source: str, target: str, *, files: Filesystem | None = None, progress: Progress = ignore_progress
) -> BackupResult:
    """Write the permanent data of the store `source`, verified, to the new file `target`; also while the
    store is in use.

    Raises `StoreError` if `target` exists or its folder does not, `DamagedError` and `UnwritableError`.
    """
    files = files or Filesystem()
    with translate_errors(target):
        path, source = new_path(files, target), existing_path(files, source)
        return retry(lambda: _back_up(files, source, path, progress))


def _back_up(files: Filesystem, source: str, path: str, progress: Progress) -> BackupResult:
    files.close(files.open(path, APPEND | os.O_EXCL))
    with on_error(lambda: remove_files(files, path)):
        if is_older(files, source):  # or a backup: opening it would turn it into a store in use
            contents = read_store(files, source, progress)
            state, changes = build_state(contents, count(1)), rows_of(contents.commits)
            return _write_backup(files, path, state, changes, contents.audits)
        with closing(open_files(files, source, read_only=True)) as opened:
            audits: list[Json] = []
            changes = verified_changes(opened.journal, opened.state, audits, progress)
            return _write_backup(files, path, opened.state, changes, audits)


def restore(
    source: str,
    target: str,
    stamp: str,
    *,
    damaged: bool = False,
    files: Filesystem | None = None,
    progress: Progress = ignore_progress,
) -> BackupResult:
    """Replace the store `target`, which is kept beside it, by `source`: a backup or another store.

    If `damaged`, takes whatever can be read of `source`, which may be `target` itself. `stamp`, such as a
    date and time, becomes part of the kept store's name.

    Raises `LockedError` while the store is in use, `DamagedError` and `StoreError`; then nothing has changed.
    After an `UnwritableError`, `target` is either the old or the restored store.
    """
    files = files or Filesystem()
    with translate_errors(target):
        path, source = os.path.realpath(local_path(target)), existing_path(files, source, damaged=damaged)
        with lock_store(files, path):
            found = _salvage_tickets(files, source) if damaged else None
            contents = found.contents() if found else read_store(files, source, progress)
            # Never use an id twice.
            contents = replace(contents, last=max(contents.last, _find_last_number(files, path)))
            state = build_checked_state(path, contents, progress)
            kept = keep_copy(files, path, stamp)
            with removing_needless_copy(files, path, kept):
                done = replace_store(files, path, contents, state)._replace(kept=kept)
            return done._replace(losses=found.losses, expected=found.expected) if found else done


def _find_last_number(files: Filesystem, path: str) -> int:
    """The highest ticket number that the replaced store ever used."""
    try:
        with closing(open_files(files, path, read_only=True)) as opened:
            return opened.state.last
    except StoreError:
        return _salvage_files(files, path).last


def _salvage_files(files: Filesystem, path: str) -> Salvaged:
    logs = [read_file(files, path + end) for end in parts(files, path) if end]
    return salvage(read_file(files, path) if files.exists(path) else b"", logs)


def _salvage_tickets(files: Filesystem, source: str) -> Salvaged:
    found = _salvage_files(files, source)
    if not found.records:
        raise StoreError(f"there is no ticket in {source} that can be read, so nothing was restored")
    if files.exists(source + DELIVERIES_FILE):
        found.losses.append("what was accepted from Slack and not finished")
    return found


def build_checked_state(path: str, contents: Contents, progress: Progress) -> TicketState:
    """What `contents` amount to as the store at `path`. Changes nothing: `progress` may still stop the work. Raises
    `DamagedError` if the store could not be read again."""
    total = sum(map(len, contents.commits))
    with translate_damage(path):
        for done, row in enumerate(contents.rows(), 1):
            check_change(row)
            progress(done, total)
        state = build_state(contents, count(1))
    progress(total, total)
    return state


def replace_store(files: Filesystem, path: str, contents: Contents, state: TicketState) -> BackupResult:
    """Replace the store at `path`, which is locked, by the permanent data in `contents`, of which `state` was built.

    First writes all of it as one backup file, which becomes a store as at a start after a crash.
    """
    done = _write_backup(files, path, state, rows_of(contents.commits), contents.audits)
    migrate(files, path)
    return done


def _write_backup(
    files: Filesystem, path: str, state: TicketState, changes: Iterable[Json], audits: Sequence[Json]
) -> BackupResult:
    """`audits` may be filled while `changes` are read: it is written after them."""
    tables = [*state.freeze(), (CHANGES, enumerate(changes, 1)), (AUDITS, enumerate(audits, 1))]
    write_snapshot(files, path, state.header(START, 0), tables)
    return BackupResult(path, len(state.documents), sum(map(len, state.versions().values())))
