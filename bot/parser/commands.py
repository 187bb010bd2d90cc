"""Commands and questions about tickets that there are: which of them it is, and who reads it."""

from collections.abc import Callable

from bot.parser import asks, changes, changing, showing
from bot.parser.creating import names_a_part
from bot.parser.explained import explained
from bot.parser.message import Reading
from bot.parser.said import Said, sure, unsure
from bot.parser.slots import Slots
from bot.parser.tokens import ID, MARK
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
    if _all_but(said, slots) and "view" not in slots.verbs:
        return sure(asks.unbounded())
    if slots.guard == "neg" and not slots.ids and not said.topic:
        return None
    return _reader(said, slots)(said, slots)


def _reader(said: Said, slots: Slots) -> Callable[[Said, Slots], Reading | None]:
    """Who reads it: something is to be answered, shown, or done."""
    if _asks(said):
        return _answered
    if "history" in slots.verbs and slots.whole:
        return _history
    if (
        slots.verbs[:1] == ["view"]
        or (slots.page and not (slots.effective or slots.ids))
        or _is_list(slots, said)
    ):
        return showing.shown
    return _done


def _answered(said: Said, slots: Slots) -> Reading | None:
    return explained(said) or showing.answered(said, slots)


def _history(said: Said, slots: Slots) -> Reading:
    return sure(asks.bad_id(slots.bad[0], "history")) if slots.bad else showing.history(slots, said.topic)


def _done(said: Said, slots: Slots) -> Reading | None:
    told = explained(said) if not slots.whole or _torn(slots) else None
    return told or _opened(said, slots) or changing.changed(said, slots)


def _torn(slots: Slots) -> bool:
    """`T014 isn't urgent after all, normal is fine`: two values for one field."""
    fields = {value.field for value in slots.values}
    return len(fields) < len(slots.values) and len(fields) < len(
        {(each.field, each.value) for each in slots.values}
    )


def _all_but(said: Said, slots: Slots) -> bool:
    """`close all tickets except T001`, `everything but T001`"""
    at = slots.rest
    return slots.many and not slots.ids and at < len(said.body) and said.body[at].has("except")


def _asks(said: Said) -> bool:
    """Whether it is a question; `have it done` is none."""
    lead = said.lead
    if said.question and not said.asked:
        return True
    return lead.has("wh", "count") or (
        "aux" in lead.tags and "verb" not in lead.tags and "helps" not in lead.tags
    )


def _opened(said: Said, slots: Slots) -> Reading | None:
    """`open T003`: to look at it, or once more?"""
    if "opens" not in said.lead.tags or "stat" not in said.lead.tags or not (slots.whole and slots.ids):
        return None
    if all(token.kind in (ID, MARK) or token.has("noun", "polite", "article") for token in said.body[1:]):
        return unsure(changes.view(slots, None), f"reopen {slots.ids[0]}")
    return None


def _is_list(slots: Slots, said: Said) -> bool:
    """`open infra tickets`, `my tickets`, `p1`: filters and nothing else."""
    if not slots.whole or slots.ids or slots.texts or slots.bad or not set(slots.verbs) <= {"view"}:
        return False
    if any(value.marked for value in slots.values) or slots.named or "pron" in slots.flags:
        return False
    alone = said.topic is None  # in a thread `open` is a change and `mine` may be one
    return slots.many or (alone and ("mine" in slots.flags or bool(slots.values)))
