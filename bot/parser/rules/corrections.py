"""Last words that put a command right or extend it: `close T003, no wait, T004`; in a thread `done, T013 too`."""

from collections.abc import Iterable
from itertools import dropwhile
from typing import Any

from bot.actions import Action, BulkUpdate, Close, Create, Update, View
from bot.parser.message import Message, Read, Reading
from bot.parser.rules import questions
from bot.parser.rules.commands import build
from bot.parser.rules.commands.slot_filling import gather
from bot.parser.rules.commands.slots import EFFECTS, Slots
from bot.parser.rules.format import format_command
from bot.parser.rules.language.lexer import NO_TOKEN, Kind, Token
from bot.parser.rules.language.lexicon import load_word_set
from bot.parser.rules.language.roles import Role
from bot.parser.rules.second_thoughts import CORRECTIONS
from bot.parser.rules.utterance import Utterance, read_alone, sure, unsure

_FIRST_WORDS = CORRECTIONS.words.keys() | CORRECTIONS.phrases.keys()
_LIKEWISE = load_word_set("likewise")
_BREAKS = ",;.!…-:()"
_MOST = 4  # corrections in a message; what is before one is read again
_LONGEST = 10  # tokens of last words
_IDLE = (Role.POLITE, Role.FILLER, Role.GLUE, Role.OOPS, Role.AND, Role.BUT, Role.OUGHT)
_LEADING = frozenset(("for", "with", "goes", "as"))  # `the same goes for T013`
_FIELDS = frozenset(("pri", "cat"))  # of a new ticket


def read_correction(utterance: Utterance, message: Message, read: Read) -> Reading | None:
    """The command as its last words put it right or extend it, or None. A change is only offered; others are done."""
    if not _FIRST_WORDS.isdisjoint([token.word for token in utterance.raw]):
        found = list(_find_corrections(utterance))
        for start, end, in_title in found if len(found) <= _MOST else ():
            if slots := _gather_last(utterance, end):
                before = (token for token in utterance.body if token.start < start)
                if utterance.thread and slots.effective and all(map(_is_idle, before)):  # `no, I meant p2`
                    changed = build.change(build.targets(slots, utterance.thread), dict(slots.field_values))
                    return sure(questions.offer(changed))
                return _correct(_read_before(utterance, start, message, read), slots, in_title=in_title)
    return _extend(utterance, message, read) if utterance.thread and utterance.names_ids else None


def _find_corrections(utterance: Utterance) -> Iterable[tuple[int, int, bool]]:
    """Where words take back what is before them, and if they may in a new title: `, no, low`; not `, no urgent`."""
    raw = utterance.raw
    starts = {token.start: at for at, token in enumerate(raw)}
    ends = {token.end for token in utterance.body}
    for start, end, tags in CORRECTIONS.find(raw):
        at, kind = starts[start], tags.get(Role.CORRECTS)
        after = next((token for token in utterance.body if token.start >= end), NO_TOKEN)
        parted = raw[at - 1].breaks(_BREAKS)
        joined = raw[at - 1].kind == Kind.ID == after.kind  # `T003 no T004`
        forbids = kind == "denial" and Role.VERB in after.tags  # `no cerrar`
        whole = end in ends  # not `no longer`
        if (at or utterance.thread) and (kind == "always" or (whole and (parted or joined) and not forbids)):
            yield start, end, kind == "always" or (parted and (after.kind == Kind.MARK or kind != "denial"))


def _correct(first: Action | None, slots: Slots, *, in_title: bool) -> Reading | None:
    """`first` with the values or tickets in `slots`; None if they do not fit it."""
    try:
        values = build.effects(slots)
    except build.ConflictError:
        return None
    match first:
        case Create() if in_title and not slots.ids and values and values.keys() <= _FIELDS:
            return sure(Create.model_validate(first.model_dump() | values))
        case View() if slots.ids and values:  # `T003, sorry, T004 to high`
            return sure(questions.offer(build.change(tuple(slots.ids), values)))
        case View() if slots.ids or in_title or any(getattr(first, name) for name in values):
            return sure(_correct_view(first, slots))  # `list high, no infra` excludes, and corrects nothing
        case Update() | Close() | BulkUpdate(tickets=(_, *_)):
            changed = _correct_change(first, tuple(slots.ids), values)
            named = isinstance(changed, Update) and changed.about  # `set the login one to high, no wait, low`
            return sure(changed if named else questions.offer(changed))
    return None


def _gather_last(utterance: Utterance, end: int) -> Slots | None:
    """The ids and values after `end`; None if anything else is said there."""
    said = [token for token in utterance.body if token.start >= end and token.kind != Kind.PICTURE]
    last = [*dropwhile(_is_idle, said)]
    while len(last) > 1 and (_is_idle(last[-1]) or last[-1].word in _LIKEWISE):
        last = last[:-1]
    if not last or len(last) > _LONGEST:
        return None
    slots = gather(last, utterance.source, targeted=True)
    flagged = slots.flags.keys() - {"pron", "noun"}
    strange = slots.bad_ids or slots.texts or slots.many or slots.search or flagged
    known = set(slots.verbs) <= {*EFFECTS, "update"} and (slots.ids or slots.effective)
    return slots if slots.complete and known and not strange else None


def _is_idle(token: Token) -> bool:
    words = CORRECTIONS.words
    mark = token.kind == Kind.MARK and not token.breaks("?")
    return mark or (token.has(*_IDLE) and not token.has(Role.PRI, Role.STAT)) or token.word in words


def _read_before(utterance: Utterance, start: int, message: Message, read: Read) -> Action | None:
    """What the message commands without its last words; None if that alone is no clear command."""
    text = utterance.source[:start].rstrip(" ,;.!…-:(*")
    return read_alone(text, message, read) if text else None


def _correct_view(first: View, slots: Slots) -> Action:
    if slots.ids:
        return build.view(slots, None)
    said = slots.field_values
    new = {field: tuple(value for other, value in said if other == field) for field, _ in said}
    return View.model_validate(first.model_dump(exclude_none=True) | new)


def _correct_change(
    first: Update | Close | BulkUpdate, ids: tuple[str, ...], values: dict[str, Any]
) -> Action:
    """`first` with other tickets, other values, or both."""
    if isinstance(first, BulkUpdate):
        return build.change(ids or first.tickets or (), first.changes.model_dump(exclude_none=True) | values)
    changes = first.model_dump(exclude_none=True, exclude={"action", "id", "about"})
    changes |= ({"stat": "done"} if isinstance(first, Close) else {}) | values
    if first.about and not ids:
        return Update(about=first.about, **changes)
    return build.change(ids or (first.id or "",), changes)


def _extend(utterance: Utterance, message: Message, read: Read) -> Reading | None:
    """The thread's ticket and others: `done, T013 too`, `pri 1, same for T013`, `close this and T013`, `done, start T013`."""
    body, thread = utterance.body, utterance.thread
    at = next((at for at, token in enumerate(body) if token.kind == Kind.ID), 0)
    while at > 1 and not (Role.AND in body[at - 1].tags or body[at - 1].breaks(_BREAKS)):
        at -= 1
    before, tail = body[at - 1], body[at:]
    joins = Role.AND in before.tags
    if at < 2 or not thread:  # noqa: PLR2004
        return None
    named = [one for token in tail for one in token.ids]
    too = any(token.word in _LIKEWISE for token in tail)
    known = _LIKEWISE | _LEADING
    others = [token for token in tail if not (token.ids or _is_idle(token) or token.word in known)]
    said = _read_before(utterance, before.start, message, read)
    first = said if isinstance(said, (Update, Close)) and said.id == thread.id else None
    likewise = too or (not others and joins and body[at - 2].has(Role.PRON, Role.NOUN))
    second = read_alone(utterance.source[tail[0].start :], message, read) if others else None
    extended = second if others and (first or likewise) else first if likewise else None
    if not isinstance(extended, (Update, Close, BulkUpdate)) or (others and thread.id in named):
        return None
    ids = tuple(dict.fromkeys((thread.id, *named)))
    both = _correct_change(extended, ids, {})
    if first and second:
        targets = second.tickets if isinstance(second, BulkUpdate) else (getattr(second, "id", None),)
        if targets != tuple(named) or both != _correct_change(first, ids, {}):
            return unsure(questions.one_at_a_time(first, second), format_command(first))
        if (too or before.word in _LIKEWISE) and any(token.verb for token in tail):
            return sure(both)  # `done, close T003 too`
    return unsure(questions.offer(both, second), format_command(both))
