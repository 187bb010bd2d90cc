"""Tickets out and in again: JSON lines and CSV."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from store.backups import Progress, quietly
from store.base import Deed, Import, Record, StoreError, TicketStore
from store.ticket import Category, Desc, Priority, Res, Status, Ticket, TicketId, Title

Form = Literal["jsonl", "csv"]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHOWN = 10


class Bad(NamedTuple):
    """A line that is no ticket; lines are counted from 1."""

    line: int
    reason: str


class RefusedError(StoreError):
    """Nothing was imported, because of these lines."""

    def __init__(self, bad: Sequence[Bad]) -> None:
        self.bad = tuple(bad)
        shown = "; ".join(f"line {line}: {reason}" for line, reason in self.bad[:_SHOWN])
        more = f"; and {len(self.bad) - _SHOWN} more" if len(self.bad) > _SHOWN else ""
        super().__init__(f"nothing was imported: {shown}{more}")


class Line(BaseModel):
    """A ticket's eight fields, and where it was born; `id` and `created` may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: TicketId | None = None
    title: Title
    desc: Desc | None = None
    cat: Category = Category.OTHER
    pri: Annotated[
        Priority, BeforeValidator(lambda value: int(value) if str(value) in {"1", "2", "3"} else value)
    ] = Priority.MEDIUM
    stat: Status = Status.OPEN
    created: date | None = None
    res: Res | None = None
    author: str = ""
    at: float | None = None
    team: str = ""
    channel: str = ""
    private: bool = False
    message: str = ""
    thread: str = ""


# out


async def export(
    store: TicketStore, write: Callable[[str], object], form: Form = "jsonl", progress: Progress = quietly
) -> int:
    """Write every ticket that is not deleted, in the order of ids; how many there were."""
    names = tuple(Line.model_fields)
    if form == "csv":
        write(_csv_row(names))
    done, after = 0, ""
    while records := await store.scan(after):
        for record in records:
            values = _values(record)
            write(_json_row(values) if form == "jsonl" else _csv_row([_cell(values[name]) for name in names]))
        done += len(records)
        after = records[-1].ticket.id
        progress(done, 0)
    return done


def _values(record: Record) -> dict[str, Any]:
    born = record.born
    return record.ticket.model_dump(mode="json") | {
        "author": born.who,
        "at": born.at,
        "team": born.team,
        "channel": born.channel,
        "private": born.private,
        "message": born.message,
        "thread": born.thread,
    }


def _nothing(value: Any) -> bool:
    return value is None or value is False or value == ""


def _json_row(values: dict[str, Any]) -> str:
    there = {name: value for name, value in values.items() if not _nothing(value)}
    text = json.dumps(there, ensure_ascii=False)
    # Line breaks to some programs, though not to JSON.
    return text.replace("\x85", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"


def _cell(value: Any) -> str:
    """As text; what a spreadsheet would take for a formula is quoted."""
    if _nothing(value):
        return ""
    text = "true" if value is True else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith((*_FORMULA, "'")) else text


def _csv_row(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


# in


async def import_tickets(
    store: TicketStore,
    lines: Iterable[str] | str,
    deed: Deed,
    today: date,
    *,
    form: Form = "jsonl",
    progress: Progress = quietly,
) -> list[str]:
    """Take in what `export` wrote, or the like: all of it as one commit of `deed`, or nothing. Returns the ids.

    `lines` is a text file opened with `newline=""`, or its whole text; not what `splitlines` makes of it, which also
    divides at characters that may be in a ticket.

    Raises `RefusedError`, with every line that is no ticket or whose id is taken.
    """
    lines = io.StringIO(lines, newline="") if isinstance(lines, str) else lines
    bad: list[Bad] = []
    found: list[Import] = []
    seen: dict[str, int] = {}
    for number, values in _read_json(lines, bad) if form == "jsonl" else _read_csv(lines, bad):
        try:
            line = Line.model_validate(values)
        except ValidationError as error:
            bad.append(Bad(number, _reasons(error)))
            continue
        if line.id and line.id in seen:
            bad.append(Bad(number, f"{line.id} is in line {seen[line.id]} too"))
            continue
        if line.id:
            seen[line.id] = number
        found.append(_import(line, deed, today))
        progress(len(found), 0)
    taken = await store.taken([each.id for each in found if each.id])
    bad += [
        Bad(seen[ticket_id], f"{ticket_id} is taken; leave the id out for a new one") for ticket_id in taken
    ]
    if bad:
        raise RefusedError(sorted(bad))
    return await store.take_in(found, deed)


def _read_json(lines: Iterable[str], bad: list[Bad]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError as error:
            bad.append(Bad(number, f"no JSON ({error})"))
            continue
        if isinstance(values, dict):
            yield number, values
        else:
            bad.append(Bad(number, "no JSON object"))


def _read_csv(lines: Iterable[str], bad: list[Bad]) -> Iterator[tuple[int, Any]]:
    reader = csv.DictReader(lines, restkey="", restval="")
    for row in reader:
        number = reader.line_num
        if "" in row:
            bad.append(Bad(number, "more cells than there are columns"))
            continue
        cells = {name: cell.removeprefix("'") for name, cell in row.items()}
        yield number, {name: cell for name, cell in cells.items() if cell}


def _import(line: Line, deed: Deed, today: date) -> Import:
    ticket = Ticket(
        id=line.id or "T001",
        title=line.title,
        desc=line.desc,
        cat=line.cat,
        pri=line.pri,
        stat=line.stat,
        created=line.created or today,
        res=line.res,
    )
    born = Deed(
        key="",
        who=line.author or deed.who,
        at=deed.at if line.at is None else line.at,
        team=line.team or deed.team,
        channel=line.channel,
        message=line.message,
        thread=line.thread,
        private=line.private,
    )
    return Import(line.id or "", ticket, born)


def _reasons(error: ValidationError) -> str:
    parts = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_url=False))
    return ", ".join(parts)
