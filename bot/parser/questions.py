"""Questions for tickets (`what's open?`, `anything urgent?`, `is T003 done?`) and what answers them."""

from bot.actions import Action, View
from bot.parser import asks, changes
from bot.parser.message import Topic
from bot.parser.slots import Slots
from bot.parser.tokens import Token

_ASKING = ("wh", "aux", "count", "mine", "all")


def about_tickets(slots: Slots, body: list[Token], question: bool, topic: Topic | None) -> bool:
    """Whether it asks to be shown something: a question about ids, or a list described by nothing but filters."""
    first = body[0].tags
    changing = [verb for verb in slots.verbs if verb != "view"]
    asking = question or "wh" in first or "count" in first or ("aux" in first and "verb" not in first)
    if asking:
        return True
    if changing or slots.texts or slots.ids:
        return False
    described = slots.flags.get("noun") == "many" or "mine" in slots.flags
    return slots.ended == "end" and not slots.guard and (described or (not topic and bool(slots.values) and not slots.dangling and not any(m for _, _, m in slots.values)))


def answer(slots: Slots, body: list[Token], source: str, topic: Topic | None) -> Action | None:
    """What shows what was asked for; None where the rules cannot tell."""
    whole = slots.ended == "end"
    if slots.bad and whole:
        return asks.bad_id(slots.bad[0], "view")
    ids = slots.ids or tuple(ticket for token in body for ticket in token.ids)
    if ids:
        return changes.view(_about(slots, ids), source, topic)
    listed = slots.values or slots.flags.get("noun") == "many" or "mine" in slots.flags or slots.search
    if whole and listed and not [verb for verb in slots.verbs if verb not in ("view",)]:
        return changes.view(slots, source, None if slots.values else topic)
    if whole and topic and ("pron" in slots.flags or slots.dangling or "question" in slots.flags):
        return View(id=topic.id)
    return None


def _about(slots: Slots, ids: tuple[str, ...]) -> Slots:
    bare = Slots()
    bare.ids = ids
    return bare if slots else bare
