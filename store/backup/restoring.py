"""A backup, or what can be saved of a damaged store, in the place of a store."""

import os
from itertools import groupby

from store.backup.copying import Done, write_backup
from store.backup.files import (
    describe_errors,
    duplicate,
    existing_path,
    keep,
    local_path,
    locked,
    opened_store,
    remove,
    remove_all,
    write_store,
)
from store.codec import encode_change
from store.contents import Contents
from store.errors import StoreError
from store.file.disk.filesystem import Filesystem, read_file
from store.file.layout import FIRST_VERSION, deliveries_path, parts
from store.file.migration import migrate
from store.ids import number_of
from store.models.tickets import Change
from store.salvage import Salvaged, salvage
from store.transfer.columns import Progress, ignore_progress


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

    If `damaged`, what can be read of `source` is taken, which may be `target` itself. `stamp` names what is kept, such as
    a date and time. Raises `LockedError` while the store is in use, `DamagedError` and `StoreError`, after which everything
    is as it was, and `UnwritableError`, after which the store is that or what was to be restored.
    """
    files = files or Filesystem()
    with describe_errors(target):
        path = os.path.realpath(local_path(target))
        source = existing_path(files, source, damaged=damaged)
        with locked(files, path):
            scratch = f"{path}.restoring"
            remove_all(files, scratch)
            try:
                done = _restore(files, source, path, scratch, damaged=damaged, stamp=stamp, progress=progress)
            except StoreError as error:
                error.args = (str(error).replace(os.path.basename(scratch), source),)
                raise
            finally:
                remove_all(files, scratch)
            # What is there is one file, put there at once; it becomes a store as at any start after a crash.
            migrate(files, path)
            remove(files, *(path + end for end in parts(files, path) if FIRST_VERSION.fullmatch(end)))
            return done


def _restore(
    files: Filesystem, source: str, path: str, scratch: str, *, damaged: bool, stamp: str, progress: Progress
) -> Done:
    """Make a store of `source` at `scratch`, which verifies it, and put what is in that at `path` as a backup."""
    found = _salvage(files, source) if damaged else None
    if found:
        write_store(files, scratch, _contents(found))
    else:
        duplicate(files, source, scratch)
    with opened_store(files, scratch, read_only=False) as opened:
        kept = keep(files, path, stamp)
        opened.state.last = max(opened.state.last, _last_of(files, path))
        done = write_backup(files, path, opened, progress)._replace(kept=kept)
    return done._replace(losses=found.losses, expected=found.expected) if found else done


def _last_of(files: Filesystem, path: str) -> int:
    """The number of the newest ticket that there ever was in a store that is replaced: no id is used twice."""
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


def _contents(found: Salvaged) -> Contents:
    """Changes one after another that one key has made were one commit."""

    def commit_of(change: Change) -> object:
        return change.origin.idempotency_key or (change.ticket_id, change.version)

    commits = [list(map(encode_change, some)) for _, some in groupby(found.changes, commit_of)]
    cards = {number_of(each.ticket.id): each.card for each in found.records if each.card}
    return Contents(commits, cards, last=found.last)
