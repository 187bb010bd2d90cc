"""New tickets: asked for, or what is reported instead."""

from bot.actions import Create
from bot.parser import asks, creating, reporting
from bot.parser.categories import categorise
from bot.parser.message import Reading
from bot.parser.refusals import NOTHING
from bot.parser.said import CHANGING, Said, sure, unsure
from bot.parser.spelling import spell
from bot.parser.titles import Draft, draft
from bot.parser.tokens import ID, LINE, Token

_ASKING = frozenset(("noun", "opens", "wants", "verb"))
_SECOND = CHANGING | {"delete", "cannot", "view"}


def requested(said: Said) -> Reading | None:
    """`create a ticket for X` and its like."""
    body, lead = said.body, said.lead.tags
    if said.roles.isdisjoint(_ASKING):
        return None
    if {"wh", "aux", "count"} & lead.keys() and not {"verb", "wants", "opens"} & lead.keys():
        return None
    named = (
        creating.names_a_part(body, 0) and not creating.has_head(body) and reporting.report(said) is not None
    )
    made = creating.create(said, headed=not named)
    if made is None:
        return None
    if _second_command(body):
        return unsure(asks.one_at_a_time(), "a new ticket and another command")
    doubtful = said.question and not said.asked and not said.wish and not made.requested
    return _new(made, said, certain=not doubtful)


def reported(said: Said) -> Reading | None:
    """`prod is down`, `need access to the VPN`: a ticket, though nobody says so."""
    if said.topic:
        return None
    found = reporting.report(said)
    if not found or said.names_ids:
        return None
    if said.question and not (said.asked or (said.wish and found.needs)):
        return unsure(NOTHING, "a question")
    made = draft([token for token in said.body if token.start >= found.start], said.source)
    return _new(made, said, certain=found.sure) if made.title else None


def implied(said: Said) -> Reading | None:
    """`update the README`: a change, but of no ticket; perhaps a task for a new one."""
    verb = said.lead.tags.get("verb")
    if (
        said.topic
        or said.names_ids
        or said.question
        or verb not in ("update", "delete", "start", "raise", "lower", "cannot")
    ):
        return None
    if len(said.body) < 3 or any({"noun", "pron", "all"} & token.tags.keys() for token in said.body[1:3]):  # noqa: PLR2004  # a verb and something to do it to
        return None
    made = draft(said.body, said.source)
    return _new(made, said, certain=False) if made.title else None


def _new(made: Draft, said: Said, *, certain: bool) -> Reading:
    if made.problem:
        return sure(made.problem)
    if not made.title:
        return sure(asks.no_title())
    cat = made.said.cat or categorise(made.title) or (categorise(made.desc) if made.desc else None)
    pri = made.said.pri or (1 if reporting.vital(said.raw) else 2)
    action = Create.model_validate({"title": made.title, "desc": made.desc or None, "cat": cat, "pri": pri})
    return Reading(
        action, sure=certain, uncategorised=certain and cat is None, hint="" if certain else spell(action)
    )


def _second_command(body: list[Token]) -> bool:
    """`create X and close T003`"""
    for at in range(2, len(body) - 1):
        before, after = body[at - 1], body[at + 1 : at + 5]
        if body[at].tags.get("verb") not in _SECOND:
            continue
        if not (
            {"and", "filler"} & before.tags.keys() or before.word in (",", ".", ";") or before.kind == LINE
        ):
            continue
        if any(token.kind == ID for token in after) or (
            body[at].tags["verb"] == "cannot" and "pron" in after[0].tags
        ):
            return True
    return False
