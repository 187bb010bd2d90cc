"""Tickets, their metadata and their changes. An `alias` is the field's name in JSON; an excluded field is not in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from store.ids import WRITTEN

TITLE_LIMIT = 50
DESC_LIMIT = 200
RES_LIMIT = 100
MOST_LINES = 10  # lines that `cut_lines` keeps
LONG_WORD = 20  # characters: `cut` cuts within a word rather than drop more than these

Json = dict[str, Any]
Time = Annotated[float, Field(allow_inf_nan=False)]
TicketField = Literal["title", "desc", "cat", "pri", "stat", "res"]
FIELDS: tuple[TicketField, ...] = ("title", "desc", "cat", "pri", "stat", "res")
Values = Mapping[str, Any]  # JSON values by field name; None for an empty field
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


Title = Annotated[str, Field(min_length=1, max_length=TITLE_LIMIT)]
Desc = Annotated[str, Field(max_length=DESC_LIMIT)]
Res = Annotated[str, Field(max_length=RES_LIMIT)]


class Ticket(BaseModel):
    """Exactly these eight keys. Who, where and when is metadata, kept in `Record`."""

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
    """`text` in at most `limit` characters. A longer text is cut between words, or within a very long one, and
    ends in `…`."""
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
    """Like `cut`, but keeps the breaks of up to `MOST_LINES` lines. Drops blank lines."""
    found = [line for each in text.splitlines() if (line := " ".join(each.split()))]
    lines = "\n".join([*found[: MOST_LINES - 1], " ".join(found[MOST_LINES - 1 :])]).rstrip()
    flat = cut(lines, limit)
    return lines if len(flat) == len(lines) else f"{lines[: len(flat) - 1]}…"


def fit_title(title: str, desc: str | None) -> tuple[str, str | None]:
    """The title cut to its limit; if it was longer and `desc` is None, `desc` becomes the full title."""
    short = cut(title, TITLE_LIMIT)
    whole = " ".join(title.split())
    return short, (whole if desc is None and short != whole else desc)


class MessageUsage(NamedTuple):
    """What it cost to understand one message of `user_id`, counted on `day`."""

    day: date
    user_id: str
    parsed_by: ParsedBy
    tokens: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked for a change, when, where, in which words, and by which delivery, as the history keeps it.

    Changes with the same `idempotency_key` are made once; "" is no key. The commit of the change counts `usage`, which
    is not part of the history.
    """

    idempotency_key: Annotated[str, Field(alias="key", default="")]
    user_id: Annotated[str, Field(alias="by")]
    timestamp: Annotated[Time, Field(alias="at")]
    team: str = ""
    channel: str = ""
    message: str = ""  # the message's ts
    thread: str = ""  # the ts of the thread of a ticket that this creates
    private: bool = False  # a private channel or a direct message
    text: str = ""  # the whole message
    source_author: str = ""  # the author of the message that a ticket was created from, if not `user_id`
    source_link: str = ""  # the address of that message
    usage: Annotated[MessageUsage | None, Field(exclude=True)] = field(default=None, compare=False)


class NewTicket(NamedTuple):
    title: str
    created: date
    desc: str | None = None
    cat: Category = Category.OTHER
    pri: Priority = Priority.MEDIUM


class ImportedTicket(NamedTuple):
    """A ticket from elsewhere, and who created it, when and where.

    `id` is "" for the next free one. `started_by` is "" and `closed_at` None if unknown.
    """

    id: str
    ticket: Ticket
    origin: Origin
    started_by: str = ""
    closed_at: float | None = None


class MessageRef(NamedTuple):
    """A message in Slack; `thread` is the ts of its thread, or ""."""

    channel: str
    ts: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A ticket and its metadata, all frozen, so that readers may share it.

    `origin` is that of its creation. `version` grows by one with each change. `channel` and `private` say where it
    belongs: where it was created, or posted since. `started_by` is who last started it since it was opened.
    """

    ticket: Annotated[Ticket, Field(exclude=True)]
    origin: Origin
    version: int
    changed_at: Time
    channel: str = ""
    private: bool = False
    started_by: str = ""
    closed_at: Time | None = None
    card: MessageRef | None = None
    deleted: bool = False


class Trimmed(NamedTuple):
    """Part of a change of the kind `trimmed`: the ticket's origin without its text, and the time of its last removed
    change. `days` is how long the history of done tickets was kept then."""

    origin: Origin
    changed_at: Time
    days: int


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a ticket's history: the change that made its `version`, counted from 1.

    `before` and `after` hold only the ticket's fields that changed, `metadata_before` and `metadata_after` those of
    `METADATA`. A creation has no `before`, a deletion no `after`. `undone_by` is the version that undid it, unless that
    was undone too. A `trimmed` change changes nothing: it holds the ticket as it was when all its earlier changes were
    removed, and is the first of its history from then on.
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
    """The result of a write. `change` is None if there was nothing to change; then nothing was written. `repeated`: its
    key had been used before, and `change` is that of the first time."""

    record: Record
    change: Change | None
    repeated: bool = False


class TrimmedHistory(NamedTuple):
    """How many tickets lost their history, and how many changes that removed."""

    tickets: int
    changes: int
