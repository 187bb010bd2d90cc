"""The ticket ids that a person wrote themselves. Pure; linear time."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from bot.parser.llm.redact import redact_message
from bot.parser.message import Message
from bot.parser.rules.language.lexer import Kind, Token, expand_range, tokenize
from bot.parser.rules.language.lexicon import COMMANDS
from bot.parser.rules.language.roles import Role
from store.ids import number_of

# Quoted text does not count as the person's own: fenced code, quoted lines and sentences, JSON inside a
# sentence. `-T3` does not count either.
_QUOTED = re.compile(
    r"```.*?(?:```|\Z)|^[ \t]*>[^\n]*$|\{[^{}]*\}|[\"“„]([^\"“”„\n]*)[\"”“]|`([^`\s]*)`|(?<!\S)-\w+",
    re.DOTALL | re.MULTILINE,
)
_MOST_TOKENS = 1_500  # tokens that are searched for ids
_JOINTS = frozenset(",-&….")
_BEFORE_NUMBERS = frozenset(("no", "nr", "number", "id", ".", "#"))  # `ticket no. 3`


class Named(NamedTuple):
    """`ids` were written one by one; `between` lie inside a range whose ends were written."""

    ids: frozenset[str]
    between: frozenset[str] = frozenset()

    def covers(self, ids: Iterable[str]) -> bool:
        return all(one in self.ids or one in self.between for one in ids)


def find_named_ids(message: Message) -> Named:
    """The ids outside quotations, and the thread's: `T003`, `#3`, `tickets 1 and 2`; not `45` in `T003 and 45 users`."""
    ids = {message.thread.id} if message.thread else set()
    between: set[str] = set()
    last = ""  # the id read last
    numbered = listing = through = False  # after `ticket`; within `tickets 1, 2 and 3`; after `T001 to`
    text = _QUOTED.sub(_keep_quoted_word, redact_message(message))
    for token in COMMANDS.tag(tokenize(text, _MOST_TOKENS)):
        ends = _ends(token, numbered=numbered or listing)
        if ends:
            ids.update(ends)
            pairs = [(last, ends[0])] if through else []
            pairs += zip(ends[::2], ends[1::2], strict=False)
            rising = [pair for pair in pairs if number_of(pair[0]) < number_of(pair[1])]
            between.update(one for pair in rising for one in expand_range(*pair)[1:-1])
            last, through = ends[-1], False
        elif last and (token.word in _JOINTS or token.has(Role.AND, Role.OR, Role.THROUGH, Role.TO)):
            through = token.word == "-" or token.has(Role.THROUGH, Role.TO)
        else:
            last, through, listing = "", False, token.word == "tickets"
        numbered = token.word.startswith("ticket") or (numbered and token.word in _BEFORE_NUMBERS)
    return Named(frozenset(ids), frozenset(between - ids))


def _ends(token: Token, *, numbered: bool) -> tuple[str, ...]:
    """The token's id, or the first and last id of each of its ranges."""
    if numbered and token.word[0].isdecimal():
        token = tokenize(f"T{token.word}")[0]
    written = token.kind == Kind.ID or (token.kind == Kind.BAD and token.word[0] == "#")  # not a near miss
    return token.id_bounds if written else ()


def _keep_quoted_word(found: re.Match[str]) -> str:
    """Keep a quoted word, which may be an id; drop a quoted sentence, which is somebody else's."""
    word = found[1] or found[2] or ""
    return f" {word} " if " " not in word.strip() else " "
