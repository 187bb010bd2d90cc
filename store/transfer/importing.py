"""Tickets from elsewhere: the rows of a file, checked, as one commit."""

import csv
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from typing import Any, TextIO, TypeVar

from store.ids import parse_id
from store.models import (
    DESC_LIMIT,
    RES_LIMIT,
    TITLE_LIMIT,
    Category,
    ImportedTicket,
    Origin,
    Priority,
    Status,
    Ticket,
    cut,
    fit_title,
)
from store.protocol import TicketStore
from store.transfer.columns import FOR_PEOPLE, Form, Progress, ignore_progress, is_blank
from store.transfer.rows import BadLine, ImportRefusedError, column_of, read_csv, read_json, unknown_column

_MILLISECONDS = 1e11  # as seconds that is the year 5138: from here on a number is one of milliseconds
_NUMBER = re.compile(r"(?!\d{8}$)[-+]?\d+(\.\d*)?(e[-+]?\d+)?", re.IGNORECASE)  # eight digits are a day
_WRITTEN = "write it as 2024-05-03 or 2024-05-03T10:22:11Z"
# Control characters and what ends a line or a paragraph; halves of surrogate pairs.
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]+")
_HALVES = re.compile("[\ud800-\udfff]")
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_E = TypeVar("_E", StrEnum, IntEnum)


async def import_tickets(
    store: TicketStore,
    stream: TextIO,
    origin: Origin,
    today: date,
    *,
    form: Form = "jsonl",
    progress: Progress = ignore_progress,
) -> list[str]:
    """Take in what `export` wrote, or the like: all of it as one commit of `origin`, or nothing. Returns the ids.

    `stream` is best opened with `newline=""`. Raises `ImportRefusedError` with every line that is no ticket, or whose id
    is taken.
    """
    bad: list[BadLine] = []
    found: list[ImportedTicket] = []
    lines: dict[str, int] = {}
    for line, values in (read_csv if form == "csv" else read_json)(stream, bad):
        try:
            ticket = _Row(values).ticket(origin, today)
        except ValueError as error:
            bad.append(BadLine(line, str(error)))
            continue
        if ticket.id in lines:
            bad.append(BadLine(line, f"{ticket.id} is in line {lines[ticket.id]} too: leave one of them out"))
        elif ticket.id:
            lines[ticket.id] = line
        found.append(ticket)
        progress(len(found), 0)
    taken = await store.existing_ids(list(lines))
    bad += [BadLine(lines[each], f"{each} is taken: leave the id out for a new one") for each in taken]
    if bad:
        raise ImportRefusedError(sorted(bad))
    return await store.import_tickets(found, origin)


def replace_controls(text: str) -> str:
    """`text` on one line, with a space for each run of line breaks and control characters."""
    if _CONTROLS.search(text):
        text = _CONTROLS.sub(" ", text).strip()
    return _HALVES.sub("\ufffd", text)


class _Row:
    """The values of a ticket by the names of columns. Every method raises `ValueError` with the remedy."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values: dict[str, Any] = {}
        for name, value in values.items():
            column = column_of(name)
            for reason in unknown_column(column):
                raise ValueError(reason)
            if column in self._values:
                raise ValueError(f"{column} is given twice: leave one of them out")
            if value is not None and value != "" and column not in FOR_PEOPLE:
                self._values[column] = value
        self._cut: list[str] = []

    def ticket(self, origin: Origin, today: date) -> ImportedTicket:
        title, desc, res = self._texts()
        created, timestamp = self._created(origin.timestamp, today)
        given_id = parse_id(self._text("id").strip()) if "id" in self._values else ""
        stat = self._choose("stat", Status, Status.OPEN)
        ticket = Ticket(
            id=given_id or "T001",
            title=title,
            desc=desc,
            cat=self._choose("cat", Category, Category.OTHER),
            pri=self._choose("pri", Priority, Priority.MEDIUM),
            stat=stat,
            created=created,
            res=res,
        )
        text = self._text
        made = Origin(
            "",
            text("author") or origin.user_id,
            timestamp,
            team=text("team") or origin.team,
            channel=text("channel"),
            message=text("message"),
            thread=text("thread"),
            private=self._private(),
            text="\n".join(self._cut),
            source_author=text("source_author"),
            source_link=text("source_link"),
        )
        closed = self._read("closed_at", read_time) if stat is Status.DONE else None
        return ImportedTicket(given_id, ticket, made, text("started_by"), closed and _seconds(closed))

    def _texts(self) -> tuple[str, str | None, str | None]:
        """Title, description and note within their limits; the whole of what was cut is remembered."""
        title, desc, res = self._text("title"), self._text("desc") or None, self._text("res") or None
        if is_blank(title):
            raise ValueError("there is no title: give it one")
        for text, limit in ((title, TITLE_LIMIT), (desc, DESC_LIMIT), (res, RES_LIMIT)):
            if text and len(text) > limit:
                self._cut.append(text)
        if len(title) > TITLE_LIMIT:
            title, desc = fit_title(title, desc)
        if desc and len(desc) > DESC_LIMIT:
            desc = cut(desc, DESC_LIMIT)
        if res and len(res) > RES_LIMIT:
            res = cut(res, RES_LIMIT)
        return title, desc, res

    def _created(self, now: float, today: date) -> tuple[date, float]:
        """The day, and the time: midnight UTC of that day where no time is said."""
        day, at = self._read("created", read_time), self._read("created_at", read_time)
        if day is None and at is None:
            return today, now
        return (day or at).date(), _seconds(at or day)

    def _text(self, name: str) -> str:
        value = self._values.get(name, "")
        if not isinstance(value, str):
            raise ValueError(f"{name} has to be text: put it in quotes")  # noqa: TRY004  # told as any other bad value
        if len(value) > csv.field_size_limit():
            raise ValueError(f"{name} has more than {csv.field_size_limit():,} characters: shorten it")
        return replace_controls(value)

    def _private(self) -> bool:
        value = self._values.get("private", False)
        known = _YES_NO.get(str(value).strip().casefold())
        if known is None:
            raise ValueError(f"private has to be true or false, not {_shown(value)}")
        return known

    def _choose(self, name: str, choices: type[_E], default: _E) -> _E:
        value = self._values.get(name, default)
        text = str(value).strip().casefold().removesuffix(".0")
        for choice in choices:
            if text == str(choice.value):
                return choice
        allowed = ", ".join(str(choice.value) for choice in choices)
        raise ValueError(f"{name} has to be one of {allowed}, not {_shown(value)}")

    def _read(self, name: str, read: Callable[[Any], Any]) -> Any:
        """None where there is no such value."""
        value = self._values.get(name)
        try:
            return None if value is None else read(value.strip() if isinstance(value, str) else value)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{name}: {error}") from None


def read_time(value: Any) -> datetime:
    """A day or a time as ISO 8601 writes it, or a number of seconds or milliseconds since 1970.

    What names no time zone is UTC. Raises `ValueError`.
    """
    text = str(value)
    try:
        if _NUMBER.fullmatch(text):
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000 if seconds >= _MILLISECONDS else seconds, UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{_shown(value)} is no time; {_WRITTEN}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds(moment: datetime) -> float:
    """Since 1970. Raises `ValueError` where that is no time that a ticket could have been made at."""
    seconds = moment.timestamp()
    if not 0 <= seconds < _MILLISECONDS:
        raise ValueError(f"{moment.isoformat()} is before 1970 or far off; {_WRITTEN}")
    return seconds


def _shown(value: Any) -> str:
    return repr(value)[:50]
