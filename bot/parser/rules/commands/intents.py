"""Commands and questions about tickets that there are: which of them it is, and who reads it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from bot.actions import Ask, BulkUpdate, View
from bot.parser.message import Reading
from bot.parser.rules import questions
from bot.parser.rules.commands import build, changes, views
from bot.parser.rules.commands.people_and_days import MADE, extract
from bot.parser.rules.commands.slot_filling import gather
from bot.parser.rules.commands.slots import Slots, Value
from bot.parser.rules.commands.statement_then_command import explained
from bot.parser.rules.create.request import names_a_part
from bot.parser.rules.language.lexer import ID, MARK, Token
from bot.parser.rules.utterance import Utterance, sure, unsure

_LONGEST_CURT = 6  # tokens: `closed in the last 3 days`
_LONGEST_WONDER = 5  # words


def command(utterance: Utterance) -> Reading | None:
    """The reading of `said` as a question or command about tickets; None where it is neither."""
    lead = utterance.lead
    if (
        "verb" in lead.tags
        and names_a_part(utterance.body, 0)
        and not any(token.kind == ID for token in utterance.body)
    ):
        return None
    if not utterance.names_ids and _may_list(utterance):
        filters, rest = extract(utterance.body, utterance.source, utterance.today)
        reading = _filtered(replace(utterance, body=rest), filters) if filters else None
        if reading:
            return reading
    return _read(utterance, gather(utterance.body, utterance.source, targeted=utterance.topic is not None))


def _may_list(utterance: Utterance) -> bool:
    """Whether it may ask for several tickets."""
    lead = utterance.lead
    listing = lead.tags.get("verb") == "view" or lead.has("wh", "count", "aux", "mine", "all")
    many = any(token.tags.get("noun") == "many" for token in utterance.body)
    curt = (
        len(utterance.body) <= _LONGEST_CURT
        and utterance.topic is None
        and (lead.has("stat", "stats") or lead.word in MADE)
    )
    return listing or many or curt or len(utterance.body) == 1


def _filtered(utterance: Utterance, filters: dict[str, Any]) -> Reading | None:
    """The list that people and days narrow down; None where no list is asked for."""
    slots = gather(utterance.body, utterance.source)
    slots.filters = filters
    if "stat" in utterance.lead.tags and slots.verbs and utterance.lead.has("verb"):  # `done this week`
        slots.verbs, slots.values = slots.verbs[1:], [Value("stat", utterance.lead.tags["stat"])]
    if not utterance.body:
        return sure(build.view(slots, None))
    reading = _read(utterance, slots)
    listed = reading and isinstance(reading.action, (View, BulkUpdate, Ask))
    return reading if listed else None


def _read(utterance: Utterance, slots: Slots) -> Reading | None:
    if _all_but(utterance, slots) and "view" not in slots.verbs:
        return sure(questions.unbounded())
    if slots.guard == "neg" and not slots.ids and not utterance.topic:
        return None
    return _reader(utterance, slots)(utterance, slots)


def _reader(utterance: Utterance, slots: Slots) -> Callable[[Utterance, Slots], Reading | None]:
    """Who reads it: something is to be answered, shown, or done."""
    if _asks(utterance):
        return _answered
    if "history" in slots.verbs and slots.whole:
        return _history
    if (
        slots.verbs[:1] == ["view"]
        or (slots.page and not (slots.effective or slots.ids))
        or _is_list(slots, utterance)
    ):
        return views.shown
    return _done


def _answered(utterance: Utterance, slots: Slots) -> Reading | None:
    return explained(utterance) or views.answered(utterance, slots)


def _history(utterance: Utterance, slots: Slots) -> Reading:
    return (
        sure(questions.bad_id(slots.bad[0], "history"))
        if slots.bad
        else views.history(slots, utterance.topic)
    )


def _done(utterance: Utterance, slots: Slots) -> Reading | None:
    told = explained(utterance) if not slots.whole or _torn(slots) else None
    return told or _opened(utterance, slots) or changes.changed(utterance, slots)


def _torn(slots: Slots) -> bool:
    """`T014 isn't urgent after all, normal is fine`: two values for one field."""
    fields = {value.field for value in slots.values}
    return len(fields) < len(slots.values) and len(fields) < len(
        {(each.field, each.value) for each in slots.values}
    )


def _all_but(utterance: Utterance, slots: Slots) -> bool:
    """`close all tickets except T001`, `everything but T001`"""
    at = slots.rest
    return slots.many and not slots.ids and at < len(utterance.body) and utterance.body[at].has("except")


def _asks(utterance: Utterance) -> bool:
    """Whether it is a question."""
    lead = utterance.lead
    if (utterance.question and not utterance.asked) or _wonders(utterance.body):
        return True
    if (
        lead.word == "have"
        and len(utterance.body) > 1
        and (utterance.body[1].kind == ID or utterance.body[1].has("pron"))
    ):
        return False  # `have it done`
    return lead.has("wh", "count") or ("aux" in lead.tags and "verb" not in lead.tags)


def _wonders(body: list[Token]) -> bool:
    """`T034 done yet`, `T034 still open`: a question without its mark."""
    words = [token for token in body if token.kind != MARK and not token.has("polite")]
    if not words or words[0].kind != ID or len(words) > _LONGEST_WONDER:
        return False
    for before, token in pairwise(words):
        if before.word == "still" and "stat" in token.tags and " " not in token.word:
            return True
    return words[-1].word == "yet" and not any("neg" in token.tags for token in words)


def _opened(utterance: Utterance, slots: Slots) -> Reading | None:
    """`open T003`: to look at it, or once more?"""
    if (
        "opens" not in utterance.lead.tags
        or "stat" not in utterance.lead.tags
        or not (slots.whole and slots.ids)
    ):
        return None
    if all(
        token.kind in (ID, MARK) or token.has("noun", "polite", "article") for token in utterance.body[1:]
    ):
        return unsure(build.view(slots, None), f"reopen {slots.ids[0]}")
    return None


def _is_list(slots: Slots, utterance: Utterance) -> bool:
    """`open infra tickets`, `my tickets`, `p1`: filters and nothing else."""
    if not slots.whole or slots.ids or slots.texts or slots.bad or not set(slots.verbs) <= {"view"}:
        return False
    if any(value.marked for value in slots.values) or slots.named or "pron" in slots.flags:
        return False
    if slots.filters or "stats" in slots.flags:
        return True
    alone = utterance.topic is None  # in a thread `open` is a change and `mine` may be one
    return slots.many or (alone and ("mine" in slots.flags or bool(slots.values)))
