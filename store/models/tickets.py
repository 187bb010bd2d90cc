"""Tickets, their metadata and their changes. An alias is what a field is called in JSON; what is excluded, is not there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator

from store.ids import WRITTEN, parse_id

TITLE_LIMIT = 50
DESC_LIMIT = 200
RES_LIMIT = 100
MOST_LINES = 10  # of a text
LONG_WORD = 20  # characters: a text is cut within a word of which more than these would be lost

Json = dict[str, Any]
TicketField = Literal["title", "desc", "cat", "pri", "stat", "res"]
FIELDS: tuple[TicketField, ...] = ("title", "desc", "cat", "pri", "stat", "res")
Values = Mapping[str, Any]  # names and JSON values; None means that there is none
FrozenValues = Annotated[Values, PlainValidator(MappingProxyType), Field(exclude=True)]
_NO_VALUES: Values = MappingProxyType({})

ChangeKind = Literal["created", "updated", "closed", "posted", "deleted", "undone", "trimmed"]
ParsedBy = Literal["rules", "llm", "fallback"]


class Category(StrEnum):
    CODE = "code"
    INFRA = "infra"
    DOC = "doc"
    OTHER = "other"


class Priority(IntEnum):
    HIGH = 1
    MEDIUM = 2
    LOW = 3


class Status(StrEnum):
    OPEN = "open"
    PROG = "prog"
    DONE = "done"


TicketId = Annotated[str, AfterValidator(parse_id)]
Title = Annotated[str, Field(min_length=1, max_length=TITLE_LIMIT)]
Desc = Annotated[str, Field(max_length=DESC_LIMIT)]
Res = Annotated[str, Field(max_length=RES_LIMIT)]


class Ticket(BaseModel):
    """These eight keys and no others: who, where and when is metadata, kept beside a ticket and never in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=WRITTEN)]
    title: Title
    desc: Desc | None = None
    cat: Category = Category.OTHER
    pri: Priority = Priority.MEDIUM
    stat: Status = Status.OPEN
    created: date
    res: Res | None = None


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` characters: at the end of a word, or within one that is very long, with `…`, when it is longer."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if not text[limit - 1].isspace() and " " in head:
        whole_words = head[: head.rindex(" ")]
        dropped = len(head) - len(whole_words)
        head = whole_words if len(whole_words) >= limit // 2 and dropped <= LONG_WORD else head
    return head.rstrip(" ,;:.-–—(") + "…"


def cut_lines(text: str, limit: int) -> str:
    """As `cut`, but with the line breaks of at most `MOST_LINES` lines; blank ones are left out."""
    found = [line for each in text.splitlines() if (line := " ".join(each.split()))]
    lines = "\n".join([*found[: MOST_LINES - 1], " ".join(found[MOST_LINES - 1 :])]).rstrip()
    flat = cut(lines, limit)
    return lines if len(flat) == len(lines) else f"{lines[: len(flat) - 1]}…"


def fit_title(title: str, desc: str | None) -> tuple[str, str | None]:
    """A title within its limit, and the whole of a longer one in `desc` if that is free."""
    short = cut(title, TITLE_LIMIT)
    whole = " ".join(title.split())
    return short, (whole if desc is None and short != whole else desc)


class MessageUsage(NamedTuple):
    """What it cost to understand one message of `user_id`, booked on `day`."""

    day: date
    user_id: str
    parsed_by: ParsedBy
    tokens: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks for a change, when, where, in which words, and by which delivery: what the history keeps of it.

    The same `idempotency_key` is the same intent: what it asks for is done once. "" has no key, and is always done.
    `usage` is counted by the same commit as the change; it is no part of the history.
    """

    idempotency_key: Annotated[str, Field(alias="key", default="")]
    user_id: Annotated[str, Field(alias="by")]
    timestamp: Annotated[float, Field(alias="at")]
    team: str = ""
    channel: str = ""
    message: str = ""  # the message's ts
    thread: str = ""  # the thread's ts, where a ticket made by it has its thread
    private: bool = False  # a private channel or a direct message
    text: str = ""  # everything that they wrote
    source_author: str = ""  # who wrote the message that a ticket was made of, where it was another one's
    source_link: str = ""  # the address of that message
    usage: Annotated[MessageUsage | None, Field(exclude=True)] = field(default=None, compare=False)


class NewTicket(NamedTuple):
    title: str
    created: date
    desc: str | None = None
    cat: Category = Category.OTHER
    pri: Priority = Priority.MEDIUM


class ImportedTicket(NamedTuple):
    """A ticket from elsewhere, as it is, and who made it, when and where.

    `id` is "" for the next free one. `started_by` and `closed_at` are "" and None where they are not known.
    """

    id: str
    ticket: Ticket
    origin: Origin
    started_by: str = ""
    closed_at: float | None = None


class MessageRef(NamedTuple):
    """A message in Slack; `thread` is the ts of the thread that it stands in, "" outside of one."""

    channel: str
    ts: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A ticket and its metadata. Everything in it is frozen, so that readers may share it.

    `origin` made it. `version` counts its changes: it grows by one with each. `channel` and `private` say where it
    belongs: where it was made, or where it was posted since. `started_by` started it last since it was opened.
    """

    ticket: Annotated[Ticket, Field(exclude=True)]
    origin: Origin
    version: int
    changed_at: float
    channel: str = ""
    private: bool = False
    started_by: str = ""
    closed_at: float | None = None
    card: MessageRef | None = None
    deleted: bool = False


class Trimmed(NamedTuple):
    """What a change that stands for all before it, which were removed, says of the ticket besides its values: who made it
    (without their words), when it was changed last, and after how many days the history of done tickets is removed."""

    origin: Origin
    changed_at: float
    days: int


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a ticket's history: the change that made its `version`, counted from 1.

    `before` and `after` hold the ticket's fields that it touched and no others; `metadata_before` and `metadata_after`
    what of `METADATA` it touched. A ticket that is made has no before, one that is deleted no after. `undone_by` is the
    version that took it back, while that is in force. One of the kind `trimmed` changes nothing: it is the ticket as it was
    when all its changes before that were removed, and is the first of its history from then on.
    """

    ticket_id: Annotated[str, Field(alias="id")]
    version: int
    kind: ChangeKind
    origin: Origin
    before: FrozenValues = field(default_factory=lambda: _NO_VALUES)
    after: FrozenValues = field(default_factory=lambda: _NO_VALUES)
    metadata_before: FrozenValues = field(default_factory=lambda: _NO_VALUES)
    metadata_after: FrozenValues = field(default_factory=lambda: _NO_VALUES)
    undoes: int | None = None
    undone_by: Annotated[int | None, Field(exclude=True)] = None
    trimmed: Trimmed | None = None


METADATA = ("channel", "private", "started_by", "closed_at", "deleted")


class Written(NamedTuple):
    """What a write did. `change` is None when there was nothing to change (and then nothing was written);
    `repeated` when its key had been used: `change` is then what it did the first time."""

    record: Record
    change: Change | None
    repeated: bool = False


class TrimmedHistory(NamedTuple):
    """What was removed: the history of so many tickets, which were so many changes."""

    tickets: int
    changes: int
