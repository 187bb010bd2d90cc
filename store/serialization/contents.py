"""All that a store holds, independent of its format, to copy from one kind of store to another. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import chain
from typing import Any

from store import commands
from store.ids import number_of
from store.models.tickets import Change, Json, MessageRef, Record
from store.serialization.codec import decode_change


@dataclass(frozen=True, slots=True)
class Contents:
    """`commits` are all changes as `encode_change` writes them, oldest first, grouped by commit. The first change of an
    import also has `imported_by`, the origin of the import.

    `cards` are by ticket number, `usage` by day (messages, by rules, calls, tokens). Deliveries, undo lines (by ticket
    and version), choices and people are rows as in the file store. `last` is the highest ticket number ever used.
    `audits` record what was done to the history itself; a database has none.
    """

    commits: Sequence[Sequence[Json]]
    cards: Mapping[int, MessageRef] = field(default_factory=dict)
    usage: Mapping[str, Sequence[int]] = field(default_factory=dict)
    deliveries: Sequence[Json] = ()
    undo_lines: Mapping[str, Json] = field(default_factory=dict)
    choices: Mapping[str, Json] = field(default_factory=dict)
    people: Mapping[str, Json] = field(default_factory=dict)
    last: int = 0
    audits: Sequence[Json] = ()

    def rows(self) -> Iterator[Json]:
        """All changes, oldest first."""
        return chain.from_iterable(self.commits)

    def count(self) -> tuple[int, int]:
        """The numbers of tickets (deleted ones included) and of changes."""
        ids = [row["id"] for row in self.rows()]
        return len(set(ids)), len(ids)

    def checksum(self) -> str:
        """Equal for equal contents, whatever kind of store they come from."""
        digest = hashlib.sha256()
        rest = [getattr(self, each.name) for each in fields(self) if each.name not in {"commits", "audits"}]
        for part in chain(self.commits, rest, self.undo_lines):  # undo lines have an order
            digest.update(json.dumps(part, sort_keys=True).encode() + b"\n")
        return digest.hexdigest()


def without_empty(row: Mapping[str, Any]) -> Json:
    """A temporary row without empty values, and without its lease: nobody holds a copy."""
    lease = {"owner", "lease_until"}
    return {name: value for name, value in row.items() if name not in lease and value not in (None, "", 0)}


def commits_of(rows: Iterable[Json]) -> list[list[Json]]:
    """Groups a backup's changes by commit (`goes_on`: the next one is in the same) and drops the journal's own keys."""
    commits: list[list[Json]] = [[]]
    for row in rows:
        commits[-1].append({name: row[name] for name in row if name not in {"usage", "goes_on", "back"}})
        if not row.get("goes_on"):
            commits.append([])
    return [commit for commit in commits if commit]


def rows_of(commits: Iterable[Sequence[Json]]) -> Iterator[Json]:
    """The inverse of `commits_of`."""
    for commit in commits:
        yield from (row | {"goes_on": True} for row in commit[:-1])
        yield commit[-1]


def replay(commits: Iterable[Sequence[Json]]) -> tuple[dict[int, Record], dict[int, list[Change]]]:
    """The tickets that result from the changes, without their cards, and the changes of each, in order.

    Raises `ValueError` if a change is missing.
    """
    records: dict[int, Record] = {}
    changes: dict[int, list[Change]] = {}
    for row in chain.from_iterable(commits):
        change = decode_change(row)
        number = number_of(change.ticket_id)
        record = records.get(number)
        first = change.version if change.trimmed else 1  # the changes before a trimmed one were removed
        if change.version != (record.version + 1 if record else first):
            raise ValueError(f"a change of {change.ticket_id} is missing")
        records[number] = commands.apply(record, change)
        changes.setdefault(number, []).append(change)
    return records, changes
