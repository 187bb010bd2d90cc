"""The result of an action: the reply, and the records that the views draw it from."""

import functools
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, ParamSpec, TypeVar

from bot import replies
from bot.actions import Action, View
from bot.replies import Reply
from store.errors import NotFoundError
from store.models.filters import Match
from store.models.tickets import Change, Record, Status, Written

P = ParamSpec("P")
T = TypeVar("T")


DECLINE = "nothing"  # beside the offered actions: the option to do none of them


class Offered(NamedTuple):
    """An action offered as a button, the command that would do it, and the title of its ticket."""

    action: Action
    command: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply and the records that the views draw it from, all within the requester's scope.

    `query` is the list that was asked for; `page`, `pages` and `count` describe what was found, of which there may be `more`. `hint` is a command that
    would have worked.
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
    missing: tuple[str, ...] = ()  # ids that do not exist, or that the person may not see
    hint: str = ""
    # The values that a preview would set.
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    skipped: tuple[str, ...] = ()  # ids left alone: changed since the preview, or another id is missing
    # Ids of changed tickets that kept their note, because they were done before they were to be closed.
    kept: tuple[str, ...] = ()
    token: str = ""  # id of the stored choice: the preview that Confirm carries out, or the buttons offered
    offered: tuple[Offered, ...] = ()  # actions the person may have meant
    parts: tuple["Outcome", ...] = ()  # of several commands: the outcome of each
    hidden: int = 0  # done tickets that the list leaves out because no status was named
    more_hidden: bool = False  # there are more than `hidden`
    # For `stats`: the number of tickets in each status, and of open ones with high priority (`high`).
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    asked_at: float = 0.0  # seconds since 1970, from which ages are counted
    to_undo: tuple[Change, ...] = ()  # changes that the person must confirm before they are undone
    of_another: bool = False  # somebody else made the changes `to_undo`
    file: str = ""  # the contents of an export
    repeated: bool = False
    redone: bool = False  # these changes redo what had been undone
    redoings: frozenset[int] = frozenset()  # versions in `history` that redo what had been undone
    chosen: bool = False  # the person pressed a button that was offered


# The history's text for a ticket that was deleted because it became a note on another one.
MERGED = "merged into {}"


def merged_into(change: Change) -> str:
    """`merged into T010` if the change deleted its ticket by merging it into another; else ""."""
    text = change.origin.text
    return text if change.kind == "deleted" and text.startswith(MERGED.format("")) else ""


DUPLICATE = "duplicate of {}"  # the note on a ticket that was closed when it reopened another one


def is_inseparable(together: Sequence[Change]) -> bool:
    """Whether these changes merged a ticket into another, or closed it while reopening another. `together` are the first
    changes, not undos of them. Undoing only half of them would lose what was said."""
    if any(merged_into(change) for change in together):
        return True
    reopened = {one.ticket_id for one in together if one.after.get("stat") == Status.OPEN}
    notes = {DUPLICATE.format(ticket_id) for ticket_id in reopened}
    return any(one.kind == "closed" and one.after.get("res") in notes for one in together)


def of_write(written: Written, similar: tuple[Match, ...] = ()) -> Outcome:
    """The outcome of one write, from its log entry, so that a repeated idempotency key gets the same answer as the
    first time. `similar` are tickets like a new one."""
    record, change, repeated = written
    if change is None:
        return Outcome(replies.id_only("unchanged", record.ticket.id), records=(record,), repeated=repeated)
    match change.kind:
        case "created":
            reply = replies.created(record.ticket)
        case "deleted":
            reply = replies.id_only("deleted", record.ticket.id)
        case "trimmed":  # by retention, never by a person
            reply = replies.id_only("unchanged", record.ticket.id)
        case "closed" | "updated" | "undone" | "posted":
            reply = replies.changed(change.kind, record.ticket.id, change.after)
    return Outcome(reply, records=(record,), changes=(change,), repeated=repeated, similar=similar)


def of_writes(done: Sequence[Written]) -> Outcome:
    """The outcome of one action that wrote several tickets."""
    changes = tuple(written.change for written in done if written.change)
    return Outcome(
        replies.bulk([change.ticket_id for change in changes]),
        records=tuple(written.record for written in done),
        changes=changes,
        repeated=any(written.repeated for written in done),
    )


def not_found(*ids: str) -> Outcome:
    return Outcome(replies.missing(", ".join(ids)), missing=ids)


def answer_not_found(act: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T | Outcome]]:
    """Let `act` return `not_found` for a ticket that was deleted after it was seen, or never existed."""

    @functools.wraps(act)
    async def run(*args: P.args, **named: P.kwargs) -> T | Outcome:
        try:
            return await act(*args, **named)
        except NotFoundError as gone:
            return not_found(gone.ticket_id)

    return run


def refused(message: str, hint: str = "") -> Outcome:
    """`message` is one sentence for the person; `hint` is a command that would work."""
    return Outcome(replies.error(message), hint=hint)
