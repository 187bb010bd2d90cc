"""Reads a change of tickets, or asks for what it lacks."""

from itertools import dropwhile

from bot.actions import Ask
from bot.parser.message import Reading
from bot.parser.rules import questions
from bot.parser.rules.commands import build, notes
from bot.parser.rules.commands.nearest import EXAMPLE, find_nearest, offer_nearest
from bot.parser.rules.commands.slots import EFFECTS, Slots
from bot.parser.rules.format import format_command
from bot.parser.rules.language.lexer import MOST_TOKENS, Kind, any_has
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import CHANGING, Utterance, sure, unsure
from bot.parser.text import to_plain_text

IT_IS, _DUE = load_word_sets("it_is due")
_ADDING = CHANGING | {"create"}
_QUESTIONS = frozenset(("wh", "aux", "count", "or"))
_RELATIVE = frozenset(("raise", "lower"))


def read_change(utterance: Utterance, slots: Slots) -> Reading | None:
    """The change that `slots` describe; None if the message does not look like a command."""
    added = slots.texts or (slots.ids and slots.values)  # add a note to T003, add priority high to T003
    allowed = _ADDING if added else CHANGING
    says_something = slots.effective or slots.verbs or slots.ids or slots.bad_ids or slots.wrong
    if not says_something or not allowed.issuperset(slots.verbs) or len(utterance.raw) >= MOST_TOKENS:
        return None  # no command is that long, and its end was not read
    here = utterance.thread and not (slots.many or EFFECTS.keys().isdisjoint(slots.verbs))
    which = slots.described and bool(slots.ids or here)  # `close the infra ticket`
    puzzling = _puzzling(slots)
    if puzzling and not (slots.ids or utterance.thread):
        named = slots.complete and slots.many and slots.verbs and _QUESTIONS.isdisjoint(slots.flags)
        return sure(questions.offer(build.by_filter(slots))) if named and len(slots.values) > 1 else None
    if puzzling or which:
        return offer_nearest(utterance) if slots.ids or which else unsure(questions.offer())
    return _ask_about_fault(utterance, slots) or (None if slots.bad_ids else _read_complete(utterance, slots))


def _puzzling(slots: Slots) -> bool:
    """Whether there are words that no command has: question words, `or`; `other` where it may not be the category."""
    unclear = any(value.value == "other" and not (value.marked or value.named) for value in slots.values)
    return unclear or slots.scattered or bool(slots.page) or not _QUESTIONS.isdisjoint(slots.flags)


def _ask_about_fault(utterance: Utterance, slots: Slots) -> Reading | None:
    """A question about a clear mistake: a malformed id, a wrong value, a mere wish."""
    ids = build.targets(slots, utterance.thread)
    if slots.bad_ids and (slots.ended != "stuck" or slots.verbs):
        known = (verb for verb in slots.verbs if verb in ("close", "start", "reopen", "update"))
        verb = next(known, "update" if slots.values else "")
        return sure(questions.bad_id(slots.bad_ids[0], verb))
    if slots.wrong and (ids or slots.verbs):
        return sure(questions.wrong_value(*slots.wrong, f"update {ids[0] if ids else 'T042'}"))
    return None


def _read_complete(utterance: Utterance, slots: Slots) -> Reading | None:
    if slots.many and not slots.ids and (slots.effective or slots.verbs):
        return _change_by_filter(utterance, slots)
    if slots.complete:
        return _apply(utterance, slots, notes.read_last_words(slots, utterance.body, utterance.source))
    targeted = utterance.thread is not None
    named = bool(slots.ids or "pron" in slots.flags)
    note = notes.Note()
    if named or targeted:
        note = notes.read_note(slots, utterance.body, utterance.source, targeted=targeted)
    # `reopen because it fails again`
    reason = slots.verbs and not (named or targeted) and any_has(utterance.body[1:2], Role.BECAUSE)
    told = note.found and (utterance.asked or "question" not in slots.flags)  # `T003: fixed? not yet`
    if reason or told:
        return _apply(utterance, slots, note.text)
    if note.later and (named or targeted):
        if any(token.word in _DUE for token in utterance.body):
            return sure(questions.no_due_date(tuple(slots.ids)))
        return sure(questions.later(find_nearest(utterance.body, utterance.thread)))
    another = slots.effective and utterance.body[slots.rest].kind == Kind.ID  # `T001: done, T002: p1`
    # `it's done …`, `fixed …`
    said = (token for token in utterance.body if not token.has(Role.PRON, Role.GLUE))
    told = slots.effective and targeted and Role.STAT in next(said, utterance.lead).tags
    return offer_nearest(utterance, several=another) if slots.ids or told else None


def _change_by_filter(utterance: Utterance, slots: Slots) -> Reading | None:
    """A change by filter: `close all open doc tickets`. A question if the message says anything else."""
    changed = build.by_filter(slots)
    if slots.complete:
        return sure(build.by_filter(slots, notes.read_last_words(slots, utterance.body, utterance.source)))
    if not (slots.verbs or "all" in slots.flags):
        return None
    rest = utterance.body[min(slots.rest, len(utterance.body) - 1) :]
    if rest[0].verb in CHANGING:  # `close all doc tickets and start all code tickets`
        return sure(questions.one_at_a_time(changed))
    known = not isinstance(changed, Ask)
    if not known and slots.ended == "mark":
        return sure(changed)  # `close all tickets: we move`
    wider = rest[0].has(Role.EXCEPT, Role.NEG)  # the change would include the excepted tickets
    if known and not (slots.guard or wider):  # `close all open doc tickets, cleanup`
        note = notes.read_note(slots, utterance.body, utterance.source, targeted=True)
        if note.found:
            return sure(build.by_filter(slots, note.text))
    words = to_plain_text(utterance.source[rest[0].start : rest[-1].end])
    return sure(questions.cannot_filter(words, *([changed] if known and not wider else [])))


def _apply(utterance: Utterance, slots: Slots, note: str) -> Reading | None:
    try:
        values = build.effects(slots)
    except build.ConflictError:
        return offer_nearest(utterance, several=True)
    ids = build.targets(slots, utterance.thread)
    if not ids:
        return _ask_for_target(utterance, slots)
    if "pri" not in values and not _RELATIVE.isdisjoint(slots.verbs):
        return sure(questions.offer(build.change(ids, {"pri": 1 if "raise" in slots.verbs else 3})))
    if slots.asap and not values:
        values["pri"] = slots.asap
    if values:
        return sure(build.change(ids, {"res": note, **values} if note else values))
    if slots.verbs:
        return sure(questions.no_change(ids))  # `update T003`
    return _read_named(utterance, slots) if slots.ids else None


def _read_named(utterance: Utterance, slots: Slots) -> Reading:
    """The named tickets; a question if more is said, as in `T003: ok`."""
    behind = dropwhile(lambda token: token.word not in (":", "-"), utterance.body)
    said = any(token.kind == Kind.WORD and Role.POLITE not in token.tags for token in behind)
    if len(slots.ids) == 1 and said:
        return offer_nearest(utterance)
    doubtful = slots.former or not {"mine", "pron"}.isdisjoint(slots.flags)
    doubtful = doubtful or any(token.kind == Kind.PICTURE for token in utterance.body)
    return Reading(build.view(slots, utterance.thread), sure=not doubtful)


def _ask_for_target(utterance: Utterance, slots: Slots) -> Reading | None:
    """A change without a target, such as `close it` or `set to high`: ask for the ticket."""
    if slots.verbs == ["note"] or not (slots.verbs or "pron" in slots.flags or utterance.lead.word in IT_IS):
        return None
    said_so = " ".join(f"{value.field} {value.value}" for value in slots.values)
    simply = any(verb in EFFECTS for verb in slots.verbs) or not said_so
    example = format_command(find_nearest(utterance.body, EXAMPLE))
    return sure(questions.which(example if simply else f"update {EXAMPLE.id} {said_so}"))
