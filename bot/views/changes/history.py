"""A ticket's history, newest first: who changed what and when, and the message they wrote."""

from collections.abc import Mapping

from bot.results import Outcome
from bot.views import blocks, controls, phrases
from bot.views import text as words
from bot.views.buttons import turn_button
from bot.views.controls import Turned
from bot.views.lists.message import place
from bot.views.mentions import written
from bot.views.rendered import Rendered, rendered
from store.models.tickets import Change, cut

WRITTEN_LIMIT = 600  # characters shown of a person's message; ten of them still make a readable page
TOLD_LIMIT = 150  # the same in the text for notifications


def history(outcome: Outcome, names: Mapping[str, str] = words.NO_NAMES) -> Rendered:
    """A page of a ticket's history. `names` are display names by user id."""
    ticket_id = outcome.history[0].ticket_id if outcome.history else ""
    heading = f"History of {ticket_id}" if ticket_id else "No history"
    where = words.dotted(words.count(outcome.count, "change"), place(outcome))
    shown = [block for change in outcome.history for block in _entry(change, outcome, names)]
    return rendered(
        [heading, *(_told(change, outcome, names) for change in outcome.history), where],
        [
            blocks.section(f"*{heading}*", "history.heading"),
            *shown,
            _turning(outcome, ticket_id),
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
    written = cut(_written(change, names), WRITTEN_LIMIT)
    if written:
        parts.append(blocks.quote(blocks.run(written, "italic")))
    entry = [blocks.context(f"history.{change.version}", about)]
    return [*entry, blocks.rich(f"history.{change.version}.what", *parts)] if parts else entry


def _told(change: Change, outcome: Outcome, names: Mapping[str, str]) -> str:
    if change.trimmed:
        return _trimmed(change, words.format_utc(change.origin.timestamp))
    written = cut(_written(change, names), TOLD_LIMIT)
    return words.escape_mrkdwn(
        words.dotted(
            words.person(change.origin.user_id, names),
            words.format_utc(change.origin.timestamp),
            _kind(change, outcome),
            *phrases.differences(change),
            f"“{written}”" if written else "",
        )
    )


def _written(change: Change, names: Mapping[str, str]) -> str:
    """The person's message; "" if it is identical to the note, which is shown with the changes."""
    text = written(change.origin.text, names)
    note = str(change.after.get("res") or "")
    return "" if text in (words.clean(note), written(words.escape(note), names)) else text


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
            return " and ".join(phrases.phrases(change))
        case "updated" | "closed" | "posted" | "trimmed":
            return change.kind


def _turning(outcome: Outcome, ticket_id: str) -> blocks.Block | None:
    buttons: list[blocks.Element] = []
    action = controls.HISTORY_PAGE
    if outcome.page > 1:
        buttons += turn_button("Newer", f"{action}.previous", Turned(ticket_id, outcome.page - 1).value())
    if outcome.page < outcome.pages:
        buttons += turn_button("Older", f"{action}.next", Turned(ticket_id, outcome.page + 1).value())
    return blocks.actions("history.pages", buttons) if buttons and ticket_id else None
