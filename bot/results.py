"""What came of an action: the reply, and beside it what the reply speaks of, for the views to draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from bot import replies
from bot.actions import Action, View
from bot.replies import Reply
from store.models.filters import Match
from store.models.tickets import Change, Record, Status, Written


class Offered(NamedTuple):
    """An action to choose, the command that would do it, and the title of the ticket that it is about."""

    action: Action
    command: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply and the records that the views draw it from: all of them within the asker's scope.

    `query` is the list that was asked for, with `page`, `pages` and `count` of what was found, of which there may be `more`;
    `hint` is a command that would have been right.
    """

    reply: Reply
    records: tuple[Record, ...] = ()
    changes: tuple[Change, ...] = ()
    query: View | None = None
    page: int = 1
    pages: int = 1
    count: int = 0
    more: bool = False  # than `count`: a store of very many tickets stops counting
    history: tuple[Change, ...] = ()
    similar: tuple[Match, ...] = ()
    missing: tuple[str, ...] = ()  # ids that were asked for and are not there, or not to be seen
    hint: str = ""
    values: Mapping[str, Any] = field(
        default_factory=lambda: MappingProxyType({})
    )  # what a preview would set
    skipped: tuple[str, ...] = ()  # ids left alone: they changed after a preview, or another one is not there
    token: str = ""  # names what is frozen: the preview that Confirm carries out, or the choices
    offered: tuple[Offered, ...] = ()  # what may be meant, to choose from
    parts: tuple["Outcome", ...] = ()  # of several commands, each one's own
    hidden: int = 0  # tickets that the list would hold but for its default statuses
    more_hidden: bool = False  # than `hidden`
    counts: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({})
    )  # in place of a list: how many there are of each status, and how many of those left are `high`
    asked_at: float = 0.0  # seconds since 1970, from which ages are counted
    to_undo: tuple[
        Change, ...
    ] = ()  # changes that are asked about before they are undone, having been made long ago
    file: str = ""  # what an export wrote
    repeated: bool = False
    redone: bool = False  # its changes make again what had been undone
    redoings: frozenset[int] = frozenset()  # versions in `history` that do
    chosen: bool = False  # it answers a choice that was offered


MERGED = (
    "merged into {}"  # what the history says of a ticket that is deleted because it became another's note
)


def merged_into(change: Change) -> str:
    """`merged into T010`, where that is how a change deleted its ticket; else ""."""
    text = change.origin.text
    return text if change.kind == "deleted" and text.startswith(MERGED.format("")) else ""


DUPLICATE = "duplicate of {}"  # the note of a ticket that is closed because it made another one reopen


def of_two_halves(together: Sequence[Change]) -> bool:
    """Whether these first changes are of a ticket that was added to another one, or that reopened it: one without the other
    would lose what was said."""
    if any(merged_into(change) for change in together):
        return True
    reopened = {one.ticket_id for one in together if one.after.get("stat") == Status.OPEN}
    notes = {DUPLICATE.format(ticket_id) for ticket_id in reopened}
    return any(one.kind == "closed" and one.after.get("res") in notes for one in together)


def of_write(written: Written) -> Outcome:
    """What a write did, in the words of its log entry: a repeated key is answered as it was the first time."""
    record, change, repeated = written
    if change is None:
        return Outcome(replies.about("unchanged", record.ticket.id), records=(record,), repeated=repeated)
    match change.kind:
        case "created":
            reply = replies.created(record.ticket)
        case "deleted":
            reply = replies.about("deleted", record.ticket.id)
        case "trimmed":  # which nobody asks for
            reply = replies.about("unchanged", record.ticket.id)
        case "closed" | "updated" | "undone" | "posted":
            reply = replies.changed(change.kind, record.ticket.id, change.after)
    return Outcome(reply, records=(record,), changes=(change,), repeated=repeated)


def of_writes(done: Sequence[Written]) -> Outcome:
    """What one action did to several tickets."""
    changes = tuple(written.change for written in done if written.change)
    return Outcome(
        replies.bulk([change.ticket_id for change in changes]),
        records=tuple(written.record for written in done),
        changes=changes,
        repeated=any(written.repeated for written in done),
    )


def not_found(*ids: str) -> Outcome:
    return Outcome(replies.missing(", ".join(ids)), missing=ids)


def refused(message: str, hint: str = "") -> Outcome:
    """`message` is one sentence for the person; `hint` a command that would do."""
    return Outcome(replies.error(message), hint=hint)
