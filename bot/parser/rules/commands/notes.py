"""What follows a command: a note, or something that makes it no command after all."""

import re
from itertools import pairwise
from typing import NamedTuple

from bot.parser.rules.commands.slots import EFFECTS, Slots
from bot.parser.rules.language.lexer import Kind, Token, decorates, unquoted
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import ENDING
from bot.parser.text import plain

_VERBS = frozenset(("close", "start", "reopen", "update", "delete", "cannot", "view", "raise", "lower"))
_ALONE = frozenset(("start", "reopen", "undo", "delete"))  # commands that need not name a ticket again
_VERSION = re.compile(r"v\d|\d+\.\d")
_APART = 3  # tokens: a command, a mark and the word
_NEAR = 4  # tokens after a verb in which its object stands
_THANKED = 2  # words: `thanks Anna`


class Note(NamedTuple):
    """`found`: the rest is a note, perhaps an empty one. `later`: it says when or whether to act."""

    text: str = ""
    found: bool = False
    later: bool = False


def note(slots: Slots, body: list[Token], source: str, *, targeted: bool) -> Note:
    """The note in `body[slots.rest:]`. `targeted`: a thread says which ticket."""
    broken = slots.ended == "mark"
    rest = body[slots.rest if broken else _after_ids(slots, body) :]
    due = rest[0].word == "before"  # `to p1 before the demo`: now is before it too
    if _conditional(rest, broken=broken) or (slots.guard in ("time", "cond") and not (broken or due)):
        return Note(later=True)
    admitted = broken or due or _leads_to_note(slots, body, rest[0])
    known = bool(slots.ids) or targeted or "pron" in slots.flags
    if (
        not (slots.effective and known and admitted)
        or _excepts(rest, closes=_closes(slots))
        or _another(rest)
    ):
        return Note()
    return Note(_text(rest, source), found=True)


def last_word(body: list[Token], source: str) -> str:
    """`close T003, fixed` closes it, and `fixed` is how: the word for done that stands apart after one; "" if none does."""
    if not any(token.kind == Kind.MARK for token in body):
        return ""
    said = [token for token in body if token.kind != Kind.PICTURE]
    while said and said[-1].kind == Kind.MARK:
        said.pop()
    if len(said) < _APART or said[-2].kind != Kind.MARK or said[-2].word not in ",:;-":
        return ""
    if said[0].kind == said[-3].kind == Kind.ID and said[-2].word in ":-":
        return ""  # `T1: done, T2: done`
    last = said[-1]
    if is_answer(said):
        return plain(source[last.start : last.end])
    stat = last.tags.get(Role.STAT, "")
    before = any(
        (EFFECTS.get(token.tags.get(Role.VERB, "")) or token.tags.get(Role.STAT)) == stat
        for token in said[:-2]
    )
    return plain(source[last.start : last.end]) if stat in ("done", "open") and before else ""


def is_answer(tokens: list[Token]) -> bool:
    """`done: ok`: a status, a colon and a word that elsewhere only fills."""
    if len(tokens) != _APART:
        return False
    told, colon, last = tokens
    return (
        told.tags.get(Role.STAT) == "done"
        and colon.word == ":"
        and last.has(Role.FILLER)
        and not last.has(Role.NEG)
    )


def _closes(slots: Slots) -> bool:
    return "close" in slots.verbs or any(value.value == "done" for value in slots.values)


def _leads_to_note(slots: Slots, body: list[Token], first: Token) -> bool:
    """Without a break a note follows only `close IDS`, or begins with a quotation or a `because`."""
    if first.kind == Kind.QUOTE or Role.BECAUSE in first.tags:
        return bool(slots.ids) or slots.opened in ("verb", "stat")
    if _closes(slots) and is_version(body, _after_ids(slots, body)):
        return True
    commanded = Role.CURT in body[0].tags and any(token.kind == Kind.ID for token in body[1:3])
    follows = slots.ended == "stuck" and body[_after_ids(slots, body) - 1].kind == Kind.ID
    lists = any(
        token.kind == Kind.ID and Role.AND in before.tags for before, token in pairwise(body[slots.rest :])
    )
    return commanded and follows and not lists and not first.has(Role.NEG, Role.MODAL)


def is_version(tokens: list[Token], at: int) -> bool:
    """`in 4.11.2`, `in v2`"""
    return tokens[at].word == "in" and at + 1 < len(tokens) and bool(_VERSION.match(tokens[at + 1].word))


def _after_ids(slots: Slots, body: list[Token]) -> int:
    """Where a note without a break begins: after the ids, with the little words that follow them, or with its `because` or
    version.
    """
    at = slots.rest
    while at > 0 and body[at - 1].has(Role.GLUE, Role.BUT) and body[at - 1].kind != Kind.ID:
        at -= 1
    if at and (body[at - 1].kind == Kind.ID or is_version(body, at)):
        return at
    return slots.rest - 1 if slots.rest and Role.BECAUSE in body[slots.rest - 1].tags else slots.rest


def _conditional(rest: list[Token], *, broken: bool) -> bool:
    """`if QA agrees`, `but only after the release`, `tomorrow`, `at 5pm`."""
    at = 0
    while at < len(rest) - 1 and (rest[at].has(Role.BUT, Role.AND, Role.FILLER) or rest[at].word == "only"):
        if rest[at].word == "only":
            return True
        at += 1
    lead = rest[at].tags
    after = rest[at + 1] if at + 1 < len(rest) else None
    if after and Role.CLOCK in lead and after.word[:1].isdigit():
        return True  # `at 5pm`
    if after and rest[at].word == "in" and after.kind == Kind.NUMBER:
        return True  # `in 5 minutes`
    if (Role.COND in lead and Role.BECAUSE not in lead and rest[at].word != "before") or Role.TIME in lead:
        return True
    return any(Role.WHETHER in token.tags for token in rest) or (
        not broken and any(Role.TIME in token.tags for token in rest[:_NEAR])
    )


def _excepts(rest: list[Token], *, closes: bool) -> bool:
    """`but not T004`, `, T003 too`, `by mistake`: what cannot be a note."""
    first = rest[0]
    if first.kind in (Kind.FORWARD, Kind.ENTITY, Kind.ID) or (closes and first.word.startswith("but")):
        return True
    if closes and any(Role.MISTAKE in token.tags for token in rest):
        return True
    excepts = Role.NEG in first.tags or (
        Role.BUT in first.tags and any(Role.NEG in token.tags for token in rest[:_NEAR])
    )
    return excepts and any(token.kind == Kind.ID for token in rest[:_NEAR])


def _another(rest: list[Token]) -> bool:
    """A second command: a verb where a command can begin, and what it is about."""
    for at, token in enumerate(rest):
        after = rest[at + 1 : at + 1 + _NEAR]
        if at and not (
            rest[at - 1].kind in (Kind.LINE, Kind.MARK)
            or rest[at - 1].has(Role.AND, Role.FILLER, Role.POLITE, Role.REQUEST)
        ):
            continue
        verb = token.tags.get(Role.VERB)
        ids = any(follower.kind == Kind.ID for follower in after)
        if at and verb in _ALONE and (not after or after[0].kind == Kind.MARK or Role.PRON in after[0].tags):
            return True
        if verb in _VERBS and ids and Role.REFERS not in token.tags:
            return True
        if verb in ENDING and after and Role.PRON in after[0].tags:
            return True  # `it isn't fixed, close it tomorrow`
        if (verb == "create" or Role.OPENS in token.tags) and any(
            follower.tags.get(Role.NOUN) == "one" for follower in after
        ):
            return True
        if (
            token.kind == Kind.ID
            and at
            and Role.RELATES not in rest[at - 1].tags
            and any(follower.has(Role.STAT, Role.VERB) for follower in after[:3])
        ):
            return True
    return False


def _text(rest: list[Token], source: str) -> str:
    """The note without what leads to it and the thanks after it."""
    low, high = 0, len(rest)
    while (
        high > low
        and not _closes_bracket(rest[:high])
        and (
            _is_noise(rest[high - 1])
            or (Role.POLITE in rest[high - 1].tags and Role.PRI not in rest[high - 1].tags)
        )
    ):
        high -= 1
    while low < high - 1 and (
        _is_noise(rest[low]) or Role.REASON in rest[low].tags or (low == 0 and Role.AND in rest[low].tags)
    ):
        low += 1
    words = [token for token in rest[low:high] if token.kind != Kind.MARK]
    if not words or Role.THANKS in words[0].tags or (len(words) == _THANKED and Role.POLITE in words[0].tags):
        return ""
    if high - low == 1 and rest[low].kind == Kind.QUOTE:
        return plain(unquoted(rest[low], source))
    text = plain(source[rest[low].start : rest[high - 1].end])
    return text if any(char.isalnum() for char in text) else ""


def _closes_bracket(tokens: list[Token]) -> bool:
    """`call main()`: a bracket at the end that was opened before it belongs to the note."""
    closed = sum(token.word == ")" for token in tokens)
    return tokens[-1].word == ")" and sum(token.word == "(" for token in tokens) >= closed


def _is_noise(token: Token) -> bool:
    decoration = decorates(token, after=True)
    return decoration or token.kind == Kind.LINE or (token.kind == Kind.MARK and token.word in ".,!;:-)(")
