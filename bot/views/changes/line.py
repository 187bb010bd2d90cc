"""A change in one line, with an Undo button: who did what. Posted in the ticket's thread."""

import json

from bot import replies
from bot.replies import Reply
from bot.views import blocks, phrases
from bot.views import text as words
from bot.views.controls.buttons import undo_button
from bot.views.mentions import mention
from bot.views.rendered import Rendered, rendered
from store.models.tickets import Change, Record


def delta(
    change: Change,
    who: str,
    *,
    record: Record | None = None,
    by_id: bool = False,
    undo: bool = False,
    undone: str = "",
    again: bool = False,
    tell: str = "",
) -> Rendered:
    """`Ada started T043 “API timeout” · investigating load balancer`. `who` is a display name, as a mention would
    notify the person who acted. `record`: name the ticket, where it is not obvious; `by_id`: by its id alone, if it is
    deleted. `undo`: add an Undo button.
    `undone`: a text saying that the change was undone, and perhaps by whom. `again`: the change redoes what had been
    undone. `tell`: a user id to mention.
    """
    name = words.person("", {"": who})
    what = _describe_ticket(change, record) if record else change.ticket_id if by_id else phrases.THIS
    told = words.dotted(
        words.escape_mrkdwn(phrases.in_one_sentence(phrases.past_tense(change, what, again=again))),
        words.escape_mrkdwn(phrases.note(change)),
        mention(tell),
        words.escape_mrkdwn(undone),
    )
    button = undo_button(change) if undo and not undone else None
    shown = rendered(
        [f"{words.escape_mrkdwn(name)} {told}"],
        [
            blocks.section(
                f"*{words.escape_mrkdwn(name)}* {told}",
                f"delta.{change.ticket_id}.{change.version}",
                button,
            )
        ],
    )
    return shown.with_metadata(_reply(change))


def _describe_ticket(change: Change, record: Record) -> str:
    """The ticket's id and title; only the id if the change itself shows the title."""
    if "title" in change.after and "deleted" not in change.metadata_after and change.kind != "deleted":
        return change.ticket_id
    return f"{change.ticket_id} “{words.title(record.ticket)}”"


def _reply(change: Change) -> Reply:
    match change.kind:
        case "created":
            data = json.dumps(
                {"id": change.ticket_id, **change.after}, ensure_ascii=False, separators=(",", ":")
            )
            return Reply("created", replies.TEMPLATES["created"] % data)
        case "deleted":
            return replies.id_only("deleted", change.ticket_id)
        case "trimmed":
            return replies.id_only("unchanged", change.ticket_id)
        case "updated" | "closed" | "undone" | "posted":
            return replies.changed(change.kind, change.ticket_id, change.after)
