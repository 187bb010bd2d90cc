"""The answer to an outcome: the view that its kind of reply has, and the receipt below it."""

from collections.abc import Callable, Mapping

from bot.results import Outcome
from bot.views import text as words
from bot.views.card import card, delta
from bot.views.choices import choices
from bot.views.help import help_message
from bot.views.history import history
from bot.views.lists import counts, ticket_list
from bot.views.notices import (
    bulk_preview,
    bulk_result,
    error,
    exported,
    none,
    not_found,
    several,
    undo_question,
    unchanged,
    usage,
)
from bot.views.rendered import Rendered
from store.models import cut

COMMAND_LIMIT = 400  # characters of the short command: what a title and a note need


def answer(
    outcome: Outcome,
    *,
    receipt: str = "",
    links: Mapping[str, str] = words.NO_NAMES,
    names: Mapping[str, str] = words.NO_NAMES,
    prefix: str = "/ticket",
) -> Rendered:
    """`receipt` is mrkdwn as `receipt()` writes it; `links` and `names` have permalinks by ticket id and display
    names by user id, as far as they are known; `prefix` begins the commands that help shows.
    """
    kind = outcome.reply.kind
    if kind in ("created", "one"):
        return _card(outcome, receipt, links, names)
    if kind in ("list", "page"):
        shown = ticket_list(outcome, links, names, prefix)
    elif kind == "stats":
        shown = counts(outcome, names)
    elif kind == "history":
        shown = history(outcome, names)
    elif kind in ("updated", "closed", "undone", "posted", "deleted"):
        change = outcome.changes[0]
        who = words.person(change.origin.user_id, names)
        shown = delta(change, who, record=outcome.records[0], undo=True).with_metadata(outcome.reply)
    elif kind == "bulk_updated":
        shown = bulk_result(outcome, names)
    elif kind == "choices":
        shown = undo_question(outcome) if outcome.to_undo else choices(outcome, prefix)
    elif kind == "preview":
        shown = bulk_preview(outcome, names)
    elif kind == "several":
        shown = several([answer(part, links=links, names=names) for part in outcome.parts])
        shown = shown.with_metadata(outcome.reply)
    elif kind == "unchanged":
        shown = unchanged(outcome, links)
    elif kind == "help":
        shown = help_message(prefix)
    elif kind == "error":
        shown = error(str(outcome.reply.data.get("msg", "")), outcome.hint).with_metadata(outcome.reply)
    else:
        shown = _NOTICES[kind](outcome)
    return shown.with_footnotes(receipt)


_NOTICES: dict[str, Callable[[Outcome], Rendered]] = {
    "exported": exported,
    "usage": usage,
    "missing": not_found,
    "none": none,
}


def receipt(via: str, tokens: int, model: str = "", command: str = "") -> str:
    """How a message was read and what that cost, as mrkdwn: `⚡ rules · 0 tokens`, `✨ gpt-6-luna · 212 tokens`;
    after the model, the command that would have done the same for nothing.
    """
    if via == "llm":
        short = cut(words.clean(command), COMMAND_LIMIT)
        for_nothing = f"for nothing: {words.code(short)}" if short else ""
        return words.dotted(
            f"✨ {words.escape_mrkdwn(cut(model, words.NAME_LIMIT)) or 'model'}",
            f"{tokens:,} tokens",
            for_nothing,
        )
    rules = "⚡ rules, without the model" if via == "fallback" else "⚡ rules"
    return words.dotted(rules, f"{tokens:,} tokens")


def _card(outcome: Outcome, receipt: str, links: Mapping[str, str], names: Mapping[str, str]) -> Rendered:
    record = outcome.records[0]
    undo = outcome.changes[0] if outcome.changes else None
    link = links.get(record.ticket.id, "")
    shown = card(
        record,
        link=link,
        links=links,
        similar=outcome.similar,
        receipt=receipt,
        undo=undo,
        names=names,
    )
    return shown.with_metadata(outcome.reply)
