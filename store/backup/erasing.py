"""One person's id, names and words, taken out of a store for good."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from store.backup.copying import opened_database
from store.backup.files import describe_errors, existing_path, locked
from store.backup.reading import read_store
from store.backup.restoring import Done, put
from store.contents import Contents
from store.errors import StoreError
from store.fields import LIMITS
from store.file.disk.filesystem import Filesystem
from store.file.layout import parts
from store.models.tickets import Json, cut
from store.transfer.columns import Progress, ignore_progress

NOBODY = "UERASED"  # takes the place of the id
ERASED = "(erased)"  # takes the place of names and words
_SHORTEST_NAME = 3  # characters: a shorter one is in too many other words
_TEXTS = (*LIMITS, "text", "source_author", "source_link")  # where names may stand


def erase(
    path: str, user_id: str, names: Iterable[str], now: float, *, files: Filesystem | None = None
) -> Done:
    """Rewrite the store at `path`, which nobody has open, without `user_id`, `names` and what that person wrote:
    their messages, and each title, description and note that one of their changes set. Their changes stay, as
    nobody's. What is temporary, such as questions that were not answered, goes too. The journal keeps that it was
    done `now` (seconds since 1970), and not of whom.

    Nothing is kept of the old one. What is counted is the tickets, deleted ones too, and the changes that held that
    person. Raises as `restore`, and `StoreError` while accepted messages wait.
    """
    files = files or Filesystem()
    path = existing_path(files, path)
    with describe_errors(path), locked(files, path):
        contents = read_store(files, path, ignore_progress)
        audit = {"what": "person erased", "at": now, "changes": contents.count()[1]}
        clean = without_person(contents, user_id, names)
        done = put(files, path, replace(clean, audits=[*contents.audits, {"audit": audit}]))
        tickets, changes = _count_differences(contents, clean)
        return done._replace(tickets=tickets, changes=changes)


async def erase_from_database(
    address: str,
    user_id: str,
    names: Iterable[str],
    now: float,
    *,
    by: str,
    progress: Progress = ignore_progress,
) -> Done:
    """As `erase`, in one transaction, for which everybody else waits.

    The table `erasures` keeps that it was done `now` (seconds since 1970) and `by` whom, and not of whom.
    """
    counts = (0, 0)

    def clean(contents: Contents) -> Contents:
        nonlocal counts
        left = without_person(contents, user_id, names)
        counts = _count_differences(contents, left)
        return left

    async with opened_database(address) as store:
        await store.erase(clean, now, by, progress)
    return Done("the database", *counts)


def _count_differences(before: Contents, after: Contents) -> tuple[int, int]:
    """In how many tickets, and in how many of their changes."""
    pairs = (
        pair
        for commits in zip(before.commits, after.commits, strict=True)
        for pair in zip(*commits, strict=True)
    )
    ids = [old["id"] for old, new in pairs if old != new]
    return len(set(ids)), len(ids)


def find_leftovers(path: str, user_id: str) -> list[str]:
    """Files beside the store, such as older versions of it, that hold the id."""
    store = Path(path).resolve()
    own = {Path(f"{store}{end}") for end in parts(Filesystem(), str(store))}
    beside = sorted({*store.parent.glob(f"{store.name}.*"), *store.parent.glob(f"{store.name}.*/*")} - own)
    return [str(each) for each in beside if each.is_file() and user_id.encode() in each.read_bytes()]


def without_person(contents: Contents, user_id: str, names: Iterable[str]) -> Contents:
    """Pure. Raises `StoreError` where something that was accepted is not done."""
    if any(row["state"] != "done" for row in contents.deliveries):
        raise StoreError(
            "what was accepted is not finished, or was set aside: start the bot, see `tickets parked`, and erase then"
        )
    cleaner = _Cleaner(user_id, names, [row for commit in contents.commits for row in commit])
    return replace(
        contents,
        commits=[[cleaner.clean(row) for row in commit] for commit in contents.commits],
        deliveries=[],
        undo_lines={},
        choices={},
        people={one: row for one, row in contents.people.items() if one != user_id},
    )


class _Cleaner:
    """What belongs to one person, and changes without it."""

    def __init__(self, user_id: str, names: Iterable[str], changes: Iterable[Json]) -> None:
        self._user_id = user_id
        self._written = {
            (change["id"], field, change["after"][field])
            for change in changes
            # Where the history was removed, nobody knows who wrote what: it counts as the reporter's.
            if change.get("trimmed", change)["origin"]["by"] == user_id
            for field in LIMITS
            if change.get("after", {}).get(field)
        }
        self._id = re.compile(rf"(?<![A-Za-z0-9]){re.escape(user_id)}(?![A-Za-z0-9])")
        long = sorted({name for name in names if len(name) >= _SHORTEST_NAME}, key=len, reverse=True)
        either = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in long)
        self._names = re.compile(either or r"(?!)", re.IGNORECASE)

    def clean(self, change: Json) -> Json:
        cleaned = {name: self._value(change["id"], name, value) for name, value in change.items()}
        for name in ("origin", "imported_by"):
            if name in change and change[name]["by"] == self._user_id:
                cleaned[name].pop("text", None)
        return cleaned

    def _value(self, ticket: str, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {part: self._value(ticket, part, each) for part, each in value.items()}
        if not isinstance(value, str):
            return value
        if (ticket, name, value) in self._written:
            return ERASED
        replaced = self._id.sub(NOBODY, value)
        if name in _TEXTS:
            replaced = self._names.sub(ERASED, replaced)
        return cut(replaced, LIMITS[name]) if name in LIMITS else replaced
