"""The tickets that a person named themselves. Pure and linear."""

import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from bot.parser.llm.redact import redact_message
from bot.parser.message import Message
from bot.parser.text import fold
from store.ids import InvalidIdError, format_id, number_of, parse_id

WIDEST_RANGE = 100

# What a person quotes is not what they say: fenced code, quoted lines and sentences, JSON inside a sentence.
_QUOTED = re.compile(
    r"```.*?(?:```|\Z)|^[ \t]*>[^\n]*$|\{[^{}]*\}|[\"“„]([^\"“”„\n]*)[\"”“]", re.DOTALL | re.MULTILINE
)
_NUMBER = re.compile(r"[0-9]\w*")
# What stands before a number: `-T`, `, ticket no. `, `and `.
_BEFORE = re.compile(
    r"(?:(?P<through>-|\.{2,3}|(?<!\w)(?:to|through|thru|bis|al?|ate) )|(?P<joint>[,&]|(?<!\w)(?:and|und|y|et|e|or) ))? ?"
    r"(?<!\w)(?:(?P<noun>tickets?)(?: ?(?:number|no|nr|id)\.?)? ?[#:]? ?)?(?P<mark>[t#])?\Z"
)
_LONGEST_BEFORE = 32  # characters
_LONGEST_NUMBER = 12
_NOT_AFTER = re.compile(r"-(?!t?[0-9])\w")  # `T14-inch`
_MOST_NUMBERS = 500  # that are looked at: behind them nothing counts as an id


class Named(NamedTuple):
    """`ids` were written one by one; `between` are those inside a range of which the ends were written."""

    ids: frozenset[str]
    between: frozenset[str] = frozenset()

    def covers(self, ids: Iterable[str]) -> bool:
        return all(one in self.ids or one in self.between for one in ids)


def named_ids(message: Message) -> Named:
    """What the person wrote as ids, outside of what they quote: `T003`, `#3`, `ticket 3`, `tickets 1, 2 and 3`; and the
    thread's own. A number behind an id (`T003 and 45 users`) is none."""
    text = " ".join(fold(_QUOTED.sub(_unquoted, redact_message(message))).split())
    ids = {message.thread.id} if message.thread else set()
    between: set[str] = set()
    last, end = "", 0  # the id that was read just now, and where it ends
    listing = False  # within `tickets 1, 2 and 3`
    for number in islice(_NUMBER.finditer(text), _MOST_NUMBERS):
        start = number.start()
        before = _BEFORE.search(text, max(end, start - _LONGEST_BEFORE), start)
        if before is None or len(number[0]) > _LONGEST_NUMBER or _NOT_AFTER.match(text, number.end()):
            last, end = "", number.end()
            continue
        through = before["through"]
        joined = bool(last and (through or before["joint"])) and not text[end : before.start()].strip()
        if through == "-" and not joined and before[0][1:2] != " ":  # part of a longer name: `ABC-T003`
            last, end = "", number.end()
            continue
        listing = before["noun"] == "tickets" or (listing and joined)
        following = _parsed(number[0]) if before["mark"] or before["noun"] or listing else ""
        if following:
            ids.add(following)
            if joined and through and len(between) < WIDEST_RANGE:
                first = number_of(last)
                inside = range(first + 1, min(number_of(following), first + WIDEST_RANGE))
                between.update(map(format_id, inside))
        last, end = following, number.end()
    return Named(frozenset(ids), frozenset(between - ids))


def _unquoted(found: re.Match[str]) -> str:
    """A word in quotes may be an id; a sentence in quotes is somebody else's."""
    word = found[1] or ""
    return f" {word} " if " " not in word.strip() else " "


def _parsed(number: str) -> str:
    with suppress(InvalidIdError):
        return parse_id(f"T{number}")
    return ""
