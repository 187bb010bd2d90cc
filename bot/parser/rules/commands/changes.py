"""A change of tickets, or what is missing for one."""

from contextlib import suppress

from bot.actions import Action, Ask
from bot.parser.message import Reading
from bot.parser.rules import questions
from bot.parser.rules.commands import build, notes
from bot.parser.rules.commands.nearest import EXAMPLE, nearest
from bot.parser.rules.commands.slots import EFFECTS, Slots
from bot.parser.rules.format import format_command
from bot.parser.rules.language.lexer import MOST_TOKENS, Kind
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import CHANGING, Utterance, sure, unsure
from bot.parser.text import plain

_ADDING = CHANGING | {"create"}
_QUESTIONS = frozenset(("wh", "aux", "count", "or"))
_DUE = frozenset(("due", "deadline"))
_RELATIVE = frozenset(("raise", "lower"))


def changed(utterance: Utterance, slots: Slots) -> Reading | None:
    """The change that `slots` describe; None where it does not look like a command."""
    if not _is_command(utterance, slots) or (_puzzling(slots) and not (slots.ids or utterance.topic)):
        return None
    return _faulty(utterance, slots) or _complete(utterance, slots)


def _is_command(utterance: Utterance, slots: Slots) -> bool:
    if len(utterance.raw) >= MOST_TOKENS:
        return False  # nobody commands at such length, and its end was not looked at
    added = slots.texts or (slots.ids and slots.values)
    allowed = _ADDING if added else CHANGING  # add a note to T003, add priority high to T003
    says_something = slots.effective or slots.verbs or slots.ids or slots.bad or slots.wrong
    return bool(says_something) and allowed.issuperset(slots.verbs)


def _faulty(utterance: Utterance, slots: Slots) -> Reading | None:
    """What is plainly wrong or missing."""
    ids = build.targets(slots, utterance.topic)
    here = utterance.topic and not (slots.many or EFFECTS.keys().isdisjoint(slots.verbs))
    which = slots.described and bool(slots.ids or here)  # `close the infra ticket`
    if which or _puzzling(slots):
        return _offered(utterance, slots) if slots.ids or which else unsure(questions.offer())
    if slots.bad and (slots.ended != "stuck" or slots.verbs):
        return sure(questions.bad_id(slots.bad[0], _verb(slots)))
    if slots.wrong and (ids or slots.verbs):
        return sure(questions.wrong_value(*slots.wrong, f"update {ids[0] if ids else 'T042'}"))
    if utterance.wish in ("may", "have") and ids and slots.whole:
        return sure(questions.offer(nearest(utterance.body, utterance.topic)))
    return None


def _puzzling(slots: Slots) -> bool:
    """Words that a command does not have: question words, `or`; `other` where it need not be the category."""
    if slots.scattered or slots.page or not _QUESTIONS.isdisjoint(slots.flags):
        return True
    return any(value.value == "other" and not (value.marked or value.named) for value in slots.values)


def _verb(slots: Slots) -> str:
    """The word of the command for a hint."""
    known = next((verb for verb in slots.verbs if verb in ("close", "start", "reopen", "update")), "")
    return known or ("update" if slots.values else "")


def _complete(utterance: Utterance, slots: Slots) -> Reading | None:
    if slots.bad:
        return None
    if slots.many and not slots.ids and (slots.effective or slots.verbs):
        return _unnamed(utterance, slots)
    if slots.whole:
        return _applied(utterance, slots, notes.last_word(utterance.body, utterance.source))
    targeted = utterance.topic is not None
    named = bool(slots.ids or "pron" in slots.flags)
    note = notes.Note()
    if named or targeted:
        note = notes.note(slots, utterance.body, utterance.source, targeted=targeted)
    if note.found and (utterance.asked or "question" not in slots.flags):  # `T003: fixed? not yet`
        return _applied(utterance, slots, note.text)
    if note.later and named:
        return sure(_not_now(utterance, slots))
    another = slots.effective and utterance.body[slots.rest].kind == Kind.ID  # `T001: done, T002: p1`
    told = slots.effective and _begins_with_status(utterance)  # in a thread `done on staging`
    return _offered(utterance, slots, several=another) if slots.ids or told else None


def _begins_with_status(utterance: Utterance) -> bool:
    """In a ticket's thread `it's done …`, `fixed …`."""
    words = (token for token in utterance.body if not token.has(Role.PRON, Role.GLUE))
    return utterance.topic is not None and Role.STAT in next(words, utterance.lead).tags


def _not_now(utterance: Utterance, slots: Slots) -> Ask:
    """What is answered to a command that is to be carried out later, or to a day by which something is due."""
    if any(token.word in _DUE for token in utterance.body):
        return questions.no_due_date(tuple(slots.ids))
    return questions.later(nearest(utterance.body, utterance.topic))


def _offered(utterance: Utterance, slots: Slots, *, several: bool = False) -> Reading:
    """The nearest command as a choice; before it, of `close T065 and this one`, that for both."""
    action = nearest(utterance.body, utterance.topic)
    if both := _for_both(utterance, slots):
        return unsure(questions.offer(both, action), format_command(both))
    asked = questions.one_at_a_time(action) if several else questions.offer(action)
    return unsure(asked, format_command(action))


def _for_both(utterance: Utterance, slots: Slots) -> Action | None:
    if not (slots.scattered and utterance.topic and slots.whole and set(slots.verbs[:1]) & EFFECTS.keys()):
        return None
    with suppress(build.ConflictError):
        return build.change(tuple(dict.fromkeys((utterance.topic.id, *slots.ids))), build.effects(slots))
    return None


def _unnamed(utterance: Utterance, slots: Slots) -> Reading | None:
    """`close all open doc tickets`: by filter, if that is all that is said."""
    changed = build.by_filter(slots)
    if slots.whole:
        return sure(changed)
    if not (slots.verbs or "all" in slots.flags):
        return None
    rest = utterance.body[min(slots.rest, len(utterance.body) - 1) :]
    if rest[0].tags.get(Role.VERB) in CHANGING:  # `close all doc tickets and start all code tickets`
        return sure(questions.one_at_a_time(changed))
    known = not isinstance(changed, Ask)
    if not known and slots.ended == "mark":
        return sure(changed)  # `close all tickets: we move`
    wider = rest[0].has(Role.EXCEPT, Role.NEG)  # what was to be left out would be in it
    if known and not (slots.guard or wider):  # `close all open doc tickets, cleanup`
        note = notes.note(slots, utterance.body, utterance.source, targeted=True)
        if note.found:
            return sure(build.by_filter(slots, note.text))
    words = plain(utterance.source[rest[0].start : rest[-1].end])
    return sure(questions.cannot_filter(words, *([changed] if known and not wider else [])))


def _applied(utterance: Utterance, slots: Slots, note: str) -> Reading | None:
    try:
        values = build.effects(slots)
    except build.ConflictError:
        return _offered(utterance, slots, several=True)
    ids = build.targets(slots, utterance.topic)
    if not ids:
        return _untargeted(utterance, slots)
    if "pri" not in values and not _RELATIVE.isdisjoint(slots.verbs):
        return sure(questions.offer(build.change(ids, {"pri": 1 if "raise" in slots.verbs else 3})))
    if slots.asap and not values:
        values["pri"] = 1
    if not values:
        return _without_change(utterance, slots, ids)
    return sure(build.change(ids, {"res": note, **values} if note else values))


def _untargeted(utterance: Utterance, slots: Slots) -> Reading | None:
    """`close it`, `set to high`: which ticket?"""
    if slots.verbs == ["note"] or not (slots.verbs or "pron" in slots.flags):
        return None
    said_so = " ".join(f"{value.field} {value.value}" for value in slots.values)
    simply = any(verb in EFFECTS for verb in slots.verbs) or not said_so
    example = format_command(nearest(utterance.body, EXAMPLE))
    return sure(questions.which(example if simply else f"update {EXAMPLE.id} {said_so}"))


def _without_change(utterance: Utterance, slots: Slots, ids: tuple[str, ...]) -> Reading | None:
    """`T003`, `priority of T003`, `update T003`"""
    if slots.verbs:
        return sure(questions.no_change(ids))
    doubtful = slots.former or not {"mine", "pron"}.isdisjoint(slots.flags)
    doubtful = doubtful or any(token.kind == Kind.PICTURE for token in utterance.body)
    return Reading(build.view(slots, utterance.topic), sure=not doubtful) if slots.ids else None
