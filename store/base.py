"""The store's port: what every store keeps, and what it promises.

1. What a call returned is on disk. A call that could not be made durable raises and changes nothing.
2. A change, its log entry and its key are one commit; the same key again changes nothing and returns what
   it did the first time.
3. No reader sees a change that is not durable, and what comes out is the reader's own: it can be changed
   or kept without touching the store.
4. Ids run upwards and are never used twice, not even after a deletion or a restart.

Everything here is plain data: no Slack, no clock, no randomness. Times are seconds since 1970, UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol

from store.ticket import Category, Priority, Status, Ticket

PAGE_SIZE = 10

Field = Literal["title", "desc", "cat", "pri", "stat", "res"]
Values = Mapping[str, Any]  # a Field and its JSON value; None is "not there"
Kind = Literal["created", "updated", "closed", "deleted", "undone"]


class StoreError(Exception):
    """Something the store cannot do; the message is one clear sentence for the person who caused it."""


class NotFoundError(StoreError):
    """There is no such ticket (now)."""

    def __init__(self, ticket_id: str) -> None:
        self.ticket_id = ticket_id
        super().__init__(ticket_id)


class ConflictError(StoreError):
    """Somebody changed the same field since; nothing was changed."""


class NothingToUndoError(StoreError):
    """No such change, or none of this person's."""


class LockedError(StoreError):
    """Another process has the store open."""


class DamagedError(StoreError):
    """What is on disk is not what was written; says where, and the way out."""


class UnwritableError(StoreError):
    """A write did not become durable: it is not acknowledged and was rolled back."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something, when, where, by which delivery and in which words: what the log keeps of a change."""

    key: str  # of the intent: the same key is the same intent; "" has none and is always done
    who: str
    at: float
    team: str = ""
    channel: str = ""
    message: str = ""  # the message's ts
    thread: str = ""  # the thread's ts, where a ticket born here has its thread
    private: bool = False  # a private channel or a direct message
    text: str = ""  # everything that they wrote


@dataclass(frozen=True, slots=True)
class NewTicket:
    title: str
    created: date
    desc: str | None = None
    cat: Category = Category.OTHER
    pri: Priority = Priority.MEDIUM


class Import(NamedTuple):
    """A ticket to take in as it is, and the deed that made it; `id` is "" for the next free one."""

    id: str
    ticket: Ticket
    born: Deed


class Place(NamedTuple):
    """A message in Slack."""

    channel: str
    ts: str
    thread: str = ""


class Record(NamedTuple):
    """A ticket and what is kept beside it. `born` is the deed that made it; `starter` the first who started it;
    `card` where its card is; `number` the log number of the latest change, which grows with every change."""

    ticket: Ticket
    born: Deed
    number: int
    changed: float
    card: Place | None = None
    starter: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the log. `before` and `after` hold the fields that it touched and no others."""

    number: int
    id: str
    kind: Kind
    deed: Deed
    before: Values = field(default_factory=lambda: MappingProxyType({}))
    after: Values = field(default_factory=lambda: MappingProxyType({}))
    undoes: int | None = None
    undone_by: int | None = None


class Written(NamedTuple):
    """What a write did. `change` is None when there was nothing to change (and then nothing was written);
    `repeated` when its key had been used: `change` is then what it did the first time."""

    record: Record
    change: Change | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tickets a reply may speak of: those born in public channels, in `channels`, or of `author`."""

    everything: bool = False
    public: bool = True
    channels: frozenset[str] = frozenset()
    author: str = ""

    def holds(self, born: Deed) -> bool:
        return (
            self.everything
            or (self.public and not born.private)
            or born.channel in self.channels
            or (bool(self.author) and born.who == self.author)
        )


EVERYTHING = Scope(everything=True)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tickets: every part that is given must hold; of a part with several values, one."""

    ids: tuple[str, ...] = ()
    stat: tuple[Status, ...] = ()
    pri: tuple[Priority, ...] = ()
    cat: tuple[Category, ...] = ()
    text: str = ""  # each word, or its beginning, is in title, desc or res
    author: str = ""


class Page(NamedTuple):
    """`count` is the whole number of matches. A page past the last one is the last one."""

    records: tuple[Record, ...]
    count: int  # type: ignore[assignment]  # in place of tuple's own method
    page: int
    pages: int


class Match(NamedTuple):
    record: Record
    score: float  # 0 to 1


class Delivery(NamedTuple):
    """Something that Slack delivered and the bot accepted: `keys` name it (the first) and its twins."""

    keys: tuple[str, ...]
    at: float
    payload: dict[str, Any]


class Accepted(NamedTuple):
    """What intake found. `new`: it was written and is to be worked on. Otherwise one of its keys was known:
    `state` says how far that one is, `reply` what was answered if it is done."""

    new: bool
    key: str
    state: Literal["pending", "done", "parked"] = "pending"
    reply: dict[str, Any] | None = None


class Parked(NamedTuple):
    """A delivery that failed every time, with the last reason."""

    delivery: Delivery
    reason: str


class UsageDay(NamedTuple):
    day: date
    messages: int
    by_rules: int
    calls: int
    tokens: int


class TicketStore(Protocol):
    """See the module's promises. Every method may raise `StoreError`."""

    # tickets
    async def create(self, new: NewTicket, deed: Deed) -> Written: ...
    async def get(self, ticket_id: str) -> Record | None:
        """None also for a deleted one."""
        ...

    async def update(self, ticket_id: str, values: Values, deed: Deed) -> Written:
        """Set `values`. A ticket whose `stat` becomes `done` is `closed` in the log. Raises `NotFoundError`."""
        ...

    async def bulk(self, values: Mapping[str, Values], deed: Deed) -> list[Written]:
        """`update` for each id of `values`, in its order, as one commit: all or none."""
        ...

    async def delete(self, ticket_id: str, deed: Deed) -> Written:
        """Take it out of every list and search; its history stays, and `undo` brings it back."""
        ...

    async def undo(self, number: int, deed: Deed) -> Written:
        """Restore exactly what change `number` changed, as a change of its own that can be undone too.

        Undoing a creation deletes. Raises `NothingToUndoError` (unknown or already undone) and `ConflictError`
        when a field was changed since by another change.
        """
        ...

    async def latest(self, who: str, ticket_id: str = "") -> Change | None:
        """The newest change by `who` (on that ticket, if given) that is not undone and no undoing itself."""
        ...

    async def change(self, number: int) -> Change | None: ...
    async def view(self, where: Filter, scope: Scope, page: int = 1, size: int = PAGE_SIZE) -> Page:
        """Priority first, oldest first within one; newest first where `where.stat` is just `done`."""
        ...

    async def similar(self, text: str, scope: Scope, limit: int = 3) -> list[Match]:
        """The tickets most like `text`, best first, open ones before done ones, above a threshold."""
        ...

    async def history(
        self, ticket_id: str, page: int = 1, size: int = PAGE_SIZE
    ) -> tuple[tuple[Change, ...], int]:
        """Newest first, and how many in all; of deleted tickets too. Raises `NotFoundError` if there never was one."""
        ...

    async def scan(self, after: str = "", size: int = 500) -> list[Record]:
        """The next tickets after that id, in the order of ids, deleted ones left out: to go through all of them."""
        ...

    async def taken(self, ids: Sequence[str]) -> list[str]:
        """Those of `ids` that are or were a ticket's."""
        ...

    async def take_in(self, tickets: Sequence[Import], deed: Deed) -> list[str]:
        """Take in tickets from elsewhere, as one commit: all or none. Returns their ids, in their order.

        Raises `StoreError` when an id is taken, or twice in `tickets`.
        """
        ...

    # where tickets live in Slack
    async def show_card(self, ticket_id: str, card: Place) -> None: ...
    async def ticket_of(self, channel: str, thread: str) -> str | None:
        """The ticket that a thread belongs to: its first that is not deleted."""
        ...

    # deliveries
    async def accept(self, delivery: Delivery) -> Accepted: ...
    async def finish(self, key: str, reply: dict[str, Any] | None = None) -> None: ...
    async def fail(self, key: str, reason: str, *, park: bool) -> int:
        """Record that working on it failed; the number of times that it has by now."""
        ...

    async def pending(self) -> list[Delivery]:
        """Accepted and neither done nor parked, oldest first."""
        ...

    async def parked(self) -> list[Parked]: ...

    # what the model costs
    async def count(self, day: date, who: str, via: str, tokens: int, calls: int) -> None:
        """One more message of `who`, parsed `via` rules, llm or fallback, for that many tokens."""
        ...

    async def spent(self, day: date) -> int:
        """Tokens of that day, everybody's."""
        ...

    async def usage(self, days: int) -> Sequence[UsageDay]:
        """The latest `days` days that have any, newest first."""
        ...

    async def close(self) -> None: ...
