"""A backup, or what can be saved of a damaged store, in the place of a store."""

import os
from dataclasses import replace

from store.backup.copying import Done, put
from store.backup.files import describe_errors, existing_path, keep, local_path, locked, opened_store
from store.backup.reading import read_store
from store.errors import StoreError
from store.file.disk.filesystem import Disk, Filesystem, read_file
from store.file.layout import deliveries_path, parts
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
    files = files or Disk()
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
