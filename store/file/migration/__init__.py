"""Migrates older files to the current format: stores of the first version, stock TinyDB files, and backups.

The journal and the deliveries are written first, and the snapshot last: until it is there, a migration starts
again.
"""

import re
from collections.abc import Iterator
from itertools import chain

from store.file.disk.deliveries_file import DELIVERIES, DeliveriesFile, TemporaryState
from store.file.disk.filesystem import Filesystem, copy_file, on_error, opened, read_file, remove_files
from store.file.disk.journal import Journal
from store.file.disk.segment import commit_lines
from store.file.disk.snapshot import write_snapshot
from store.file.disk.versions import HEADER_SIZE, VERSION, version_of
from store.file.layout import DELIVERIES_FILE, FIRST_VERSION, JOURNAL, parts
from store.file.state import TicketState
from store.serialization.codec import encode
from store.serialization.contents import Contents

_SEALED_CHANGES = re.compile(rb'"_seal":\{"1":\{"rows":\{[^{}]*"changes":')
_LONGEST_SEAL = 1 << 12
_COMMITS_AT_ONCE = 500


def is_older(files: Filesystem, path: str) -> bool:
    """Whether the file has to be migrated; False for a newer version."""
    with opened(files, path) as fd:
        size = files.size(fd)
        version = version_of(files.pread(fd, HEADER_SIZE, 0))
        tail = files.pread(fd, _LONGEST_SEAL, max(size - _LONGEST_SEAL, 0))
    return size > 0 and (version < VERSION or (version == VERSION and bool(_SEALED_CHANGES.search(tail))))


def migrate(files: Filesystem, path: str) -> None:
    """Migrate the file at `path`.

    Raises `StoreError` for a file that is no store, `DamagedError` and `OSError`; the old file is then
    unchanged.
    """
    from store.file.migration.reading import read_contents  # noqa: PLC0415  # needed once in a store's life

    data = read_file(files, path)
    version = version_of(data)
    contents = read_contents(files, path, data)
    if version == VERSION:  # a backup: files of an earlier version belong to the store that it replaced
        files.sync_directory(path.rpartition("/")[0])
        remove_journals(files, path)
    write_contents(files, path, contents, version)
    remove_leftovers(files, path)


def write_contents(files: Filesystem, path: str, contents: Contents, version: int = VERSION) -> None:
    """Write `contents` as a store at `path`. A file of an earlier `version` there is kept beside it. Raises
    `OSError`.
    """
    journal, deliveries = Journal(files, path + JOURNAL), DeliveriesFile(files, path + DELIVERIES_FILE)
    try:
        journal.begin()
        starts = range(0, len(contents.commits), _COMMITS_AT_ONCE)
        some = (contents.commits[at : at + _COMMITS_AT_ONCE] for at in starts)
        places = chain.from_iterable(journal.append(list(map(commit_lines, commits))) for commits in some)
        state = build_state(contents, places)
        if contents.audits:
            journal.append([[encode(row)] for row in contents.audits])
        temporary = TemporaryState()
        numbered = ((str(number), row) for number, row in enumerate(contents.deliveries, 1))
        temporary.rows[DELIVERIES].update(numbered)
        for name in ("choices", "people", "undo_lines"):
            temporary.rows[name].update(getattr(contents, name))
        deliveries.rewrite(temporary)
        if version < VERSION:
            ends = [end for end in parts(files, path) if not end or FIRST_VERSION.fullmatch(end)]
            copy_store(files, path, f"{path}.v{version}", ends)
        write_snapshot(files, path, state.header(journal.position, 0), state.freeze())
    finally:
        journal.close()
        deliveries.close()


def build_state(contents: Contents, places: Iterator[int]) -> TicketState:
    """The state that results from `contents`; `places` are the positions of the changes in the journal."""
    state = TicketState(indexed=False)
    for commit in contents.commits:
        first = 0
        for row in commit:
            place = next(places)
            first = first or place
            state.replay(row, place, first)
    for number, card in contents.cards.items():
        state.set_card(number, card)
    state.usage.update({day: list(counts) for day, counts in contents.usage.items()})
    state.last = max(state.last, contents.last)
    return state


def copy_store(files: Filesystem, old: str, new: str, ends: list[str]) -> None:
    """Copy the files of the store at `old` with the suffixes `ends`, durably; all or none."""
    made: list[str] = []
    with on_error(lambda: remove_files(files, *made, new + JOURNAL)):
        for end in ends:
            if end.startswith(f"{JOURNAL}/"):
                files.make_directory(new + JOURNAL)
            made.append(new + end)
            copy_file(files, old + end, new + end)
        for folder in (new + JOURNAL, new.rpartition("/")[0]):
            if files.exists(folder):
                files.sync_directory(folder)


def remove_leftovers(files: Filesystem, path: str) -> None:
    """Remove the first version's journals, once kept under another name, and its memory image."""
    if files.exists(f"{path}.v1"):
        remove_journals(files, path)
        remove_files(files, f"{path}.image")


def remove_journals(files: Filesystem, path: str) -> None:
    """Remove the first version's journals."""
    remove_files(files, *(path + end for end in parts(files, path) if FIRST_VERSION.fullmatch(end)))
