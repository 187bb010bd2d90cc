"""The nearest right command for a wrong one."""

from collections.abc import Callable

from bot.parser import asks
from bot.parser.message import Message, Reading, Topic
from bot.parser.tokens import BAD, ID, WORD, Token
from bot.parser.vocabulary import COMMANDS

_SHORTEST = 4
_CANONICAL = {"view": "view", "close": "close", "start": "start", "reopen": "reopen", "delete": "delete", "undo": "undo", "history": "history"}


def nearest(body: list[Token], topic: Topic | None = None) -> str:
    """A command out of the verb, the ids and the values that `body` names; "" if it names none."""
    ids = [ticket for token in body for ticket in token.ids] + [token.note for token in body if token.kind == BAD and token.note]
    ids = list(dict.fromkeys(ids))[:3] or ([topic.id] if topic else [])
    verb = next((token.tags["verb"] for token in body if token.tags.get("verb") in _CANONICAL), "")
    values = [f"{role} {token.tags[role]}" for token in body for role in ("pri", "stat", "cat") if role in token.tags and "verb" not in token.tags]
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
        return len(differing) == 2 and differing[1] == differing[0] + 1 and word[differing[0]] == right[differing[1]] and word[differing[1]] == right[differing[0]]  # noqa: PLR2004  # two letters
    return len(word) == len(right) + 1 and any(word[at] == word[at + 1] and word[:at] + word[at + 1 :] == right for at in range(len(right)))


def mistyped(raw: list[Token], message: Message, read: Callable[[Message], Reading]) -> Reading | None:
    """The reading of `message` with the slips in its first words put right, or a question that shows it so."""
    text, corrected, sure = message.text, [], True
    targeted = any(token.kind in (ID, BAD) for token in raw)
    words = [token for token in raw if token.kind == WORD][:4]
    for token in words:
        right = meant(token.word)
        if right:
            corrected.append((token.word, right))
            sure = sure and slipped(token.word, right)
    if not corrected or corrected[0][0] != (words[0].word if words else "") and not targeted and len(corrected) < 2:  # noqa: PLR2004  # two slips side by side are no chance
        return None
    lowered = text.lower()
    for wrong, right in corrected:
        at = lowered.find(wrong)
        if at < 0:
            return None
        text = text[:at] + right + text[at + len(wrong) :]
        lowered = text.lower()
    reading = read(Message(text, message.surface, message.thread, message.who, message.bot))
    creates = reading.action.action == "CREATE"
    if not reading.sure or reading.action.action in ("NONE", "ASK", "HELP"):
        return None
    if sure or reading.action.action in ("VIEW", "HISTORY") or (creates and len(corrected) > 1):
        return reading
    from bot.parser.spelling import spell  # noqa: PLC0415

    return Reading(asks.mistyped(corrected[0][0], spell(reading.action)), sure=True)
