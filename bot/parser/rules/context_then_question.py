"""A list that is asked for after why: `standup in 5. what's in progress?`, `auditors want an overview of what's open`."""

from collections.abc import Callable

from bot.actions import History, View
from bot.parser.message import Message, Reading, Topic
from bot.parser.rules.create.report import is_trouble
from bot.parser.rules.language.lexer import BAD, Token
from bot.parser.rules.utterance import CHANGING, Utterance

_BREAKS = frozenset(".!?:;-…,")
_ORDERS = CHANGING | {"delete", "cannot"}
_ASKING = ("wh", "count", "aux", "lists")


def prefaced(utterance: Utterance, read: Callable[[Message], Reading]) -> Reading | None:
    """The list or ticket that the end of `said` asks to see, where it is that and nothing else."""
    if utterance.topic:
        return None
    for at in range(len(utterance.body) - 2, 0, -1):
        before, token = utterance.body[at - 1], utterance.body[at]
        if (before.breaks(_BREAKS) and _asks(token)) or asks_for_list(before, token):
            return _read(utterance, at, read)
    return None


def asks_for_list(before: Token, token: Token) -> bool:
    """`want an overview of`; not `want details`."""
    return "wants" in before.tags and token.tags.get("verb") == "view" and token.word.endswith((" of", " on"))


def _asks(token: Token) -> bool:
    return token.tags.get("verb") == "view" or token.has(*_ASKING)


def _read(utterance: Utterance, at: int, read: Callable[[Message], Reading]) -> Reading | None:
    preface = [token for token in utterance.raw if token.end <= utterance.body[at - 1].end]
    ids = [ticket for token in preface for ticket in token.ids]
    ordered = any(token.tags.get("verb") in _ORDERS for token in preface)
    if (
        len(ids) > 1
        or ordered
        or any(token.kind == BAD for token in preface)
        or (not ids and is_trouble(preface))
    ):
        return None
    about = Topic(ids[0]) if ids else None  # `T041 looks stuck, what's its state?`
    reading = read(Message(utterance.source[utterance.body[at].start :], "slash", about))
    return reading if reading.sure and isinstance(reading.action, (View, History)) else None
