"""What follows a command: a note, or something that makes it no command after all."""

from itertools import pairwise

from bot.parser.message import Topic
from bot.parser.slots import Slots
from bot.parser.clauses import unquoted
from bot.parser.text import plain
from bot.parser.tokens import ENTITY, FORWARD, ID, LINE, MARK, PICTURE, QUOTE, Token

_RELATIONS = frozenset("of as by in into see with to from like than cf via for and on under ticket".split())
_CONDITIONS = frozenset("if unless until till once provided assuming falls wenn sobald bis si sauf se cuando quand quando".split())
_REFERRING = frozenset(("see", "check", "siehe", "ver", "voir", "veja"))
_VERBS = frozenset(("close", "start", "reopen", "update", "delete", "cannot", "view", "raise", "lower"))


class Note:
    """`found` tells whether the rest may be a note at all; `later` that it says when or whether to act."""

    __slots__ = ("found", "later", "text")

    def __init__(self, text: str = "", *, found: bool = False, later: bool = False) -> None:
        self.text, self.found, self.later = text, found, later


def note(slots: Slots, body: list[Token], source: str, topic: Topic | None) -> Note:
    """The note in `body[slots.rest:]`."""
    broken = slots.ended == "mark"
    rest = body[slots.rest if broken else _after_ids(slots, body) :]
    first = rest[0]
    conditional = _conditional(rest, broken=broken)
    if conditional or slots.guard in ("time", "cond") and not broken:
        return Note(later=True)
    if not _admitted(slots, body, broken=broken, topic=topic):
        return Note()
    if _another(rest) or "oops" in first.tags or ("neg" in first.tags and any(t.kind == ID for t in rest[:3])) or first.kind in (FORWARD, ENTITY):
        return Note()
    if first.kind == ID or ("but" in first.tags and any(t.kind == ID or "neg" in t.tags for t in rest[:4])) or first.tags.get("neg") == "order" and len(rest) < 4:  # noqa: PLR2004  # `close T003, don't`
        return Note()
    if any(token.kind == MARK and token.word == "?" for token in rest):
        return Note()
    if next((token.tags.get("neg") for token in rest if "polite" not in token.tags), "") == "order" and any("pron" in token.tags for token in rest):
        return Note()  # please keep this open
    return Note(_text(rest, source), found=True)


def _admitted(slots: Slots, body: list[Token], *, broken: bool, topic: Topic | None) -> bool:
    """After a break anything may be a note; without one, only what `close IDS` or a `because` leads to."""
    if not slots.effective or not (slots.ids or topic or "pron" in slots.flags):
        return False
    if broken:
        return True
    first = body[_after_ids(slots, body)]
    if first.kind == QUOTE or "because" in first.tags:
        return bool(slots.ids or slots.opened in ("verb", "stat"))
    leads = body[0].tags.get("verb") in ("close", "start", "reopen") and any(token.kind == ID for token in body[1:3])
    follows = slots.ended == "stuck" and body[_after_ids(slots, body) - 1].kind == ID
    return leads and follows and not {"neg", "modal"} & first.tags.keys() and not any(token.kind == ID and "and" in before.tags for before, token in pairwise(body[slots.rest :]))


def _after_ids(slots: Slots, body: list[Token]) -> int:
    """Where a note without a break begins: after the ids, with the little words that follow them."""
    at = slots.rest
    while at > 0 and body[at - 1].kind != ID and {"glue", "but"} & body[at - 1].tags.keys():
        at -= 1
    if at and body[at - 1].kind == ID:
        return at
    return slots.rest - 1 if slots.rest and "because" in body[slots.rest - 1].tags else slots.rest


def _conditional(rest: list[Token], *, broken: bool) -> bool:
    skipped = 0
    while skipped < len(rest) - 1 and ({"but", "and", "filler"} & rest[skipped].tags.keys() or rest[skipped].word == "only"):
        if rest[skipped].word == "only":
            return True
        skipped += 1
    lead = rest[skipped].tags
    if ("cond" in lead and "because" not in lead) or "time" in lead:
        return True
    if any(token.word in _CONDITIONS or token.word in ("as soon as", "in case", "only if", "only when", "once") for token in rest):
        return True
    return not broken and any("time" in token.tags for token in rest[:4])


def _another(rest: list[Token]) -> bool:
    """Whether there is a second command: a verb where a command begins, and what it is about."""
    for at, token in enumerate(rest):
        begins = at == 0 or rest[at - 1].kind in (LINE, MARK) or {"and", "filler", "polite", "request"} & rest[at - 1].tags.keys()
        if not begins:
            continue
        after = rest[at + 1 : at + 5]
        verb = token.tags.get("verb")
        if verb in _VERBS and token.word not in _REFERRING and any(follower.kind == ID for follower in after):
            return True
        if (verb == "create" or "opens" in token.tags) and any(follower.tags.get("noun") == "one" for follower in after[:4]):
            return True
        if token.kind == ID and at and rest[at - 1].word not in _RELATIONS and any({"stat", "verb"} & follower.tags.keys() for follower in after[:3]):
            return True
    return False


def _text(rest: list[Token], source: str) -> str:
    low, high = 0, len(rest)
    while high > low and (rest[high - 1].kind in (PICTURE, LINE) or (rest[high - 1].kind == MARK and rest[high - 1].word in ".,!;:-)(") or ("polite" in rest[high - 1].tags and "pri" not in rest[high - 1].tags)):
        high -= 1
    while low < high - 1 and (rest[low].kind in (LINE, PICTURE) or (rest[low].kind == MARK and rest[low].word in ":-,.(!;") or rest[low].word in ("because", "cause", "cos", "bc", "weil", "porque", "car", "parce que", "reason") or (low == 0 and "and" in rest[low].tags)):
        low += 1
    if low >= high:
        return ""
    text = plain(source[rest[low].start : rest[high - 1].end])
    if high - low == 1 and rest[low].kind == QUOTE:
        return unquoted(rest[low], source)
    return text
