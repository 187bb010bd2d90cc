"""The columns of an exported ticket, and the apostrophe that stops spreadsheets from running a cell. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

Form = Literal["jsonl", "csv"]

# fmt: off
COLUMNS = (
    "id", "title", "desc", "cat", "pri", "stat", "created", "res", "author", "author_name", "created_at", "started_by",
    "started_by_name", "closed_at", "team", "channel", "private", "message", "thread", "source_author", "source_link",
)
# fmt: on
FOR_PEOPLE = frozenset({"author_name", "started_by_name"})  # redundant, so not imported

_READ = ", ".join(name for name in COLUMNS if name not in FOR_PEOPLE)
_MAX_NAMED = 20  # unknown columns
_ALIASES = {"at": "created_at"}  # name in exports of earlier versions
# What spreadsheets take for a formula, also after blanks; and what would look like a guarded cell.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|[\s\0-\x20\u200b\ufeff]*[=+\-@＝＋－＠])")
_UNSEEN = re.compile(r"[\s\0-\x20\x7f-\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*")


def column_of(name: str) -> str:
    """The column that a heading means, ignoring case; an unknown name is returned with its case folded."""
    name = "_".join(name.casefold().split())
    return _ALIASES.get(name, name)


def find_problems(columns: Sequence[str]) -> Iterator[str]:
    """The problems with the columns of a file, or of one ticket, and how to fix each. An empty name is allowed."""
    named = Counter(filter(None, columns))
    for name, count in named.items():
        if count > 1:
            yield f"there is more than one column {name[:50]}: leave one of them out"
    if unknown := [name[:50] for name in named if name not in COLUMNS]:
        more = f" and {len(unknown) - _MAX_NAMED} more" if len(unknown) > _MAX_NAMED else ""
        names = ", ".join(unknown[:_MAX_NAMED]) + more
        problem = f"are no columns {names}: leave each" if unknown[1:] else f"is no column {names}: leave it"
        yield f"there {problem} out or call it one of {_READ}"


def guard_formula(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def remove_guard(cell: str) -> str:
    """The inverse of `guard_formula`; other apostrophes stay."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def is_blank(text: str) -> bool:
    """Whether `text` has no visible character."""
    return _UNSEEN.fullmatch(text) is not None
