"""`T014 works again now, close it`, in a thread `rolled back, closing`: what is said of a ticket, and only then what to do."""

from itertools import pairwise

from bot.parser import changes
from bot.parser.message import Reading
from bot.parser.said import Said, sure
from bot.parser.slots import Slots
from bot.parser.text import plain
from bot.parser.tokens import ID, LINE, MARK, Token
from bot.parser.words import gather

_BREAKS = frozenset(",;.-!")


def explained(said: Said) -> Reading | None:
    """The command that ends `said`, with what comes before it as the note; None where it is anything else."""
    ticket = _ticket(said)
    at = _last_break(said.body)
    if not ticket or not at or said.question:
        return None
    names = said.lead.kind == ID or "pron" in said.lead.tags
    statement, tail = said.body[1 if names else 0 : at], said.body[at + 1 :]
    if statement and statement[0].kind == MARK:  # `T014: works again. Close it`
        statement = statement[1:]
    if not statement or not _is_told(statement):
        return None
    slots = gather(tail, said.source, targeted=True)
    if not _commands(slots):
        return None
    for role in ("aux", "article"):  # `is a`
        if len(statement) > 1 and role in statement[0].tags:
            statement = statement[1:]
    note = plain(said.source[statement[0].start : statement[-1].end])
    return sure(changes.change((ticket,), {**changes.effects(slots), "res": note}))


def _ticket(said: Said) -> str:
    """The one that it is about: named first, or the thread's; "" if there is none."""
    lead = said.lead
    if lead.kind == ID:
        return lead.ids[0] if len(lead.ids) == 1 else ""
    return said.topic.id if said.topic and "verb" not in lead.tags else ""


def _last_break(body: list[Token]) -> int:
    for at in range(len(body) - 2, 0, -1):
        token = body[at]
        if token.kind == LINE or (token.kind == MARK and token.word in _BREAKS):
            return at
    return 0


def _commands(slots: Slots) -> bool:
    """Whether it says what to do, of no other ticket, and nothing else."""
    return (
        slots.whole
        and len(slots.verbs) == 1
        and slots.verbs[0] in changes.EFFECTS
        and not (slots.ids or slots.bad or slots.values or slots.texts or slots.guard or slots.many)
        and slots.flags.keys() <= {"pron"}
    )


def _is_told(statement: list[Token]) -> bool:
    """Whether it is told as a fact: no condition, no question, no other command, no other ticket but as a reason."""
    for before, token in pairwise(statement):
        if token.kind == ID and "because" not in before.tags:
            return False
    if statement[0].kind == ID:
        return False
    return not any(
        token.has("cond", "time", "modal", "oops", "wh", "whether", "ought", "request", "neg", "mistake")
        or (token.kind == MARK and token.word == "?")
        or token.tags.get("verb") in changes.EFFECTS
        for token in statement
    )
