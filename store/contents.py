"""All that a store holds, apart from how it keeps it: what is copied from one kind of store to another. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from store import commands
from store.codec import decode_change
from store.ids import number_of
from store.models.tickets import Change, Json, MessageRef, Record


@dataclass(frozen=True, slots=True)
class Contents:
    """`commits` are all changes as `encode_change` writes them, in the order in which they were made, those of one commit
    together; the first of a commit also says `imported_by`, the origin of who took in tickets from elsewhere.

    `cards` are by ticket number, `usage` by day (messages, by rules, calls, tokens), and what is temporary (deliveries,
    undo lines by ticket and version, choices, people) is as the file store has its rows. `last` is the number of the
    newest ticket that there ever was.
    """

    commits: Sequence[Sequence[Json]]
    cards: Mapping[int, MessageRef]
    usage: Mapping[str, Sequence[int]] = field(default_factory=dict)
    deliveries: Sequence[Json] = ()
    undo_lines: Mapping[str, Json] = field(default_factory=dict)
    choices: Mapping[str, Json] = field(default_factory=dict)
    people: Mapping[str, Json] = field(default_factory=dict)
    last: int = 0

    def counts(self) -> Mapping[str, int]:
        """How many rows there are of each kind."""
        counted = ("commits", "cards", "usage", "deliveries", "undo_lines", "choices", "people")
        return {
            "tickets": len({row["id"] for commit in self.commits for row in commit}),
            "changes": sum(map(len, self.commits)),
            "last": self.last,
            **{name: len(getattr(self, name)) for name in counted},
        }

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
    """A row that is temporary, with what it says and nothing else; whose it is, is nobody's after copying, unless `owned`."""
    left_out = set() if owned else {"owner", "lease_until"}
    return {name: value for name, value in row.items() if name not in left_out and value not in (None, "", 0)}


def replay(commits: Iterable[Sequence[Json]]) -> tuple[dict[int, Record], dict[int, list[Change]]]:
    """The tickets that the changes come to, and the changes of each ticket, in their order; where cards are is not in them."""
    records: dict[int, Record] = {}
    changes: dict[int, list[Change]] = {}
    for commit in commits:
        for row in commit:
            change = decode_change(row)
            number = number_of(change.ticket_id)
            records[number] = commands.apply(records.get(number), change)
            changes.setdefault(number, []).append(change)
    return records, changes


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
