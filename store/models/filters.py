"""Filters and scopes of queries, and their results."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from store.models.tickets import Category, Priority, Record, Status

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class Scope:
    """The tickets that a reply may show: public ones, those in `channels`, and those that `user_id` reported."""

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
    """Conditions on tickets: every given field must match, and for a field with several values one of them.

    `since` (included) and `until` (excluded) bound the time that `time` names; a ticket without that time never matches.
    """

    ids: tuple[str, ...] = ()
    stat: tuple[Status, ...] = ()
    pri: tuple[Priority, ...] = ()
    cat: tuple[Category, ...] = ()
    text: str = ""  # each word must begin a word of title, desc or res
    by: str = ""  # who reported it
    started_by: str = ""
    involving: str = ""  # who reported it, or started it
    time: Literal["created", "closed", "changed"] = "created"
    since: float | None = None
    until: float | None = None


class Page(NamedTuple):
    """`count` is the number of matches, or of those that were counted if there are `more`. A page number beyond the last
    page gives the last page."""

    records: tuple[Record, ...]
    count: int  # type: ignore[assignment]  # replaces tuple's own method
    page: int
    pages: int
    more: bool = False  # more matches than were counted


class Match(NamedTuple):
    record: Record
    score: float  # 0 to 1
