"""Reads rows of CSV and JSON as other tools export them: each row's line number, and its values by column.

The text stream must end lines only at line feeds and carriage returns: a cell may contain what other programs
take for the end of a line.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, zip_longest
from typing import Any, NamedTuple, TextIO

from store.transfer.columns import COLUMNS, column_of, find_problems, remove_guard

_LONG = 20  # digits
_DELIMITERS = ",;\t|"
_VALUE = re.compile(r"[^\s,]")
_NAMED = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # Excel's first line if the separator is not a comma
_MANY_CELLS = "more cells than there are columns: quote a cell with a separator in it"
# Explanations of CSV errors, by a part of `csv`'s message.
_CSV_REASONS = {
    "unexpected end": 'a quote is opened and never closed: end the cell with "',
    "limit": f'a cell of more than {csv.field_size_limit():,} characters: shorten it, or close its quote with "',
    "": 'a quote within a quoted cell: write it twice, as ""',
}

Rows = Iterator[tuple[int, dict[str, Any]]]


class BadLine(NamedTuple):
    """The number of a line that is no ticket, counted from 1, and how to fix it."""

    line: int
    reason: str


def read_csv(stream: TextIO, bad: list[BadLine]) -> Rows:
    """Rows separated by commas, semicolons, tabs or bars. Empty cells are left out."""
    first, line = stream.readline().removeprefix("\ufeff"), 1
    if named := _NAMED.fullmatch(first):
        first, line = stream.readline(), 2
    delimiter = named[1] if named else _delimiter_of(first)
    reader = csv.reader(chain(filter(None, [first]), stream), delimiter=delimiter, strict=True)
    lines_before = line
    try:
        columns = [column_of(name) for name in next(reader, [])]
        if wrong := list(find_problems(columns)):
            bad += [BadLine(line, reason) for reason in wrong]
            return
        line = lines_before + reader.line_num
        for cells in reader:
            named_cells = [each for each in zip_longest(columns, cells, fillvalue="") if each[1]]
            if not all(name for name, _ in named_cells):
                bad.append(BadLine(line, _MANY_CELLS))
            elif named_cells:
                yield line, {name: remove_guard(cell) for name, cell in named_cells}
            line = lines_before + reader.line_num
    except csv.Error as error:
        bad.append(BadLine(line, next(why for part, why in _CSV_REASONS.items() if part in str(error))))


def _delimiter_of(heading: str) -> str:
    """The delimiter that makes most cells of the heading the names of columns."""
    cells = {mark: [cell.strip().strip('"') for cell in heading.split(mark)] for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: sum(column_of(cell) in COLUMNS for cell in cells[mark]))


def read_json(stream: TextIO, bad: list[BadLine]) -> Rows:
    """One object a line; also consecutive objects, a list of objects, or the tables of a TinyDB file."""
    text = stream.read().removeprefix("\ufeff")
    # Accept control characters, and leave a number with too many digits as text.
    decoder = json.JSONDecoder(
        object_pairs_hook=_object, strict=False, parse_int=lambda n: int(n) if len(n) < _LONG else n
    )
    listed = text.lstrip().startswith("[")
    at, line, counted = text.index("[") + 1 if listed else 0, 1, 0
    while found := _VALUE.search(text, at):
        at = found.start()
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


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Values by the columns that their names mean. Raises `ValueError` if two names mean one column."""
    values = {column_of(name): value for name, value in pairs}
    if len(values) < len(pairs):
        [(twice, _)] = Counter(column_of(name) for name, _ in pairs).most_common(1)
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
