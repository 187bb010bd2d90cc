"""Rows of CSV and of JSON as people export them elsewhere: of each its line, and its values by the names of columns.

Both are read from a text stream, which ends a line at line feeds and carriage returns alone: a cell may hold what other
programs take for the end of a line.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple, TextIO

from store.protocol import StoreError
from store.transfer.columns import ALIASES, COLUMNS, FOR_PEOPLE, remove_guard

_SHOWN = 10
_DELIMITERS = ",;\t|"
_BETWEEN = re.compile(r"[\s,]*")
_NAMED = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # the first line that Excel writes where it is no comma

Rows = Iterator[tuple[int, dict[str, Any]]]


class BadLine(NamedTuple):
    """A line that is no ticket, counted from 1, and what would make it one."""

    line: int
    reason: str


class ImportRefusedError(StoreError):
    """Nothing was imported, because of these lines."""

    def __init__(self, bad: Sequence[BadLine]) -> None:
        self.bad = tuple(bad)
        shown = "; ".join(f"line {line}: {reason}" for line, reason in self.bad[:_SHOWN])
        more = f"; and {len(self.bad) - _SHOWN} more" if len(self.bad) > _SHOWN else ""
        super().__init__(f"nothing was imported: {shown}{more}")


def column_of(name: str) -> str:
    """The column that a heading means, in any letter case."""
    name = "_".join(name.casefold().split())
    return ALIASES.get(name, name)


def read_csv(stream: TextIO, bad: list[BadLine]) -> Rows:
    """Separated by commas, semicolons, tabs or bars. Empty cells are left out."""
    first = stream.readline().removeprefix("\ufeff")
    skipped, named = 0, _NAMED.fullmatch(first)
    if named:
        skipped, first = 1, stream.readline()
    reader = csv.reader(
        chain([first] if first else [], stream),
        delimiter=named[1] if named else _delimiter_of(first),
        strict=True,
    )
    start = 1 + skipped
    try:
        columns = [column_of(name) for name in next(reader, [])]
        if wrong := list(_wrong_columns(columns)):
            bad.extend(BadLine(start, reason) for reason in wrong)
            return
        while True:
            start = reader.line_num + 1 + skipped
            cells = next(reader, None)
            if cells is None:
                return
            if any(cells[len(columns) :]) or any(
                cell for name, cell in zip(columns, cells, strict=False) if not name
            ):
                bad.append(
                    BadLine(start, "more cells than there are columns: quote a cell with a separator in it")
                )
            elif any(cells):
                pairs = zip(columns, cells, strict=False)
                yield start, {name: remove_guard(cell) for name, cell in pairs if name and cell}
    except csv.Error as error:
        bad.append(BadLine(start, _csv_reason(error)))


def _delimiter_of(heading: str) -> str:
    def known(delimiter: str) -> int:
        return sum(column_of(name.strip().strip('"')) in COLUMNS for name in heading.split(delimiter))

    return max(_DELIMITERS, key=known)


def _wrong_columns(columns: Sequence[str]) -> Iterable[str]:
    for name in dict.fromkeys(columns):
        if name and columns.count(name) > 1:
            yield f"there is more than one column {name}: leave one of them out"
        if name:
            yield from unknown_column(name)


def unknown_column(name: str) -> Iterable[str]:
    if name not in COLUMNS:
        yield f"there is no column {name[:50]}: leave it out or call it one of {', '.join(each for each in COLUMNS if each not in FOR_PEOPLE)}"


def _csv_reason(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end" in text:
        return 'a quote is opened and never closed: end the cell with "'
    if "limit" in text:
        return f'a cell of more than {csv.field_size_limit():,} characters: shorten it, or close its quote with "'
    return 'a quote within a quoted cell: write it twice, as ""'


def read_json(stream: TextIO, bad: list[BadLine]) -> Rows:
    """One object a line; also objects one after another, in a list, or in the tables of a TinyDB file."""
    text = stream.read().removeprefix("\ufeff")
    decoder = json.JSONDecoder(object_pairs_hook=_object, strict=False)  # which takes control characters
    listed = text.lstrip().startswith("[")
    at, line, counted = text.index("[") + 1 if listed else 0, 1, 0
    while (at := _end_of(_BETWEEN, text, at)) < len(text):
        line, counted = line + text.count("\n", counted, at), at
        if listed and not text[at:].strip("] \t\r\n"):
            return
        try:
            value, at = decoder.raw_decode(text, at)
            for values in _objects(value):
                yield line, values
        except (ValueError, RecursionError) as error:
            bad.append(BadLine(line, _json_reason(error)))
            at = text.find("\n", at) + 1 or len(text)


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:50]} is given twice: leave one of them out")
    return values


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(value, dict):
        raise ValueError("no JSON object: write one for each ticket")  # noqa: TRY004  # told as any other bad line
    if "_store" in value or "_seal" in value:
        raise ValueError("this is a store itself: `tickets restore` or `tickets copy` takes it")
    tables = [each for each in value.values() if isinstance(each, dict)]
    if not tables or len(tables) < len(value):
        yield value
        return
    for table in tables:
        yield from (row for row in table.values() if isinstance(row, dict))


def _json_reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply: a ticket is one object without others in it"
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON ({error.msg}): write one object a line"
    return str(error)
