"""Renders an outcome: chooses the view for its kind of reply and adds the receipt below it."""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from bot.results import Outcome
from bot.views import text as words
from bot.views.admin import exported, usage
from bot.views.card import card
from bot.views.changes.bulk import bulk_preview, bulk_result, undo_question
from bot.views.changes.history import history
from bot.views.changes.line import delta
from bot.views.choices import choices
from bot.views.help import help_message
from bot.views.lists.message import counts, ticket_list
from bot.views.notices import error, none, not_found, several, unchanged
from bot.views.rendered import Rendered
from store.models.tickets import cut

COMMAND_LIMIT = 400  # characters of the command in the receipt; enough for a title and a note


class _RenderContext(NamedTuple):
    """What the views need beside the outcome; see `answer`."""

    links: Mapping[str, str]
    names: Mapping[str, str]
    prefix: str
    said: str
    receipt: str
    resolved: Collection[str]


def answer(
    outcome: Outcome,
    *,
    receipt: str = "",
    links: Mapping[str, str] = words.NO_NAMES,
    names: Mapping[str, str] = words.NO_NAMES,
    prefix: str = "/ticket",
    said: str = "",
    resolved: Collection[str] = (),
) -> Rendered:
    """`receipt` is mrkdwn from `receipt()`. `links` are permalinks by ticket id and `names` display names by user id, as
    far as known. `prefix` begins the commands that are shown. `said` is the person's message, quoted if it was not
    understood. `resolved` are the ids of reopened tickets whose note is the resolution from before.
    """
    kind = outcome.reply.kind
    shown = _VIEWS[kind](outcome, _RenderContext(links, names, prefix, said, receipt, resolved))
    return shown if kind in ("created", "one") else shown.with_footnotes(receipt)


def receipt(via: str, tokens: int, model: str = "", command: str = "") -> str:
    """How a message was read and what it cost, as mrkdwn: `⚡ rules · 0 tokens`, `✨ gpt-6-luna · 212 tokens`. After a
    model call it shows the command that would have done the same without one.
    """
    cost = f"{tokens:,} tokens"
    if via == "llm":
        short = cut(words.clean(command), COMMAND_LIMIT)
        free = f"same as: {words.code(short)} (free)" if short else ""
        return words.dotted(
            f"✨ {words.escape_mrkdwn(cut(model, words.NAME_LIMIT)) or 'model'}",
            cost,
            free,
        )
    if via == "fallback":
        return words.dotted(
            "✨ asked, answer not used" if tokens else "⚡ rules, the model did not answer", cost
        )
    return words.dotted("⚡ rules", cost)


def _card(outcome: Outcome, context: _RenderContext) -> Rendered:
    record = outcome.records[0]
    return card(
        record,
        link=context.links.get(record.ticket.id, ""),
        links=context.links,
        similar=outcome.similar,
        receipt=context.receipt,
        undo=outcome.changes[0] if outcome.changes else None,
        names=context.names,
        reply=outcome.reply,
        was_resolved=record.ticket.id in context.resolved,
    )


def _delta(outcome: Outcome, context: _RenderContext) -> Rendered:
    change = outcome.changes[0]
    who = words.person(change.origin.user_id, context.names)
    return delta(change, who, record=outcome.records[0], undo=True, again=outcome.redone).with_metadata(
        outcome.reply
    )


def _several(outcome: Outcome, context: _RenderContext) -> Rendered:
    parts = [
        answer(part, links=context.links, names=context.names, prefix=context.prefix)
        for part in outcome.parts
    ]
    return several(parts).with_metadata(outcome.reply)


def _error(outcome: Outcome, context: _RenderContext) -> Rendered:
    message = str(outcome.reply.data.get("msg", ""))
    return error(message, outcome.hint, context.prefix, context.said).with_metadata(outcome.reply)


def _choices(outcome: Outcome, context: _RenderContext) -> Rendered:
    return undo_question(outcome, context.names) if outcome.to_undo else choices(outcome, context.prefix)


_View = Callable[[Outcome, _RenderContext], Rendered]
_CHANGES: dict[str, _View] = dict.fromkeys(("updated", "closed", "undone", "posted", "deleted"), _delta)
_LISTS: dict[str, _View] = dict.fromkeys(
    ("list", "page"), lambda outcome, it: ticket_list(outcome, it.links, it.names, it.prefix)
)
_VIEWS: dict[str, _View] = {
    **_CHANGES,
    **_LISTS,
    "created": _card,
    "one": _card,
    "stats": lambda outcome, it: counts(outcome, it.names),
    "history": lambda outcome, it: history(outcome, it.names),
    "preview": lambda outcome, it: bulk_preview(outcome, it.names),
    "bulk_updated": lambda outcome, it: bulk_result(outcome, it.names),
    "several": _several,
    "unchanged": lambda outcome, it: unchanged(outcome, it.links),
    "help": lambda _, it: help_message(it.prefix),
    "error": _error,
    "choices": _choices,
    "missing": lambda outcome, it: not_found(outcome, it.prefix),
    "none": lambda outcome, it: none(outcome, it.prefix, it.said),
    "exported": lambda outcome, _: exported(outcome),
    "usage": lambda outcome, _: usage(outcome),
}
