"""The nearest right command for a wrong one."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile

from bot.actions import Ask, Create, Help, History, Nothing, View
from bot.parser import asks
from bot.parser.message import Message, Reading, Topic
from bot.parser.said import Said
from bot.parser.spelling import spell
from bot.parser.tokens import BAD, WORD, Token
from bot.parser.vocabulary import COMMANDS

_SHORTEST = 4
_FIRST_WORDS = 3
_CANONICAL = {
    "view": "view",
    "close": "close",
    "start": "start",
    "reopen": "reopen",
    "delete": "delete",
    "undo": "undo",
    "history": "history",
}


def nearest(body: list[Token], topic: Topic | None = None) -> str:
    """A command out of the verb, the ids and the values that `body` names; "" if it names none."""
    ids = [ticket for token in body for ticket in token.ids] + [
        token.nearest for token in body if token.kind == BAD and token.nearest
    ]
    ids = list(dict.fromkeys(ids))[:3] or ([topic.id] if topic else [])
    verb = next((token.tags["verb"] for token in body if token.tags.get("verb") in _CANONICAL), "")
    values = [
        f"{role} {token.tags[role]}"
        for token in body
        for role in ("pri", "stat", "cat")
        if role in token.tags and "verb" not in token.tags
    ]
    if verb in ("close", "start", "reopen", "delete", "history") and ids:
        return f"{verb} {' '.join(ids)}"
    if values and ids and verb != "view":
        return f"update {' '.join(ids)} {values[0]}"
    if ids:
        return f"view {' '.join(ids)}"
    return ""


def _verbs() -> dict[str, str]:
    """Every one-word verb of a command, by each way to leave one of its letters out."""
    index: dict[str, str] = {}
    for word, tags in COMMANDS.words.items():
        if ("verb" in tags or tags.get("noun") == "one") and len(word) >= _SHORTEST and word.isascii():
            for shorter in _shortened(word):
                index.setdefault(shorter, word)
    return index


def _shortened(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


_INDEX = _verbs()


def meant(word: str) -> str:
    """The word of a command that `word` is one slip away from; "" if there is none or it is a word itself."""
    if len(word) < _SHORTEST or word in COMMANDS.words:
        return ""
    if word in _INDEX:
        return _INDEX[word]
    for shorter in _shortened(word):
        if shorter in COMMANDS.words and "verb" in COMMANDS.words[shorter] and len(shorter) >= _SHORTEST:
            return shorter
        if shorter in _INDEX:
            return _INDEX[shorter]
    return ""


def slipped(word: str, right: str) -> bool:
    """Whether only two neighbouring letters changed places, or one is doubled: a slip of the fingers, never another word."""
    if len(word) == len(right):
        differing = [at for at in range(len(word)) if word[at] != right[at]]
        return (
            len(differing) == 2
            and differing[1] == differing[0] + 1
            and word[differing[0]] == right[differing[1]]
            and word[differing[1]] == right[differing[0]]
        )  # noqa: PLR2004  # two letters
    return len(word) == len(right) + 1 and any(
        word[at] == word[at + 1] and word[:at] + word[at + 1 :] == right for at in range(len(right))
    )


def corrected(said: Said, message: Message, read: Callable[[Message], Reading]) -> Reading | None:
    """The reading of `message` with the slips in its first words put right, or a question that shows it so."""
    words = [token for token in takewhile(lambda token: token.word != ":", said.raw) if token.kind == WORD][
        :_FIRST_WORDS
    ]
    slips = [(token.word, right) for token in words if (right := meant(token.word))]
    if not slips or not (slips[0][0] == words[0].word or said.names_ids or len(slips) > 1):
        return None
    text = message.text
    for wrong, right in slips:
        text = re.sub(rf"\b{re.escape(wrong)}\b", right, text, count=1, flags=re.IGNORECASE)
    if text == message.text:
        return None
    reading = read(replace(message, text=text))
    action = reading.action
    if not reading.sure or isinstance(action, (Ask, Nothing, Help)):
        return None
    harmless = isinstance(action, (View, History)) or (isinstance(action, Create) and len(slips) > 1)
    if harmless or all(slipped(wrong, right) for wrong, right in slips):
        return reading
    return Reading(asks.mistyped(slips[0][0], spell(action)), sure=True)
