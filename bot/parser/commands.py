"""Commands and questions about tickets that there are: which of them it is, and who reads it."""

from bot.actions import Action, Ask, Nothing, Undo, View
from bot.parser import changing, showing
from bot.parser.creating import names_a_part
from bot.parser.message import Reading
from bot.parser.said import Said
from bot.parser.slots import Slots
from bot.parser.tokens import ID
from bot.parser.words import gather


def command(said: Said) -> Reading | None:
    """The reading of `said` as a question or command about tickets; None where it is neither."""
    lead = said.lead
    if (
        "verb" in lead.tags
        and names_a_part(said.body, 0)
        and not any(token.kind == ID for token in said.body)
    ):
        return None
    slots = gather(said.body, said.source, targeted=said.topic is not None)
    if slots.guard == "neg" and not slots.ids and not said.topic:
        return None
    if (
        (said.question and not said.asked)
        or lead.has("wh", "count")
        or ("aux" in lead.tags and "verb" not in lead.tags)
    ):
        return showing.answered(said, slots)
    if "history" in slots.verbs and slots.whole and not slots.bad:
        return showing.history(slots, said.topic)
    if slots.verbs[:1] == ["view"] or (slots.page and not slots.effective) or _is_list(slots, said):
        return showing.shown(said, slots)
    return changing.changed(said, slots)


def _is_list(slots: Slots, said: Said) -> bool:
    """`open infra tickets`, `my tickets`, `p1`: filters and nothing else."""
    if not slots.whole or slots.ids or slots.texts or slots.bad or not set(slots.verbs) <= {"view"}:
        return False
    if any(value.marked for value in slots.values) or slots.named or "pron" in slots.flags:
        return False
    alone = said.topic is None  # in a thread `open` is a change and `mine` may be one
    return slots.many or (alone and ("mine" in slots.flags or bool(slots.values)))


def overheard(said: Said) -> Action | None:
    """A clear command in words that people in a ticket's thread did not direct at the bot; None for talk."""
    if (
        not said.body
        or said.question
        or not (said.lead.kind == ID or said.lead.has("verb", "stat", "pri", "field"))
    ):
        return None
    slots = gather(said.body, said.source, targeted=said.topic is not None)
    if slots.verbs == ["undo"] and slots.whole:
        return Undo(id=slots.ids[0] if slots.ids else said.topic.id if said.topic else None)
    if slots.ended not in ("end", "mark") or ("pron" in slots.flags and not slots.verbs):
        return None
    reading = changing.changed(said, slots)
    if reading is None or not reading.sure or isinstance(reading.action, (Ask, Nothing, View)):
        return None
    return reading.action
