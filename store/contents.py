"""All that a store holds, apart from how it keeps it: read from one kind of store, written to another. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from store import commands
from store.codec import decode_change
from store.ids import number_of
from store.models.tickets import Change, Json, MessageRef, Record


@dataclass(frozen=True, slots=True)
class Contents:
    """`commits` are all changes as `encode_change` writes them, in the order in which they were made, those of one
    commit together; the first of a commit also says `imported_by`, the origin of who took in tickets from elsewhere.

    `cards` are by ticket number, `usage` by day (messages, by rules, calls, tokens), and what is temporary (deliveries,
    undo lines by ticket and version, choices, people) is as the file store has its rows. `last` is the number of the
    newest ticket that there ever was. `audits`, which a database has not, say what was done to the history itself.
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

    def count(self) -> tuple[int, int]:
        """How many tickets there are, deleted ones too, and how many changes."""
        rows = [row["id"] for commit in self.commits for row in commit]
        return len(set(rows)), len(rows)

    def checksum(self) -> str:
        """The same for the same contents, whichever store they are in."""
        digest = hashlib.sha256()
        for commit in self.commits:
            digest.update(_canonical(commit))
        cards = sorted((number, *card) for number, card in self.cards.items())
        usage = sorted((day, *counts) for day, counts in self.usage.items())
        digest.update(_canonical([cards, usage, list(self.deliveries), list(self.undo_lines.items())]))
        digest.update(_canonical([self.choices, self.people, self.last]))
        return digest.hexdigest()


def without_empty(row: Mapping[str, Any], *, owned: bool = False) -> Json:
    """A row that is temporary, with what it says and nothing else; after copying nobody's, unless `owned`."""
    left_out = set() if owned else {"owner", "lease_until"}
    return {name: value for name, value in row.items() if name not in left_out and value not in (None, "", 0)}


def commits_of(rows: Iterable[Json]) -> list[list[Json]]:
    """Of changes as a backup has them (`goes_on`: the next is of the same commit), without what is the journal's."""
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
    """The tickets that the changes come to, and the changes of each ticket, in their order; where cards are is not in
    them.

    Raises `ValueError` where one is missing.
    """
    records: dict[int, Record] = {}
    changes: dict[int, list[Change]] = {}
    for row in (row for commit in commits for row in commit):
        change = decode_change(row)
        number = number_of(change.ticket_id)
        record = records.get(number)
        first = change.version if change.trimmed else 1  # what was before it was removed
        if change.version != (record.version + 1 if record else first):
            raise ValueError(f"a change of {change.ticket_id} is missing")
        records[number] = commands.apply(record, change)
        changes.setdefault(number, []).append(change)
    return records, changes


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
