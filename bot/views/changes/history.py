"""A ticket's history, newest first: who changed what and when, and the message they wrote."""

from collections.abc import Mapping

from bot.results import Outcome
from bot.views import blocks, controls, phrases
from bot.views import text as words
from bot.views.controls import HistoryPage
from bot.views.controls.buttons import page_button
from bot.views.lists.message import page_number
from bot.views.mentions import to_readable_text
from bot.views.rendered import Rendered, rendered
from store.models.tickets import Change, cut

QUOTE_LIMIT = 600  # characters shown of a person's message; ten of them still make a readable page
ENTRY_TEXT_LIMIT = 150  # the same in the text for notifications


def history(outcome: Outcome, names: Mapping[str, str] = words.NO_NAMES) -> Rendered:
    """A page of a ticket's history. `names` are display names by user id."""
    ticket_id = outcome.history[0].ticket_id if outcome.history else ""
    heading = f"History of {ticket_id}" if ticket_id else "No history"
    where = words.dotted(words.count(outcome.count, "change"), page_number(outcome))
    shown = [block for change in outcome.history for block in _entry(change, outcome, names)]
    return rendered(
        [heading, *(_entry_text(change, outcome, names) for change in outcome.history), where],
        [
            blocks.section(f"*{heading}*", "history.heading"),
            *shown,
            _page_buttons(outcome, ticket_id),
            blocks.context("history.place", where),
        ],
    ).with_metadata(outcome.reply)


def _entry(change: Change, outcome: Outcome, names: Mapping[str, str]) -> list[blocks.Block]:
    if change.trimmed:
        return [
            blocks.context(f"history.{change.version}", _trimmed(change, words.when(change.origin.timestamp)))
        ]
    who = words.escape_mrkdwn(words.person(change.origin.user_id, names))
    undone = "undone" if change.undone_by else ""
    about = words.dotted(f"*{who}*", words.when(change.origin.timestamp), _kind(change, outcome), undone)
    parts = [blocks.line(blocks.run(one)) for one in phrases.differences(change)]
    written = cut(_quoted_text(change, names), QUOTE_LIMIT)
    if written:
        parts.append(blocks.quote(blocks.run(written, "italic")))
    entry = [blocks.context(f"history.{change.version}", about)]
    return [*entry, blocks.rich(f"history.{change.version}.what", *parts)] if parts else entry


def _entry_text(change: Change, outcome: Outcome, names: Mapping[str, str]) -> str:
    if change.trimmed:
        return _trimmed(change, words.format_utc(change.origin.timestamp))
    written = cut(_quoted_text(change, names), ENTRY_TEXT_LIMIT)
    return words.escape_mrkdwn(
        words.dotted(
            words.person(change.origin.user_id, names),
            words.format_utc(change.origin.timestamp),
            _kind(change, outcome),
            *phrases.differences(change),
            f"“{written}”" if written else "",
        )
    )


def _quoted_text(change: Change, names: Mapping[str, str]) -> str:
    """The person's message; "" if it is identical to the note, which is shown with the changes."""
    text = to_readable_text(change.origin.text, names)
    note = str(change.after.get("res") or "")
    return "" if text in (words.clean(note), to_readable_text(words.escape(note), names)) else text


def _trimmed(change: Change, when: str) -> str:
    days = change.trimmed.days if change.trimmed else 0
    return f"Older history was removed on {when} (kept {words.count(days, 'day')})."


def _kind(change: Change, outcome: Outcome) -> str:
    match change.kind:
        case "created":
            return "opened"
        case "deleted":
            return "deleted"
        case "undone":
            again = change.version in outcome.redoings
            return phrases.redone(change) if again else phrases.undone(change)
        case "updated" if not change.after:
            return phrases.in_one_sentence(phrases.past_tense(change))
        case "updated" | "closed" | "posted" | "trimmed":
            return change.kind


def _page_buttons(outcome: Outcome, ticket_id: str) -> blocks.Block | None:
    buttons: list[blocks.Element] = []
    action = controls.HISTORY_PAGE
    if outcome.page > 1:
        buttons += page_button(
            "Newer", f"{action}.previous", HistoryPage(ticket_id, outcome.page - 1).value()
        )
    if outcome.page < outcome.pages:
        buttons += page_button("Older", f"{action}.next", HistoryPage(ticket_id, outcome.page + 1).value())
    return blocks.actions("history.pages", buttons) if buttons and ticket_id else None
