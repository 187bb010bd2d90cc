"""Imports tickets from a file's rows: all of them checked, in one commit."""

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, TextIO

from pydantic import BaseModel, BeforeValidator, ValidationError

from store.errors import StoreError
from store.ids import parse_id
from store.models.fields import LIMITS
from store.models.tickets import Category, ImportedTicket, Origin, Priority, Status, Ticket, cut, fit_title
from store.progress import BeginCommit, Progress, ignore_progress, stop_before_commit
from store.protocol import TicketStore
from store.transfer.columns import Form, find_problems, is_blank
from store.transfer.rows import BadLine, read_csv, read_json

_SHOWN = 10  # number of bad lines in the message
_LONGEST = csv.field_size_limit()
_FAR_OFF = 1e11  # seconds: the year 5138
# Seconds, in 1973: a smaller number is a year, or the days since 1900 by which spreadsheets count.
_EARLIEST = 1e8
_WRITTEN = "write it as 2024-05-03 or 2024-05-03T10:22:11Z"
_NUMBER = re.compile(r"(?!\d{8}$)[-+]?\d+(\.\d*)?", re.ASCII)  # eight digits are a date
# Control characters and line or paragraph ends; lone surrogates.
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]+")
_HALVES = re.compile("[\ud800-\udfff]")


class ImportRefusedError(StoreError):
    """Nothing was imported, because of the lines in `bad`."""

    def __init__(self, bad: Sequence[BadLine]) -> None:
        self.bad = tuple(bad)
        shown = "; ".join(f"line {line}: {reason}" for line, reason in self.bad[:_SHOWN])
        more = f"; and {len(self.bad) - _SHOWN} more" if len(self.bad) > _SHOWN else ""
        super().__init__(f"nothing was imported: {shown}{more}")


async def import_tickets(
    store: TicketStore,
    stream: TextIO,
    origin: Origin,
    today: date,
    *,
    form: Form = "jsonl",
    progress: Progress = ignore_progress,
) -> list[str]:
    """Import an export, or a similar file, as one commit of `origin`: all of it or nothing. Returns the new
    ids. Once the commit has begun, a cancellation is ignored.

    Open `stream` with `newline=""`. Raises `ImportRefusedError` with every line that is no valid ticket, or
    whose id is taken.
    """
    bad: list[BadLine] = []
    found: list[ImportedTicket] = []
    lines: dict[str, int] = {}
    for line, values in (read_csv if form == "csv" else read_json)(stream, bad):
        try:
            ticket = _read_ticket(values, origin, today)
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

    async def commit(begin_commit: BeginCommit) -> list[str]:
        await begin_commit()
        return await store.import_tickets(found, origin)

    return await stop_before_commit(commit)


def replace_controls(text: str) -> str:
    """`text` on one line: each run of line breaks and control characters becomes a space."""
    if _CONTROLS.search(text):
        text = _CONTROLS.sub(" ", text).strip()
    return _HALVES.sub("\ufffd", text)


def _read_line(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("has to be text: put it in quotes")  # noqa: TRY004  # told as any other bad value
    if len(value) > _LONGEST:
        raise ValueError(f"has more than {_LONGEST:,} characters: shorten it")
    return replace_controls(value)


def _read_time(value: Any) -> Any:
    """Parse an ISO 8601 date or time. Seconds or milliseconds since 1970 are passed on to pydantic, which
    knows both.
    """
    text = str(value).strip()
    if not isinstance(value, float) and not _NUMBER.fullmatch(text):
        return datetime.fromisoformat(text)
    if 0 <= float(text) < _EARLIEST:
        raise ValueError("no seconds since 1970")
    return value


_Line = Annotated[str, BeforeValidator(_read_line)]
_Time = Annotated[datetime | None, BeforeValidator(_read_time)]
_ANY_CASE = BeforeValidator(lambda value: str(value).strip().casefold())


class _Row(BaseModel):
    """A line's values by column. The columns that are only for people are not read."""

    id: Annotated[str, BeforeValidator(lambda value: parse_id(_read_line(value).strip()))] = ""
    title: _Line = ""
    desc: _Line | None = None
    cat: Annotated[Category, _ANY_CASE] = Category.OTHER
    pri: Annotated[Priority, _ANY_CASE] = Priority.MEDIUM
    stat: Annotated[Status, _ANY_CASE] = Status.OPEN
    created: _Time = None
    res: _Line | None = None
    author: _Line = ""
    created_at: _Time = None
    started_by: _Line = ""
    closed_at: _Time = None
    team: _Line = ""
    channel: _Line = ""
    private: Annotated[bool, _ANY_CASE] = False
    message: _Line = ""
    thread: _Line = ""
    source_author: _Line = ""
    source_link: _Line = ""


def _reason(error: ValidationError, values: Mapping[str, Any]) -> str:
    """What is wrong first, and how to fix it."""
    first = error.errors()[0]
    name, context = str(first["loc"][0]), first.get("ctx", {})
    shown = repr(values[name])[:50]
    if name in {"created", "created_at", "closed_at"}:
        return f"{name} is not a time: {shown}; {_WRITTEN}"
    if first["type"] == "value_error":
        return f"{name} {context['error']}"
    return f"{name} has to be {context.get('expected', 'true or false')}, not {shown}"


_OF_ORIGIN = {"channel", "private", "message", "thread", "source_author", "source_link"}


def _read_ticket(values: Mapping[str, Any], origin: Origin, today: date) -> ImportedTicket:
    """Raises `ValueError` that says what is wrong first, and how to fix it."""
    for reason in find_problems(list(values)):
        raise ValueError(reason)
    try:
        row = _Row.model_validate({name: value for name, value in values.items() if value not in (None, "")})
    except ValidationError as error:
        raise ValueError(_reason(error, values)) from None
    if is_blank(row.title):
        raise ValueError("there is no title: give it one")
    long = [text for name, limit in LIMITS.items() if len(text := getattr(row, name) or "") > limit]
    title, desc = fit_title(row.title, row.desc) if row.title in long else (row.title, row.desc)
    # Without a time of day, the time is midnight UTC.
    day, at = row.created or row.created_at, row.created_at or row.created
    ticket = Ticket(
        id=row.id or "T001",
        title=title,
        desc=_cut("desc", desc),
        created=day.date() if day else today,
        res=_cut("res", row.res),
        **row.model_dump(include={"cat", "pri", "stat"}),
    )
    made = Origin(
        "",
        row.author or origin.user_id,
        _seconds(at) if at else origin.timestamp,
        team=row.team or origin.team,
        text="\n".join(long),
        **row.model_dump(include=_OF_ORIGIN),
    )
    closed_at = _seconds(row.closed_at) if row.closed_at and row.stat is Status.DONE else None
    return ImportedTicket(row.id, ticket, made, row.started_by, closed_at)


def _cut(name: str, text: str | None) -> str | None:
    return cut(text, LIMITS[name]) if text and len(text) > LIMITS[name] else text


def _seconds(moment: datetime) -> float:
    """Seconds since 1970; without a time zone, `moment` is UTC. Raises `ValueError` for an implausible time."""
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not 0 <= seconds < _FAR_OFF:
        raise ValueError(f"{moment.isoformat()} is before 1970 or far off; {_WRITTEN}")
    return seconds
