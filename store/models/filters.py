"""Which tickets are asked for, and what is found."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from store.models.tickets import Category, Priority, Record, Status

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tickets a reply may speak of: public ones, those that belong to `channels`, and those of `user_id`."""

    everything: bool = False
    public: bool = True
    channels: frozenset[str] = frozenset()
    user_id: str = ""

    def includes(self, record: Record) -> bool:
        return (
            self.everything
            or (self.public and not record.private)
            or record.channel in self.channels
            or (bool(self.user_id) and record.origin.user_id == self.user_id)
        )


EVERYTHING = Scope(everything=True)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tickets: every part that is given must hold; of a part with several values, one.

    `since` and `until` bound the time that `time` names (the second excluded); what has no such time is not found.
    """

    ids: tuple[str, ...] = ()
    stat: tuple[Status, ...] = ()
    pri: tuple[Priority, ...] = ()
    cat: tuple[Category, ...] = ()
    text: str = ""  # each word, or its beginning, is in title, desc or res
    by: str = ""  # who reported it
    started_by: str = ""
    involving: str = ""  # who reported it, or started it
    time: Literal["created", "closed", "changed"] = "created"
    since: float | None = None
    until: float | None = None


class Page(NamedTuple):
    """`count` is the number of matches: all of them, unless there are `more`. A page past the last one that was counted is
    that one."""

    records: tuple[Record, ...]
    count: int  # type: ignore[assignment]  # in place of tuple's own method
    page: int
    pages: int
    more: bool = False  # than were counted


class Match(NamedTuple):
    record: Record
    score: float  # 0 to 1
