"""Erases one person's id, names and texts from a store for good."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from store.backup.copying import open_database
from store.backup.files import existing_path, lock_store, read_store
from store.backup.restoring import BackupResult, build_checked_state, replace_store
from store.errors import StoreError
from store.file.disk.filesystem import Filesystem, translate_errors
from store.file.layout import parts
from store.models.fields import LIMITS
from store.models.tickets import Json, cut
from store.progress import BeginCommit, Progress, ignore_progress, stop_before_commit
from store.serialization.contents import Contents

NOBODY = "UERASED"  # replaces the id
ERASED = "(erased)"  # replaces names and texts
_SHORTEST_NAME = 3  # characters: shorter names occur inside too many other words
_TEXTS = (*LIMITS, "text", "source_author", "source_link")  # fields that may contain names


def erase(
    path: str,
    user_id: str,
    names: Iterable[str],
    now: float,
    *,
    files: Filesystem | None = None,
    progress: Progress = ignore_progress,
) -> BackupResult:
    """Erase a person from the store at `path`, which nobody may have open.

    Removes `user_id`, `names` and what the person wrote: their messages, and each title, description and note
    that one of their changes set. Their changes stay, as nobody's. Temporary data, such as unanswered
    questions, is removed too. The journal records that a person was erased `now` (seconds since 1970), not
    who.

    No copy of the old store is kept. Returns how many tickets, deleted ones too, and changes held the person. Raises like
    `restore`, and `StoreError` while accepted messages are unfinished.
    """
    files = files or Filesystem()
    path = existing_path(files, path)
    with translate_errors(path), lock_store(files, path):
        contents = read_store(files, path, progress)
        audit = {"what": "person erased", "at": now, "changes": contents.count()[1]}
        clean = without_person(contents, user_id, names)
        left = replace(clean, audits=[*contents.audits, {"audit": audit}])
        replace_store(files, path, left, build_checked_state(path, left, progress))
        return BackupResult(path, *_count_differences(contents, clean))


async def erase_from_database(
    address: str,
    user_id: str,
    names: Iterable[str],
    now: float,
    *,
    by: str,
    progress: Progress = ignore_progress,
) -> BackupResult:
    """Like `erase`, in one transaction, which blocks everybody else.

    The table `erasures` records that a person was erased `now` (seconds since 1970) and `by` whom, not who.
    """
    counts = (0, 0)

    def clean(contents: Contents) -> Contents:
        nonlocal counts
        left = without_person(contents, user_id, names)
        counts = _count_differences(contents, left)
        return left

    async def take_out(begin_commit: BeginCommit) -> None:
        async with open_database(address) as store:
            await store.erase(clean, now, by, progress, begin_commit)

    await stop_before_commit(take_out)
    return BackupResult("the database", *counts)


def _count_differences(before: Contents, after: Contents) -> tuple[int, int]:
    """How many tickets differ, and how many of their changes."""
    ids = [old["id"] for old, new in zip(before.rows(), after.rows(), strict=True) if old != new]
    return len(set(ids)), len(ids)


def find_leftovers(path: str, user_id: str) -> list[str]:
    """Files next to the store that contain the id, such as older versions of it, backups with their journals, and exports.

    Those that may not be read are left out.
    """
    store = Path(path).resolve()
    own = {Path(f"{store}{end}") for end in parts(Filesystem(), str(store))}
    beside = sorted({*store.parent.glob("*"), *store.parent.glob("*.journal/*")} - own)
    return [str(each) for each in beside if each.is_file() and _contains(each, user_id.encode())]


def _contains(path: Path, text: bytes) -> bool:
    with suppress(OSError):
        return text in path.read_bytes()
    return False


def without_person(contents: Contents, user_id: str, names: Iterable[str]) -> Contents:
    """`contents` without the person. Pure. Raises `StoreError` if an accepted delivery is unfinished."""
    if any(row["state"] != "done" for row in contents.deliveries):
        raise StoreError(
            "what was accepted is not finished, or was set aside: start the bot, see `tickets parked`, and erase then"
        )
    cleaner = _Cleaner(user_id, names, contents.rows())
    return replace(
        contents,
        commits=[[cleaner.clean(row) for row in commit] for commit in contents.commits],
        deliveries=[],
        undo_lines={},
        choices={},
        people={one: row for one, row in contents.people.items() if one != user_id},
    )


class _Cleaner:
    """Knows which texts belong to one person, and removes them from changes."""

    def __init__(self, user_id: str, names: Iterable[str], changes: Iterable[Json]) -> None:
        self._user_id = user_id
        self._written = {
            (change["id"], field, change["after"][field])
            for change in changes
            # Where history was removed, the author is unknown: the text counts as the reporter's.
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
