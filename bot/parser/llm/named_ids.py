"""The tickets that a person named themselves. Pure and linear."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from bot.parser.llm.redact import redact_message
from bot.parser.message import Message
from bot.parser.rules.language.lexer import Kind, Token, span, tokenize
from bot.parser.rules.language.lexicon import COMMANDS
from bot.parser.rules.language.roles import Role
from store.ids import number_of

# What a person quotes is not what they say: fenced code, quoted lines and sentences, JSON inside a sentence. Nor is `-T3`.
_QUOTED = re.compile(
    r"```.*?(?:```|\Z)|^[ \t]*>[^\n]*$|\{[^{}]*\}|[\"“„]([^\"“”„\n]*)[\"”“]|`([^`\s]*)`|(?<!\S)-\w+",
    re.DOTALL | re.MULTILINE,
)
_MOST_TOKENS = 1_500  # that are looked at: behind them nothing counts as an id
_JOINTS = frozenset(",-&….")
_BEFORE_NUMBERS = frozenset(("no", "nr", "number", "id", ".", "#"))  # `ticket no. 3`


class Named(NamedTuple):
    """`ids` were written one by one; `between` are those inside a range of which the ends were written."""

    ids: frozenset[str]
    between: frozenset[str] = frozenset()

    def covers(self, ids: Iterable[str]) -> bool:
        return all(one in self.ids or one in self.between for one in ids)


def named_ids(message: Message) -> Named:
    """What the person wrote as ids, outside of what they quote: `T003`, `#3`, `ticket 3`, `tickets 1, 2 and 3`; and the
    thread's own. A number behind an id (`T003 and 45 users`) is none."""
    ids = {message.thread.id} if message.thread else set()
    between: set[str] = set()
    last = ""  # the id that was read just now
    numbered = listing = through = False  # behind `ticket`; within `tickets 1, 2 and 3`; behind `T001 to`
    text = _QUOTED.sub(_unquoted, redact_message(message))
    for token in COMMANDS.tag(tokenize(text, _MOST_TOKENS)):
        ends = _ends(token, numbered=numbered or listing)
        if ends:
            ids.update(ends)
            pairs = [(last, ends[0])] if through else []
            pairs += zip(ends[::2], ends[1::2], strict=False)
            rising = [pair for pair in pairs if number_of(pair[0]) < number_of(pair[1])]
            between.update(one for pair in rising for one in span(*pair)[1:-1])
            last, through = ends[-1], False
        elif last and (token.word in _JOINTS or token.has(Role.AND, Role.OR, Role.THROUGH, Role.TO)):
            through = token.word == "-" or token.has(Role.THROUGH, Role.TO)
        else:
            last, through, listing = "", False, token.word == "tickets"
        numbered = token.word.startswith("ticket") or (numbered and token.word in _BEFORE_NUMBERS)
    return Named(frozenset(ids), frozenset(between - ids))


def _ends(token: Token, *, numbered: bool) -> tuple[str, ...]:
    """The id that `token` is, or the first and the last of each of its ranges."""
    if numbered and token.word[0].isdecimal():
        token = tokenize(f"T{token.word}")[0]
    written = token.kind == Kind.ID or (token.kind == Kind.BAD and token.word[0] == "#")  # and not almost one
    return token.more if written else ()


def _unquoted(found: re.Match[str]) -> str:
    """A word in quotes may be an id; a sentence in quotes is somebody else's."""
    word = found[1] or found[2] or ""
    return f" {word} " if " " not in word.strip() else " "
