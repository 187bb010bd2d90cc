"""New tickets: asked for, or what is reported instead."""

import re
from itertools import pairwise

from bot.actions import Create
from bot.parser import asks, creating, reporting
from bot.parser.categories import categorise
from bot.parser.message import Reading
from bot.parser.prefaced import asks_for_list
from bot.parser.refusals import NOTHING
from bot.parser.said import CHANGING, Said, sure, unsure
from bot.parser.spelling import spell
from bot.parser.titles import Draft, draft
from bot.parser.tokens import ID, LINE, NO_TAGS, Token
from bot.parser.urgency import told
from bot.parser.vocabulary import COMMANDS
from store.models import Category

_ASKING = frozenset(("noun", "opens", "wants", "label", "logged"))
_OPENING = (_ASKING - {"noun"}) | {"adds"}
_BARE_ID = re.compile(r"T\d\w*", re.IGNORECASE)
_TASKS = frozenset(("update", "delete", "start", "raise", "lower", "cannot"))
_SHORTEST_TASK = 3  # tokens: a verb and something to do it to
SECOND = CHANGING | {"delete", "cannot", "view"}


def requested(said: Said) -> Reading | None:
    """`create a ticket for X` and its like."""
    lead = said.lead
    if said.roles.isdisjoint(_ASKING) or (
        lead.has("wh", "aux", "count") and not lead.has("verb", "wants", "opens")
    ):
        return None
    if lead.tags.get("verb", "create") != "create" and said.roles.isdisjoint(_OPENING):
        return None  # `show my tickets`
    named = (
        creating.names_a_part(said.body, 0)
        and said.body[2:]
        and "behaves" in said.body[2].tags  # `create button in the form returns 403`
        and not creating.has_head(said.body)
        and reporting.report(said) is not None
    )
    made = creating.create(said, headed=not named)
    if made is None:
        return None
    if _second_command(said.body):
        return unsure(asks.one_at_a_time(), "a new ticket and another command")
    doubtful = said.question and not (said.asked or said.wish or made.requested)
    return new(made, said, certain=not doubtful)


def reported(said: Said) -> Reading | None:
    """`prod is down`, `need access to the VPN`: a ticket, though nobody says so."""
    found = reporting.report(said) if not (said.topic or said.names_ids) else None
    if not found:
        return None
    if found.idle or _asks_to_see(said.body):
        return unsure(NOTHING, "a question or news")
    made = draft([token for token in said.body if found.start <= token.start < found.end], said.source)
    return new(made, said, certain=found.sure) if made.title else None


def implied(said: Said) -> Reading | None:
    """`update the README`: a change, but of no ticket; perhaps a task for a new one."""
    of_tickets = (
        said.topic or said.names_ids or any(token.has("noun", "pron", "all") for token in said.body[1:3])
    )
    of_oneself = "glue" in COMMANDS.words.get(said.lead.word.split(" ")[0], NO_TAGS)  # `I'm on vacation`
    if (
        said.lead.tags.get("verb") not in _TASKS
        or of_oneself
        or of_tickets
        or said.question
        or len(said.body) < _SHORTEST_TASK
    ):
        return None
    made = draft(said.body, said.source)
    return new(made, said, certain=False) if made.title else None


def _asks_to_see(body: list[Token]) -> bool:
    """`…, can you find it`, `auditors want a list of …`; `…, can you check` is for who mends it."""
    return any(
        ("request" in token.tags and "search" in after.tags) or asks_for_list(token, after)
        for token, after in pairwise(body)
    )


def new(made: Draft, said: Said, *, certain: bool) -> Reading:
    """The new ticket that `made` describes, or what has to be asked about it."""
    only_id = said.names_ids and _BARE_ID.fullmatch(made.title)
    if made.problem or not made.title or only_id:
        return sure(made.problem or asks.no_title())
    cat = made.said.cat or categorise(made.title) or (categorise(made.desc) if made.desc else None)
    pri = (
        made.said.pri or ("pri" in said.roles and told(said.body)) or (1 if reporting.vital(said.raw) else 2)
    )
    likely = cat or (Category.CODE if reporting.is_trouble(said.raw) else None)
    action = Create.model_validate(
        {"title": made.title, "desc": made.desc or None, "cat": likely, "pri": pri}
    )
    hint = "" if certain else spell(action)
    return Reading(action, sure=certain, uncategorised=certain and cat is None, hint=hint)


def _second_command(body: list[Token]) -> bool:
    """`create X and close T003`, `… and assign it to Bob`"""
    for at in range(2, len(body) - 1):
        verb = body[at].tags.get("verb")
        if verb not in SECOND:
            continue
        before = body[at - 1]
        if not (before.has("and", "filler") or before.word in (",", ".", ";") or before.kind == LINE):
            continue
        if any(token.kind == ID for token in body[at + 1 : at + 5]) or (
            verb == "cannot" and "pron" in body[at + 1].tags
        ):
            return True
    return False
