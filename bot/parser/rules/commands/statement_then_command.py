"""A statement followed by a command: `T014 works again now, close it`; in a thread `rolled back, closing`.

Or a reason and then a complete command: `the new laptops are here, so close T087`. The statement becomes the note,
but for one of the change itself, as in `T014 isn't urgent after all, normal is fine`.
"""

from dataclasses import replace
from itertools import pairwise
from typing import Any

from bot.actions import BulkUpdate, Close, Create, Update
from bot.parser.message import Reading, ThreadTicket
from bot.parser.rules import questions
from bot.parser.rules.commands import build, changes
from bot.parser.rules.commands.slot_filling import gather
from bot.parser.rules.commands.slots import EFFECTS, Slots
from bot.parser.rules.language.lexer import Kind, Token, any_has, token_at
from bot.parser.rules.language.roles import FIELDS, Role
from bot.parser.rules.spoken_of import limits_status
from bot.parser.rules.utterance import Utterance, sure
from bot.parser.text import to_plain_text

_BREAKS = frozenset(",;.-!…")
_HEADING = frozenset(":,;.-")
_NEAR, _HEADED = 5, 2  # tokens that may stand before the command, at most and at least
_SO = frozenset(("so", "therefore", "hence"))


def read_statement_then_command(utterance: Utterance) -> Reading | None:
    """The command at the end, with the statement before it as the note; None if the message has another form."""
    lead = utterance.lead
    commands = lead.verb in EFFECTS and Role.STAT not in lead.tags
    at = _last_break(utterance.body)
    if commands or not at or not (utterance.thread or utterance.names_ids):
        return None
    tail = utterance.body[at + 1 :]
    tickets, statement = _split_statement(utterance.body[:at], utterance.thread)
    told = not (any(map(_is_no_fact, statement)) or any(limits_status(tail, at) for at in range(len(tail))))
    if not statement or not told or (utterance.question and not tail[0].has(Role.REQUEST)):
        return None
    slots = gather(tail, utterance.source, targeted=True)
    another = any(token.kind == Kind.ID for token in statement)
    again = slots.verbs == ["start"] and statement[0].tags.get(Role.STAT) == "prog"  # `wip, looking into it`
    if again or (not slots.verbs and (another or statement[0].has(Role.STAT, Role.VERB))):
        return None  # `T014 same as T015, urgent`, `T014 done, low`
    if not _is_one_instruction(slots) or not tickets:
        return _read_conclusion(utterance, statement, tail)
    values = build.effects(slots)
    if _sets_another_field(statement, utterance.source, values):
        return None  # `T014: the client called; pri 1; infra`
    denies = all(Role.NEG in token.tags for token in statement)  # `no, close this`
    if not denies and (values.get("stat") == "done" or _stands_apart(utterance, statement)):
        values["res"] = _note(statement, utterance.source)
    return sure(build.change(tickets, values))


def read_novelty_then_command(utterance: Utterance) -> Reading | None:
    """`new plan: start T005`, which may be a command or the title of a ticket: both are offered. Not `new bug: …`, which
    says what it is."""
    body = utterance.body
    at = next((at for at, token in enumerate(body[:_NEAR]) if token.breaks(_HEADING)), 0)
    tail = body[at + 1 :]
    begins = utterance.lead.word == "new" and at >= _HEADED and tail and tail[0].verb in EFFECTS
    if not begins or any_has(body[1:at], Role.NOUN, Role.KIND):
        return None
    slots = gather(tail, utterance.source)
    named = slots.complete and slots.ids
    change = changes.read_change(replace(utterance, body=tail), slots) if named else None
    title = to_plain_text(utterance.source[body[1].start : body[-1].end])
    return sure(questions.offer(change.action, Create(title=title))) if change and change.sure else None


def _sets_another_field(statement: list[Token], source: str, values: dict[str, Any]) -> bool:
    """Whether a clause of the statement sets a field that is not in `values`."""
    starts = [0, *(at + 1 for at, token in enumerate(statement) if token.breaks(_HEADING | _BREAKS))]
    clauses = (statement[at:end] for at, end in pairwise([*starts, len(statement) + 1]))
    said = (gather(clause, source, targeted=True) for clause in clauses if clause)
    return any(slots.complete and not dict(slots.field_values).keys() <= values.keys() for slots in said)


def _stands_apart(utterance: Utterance, statement: list[Token]) -> bool:
    """Whether the statement is apart from the ids or in their thread, and about no field: `T014: client called, urgent`."""
    lead, first = utterance.lead, statement[0]
    apart = any(token.kind == Kind.MARK for token in utterance.body if token.start < first.start)
    here = utterance.thread and lead.kind != Kind.ID and Role.NEG not in lead.tags
    return bool(apart or here) and not any_has(statement, Role.FIELD, *FIELDS.values())


def _read_conclusion(utterance: Utterance, statement: list[Token], tail: list[Token]) -> Reading | None:
    """A command that names its own tickets: `the certificate is renewed, so close T014`."""
    if utterance.lead.kind == Kind.ID:
        return None
    slots = gather(tail, utterance.source, targeted=utterance.thread is not None)
    another = not all(set(token.ids) <= set(slots.ids) for token in statement)
    if another or not (slots.complete and slots.ids and slots.effective):
        return None
    reading = changes.read_change(replace(utterance, body=tail), slots)
    if not (reading and reading.sure and isinstance(reading.action, (Close, Update, BulkUpdate))):
        return None
    values = build.effects(slots)
    note = {"res": _note(statement, utterance.source)}
    return sure(build.change(tuple(slots.ids), note | values)) if values else reading


def _note(statement: list[Token], source: str) -> str:
    for role in (Role.AUX, Role.ARTICLE):  # `is a`
        statement = statement[len(statement) > 1 and role in statement[0].tags :]
    while len(statement) > 1 and statement[-1].kind == Kind.MARK:
        statement = statement[:-1]
    return to_plain_text(source[statement[0].start : statement[-1].end])


def _split_statement(said: list[Token], thread: ThreadTicket | None) -> tuple[tuple[str, ...], list[Token]]:
    """The tickets (leading ids, the thread's, or a single id in between), and what the statement says of them."""
    begin = 0
    while token_at(said, begin + (token_at(said, begin).has(Role.AND, Role.GLUE))).ids:
        begin += 1
    ids = [ticket for token in said[:begin] for ticket in token.ids]
    named = [token for token in said if token.kind == Kind.ID]
    if not ids and thread:
        ids = [thread.id]
        begin = int(Role.PRON in said[0].tags)
    elif not ids and len(named) == 1:
        ids += named[0].ids
    while begin < len(said) and said[begin].kind == Kind.MARK:  # `T014: works again. Close it`
        begin += 1
    return tuple(dict.fromkeys(ids)), said[begin:]


def _last_break(body: list[Token]) -> int:
    """The index of the last mark that something follows, or of the last `so` before a command."""
    for at in range(len(body) - 2, 0, -1):
        after = body[at + 1]
        so = body[at].word in _SO and after.has(Role.ID, Role.POLITE, Role.REQUEST, Role.VERB, Role.FILLER)
        set_to = body[at].word == "->" and Role.FIELD in after.tags  # `it is a bug -> cat code`
        if so or set_to or body[at].breaks(_BREAKS):
            return at
    return 0


def _is_one_instruction(slots: Slots) -> bool:
    """Whether the slots hold one instruction and no ticket: `close it`, `make it p1`, `low prio is enough`."""
    other = slots.ids or slots.bad_ids or slots.texts or slots.many or not slots.complete
    if other or len(slots.field_values) != 1 or not set(slots.verbs) <= {*EFFECTS, "update"}:
        return False
    return bool(slots.verbs) or slots.field_values[0][1] not in ("open", "prog") or slots.values[0].marked


def _is_no_fact(token: Token) -> bool:
    """Whether the token makes the statement a condition, a wish or a request."""
    waits = token.has(Role.COND, Role.WHETHER) and Role.BECAUSE not in token.tags and token.word != "like"
    return waits or token.has(Role.TIME, Role.MODAL, Role.OOPS, Role.OUGHT, Role.REQUEST)
