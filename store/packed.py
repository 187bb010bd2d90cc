"""What is kept beside a ticket, packed into a few bytes: there are many of them, and memory is not free. Pure."""

import marshal
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from store.base import Deed, Place
from store.patch import Json
from store.rows import deed_row, read_deed


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


RecordTail = tuple[Deed, int, float, Place | None, str, bool]


class _Deed:
    """A deed before it is frozen: made in a quarter of the time, for values that come from one."""

    __slots__ = Deed.__slots__

    def __init__(  # noqa: PLR0917  # given all at once, in this order
        self,
        key: str,
        who: str,
        at: float,
        team: str,
        channel: str,
        message: str,
        thread: str,
        private: bool,  # noqa: FBT001  # as above
        text: str,
    ) -> None:
        self.key = key
        self.who = who
        self.at = at
        self.team = team
        self.channel = channel
        self.message = message
        self.thread = thread
        self.private = private
        self.text = text


def pack(beside: Beside) -> bytes:
    born, number, changed, card, starter, deleted, *rest = beside
    deed = (
        born.key,
        born.who,
        born.at,
        born.team,
        born.channel,
        born.message,
        born.thread,
        born.private,
        born.text,
    )
    return marshal.dumps((*deed, number, changed, card and tuple(card), starter, deleted, *rest))


_ABSENT: Json = {  # every name of a row, in the order of what is packed
    "key": "",
    "who": "",
    "at": 0.0,
    "team": "",
    "channel": "",
    "message": "",
    "thread": "",
    "private": False,
    "text": "",
    "number": 0,
    "changed": 0.0,
    "card": None,
    "starter": "",
    "deleted": False,
    "changes": 0,
    "started": 0,
    "gone": None,
}
_NAMES = len(_ABSENT)


def pack_row(row: Json) -> bytes:
    """As `pack`, of a row of the table, without the way over a deed."""
    if "gone" in row:
        row = {**row, "deleted": True}
    return marshal.dumps(tuple({**_ABSENT, **row}.values())[:_NAMES])


def unpack_record(packed: bytes) -> RecordTail:
    """What of it is in a `Record`, in its order."""
    return _record(marshal.loads(packed))  # noqa: S302  # as below


def unpack(packed: bytes) -> Beside:
    values = marshal.loads(packed)  # noqa: S302  # this program's own
    return Beside(*_record(values), *values[14:])


def _record(values: tuple[Any, ...]) -> RecordTail:
    born: Any = _Deed(*values[:9])
    born.__class__ = Deed  # see `_Deed`
    card = values[11]
    return born, values[9], values[10], card and _make_place(card), values[12], values[13]


def card_of(packed: bytes) -> Sequence[str] | None:
    """Where its card is: a `Place` as a plain tuple."""
    card: Sequence[str] | None = marshal.loads(packed)[11]  # noqa: S302  # as above
    return card and tuple(card)


_make_place = partial(tuple.__new__, Place)


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
    row = deed_row(beside.born)
    row["number"] = beside.number
    row["changed"] = beside.changed
    row["changes"] = beside.changes
    if beside.card is not None:
        row["card"] = list(beside.card)
    if beside.starter:
        row["starter"] = beside.starter
        row["started"] = beside.started
    if beside.gone is not None:
        row["gone"] = beside.gone
    return row
