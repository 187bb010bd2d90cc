"""`T014 works again now, close it`, in a thread `rolled back, closing`: what is said of tickets, and only then what to do.

Also the other way to say it, `the new laptops are here, so close T087`: a reason first, and then a command as any other.
What was said is the note of what is closed; of any other change it is only its reason.
"""

from dataclasses import replace
from typing import NamedTuple

from bot.actions import BulkUpdate, Close, Update
from bot.parser.message import Reading
from bot.parser.rules.commands import build, changes
from bot.parser.rules.commands.slot_filling import gather
from bot.parser.rules.commands.slots import EFFECTS, Slots
from bot.parser.rules.language.lexer import Kind, Token
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import Utterance, sure
from bot.parser.text import plain

_BREAKS = frozenset(",;.-!…")
_SO = frozenset(("so", "therefore", "hence"))
_TOLD = ("nobody", "no one", "never", "not")  # denials that are no orders
_AFTER_SO = (Role.POLITE, Role.REQUEST, Role.VERB, Role.FILLER)


class _Explained(NamedTuple):
    """`tickets`: those that it is about, `within` the statement or named elsewhere."""

    tickets: tuple[str, ...]
    within: bool
    statement: list[Token]


def explained(utterance: Utterance) -> Reading | None:
    """The command that ends `said`, with what comes before it as the note; None where it is anything else."""
    commands = utterance.lead.tags.get(Role.VERB) in EFFECTS and Role.STAT not in utterance.lead.tags
    if commands or not (utterance.topic or utterance.names_ids):
        return None
    at = _last_break(utterance.body)
    tail = utterance.body[at + 1 :]
    if not at or (utterance.question and not tail[0].has(Role.REQUEST)):
        return None
    if Role.PRI in tail[0].tags:  # `low is enough`
        tail = [token for token in tail if Role.ENOUGH not in token.tags]
    found = _about(utterance, at)
    named = sum(map(_names_another, [utterance.lead, *found.statement], found.statement))
    reopens = any(token.tags.get(Role.VERB) == "reopen" for token in tail)
    if not found.statement or named > found.within or not _is_told(found.statement, reopens):
        return None
    slots = gather(tail, utterance.source, targeted=True)
    if not _commands(slots) or not found.tickets:
        return _concluded(utterance, found.statement, tail)
    values = build.effects(slots)
    if values.get("stat") == "done":
        values["res"] = _note(found.statement, utterance.source)
    return sure(build.change(found.tickets, values))


def _concluded(utterance: Utterance, statement: list[Token], tail: list[Token]) -> Reading | None:
    """`the certificate is renewed, so close T014`: a command that names its tickets."""
    if utterance.lead.kind == Kind.ID or any(token.kind == Kind.ID for token in statement):
        return None
    slots = gather(tail, utterance.source, targeted=utterance.topic is not None)
    if not (slots.whole and slots.ids and slots.effective) or slots.guard or slots.many:
        return None
    reading = changes.changed(replace(utterance, body=tail), slots)
    match reading.action if reading and reading.sure else None:
        case Close() as action if not action.res:
            return sure(Close(id=action.id, res=_note(statement, utterance.source)))
        case Close() | Update() | BulkUpdate():
            return reading
    return None


def _note(statement: list[Token], source: str) -> str:
    for role in (Role.AUX, Role.ARTICLE):  # `is a`
        if len(statement) > 1 and role in statement[0].tags:
            statement = statement[1:]
    while len(statement) > 1 and statement[-1].kind == Kind.MARK:
        statement = statement[:-1]
    return plain(source[statement[0].start : statement[-1].end])


def _about(utterance: Utterance, at: int) -> _Explained:
    """The tickets are named first, or else in between, or they are the thread's."""
    body, begin, within = utterance.body, 0, False
    ids: list[str] = []
    while begin < at and (
        body[begin].kind == Kind.ID
        or (body[begin].has(Role.AND, Role.GLUE) and body[begin + 1].kind == Kind.ID)
    ):
        ids += body[begin].ids
        begin += 1
    if not ids:
        named = [token for token in body[:at] if token.kind == Kind.ID]
        if len(named) == 1 and utterance.topic is None:
            ids += named[0].ids
            within = True
        elif utterance.topic and not utterance.lead.tags.get(Role.VERB):
            ids.append(utterance.topic.id)
            begin = int(Role.PRON in utterance.lead.tags)
    statement = body[begin:at]
    while statement and statement[0].kind == Kind.MARK:  # `T014: works again. Close it`
        statement = statement[1:]
    return _Explained(tuple(dict.fromkeys(ids)), within, statement)


def _last_break(body: list[Token]) -> int:
    """The last mark with something after it, or the last `so` with a command."""
    for at in range(len(body) - 2, 0, -1):
        token = body[at]
        if token.breaks(_BREAKS):
            return at
        if token.word in _SO and (body[at + 1].kind == Kind.ID or body[at + 1].has(*_AFTER_SO)):
            return at
    return 0


def _commands(slots: Slots) -> bool:
    """Whether it says what to do, of no other ticket, and nothing else: `close it`, `make it p1`, `low prio is enough`."""
    if not slots.whole or slots.ids or slots.bad or slots.texts or slots.guard or slots.many:
        return False
    if not slots.flags.keys() <= {"pron", "question"}:
        return False
    if len(slots.verbs) == 1 and slots.verbs[0] in EFFECTS:
        return not slots.values
    if len(slots.values) != 1:
        return False
    value = slots.values[0]
    return slots.verbs == ["update"] or (
        not slots.verbs and (value.field in ("pri", "cat") or value.value == "done" or value.marked)
    )


def _names_another(before: Token, token: Token) -> bool:
    """A ticket that is not but a reason: `duplicate of T002`."""
    return token.kind == Kind.ID and Role.BECAUSE not in before.tags


def _is_told(statement: list[Token], reopens: bool) -> bool:  # noqa: FBT001  # what the tail does
    """Whether it is told as a fact: no condition, no question, no order."""
    first = statement[0]
    if first.has(Role.OPENS) or first.tags.get(Role.VERB) == "create":
        return False
    if len(statement) > 1 and first.word in ("no", "nope") and statement[1].kind == Kind.MARK:
        statement = statement[1:]
    if statement[0].tags.get(Role.NEG) == "order" and statement[0].word not in _TOLD:
        return False
    return not any(
        (token.has(Role.COND, Role.WHETHER) and Role.BECAUSE not in token.tags)
        or token.has(Role.TIME, Role.MODAL, Role.OOPS, Role.OUGHT, Role.REQUEST)
        or (Role.MISTAKE in token.tags and not reopens)
        or (Role.WH in token.tags and Role.FROM not in token.tags)  # `was` is both
        or (token.kind == Kind.MARK and token.word == "?")
        or (token.tags.get(Role.VERB) in EFFECTS and token is not first)
        for token in statement
    )
