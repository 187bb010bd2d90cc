"""Reads what follows a command: a note, or something that shows that it was no command."""

import re
from itertools import pairwise
from typing import NamedTuple

from bot.parser.rules.commands.slots import Slots
from bot.parser.rules.language.lexer import NO_TOKEN, Kind, Token, any_has, unquote
from bot.parser.rules.language.lexicon import decorates, load_word_sets
from bot.parser.rules.language.roles import FIELDS, Role
from bot.parser.rules.utterance import commands_again
from bot.parser.text import to_plain_text

_ALONE = frozenset(("start", "reopen", "undo", "delete"))  # commands that may omit the ticket the second time
_VERSION = re.compile(r"v\d|\d+\.\d")
_SEPARATING = ",:;-("
_CLOSING = {"(": ")", "[": "]"}
_SETTING = (Role.VERB, Role.STAT, Role.PRI, Role.CAT, Role.FIELD, Role.ID)
_YEAR = 4  # digits
_THANKED = (Role.GLUE, Role.PRON, Role.POLITE, Role.BECAUSE, Role.FILLER)  # what follows words of thanks
_LASTING, _ADDRESSEES, _PLEASE = load_word_sets("lasting addressees please")
_NEAR = 4  # tokens after a verb that may hold its object


class Note(NamedTuple):
    """`found`: the rest is a note, perhaps an empty one. `later`: it says when or on what condition to act."""

    text: str = ""
    found: bool = False
    later: bool = False


def read_note(slots: Slots, body: list[Token], source: str, *, targeted: bool) -> Note:
    """The note in `body[slots.rest:]`. `targeted`: the thread says which ticket is meant."""
    broken = slots.ended == "mark"
    rest = body[slots.rest if broken else min(_after_fields(body), _after_ids(slots, body)) :]
    done = Role.BECAUSE in rest[0].tags and slots.closes and not slots.verbs  # `T003 fixed after a reboot`
    due = done or rest[0].word == "before"  # acting now is in time for `before`
    if _conditional(rest, broken=broken) or (slots.guard in ("time", "cond") and not (broken or due)):
        return Note(later=True)
    known = bool(slots.ids) or targeted or "pron" in slots.flags
    admitted = slots.effective and known and (broken or due or _leads_to_note(slots, body, rest[0]))
    if not admitted or _excepts(rest, closes=slots.closes) or _holds_command(rest):
        return Note()
    said = [token for token in body if not token.breaks(".!")]
    called = said[-1].word in _ADDRESSEES and said[-2].word == ","  # `close T003, everyone`
    end = said[-1].start if called else len(source)
    told = [token for token in _with_status(slots, body, rest) if token.start < end]
    return Note(_text(told, source), found=True)


def _with_status(slots: Slots, body: list[Token], rest: list[Token]) -> list[Token]:
    """The note with the status word that begins it after a verb: `close T003 fixed in v2`, `close T003 - fixed, tested`."""
    at = slots.id_places[-1] + 1 if slots.id_places else len(body)
    while at < len(body) and (body[at].breaks(_SEPARATING) or Role.TO in body[at].tags):
        at += 1  # `close T003 as fixed in v2`
    begins = at < len(body) and body[at].start < rest[0].start and body[at].tags.get(Role.STAT) == "done"
    return body[at:] if begins and slots.verbs == ["close"] and Role.VERB in body[0].tags else rest


def read_last_words(slots: Slots, body: list[Token], source: str) -> str:
    """The note in a complete command: clauses that set nothing, as `close T003, fixed`, or words behind a list of fields."""
    said, listed = [body[aside.start : aside.stop] for aside in slots.asides], body[_after_fields(body) :]
    sets = any(token.has(*_SETTING) and Role.NOUN not in token.tags for token in listed)
    said = said if said or sets or slots.texts else [listed]
    return ", ".join(filter(None, (_text(clause, source) for clause in said)))


def _after_fields(body: list[Token]) -> int:
    """The index after `pri:1 cat:infra` or `pri 1 cat infra`; the end if there is no such list."""
    signs = [token.word in (":", "=") for token in body]
    named = [at for at in range(2, len(body)) if Role.FIELD in body[at - 1 - signs[at - 1]].tags]
    ends = [at + 1 for at in named if body[at].kind == Kind.NUMBER or body[at].has(*FIELDS.values())]
    return ends[-1] if len(ends) > 1 or any(signs[at - 2] for at in ends) else len(body)


def _leads_to_note(slots: Slots, body: list[Token], first: Token) -> bool:
    """Whether a note begins here without a separator: after `close IDS`, or with a quotation or `because`."""
    if first.kind == Kind.QUOTE or Role.BECAUSE in first.tags:
        return bool(slots.ids) or slots.opened in ("verb", "stat")
    if slots.closes and is_version(body, _after_ids(slots, body)):
        return True
    if slots.opened == "id" and slots.values and all(value.named for value in slots.values):
        return not first.has(Role.NEG, Role.MODAL, Role.AND)  # `T003 pri:1 cat:infra rebooted`
    commanded = Role.TERSE in body[0].tags and any(token.kind == Kind.ID for token in body[1:3])
    follows = slots.ended == "stuck" and body[_after_ids(slots, body) - 1].kind == Kind.ID
    joined = (after for before, after in pairwise(body[slots.rest :]) if Role.AND in before.tags)
    lists = any(token.kind == Kind.ID for token in joined)
    return commanded and follows and not lists and not first.has(Role.NEG, Role.MODAL)


def is_version(tokens: list[Token], at: int) -> bool:
    """Whether `in` and a version stand at `at`: `in 4.11.2`, `in v2`."""
    return tokens[at].word == "in" and at + 1 < len(tokens) and bool(_VERSION.match(tokens[at + 1].word))


def _after_ids(slots: Slots, body: list[Token]) -> int:
    """Where a note without a separator begins: right after the ids and little words, or at its `because` or version."""
    at = slots.rest
    while at > 0 and body[at - 1].has(Role.GLUE, Role.BUT, Role.BECAUSE, Role.ARTICLE):
        at -= 1
    told = at > 1 and Role.TERSE in body[0].tags and body[at - 1].tags.get(Role.STAT) == "done"
    if told and body[at - 2].kind == Kind.ID:
        at -= Role.BECAUSE not in body[at].tags  # `close T014 shipped to the client`
    if at and (body[at - 1].kind == Kind.ID or is_version(body, at)):
        return at
    return next((at for at in range(at, slots.rest) if Role.BECAUSE in body[at].tags), slots.rest)


def _conditional(rest: list[Token], *, broken: bool) -> bool:
    """Whether the rest says when to act: `if QA agrees`, `but only after the release`, `tomorrow`, `at 5pm`."""
    at = 0
    while at < len(rest) - 1 and rest[at].has(Role.BUT, Role.AND, Role.FILLER):
        at += 1
    lead, after = rest[at], rest[at + 1] if at + 1 < len(rest) else rest[at]
    clock = Role.CLOCK in lead.tags and after.word[:1].isdigit()  # `at 5pm`
    clock = clock or (lead.word == "in" and after.kind == Kind.NUMBER)  # `in 5 minutes`
    waits = Role.COND in lead.tags and Role.BECAUSE not in lead.tags and lead.word != "before"
    near = rest[at : at + 1] if broken else rest[:_NEAR]
    timed = any_has((lead, *near), Role.TIME)
    timed = timed and not (broken and lead.tags.get(Role.TIME) == "now")  # `close T014, for now`
    said = (at for at, token in enumerate(rest) if Role.WHETHER in token.tags)
    whether = any(not (broken and _lasts(rest, at)) for at in said)
    return clock or waits or timed or whether


def _lasts(tokens: list[Token], at: int) -> bool:
    """Whether the condition at `at` says how long something holds: `renewed until 2027`, `the client is away until Monday`."""
    before, after = tokens[:at], tokens[at + 1 : at + 5]
    years = any(token.kind == Kind.NUMBER and len(token.word) == _YEAR for token in after)
    dated = years and before[-1:] and before[-1].kind == Kind.WORD and not before[-1].tags
    told = any_has(before, Role.AUX) and not any_has(before, Role.NEG, Role.PRON)
    return bool(dated) or (told and tokens[at].word in _LASTING)


def _excepts(rest: list[Token], *, closes: bool) -> bool:
    """Whether the rest cannot be a note: `but not T004`, `, T003 too`, `by mistake`, `login, open: logout`."""
    first, near = rest[0], rest[:_NEAR]
    # `pri 1, cat doc tomorrow`
    sets = Role.FIELD in first.tags and near[1:] and near[1].has(*FIELDS.values())
    if sets or first.kind in (Kind.FORWARD, Kind.ENTITY, Kind.ID):
        return True
    stated = any(Role.STAT in token.tags and after.word == ":" for token, after in pairwise(rest))
    if closes and (stated or first.word.startswith("but") or any_has(rest, Role.MISTAKE)):
        return True
    denied = Role.NEG in first.tags or (Role.BUT in first.tags and any_has(near, Role.NEG))
    return denied and any(token.kind == Kind.ID for token in near)


def _holds_command(rest: list[Token]) -> bool:
    """Whether the rest holds a second command: `set T015 to high`, `it isn't fixed, close it tomorrow`, a lone `undo`."""
    alone = (
        token.verb in _ALONE and before.kind == after.kind == Kind.MARK
        for before, token, after in zip(rest, rest[1:], [*rest[2:], NO_TOKEN], strict=False)
    )
    return any(commands_again(rest, at) for at in range(len(rest))) or any(alone)


def _text(rest: list[Token], source: str) -> str:
    """The note without introductory words and closing thanks."""
    low, high = 0, len(rest)
    while high > low and _is_noise(rest[high - 1], thanks=True) and not _belongs(rest[low:high]):
        words = [token.word for token in rest[:high]]
        if words[-1] == ")" and words.count("(") >= words.count(")"):
            break  # `call main()`
        high -= 1
    while low < high - 1 and (
        (_is_noise(rest[low]) and rest[low].kind != Kind.PICTURE)
        or (Role.REASON in rest[low].tags and rest[low + 1].word != "of")
        or _explains(rest[low:high])
        or (low == 0 and Role.AND in rest[low].tags)
    ):
        low += 1
    said = [token for token in rest[low:high] if token.kind != Kind.MARK]
    if all(token.has(Role.NEG) or token.word == "now" for token in said):
        return ""  # `no, close this`, `priority: low now`
    thing = any_has(said[2:], Role.AUX) and not any_has(said[1:2], *_THANKED)  # `thanks page is blank`
    thing = thing or any_has(said[1:2], Role.TO)  # `thanks to the new cable`
    if said[0].tags.get(Role.POLITE) == "thanks" and not thing:
        return ""  # only `thanks Anna` or `thanks for your patience`
    if high - low == 1 and rest[low].kind == Kind.QUOTE:
        return to_plain_text(unquote(rest[low], source))
    start, end = rest[low].start, rest[high - 1].end
    closing = _CLOSING.get(source[start - 1 : start])
    bracketed = closing and closing in source[start:end]  # `[docs] add pictures`; not `(fixed in v2)`
    text = to_plain_text(source[start - bool(bracketed) : end])
    return text if any(char.isalnum() for char in text) else ""


def may_say(token: Token) -> bool:
    """Whether the token, politeness in most places, can be what a note says: `team`, `quick`; not `please`, `thanks`."""
    return token.tags.get(Role.POLITE) == "yes" and token.word not in _PLEASE and Role.PRI not in token.tags


def _belongs(rest: list[Token]) -> bool:
    """Whether the last word, elsewhere politeness, is part of what is said: `by the team`, `works for me`; not `, team`."""
    last, before = rest[-1], rest[-2] if len(rest) > 1 else NO_TOKEN
    apart = before is not NO_TOKEN and (before.kind == Kind.MARK or Role.POLITE in before.tags)
    return may_say(last) and not apart


def _explains(rest: list[Token]) -> bool:
    """Whether `as` leads to a reason: `as the deal is off`; not `as we discussed`, `as far as that is concerned`."""
    clause = rest[0].word == "as" and not any(token.word == "as" for token in rest[2:3])
    return clause and any_has(rest[2:], Role.AUX)


def _is_noise(token: Token, *, thanks: bool = False) -> bool:
    """Whether the token says nothing at a note's edge: emoji, line breaks, marks; `thanks`: also words of thanks."""
    if decorates(token, after=True) or token.kind == Kind.LINE:
        return True
    polite = thanks and Role.POLITE in token.tags and token.word != "there" and Role.PRI not in token.tags
    return polite or (token.kind == Kind.MARK and token.word in ".,!;:-)(")
