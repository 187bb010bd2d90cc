"""What a ticket is: eight fields, their limits, and ids that nobody has to spell twice. Pure."""

import re
from datetime import date
from enum import IntEnum, StrEnum
from string import ascii_uppercase, digits
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

TITLE_LIMIT = 50
DESC_LIMIT = 200
RES_LIMIT = 100


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


class InvalidIdError(ValueError):
    """Text that is meant as an id and is none; `nearest` is the id it comes closest to, "" if none does."""

    def __init__(self, text: str, nearest: str = "") -> None:
        self.text, self.nearest = text, nearest
        super().__init__(
            f"{text} is not a ticket id"
            + (f"; did you mean {nearest}?" if nearest else ", they look like T042")
        )


# T001..T999, then T0A0..T9ZZ, then one character more: T0A00..T9ZZZ, and so on. Every id is T and then a
# digit, so no word is ever an id.
_ALNUM = digits + ascii_uppercase
_PLAIN = 999
_SIZES: tuple[int, ...] = tuple(
    36**length for length in range(16)
)  # how many tails of so many characters there are
_ID = re.compile(r"T(?:(?P<plain>[0-9]{1,3})|(?P<long>[0-9][A-Z][0-9A-Z]+))", re.IGNORECASE | re.ASCII)
_ALMOST = re.compile(r"[T#]?[-_ ]?0*([0-9]{1,3})", re.IGNORECASE | re.ASCII)


def id_of(number: int) -> str:
    """The id of the `number`-th ticket, counted from 1: `T001`, … `T999`, `T0A0`, … `T9ZZ`, `T0A00`, …"""
    if number < 1:
        raise ValueError(f"tickets are counted from 1, not {number}")
    if number <= _PLAIN:
        return f"T{number:03d}"
    rest, tail = number - _PLAIN - 1, 1
    while rest >= (size := 260 * 36**tail):
        rest, tail = rest - size, tail + 1
    letters = ""
    for _ in range(tail):
        rest, last = divmod(rest, 36)
        letters = _ALNUM[last] + letters
    return f"T{rest // 26}{ascii_uppercase[rest % 26]}{letters}"


def number_of(ticket_id: str) -> int:
    """The inverse of `id_of`, for an id as `parse_id` returns it."""
    if ticket_id[2] <= "9":
        return int(ticket_id[1:])
    tail = len(ticket_id) - 3
    size = _SIZES[tail] if tail < len(_SIZES) else 36**tail
    shorter = 260 * (size - 36) // 35  # ids with fewer characters: 260 times 36 + 36² + …
    place = int(ticket_id[1]) * 26 + ord(ticket_id[2]) - 65
    return _PLAIN + 1 + shorter + place * size + int(ticket_id[3:], 36)


def parse_id(text: str) -> str:
    """The id as the store writes it, in any letter case and with leading zeros left out: `t7` is `T007`.

    Raises `InvalidIdError`, with the nearest id, for anything else: `T0003`, `T000`, `TOO3`.
    """
    found = _ID.fullmatch(text)
    if found and (found["long"] or int(found["plain"])):
        return f"T{int(found['plain']):03d}" if found["plain"] else text.upper()
    almost = _ALMOST.fullmatch(text.upper().replace("O", "0"))
    nearest = f"T{int(almost[1]):03d}" if almost and int(almost[1]) else ""
    raise InvalidIdError(text, nearest)


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` characters: at the end of a word, with `…`, when it is longer."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if not text[limit - 1].isspace() and " " in head:
        whole_words = head[: head.rindex(" ")]
        head = whole_words if len(whole_words) >= limit // 2 else head
    return head.rstrip(" ,;:.-–—(") + "…"


def fit_title(title: str, desc: str | None) -> tuple[str, str | None]:
    """A title within its limit, and the whole of a longer one in `desc` if that is free."""
    short = cut(title, TITLE_LIMIT)
    whole = " ".join(title.split())
    return short, (whole if desc is None and short != whole else desc)


TicketId = Annotated[str, AfterValidator(parse_id)]
Title = Annotated[str, Field(min_length=1, max_length=TITLE_LIMIT)]
Desc = Annotated[str, Field(max_length=DESC_LIMIT)]
Res = Annotated[str, Field(max_length=RES_LIMIT)]


class Ticket(BaseModel):
    """These eight keys and no others: who, where and when is kept beside a ticket, never in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: TicketId
    title: Title
    desc: Desc | None = None
    cat: Category = Category.OTHER
    pri: Priority = Priority.MEDIUM
    stat: Status = Status.OPEN
    created: date
    res: Res | None = None
