"""The columns of an exported ticket, and the apostrophe that keeps a spreadsheet from running a cell. Pure."""

import re
from collections.abc import Callable
from typing import Literal

Form = Literal["jsonl", "csv"]
Progress = Callable[[int, int], None]  # how many are done, and of how many; 0 where that is not known

# fmt: off
COLUMNS = (
    "id", "title", "desc", "cat", "pri", "stat", "created", "res", "author", "author_name", "created_at", "started_by",
    "started_by_name", "closed_at", "team", "channel", "private", "message", "thread", "source_author", "source_link",
)
# fmt: on
FOR_PEOPLE = frozenset({"author_name", "started_by_name"})  # which say nothing that the others do not
ALIASES = {"at": "created_at"}  # as earlier versions exported it

# What a spreadsheet takes for a formula, also behind blanks; and what would look like a guarded cell.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|[\s\0-\x20\u200b\ufeff]*[=+\-@＝＋－＠])")
_UNSEEN = re.compile(r"[\s\0-\x20\x7f-\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*")


def ignore_progress(_done: int, _of: int) -> None:
    """A `Progress` that shows nothing."""


def guard_formula(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def remove_guard(cell: str) -> str:
    """The inverse of `guard_formula`; any other apostrophe stays."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def is_blank(text: str) -> bool:
    """Whether there is nothing in it that can be seen."""
    return _UNSEEN.fullmatch(text) is not None
