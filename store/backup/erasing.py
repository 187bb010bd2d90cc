"""One person's id, names and words, taken out of a store for good."""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from store.backup.copying import Done, backup
from store.backup.files import describe_errors, existing_path, remove_all
from store.backup.restoring import restore
from store.codec import encode
from store.file.disk.filesystem import Filesystem, read_file
from store.file.disk.snapshot import Snapshot, row_line, write_snapshot
from store.file.layout import parts
from store.file.migration import AUDITS, CHANGES
from store.file.state import DELETED, METADATA, USAGE
from store.file.storage import TICKETS
from store.models.tickets import DESC_LIMIT, RES_LIMIT, TITLE_LIMIT, Json, cut

NOBODY = "UERASED"  # takes the place of the id
ERASED = "(erased)"  # takes the place of names and words
_SHORTEST_NAME = 3  # characters: a shorter one is in too many other words
_LIMITS = {"title": TITLE_LIMIT, "desc": DESC_LIMIT, "res": RES_LIMIT}
_TEXTS = (*_LIMITS, "text", "source_author", "source_link")  # where names may stand
# Of a backup's tables; the others are made anew of these.
_KEPT = (TICKETS, DELETED, METADATA, USAGE, CHANGES, AUDITS)


def erase(
    path: str, user_id: str, names: Iterable[str], now: float, *, files: Filesystem | None = None
) -> Done:
    """Rewrite the store at `path`, which nobody has open, without `user_id`, `names` and what that person wrote: their
    messages, and each title, description and note that one of their changes set. Their changes stay, as nobody's. What is
    temporary, such as questions that were not answered, goes too. The journal keeps that it was done `now` (seconds since
    1970), and not of whom.

    The new store is verified before it takes the old one's place. Nothing is kept of the old one. Raises as `restore`.
    """
    files = files or Filesystem()
    path = existing_path(files, path)
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d-%H%M%S")
    whole, clean = f"{path}.erasing-{stamp}", f"{path}.erased-{stamp}"
    with describe_errors(path):
        try:
            backup(path, whole, files=files)
            _write_clean(files, whole, clean, user_id, names, now)
            done = restore(clean, path, stamp, files=files)
            remove_all(files, done.kept)
            return done._replace(kept="")
        finally:
            for scratch in (whole, clean):
                remove_all(files, scratch)


def find_leftovers(path: str, user_id: str, *, files: Filesystem | None = None) -> list[str]:
    """Files beside the store, such as older versions of it, that hold the id."""
    files = files or Filesystem()
    folder, name = os.path.split(os.path.realpath(path))
    own = {name + end for end in parts(files, os.path.join(folder, name))}
    found = []
    for each in sorted(files.names(folder)):
        there = os.path.join(folder, each)
        inner = [os.path.join(there, one) for one in files.names(there)] if os.path.isdir(there) else [there]
        if each.startswith(f"{name}.") and each not in own and each != f"{name}.journal":
            found += [one for one in inner if user_id.encode() in read_file(files, one)]
    return found


def _write_clean(  # noqa: PLR0917  # as `erase`
    files: Filesystem, source: str, target: str, user_id: str, names: Iterable[str], now: float
) -> None:
    tables: dict[str, dict[str, Json]] = {name: {} for name in _KEPT}
    snapshot = Snapshot(read_file(files, source), os.path.basename(source))
    for table, rows, _ in snapshot.rows():
        if table in tables:
            tables[table].update(rows)
    cleaner = Cleaner(user_id, names, tables[CHANGES].values())

    audit = {"what": "person erased", "at": now, "changes": len(tables[CHANGES])}
    tables[AUDITS][str(len(tables[AUDITS]) + 1)] = {"audit": audit}

    def lines(table: str) -> Iterator[bytes]:
        for key, row in tables[table].items():
            yield row_line(key, encode(row if table in {USAGE, AUDITS} else cleaner.clean(row)))

    header = {name: value for name, value in snapshot.header.items() if name != "version"}
    write_snapshot(files, target, header, ((table, lines(table)) for table in _KEPT))


class Cleaner:
    """What belongs to one person, and rows without it. Pure."""

    def __init__(self, user_id: str, names: Iterable[str], changes: Iterable[Json]) -> None:
        self._user_id = user_id
        self._written = {
            (change["id"], field, change["after"][field])
            for change in changes
            # Where the history was removed, nobody knows who wrote what: it counts as the reporter's.
            if change.get("trimmed", change)["origin"]["by"] == user_id
            for field in _LIMITS
            if change.get("after", {}).get(field)
        }
        self._id = re.compile(rf"(?<![A-Za-z0-9]){re.escape(user_id)}(?![A-Za-z0-9])")
        long = sorted({name for name in names if len(name) >= _SHORTEST_NAME}, key=len, reverse=True)
        either = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in long)
        self._names = re.compile(either or r"(?!)", re.IGNORECASE)

    def clean(self, row: Json) -> Json:
        """A ticket, its metadata, or a change."""
        ticket = str(row.get("id", ""))
        cleaned = {name: self._value(ticket, name, value) for name, value in row.items()}
        if "origin" in row and row["origin"]["by"] == self._user_id:
            cleaned["origin"].pop("text", None)
        return cleaned

    def _value(self, ticket: str, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {part: self._value(ticket, part, each) for part, each in value.items()}
        if isinstance(value, list):
            return [self._value(ticket, name, each) for each in value]
        if not isinstance(value, str):
            return value
        if (ticket, name, value) in self._written:
            return ERASED
        replaced = self._id.sub(NOBODY, value)
        if name in _TEXTS:
            replaced = self._names.sub(ERASED, replaced)
        return cut(replaced, _LIMITS[name]) if name in _LIMITS else replaced
