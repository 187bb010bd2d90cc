"""Copies of a store in a file: made while it is in use, and put in its place."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import NamedTuple

from store.codec import encode, encode_change, encode_metadata, encode_ticket
from store.file.filesystem import APPEND, READ, Disk, Filesystem, read_all, read_file, write_all
from store.file.history import History
from store.file.journal import REMEDY, SEGMENT_SIZE, START
from store.file.layout import deliveries_path, journal_path
from store.file.lock import Lock
from store.file.migration import CHANGES, is_older, migrate
from store.file.opening import StoreFiles, open_files
from store.file.snapshot import VERSION, SnapshotReader, Tables, row_line, version_of, write_snapshot
from store.file.state import DELETED, METADATA, USAGE
from store.file.storage import TICKETS
from store.ids import number_of
from store.models import Change, Json, Record
from store.protocol import DamagedError, StoreError, UnwritableError
from store.salvage import Salvaged, salvage
from store.transfer.columns import Progress, ignore_progress
from store.validation import DAMAGE, check_row, check_version

_PIECE = 1 << 20


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
    with _described(target):
        path, source = new_path(files, target), _existing(files, source)
        with _open(files, source, read_only=True) as opened:
            files.close(files.open(path, _NEW))
            try:
                return _write(files, path, opened, progress)
            except BaseException:
                _remove(files, path)
                raise


def copy(
    source: str, target: str, *, files: Filesystem | None = None, progress: Progress = ignore_progress
) -> Done:
    """Copy the store `source`, which nobody has open, with all that is unfinished in it, to the new store `target`.

    Raises as `backup`, and `LockedError`.
    """
    files = files or Disk()
    with _described(target):
        path, source = new_path(files, target), _existing(files, source)
        with _open(files, source, read_only=False) as opened:
            done = Done(path, len(opened.state), sum(1 for _ in _changes(opened, progress)))
            _duplicate(files, source, path)
            return done


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
    with _described(target):
        path, source = os.path.realpath(_local(target)), os.path.realpath(_local(source))
        if not (damaged and _parts(files, source)):
            _existing(files, source)
        with _locked(files, path):
            scratch = f"{path}.restoring"
            _remove_all(files, scratch)
            try:
                done = _restore(files, source, path, scratch, damaged=damaged, stamp=stamp, progress=progress)
            except StoreError as error:
                raise type(error)(str(error).replace(os.path.basename(scratch), source)) from error  # noqa: PTH119  # as below
            finally:
                _remove_all(files, scratch)
            migrate(files, path)
            for end in _parts(files, path):
                if _FIRST_VERSION.fullmatch(end):
                    _remove(files, path + end)
            return done


def _restore(
    files: Filesystem, source: str, path: str, scratch: str, *, damaged: bool, stamp: str, progress: Progress
) -> Done:
    """Make a store of `source` at `scratch`, which verifies it, and put what is in that at `path` as a backup."""
    found = _salvage(files, source) if damaged else None
    versions = None
    if found:
        _put(files, scratch, found.last, _tables(found))
    else:
        versions = _check_rows(files, source) if _is_backup(files, source) else None
        _duplicate(files, source, scratch)
    with _open(files, scratch, read_only=False) as opened:
        _check_versions(opened, versions)
        kept = _keep(files, path, stamp)
        opened.state.last = max(opened.state.last, _last_of(files, path))
        done = _write(files, path, opened, progress)._replace(kept=kept)
    return done._replace(losses=found.losses, expected=found.expected) if found else done


# what is written


def _write(files: Filesystem, path: str, opened: StoreFiles, progress: Progress) -> Done:
    """What is in an open store, as a backup."""
    changes = 0

    def numbered() -> Iterator[bytes]:
        nonlocal changes
        for row in _changes(opened, progress):
            changes += 1
            yield row_line(changes, encode(row))

    _put(files, path, opened.state.last, chain(opened.state.freeze().tables(), [(CHANGES, numbered())]))
    return Done(path, len(opened.state), changes)


def _changes(opened: StoreFiles, progress: Progress) -> Iterator[Json]:
    """The history of an open store as it was when it was opened, all of it verified."""
    rows = History(opened.journal, opened.state).everything()
    total = sum(len((opened.state.metadata_of(number) or {})["changes"]) for number in opened.state.metadata)
    for done in range(1, total + 1):
        row = next(rows, None)
        if row is None:
            raise DamagedError(f"the journal has lost the last of {total} changes; {REMEDY}")
        progress(done, total)
        yield row


def _put(files: Filesystem, path: str, last: int, tables: Tables) -> None:
    write_snapshot(files, path, {**START._asdict(), "sequence": 0, "last": last}, tables)


def _tables(found: Salvaged) -> Tables:
    def rows(records: list[Record], encoded: Callable[[Record], Json]) -> list[bytes]:
        return [row_line(number_of(each.ticket.id), encode(encoded(each))) for each in records]

    def ticket(record: Record) -> Json:
        return encode_ticket(record.ticket)

    def change(number: int, change: Change) -> Json:
        key, following = change.origin.idempotency_key, found.changes[number : number + 1]
        goes_on = bool(key and following and following[0].origin.idempotency_key == key)
        return encode_change(change) | ({"goes_on": True} if goes_on else {})

    changes = [row_line(at, encode(change(at, each))) for at, each in enumerate(found.changes, 1)]
    return [
        (TICKETS, rows([each for each in found.records if not each.deleted], ticket)),
        (DELETED, rows([each for each in found.records if each.deleted], ticket)),
        (METADATA, rows(found.records, encode_metadata)),
        (USAGE, []),
        (CHANGES, changes),
    ]


# what is read


def _last_of(files: Filesystem, path: str) -> int:
    """The number of the newest ticket that there ever was in a store that is replaced: no id is used twice."""
    try:
        with _open(files, path, read_only=True) as opened:
            return opened.state.last
    except StoreError:
        return _read_what_is_whole(files, path).last


def _read_what_is_whole(files: Filesystem, path: str) -> Salvaged:
    logs = [read_file(files, path + end) for end in _parts(files, path) if end]
    return salvage(read_file(files, path) if files.exists(path) else b"", logs)


def _salvage(files: Filesystem, source: str) -> Salvaged:
    found = _read_what_is_whole(files, source)
    if not found.records:
        raise StoreError(f"there is no ticket in {source} that can be read, so nothing was restored")
    if files.exists(deliveries_path(source)):
        found.losses.append("what was accepted from Slack and not finished")
    return found


def _is_backup(files: Filesystem, path: str) -> bool:
    return version_of(read_file(files, path)[:100]) == VERSION and is_older(files, path)


def _check_rows(files: Filesystem, path: str) -> dict[int, int]:
    """The version of each ticket in a backup. Raises `DamagedError` where a row is not what a store writes.

    What its changes come to is looked at when it is opened.
    """
    versions: dict[int, int] = {}
    tickets: set[int] = set()
    place = "its beginning"
    fd = files.open(path, READ)
    try:
        reader = SnapshotReader(files, fd, os.path.basename(path))  # noqa: PTH119  # as above
        check_version(reader.header["last"] + 1)
        for table, rows, _ in reader.rows():
            for key, row in rows.items():
                place = f"{table} {key[:20]}"
                check_row(table, key, row)
                if table in {TICKETS, DELETED}:
                    tickets.add(int(key))
                elif table == METADATA:
                    versions[int(key)] = row["version"]
        if tickets != versions.keys():
            raise ValueError("a row of a ticket is missing")
    except DAMAGE as error:
        if isinstance(error, StoreError):
            raise
        raise DamagedError(f"{path} holds what no store writes, in {place}: {error}") from error
    finally:
        files.close(fd)
    return versions


def _check_versions(opened: StoreFiles, versions: dict[int, int] | None) -> None:
    """Raises `DamagedError` unless the changes that were in a backup come to the `versions` that it names."""
    found = {
        number: len((opened.state.metadata_of(number) or {})["changes"]) for number in opened.state.metadata
    }
    if versions is not None and found != versions:
        raise DamagedError("the changes of that backup do not go with its tickets, so nothing was restored")


# paths


def _local(address: str) -> str:
    scheme, separator, _ = address.partition("://")
    if separator:
        raise StoreError(
            f"{scheme}:// is no store that can be copied; name a file, such as data/tickets.json"
        )
    return address


def _existing(files: Filesystem, source: str) -> str:
    path = os.path.realpath(_local(source))
    if not files.exists(path):
        raise StoreError(f"there is no {path}")
    return path


def new_path(files: Filesystem, target: str) -> str:
    """The absolute path of a file that is not there yet, not even as a link."""
    path = os.path.abspath(_local(target))  # noqa: PTH100  # as above
    _check_folder(files, path)
    for each in (path, f"{path}.new", journal_path(path), deliveries_path(path)):
        if files.exists(each):
            raise StoreError(f"{each} is there already; name another file")
    return path


def _check_folder(files: Filesystem, path: str) -> str:
    folder = os.path.dirname(path)  # noqa: PTH120  # as above
    if not files.exists(folder):
        raise StoreError(f"there is no folder {folder}; make it first")
    return folder


@contextmanager
def _described(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnwritableError(f"{path} cannot be written: {error}") from error


@contextmanager
def _open(files: Filesystem, path: str, *, read_only: bool) -> Iterator[StoreFiles]:
    opened = open_files(files, path, read_only=read_only, segment_size=SEGMENT_SIZE)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def _locked(files: Filesystem, path: str) -> Iterator[None]:
    files.check_directory(_check_folder(files, path))
    lock = Lock(files, path)
    try:
        yield
    finally:
        lock.release()


# the files of a store

_NEW = APPEND | os.O_EXCL
_FIRST_VERSION = re.compile(r"\.\d+\.journal")


def _parts(files: Filesystem, path: str) -> list[str]:
    """What there is of the store at `path`, also of the first version's, as ends of paths; the snapshot last."""
    folder, name = os.path.split(path)
    ends = [each.removeprefix(name) for each in files.names(folder) if each.startswith(name)]
    found = sorted(end for end in ends if _FIRST_VERSION.fullmatch(end))
    if files.exists(journal_path(path)):
        found += [f".journal/{each}" for each in sorted(files.names(journal_path(path))) if each.isdigit()]
    return found + [end for end in (".deliveries", "") if files.exists(path + end)]


def _keep(files: Filesystem, path: str, stamp: str) -> str:
    if not _parts(files, path):
        return ""
    kept = f"{path}.before-{stamp}"
    if _parts(files, kept):
        raise StoreError(f"{kept} is there already; try again")
    _duplicate(files, path, kept)
    return kept


def _duplicate(files: Filesystem, old: str, new: str) -> None:
    """Copy a store's files, durably; all or none."""
    try:
        for end in _parts(files, old):
            if end.startswith(".journal/"):
                files.make_directory(journal_path(new))
            _duplicate_file(files, old + end, new + end)
        for folder in (journal_path(new), os.path.dirname(new)):  # noqa: PTH120  # as above
            if files.exists(folder):
                files.sync_directory(folder)
    except BaseException:
        remove_store(files, new)
        raise


def _duplicate_file(files: Filesystem, old: str, new: str) -> None:
    """Into a file that is not there yet."""
    source = files.open(old, READ)
    try:
        target = files.open(new, _NEW)
        try:
            for at in range(0, files.size(source), _PIECE):
                write_all(files, target, read_all(files, source, at, at + _PIECE), at)
            files.sync(target)
        finally:
            files.close(target)
    finally:
        files.close(source)


def remove_store(files: Filesystem, path: str) -> None:
    for end in [*_parts(files, path), ".journal"]:
        _remove(files, path + end)


def _remove_all(files: Filesystem, path: str) -> None:
    """Also what opening may have left of it."""
    remove_store(files, path)
    folder, name = os.path.split(path)
    for each in files.names(folder):
        if each.startswith(f"{name}."):
            _remove(files, f"{folder}/{each}")


def _remove(files: Filesystem, path: str) -> None:
    with suppress(OSError):
        files.remove(path)
