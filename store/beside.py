"""What is kept beside each ticket: who made it, where and when, its card, its latest change. Packed, for there are many."""

import marshal
from array import array
from bisect import bisect_left
from collections.abc import Iterator, MutableMapping
from typing import NamedTuple

from store.base import Deed, Place
from store.index import Index
from store.patch import Json
from store.rows import deed_row, read_deed

_MOST_UNPACKED = 8192

_Packed = tuple[
    str,
    str,
    float,
    str,
    str,
    str,
    str,
    bool,
    str,
    int,
    float,
    tuple[str, str, str] | None,
    str,
    int,
    int,
    Json | None,
]


class Beside(NamedTuple):
    """The first six are `Record`'s. `changes` counts them; `started` is the number of the one that `starter` started
    it with, 0 for none; `gone` is the row of a deleted ticket."""

    born: Deed
    number: int
    changed: float
    card: Place | None
    starter: str
    deleted: bool
    changes: int
    started: int
    gone: Json | None


class BesideRows(MutableMapping[str, Json]):
    """The table `beside`: rows by ticket number, none of which is ever taken away. It tells `index` where tickets
    were born, and knows which tickets have their thread where."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._packed: list[bytes | None] = [None]
        self._unpacked: dict[int, Beside] = {}
        self._threads = Threads()
        self._count = 0

    def of(self, number: int) -> Beside:
        """Raises `KeyError`."""
        found = self._unpacked.get(number)
        return self._unpack(number) if found is None else found

    def _unpack(self, number: int) -> Beside:
        packed = self._packed[number] if 0 < number < len(self._packed) else None
        if packed is None:
            raise KeyError(str(number))
        values: _Packed = marshal.loads(packed)  # noqa: S302  # from this process's memory, never from a file
        card = values[11]
        gone = values[15]
        found = Beside(
            Deed(*values[:9]),
            values[9],
            values[10],
            Place(*card) if card else None,
            values[12],
            gone is not None,
            values[13],
            values[14],
            gone,
        )
        if len(self._unpacked) >= _MOST_UNPACKED:
            for old in list(self._unpacked)[: _MOST_UNPACKED // 4]:
                del self._unpacked[old]
        self._unpacked[number] = found
        return found

    def threads(self, channel: str, thread: str) -> list[int]:
        """The tickets that were born or have their card in this thread, the first first; of deleted ones too."""
        return sorted(
            number
            for number in self._threads.find(channel, thread)
            if (channel, thread) in _threads(self.of(number))
        )

    # a table

    def __getitem__(self, key: str) -> Json:
        return beside_row(self.of(int(key)))

    def __setitem__(self, key: str, row: Json) -> None:
        number = int(key)
        while number >= len(self._packed):
            self._packed.append(None)
        if self._packed[number] is None:
            self._count += 1
            self._index.place(number, row["who"], row.get("channel", ""), private=row.get("private", False))
        get = row.get
        card = get("card")
        values: _Packed = (
            get("key", ""),
            row["who"],
            row["at"],
            get("team", ""),
            get("channel", ""),
            get("message", ""),
            get("thread", ""),
            get("private", False),
            get("text", ""),
            row["number"],
            row["changed"],
            None if card is None else tuple(card),
            get("starter", ""),
            row["changes"],
            get("started", 0),
            get("gone"),
        )
        self._packed[number] = marshal.dumps(values)
        self._unpacked.pop(number, None)
        if values[6]:
            self._threads.add(values[4], values[6], number)
        if card is not None:
            self._threads.add(card[0], card[2] or card[1], number)

    def __delitem__(self, key: str) -> None:
        raise KeyError(f"{key} stays: its number is never used again")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return (str(number) for number, packed in enumerate(self._packed) if packed is not None)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str) or not key.isdigit():
            return False
        return int(key) < len(self._packed) and self._packed[int(key)] is not None


def read_beside(row: Json) -> Beside:
    card = row.get("card")
    gone = row.get("gone")
    return Beside(
        read_deed(row),
        row["number"],
        row["changed"],
        Place(*card) if card else None,
        row.get("starter", ""),
        gone is not None,
        row["changes"],
        row.get("started", 0),
        gone,
    )


def beside_row(beside: Beside) -> Json:
    row = deed_row(beside.born) | {"number": beside.number, "changed": beside.changed}
    row["changes"] = beside.changes
    if beside.card is not None:
        row["card"] = list(beside.card)
    if beside.starter:
        row |= {"starter": beside.starter, "started": beside.started}
    if beside.gone is not None:
        row["gone"] = beside.gone
    return row


def _threads(beside: Beside) -> set[tuple[str, str]]:
    found = {(beside.born.channel, beside.born.thread)} if beside.born.thread else set()
    if beside.card is not None:
        found.add((beside.card.channel, beside.card.thread or beside.card.ts))
    return found


class Threads:
    """Candidates for the tickets of a thread, by a hash: in a sorted array, and a dictionary of the latest."""

    _MOST_RECENT = 4096

    def __init__(self) -> None:
        self._hashes, self._numbers = array("q"), array("I")
        self._recent: dict[int, list[int]] = {}

    def add(self, channel: str, thread: str, number: int) -> None:
        key = hash((channel, thread))
        numbers = self._recent.setdefault(key, [])
        if number not in numbers:
            numbers.append(number)
        if len(self._recent) > max(self._MOST_RECENT, len(self._hashes) // 2):
            self._settle()

    def _settle(self) -> None:
        pairs = set(zip(self._hashes, self._numbers, strict=True))
        pairs.update((key, number) for key, numbers in self._recent.items() for number in numbers)
        ordered = sorted(pairs)
        self._hashes = array("q", [key for key, _ in ordered])
        self._numbers = array("I", [number for _, number in ordered])
        self._recent.clear()

    def find(self, channel: str, thread: str) -> set[int]:
        key = hash((channel, thread))
        found = set(self._recent.get(key, ()))
        at = bisect_left(self._hashes, key)
        while at < len(self._hashes) and self._hashes[at] == key:
            found.add(self._numbers[at])
            at += 1
        return found
