"""`T014 works again now, close it`, in a thread `rolled back, closing`: what is said of tickets, and only then what to do.

Also the other way to say it, `the new laptops are here, so close T087`: a reason first, and then a command as any other.
"""

from dataclasses import replace
from itertools import pairwise

from bot.actions import BulkUpdate, Close, Update
from bot.parser import changes, changing
from bot.parser.message import Reading
from bot.parser.said import Said, sure
from bot.parser.slots import Slots
from bot.parser.text import plain
from bot.parser.tokens import ID, LINE, MARK, PICTURE, Token
from bot.parser.words import gather

_BREAKS = frozenset(",;.-!")
_SO = frozenset(("so", "therefore", "hence"))
_AFTER_SO = ("polite", "request", "verb", "filler")


def explained(said: Said) -> Reading | None:
    """The command that ends `said`, with what comes before it as the note; None where it is anything else."""
    at = _last_break(said.body)
    if not at or said.question:
        return None
    tickets, begin = _tickets(said)
    statement, tail = said.body[begin:at], said.body[at + 1 :]
    while statement and statement[0].kind == MARK:  # `T014: works again. Close it`
        statement = statement[1:]
    slots = gather(tail, said.source, targeted=True)
    if not statement or not _is_told(statement, denying=_only_priority(slots)):
        return None
    if not tickets:
        return _concluded(said, statement, tail)
    if not _commands(slots):
        return _concluded(said, statement, tail) if slots.ids else None
    return sure(changes.change(tickets, {**changes.effects(slots), "res": _note(statement, said.source)}))


def _concluded(said: Said, statement: list[Token], tail: list[Token]) -> Reading | None:
    """`the certificate is renewed, so close T014`: a command that names its tickets."""
    if said.lead.kind == ID or not tail:
        return None
    ordered = replace(said, body=tail)
    slots = gather(tail, said.source, targeted=said.topic is not None)
    if not (slots.whole and slots.ids and slots.effective) or slots.guard or slots.many:
        return None
    reading = changing.changed(ordered, slots)
    if reading is None or not reading.sure:
        return None
    match reading.action:
        case (Close() | Update()) as action if not action.res:
            return sure(action.model_copy(update={"res": _note(statement, said.source)}))
        case Close() | Update() | BulkUpdate():
            return reading
    return None


def _note(statement: list[Token], source: str) -> str:
    for role in ("aux", "article"):  # `is a`
        if len(statement) > 1 and role in statement[0].tags:
            statement = statement[1:]
    while len(statement) > 1 and statement[-1].kind == MARK:
        statement = statement[:-1]
    return plain(source[statement[0].start : statement[-1].end])


def _tickets(said: Said) -> tuple[tuple[str, ...], int]:
    """Those that it is about, named first or the thread's, and where what is said of them begins."""
    ids: list[str] = []
    body, at = said.body, 0
    while at < len(body) and (body[at].kind == ID or (body[at].has("and", "glue") and _before_id(body, at))):
        ids += body[at].ids
        at += 1
    if ids:
        return tuple(dict.fromkeys(ids)), at
    if said.topic and not said.lead.tags.get("verb"):
        return (said.topic.id,), int("pron" in said.lead.tags)
    return (), 0


def _before_id(body: list[Token], at: int) -> bool:
    return at + 1 < len(body) and body[at + 1].kind == ID


def _last_break(body: list[Token]) -> int:
    """The last mark with something after it, or the last `so` with a command."""
    for at in range(len(body) - 2, 0, -1):
        token = body[at]
        if token.kind in (LINE, PICTURE) or (token.kind == MARK and token.word in _BREAKS):
            return at
        if token.word in _SO and body[at + 1].has(*_AFTER_SO):
            return at
    return 0


def _commands(slots: Slots) -> bool:
    """Whether it says what to do, of no other ticket, and nothing else: `close it`, `make it p1`, `low prio is enough`."""
    if not slots.whole or slots.ids or slots.bad or slots.texts or slots.guard or slots.many:
        return False
    if not slots.flags.keys() <= {"pron"}:
        return False
    if len(slots.verbs) == 1 and slots.verbs[0] in changes.EFFECTS:
        return not slots.values
    if len(slots.values) != 1:
        return False
    value = slots.values[0]
    return slots.verbs == ["update"] or (not slots.verbs and (value.field == "pri" or value.value == "done"))


def _only_priority(slots: Slots) -> bool:
    return len(slots.values) == 1 and slots.values[0].field == "pri" and slots.verbs in ([], ["update"])


def _is_told(statement: list[Token], *, denying: bool) -> bool:
    """Whether it is told as a fact: no condition, no question, no other command, no other ticket but as a reason.

    `denying`: it may say that something is not so.
    """
    for before, token in pairwise(statement):
        if token.kind == ID and "because" not in before.tags:
            return False
    if statement[0].kind == ID or statement[0].has("opens") or statement[0].tags.get("verb") == "create":
        return False
    if len(statement) > 1 and statement[0].word in ("no", "nope") and statement[1].kind == MARK:
        statement = statement[1:]
    return not any(
        (token.has("cond", "whether") and "because" not in token.tags)
        or token.has("time", "modal", "oops", "ought", "request", "mistake")
        or ("neg" in token.tags and not denying)
        or ("wh" in token.tags and "from" not in token.tags)  # `was` is both
        or (token.kind == MARK and token.word == "?")
        or token.tags.get("verb") in changes.EFFECTS
        for token in statement
    )
