"""The store's protocol: what every store keeps and promises.

1. When a call returns, its effect is on disk. A call that could not be made durable raises and changes nothing.
2. A change, its history entry, its idempotency key and the cost of its message are one commit. Using a key again
   changes nothing and returns the first result. Keys are remembered for `KEY_LIFETIME`.
3. Readers never see a change that is not durable. Returned data is frozen and may be shared.
4. Ids ascend and are never reused, not even after a deletion or a restart.

A message that creates a ticket takes three commits: `accept`, `create`, `finish`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from store.models.deliveries import (
    NOTHING_POSTED,
    Accepted,
    Choice,
    Delivery,
    ParkedDelivery,
    Person,
    Posted,
    Turn,
    UndoLine,
    UsageDay,
)
from store.models.filters import PAGE_SIZE, Filter, Match, Page, Scope
from store.models.tickets import (
    Change,
    ImportedTicket,
    Json,
    MessageUsage,
    NewTicket,
    Origin,
    Record,
    TrimmedHistory,
    Values,
    Written,
)

KEY_LIFETIME = 7 * 86_400  # seconds that keys, finished deliveries, undo lines and choices are kept


class TicketStore(Protocol):
    """See the promises above. Every method may raise `StoreError`."""

    shared: bool  # whether other processes may use the store at the same time

    # tickets

    async def create(self, new: NewTicket, origin: Origin, *, once: bool = False) -> Written:
        """With `once`, a message makes one ticket: if one was made of the message `origin.message` and is not deleted,
        that one is returned instead, and nothing is written."""

    async def get(self, ticket_id: str) -> Record | None:
        """None for a deleted ticket too."""

    async def update(
        self, ticket_id: str, values: Values, origin: Origin, known: Record | None = None
    ) -> Written:
        """Set `values`. Raises `NotFoundError`. `known` is the ticket as just read: a remote store reads it again only if
        it changed meanwhile.

        A change of `stat` to `done` has the kind `closed` in the history. Setting `stat` to `prog` sets `started_by` to
        `origin.user_id`, even if nothing else changes.
        """

    async def bulk_update(
        self,
        values: Mapping[str, Values | None],
        origin: Origin,
        expected: Mapping[str, int] | None = None,
        *,
        together: bool = False,
    ) -> list[Written]:
        """`update` each id in `values`, in that order, as one commit: all or none. None instead of values deletes.

        A ticket that is no longer at its `expected` version is left unchanged, and, if they go `together`, so are all others.
        """

    async def post(self, ticket_id: str, channel: str, origin: Origin, *, private: bool) -> Written:
        """Move a ticket to `channel`, as if it had been created there. Raises `NotFoundError`."""

    async def delete(self, ticket_id: str, origin: Origin) -> Written:
        """Remove the ticket from every list and search. Its history stays, and `undo` restores it."""

    async def undo(self, ticket_id: str, version: int, origin: Origin) -> Written:
        """Revert exactly the change that made `version`. The undo is a change itself and can be undone.

        Undoing a creation deletes the ticket. Raises `NothingToUndoError` (unknown or already undone) and
        `ConflictError` if a later change touched one of the fields.
        """

    async def change(self, ticket_id: str, version: int) -> Change | None: ...
    async def latest(
        self, user_id: str, ticket_id: str = "", *, undoings: bool = False
    ) -> tuple[Change, ...]:
        """The person's newest change (on `ticket_id`, if given) that has not been undone, with all changes of the same
        commit, in order. Changes that are themselves undos count only with `undoings`. Empty if there is none.
        """

    async def changes_together(self, ticket_id: str, version: int) -> tuple[Change, ...]:
        """All changes of the commit that made `version`, in order: several for a bulk update."""

    async def view(
        self, where: Filter, scope: Scope, page: int = 1, size: int = PAGE_SIZE, *, exact: bool = False
    ) -> Page:
        """One page of the matching tickets: those not done first, then by priority, then oldest first; newest first if
        `where.stat` is only `done`.

        A store of very many tickets may stop counting at 1,000, unless `exact`; `Page.more` then says that there are
        more. Filters on nothing but status, priority and category are always counted in full.
        """

    async def similar(self, text: str, scope: Scope, limit: int = 3) -> list[Match]:
        """The tickets most like `text`, above a threshold: those not done first, best first.

        Word weights come from the tickets in `scope` alone, so that scores reveal nothing about other tickets.
        """

    async def history(
        self, ticket_id: str, page: int = 1, size: int = PAGE_SIZE
    ) -> tuple[tuple[Change, ...], int]:
        """A page of changes, newest first, and their total; deleted tickets too. Raises `NotFoundError` if the ticket
        never existed."""

    async def scan(self, after: str = "", size: int = 500) -> list[Record]:
        """The next `size` tickets after the id `after`, in id order, without deleted ones. To iterate over all."""

    async def existing_ids(self, ids: Sequence[str]) -> list[str]:
        """The `ids` that belong to a ticket, deleted ones included."""

    async def import_tickets(self, tickets: Sequence[ImportedTicket], origin: Origin) -> list[str]:
        """Add tickets from elsewhere as one commit: all or none. Returns their ids, in the order of `tickets`.

        Raises `StoreError` if an id is taken or occurs twice in `tickets`.
        """

    async def trim_history(self, before: float, days: int, now: float) -> TrimmedHistory:
        """Permanently remove the history of done tickets unchanged since `before`, deleted ones included, with the text
        they were created from. The tickets stay as they are; one change of the kind `trimmed`, made at `now`, replaces
        their history and records `days`, the retention period. `before` must be at least `KEY_LIFETIME` ago.
        """

    async def count_trimmable(self, before: float) -> int:
        """How many tickets' history `trim_history` would remove."""

    # where tickets are shown in Slack

    async def find_by_thread(self, channel: str, thread: str) -> str | None:
        """The id of the first ticket that is not deleted, of a thread or of a message, whose ts is then given."""

    async def list_by_thread(self, channel: str, thread: str) -> tuple[str, ...]:
        """The ids of all tickets of a thread or of a message, deleted ones included, in id order. A thread has the tickets made
        in it and those whose card is there; a message has those made from it."""

    async def undo_line(self, ticket_id: str, version: int) -> UndoLine | None:
        """The message that offered to undo the change that made `version`."""

    async def undo_lines_in(self, channel: str, thread: str) -> tuple[UndoLine, ...]:
        """The undo lines in a thread, newest first."""

    # deliveries

    async def accept(self, delivery: Delivery, owner: str = "", lease_until: float = 0) -> Accepted:
        """Store a delivery, unless one of its keys is known.

        A new delivery is leased to `owner` until `lease_until`. Without an owner, or if it waits for another of its
        thread (see `claim`), nobody holds it.
        """

    async def finish(
        self,
        key: str,
        reply: Json | None = None,
        *,
        posted: Posted = NOTHING_POSTED,
        usage: MessageUsage | None = None,
    ) -> Mapping[str, int]:
        """Mark a delivery as done and keep `reply`, `posted` and `usage`, in one commit.

        Returns the current version of each ticket whose card was posted: it may have been changed by someone who did
        not know of the card yet.
        """

    async def fail(self, key: str, reason: str, *, park: bool, usage: MessageUsage | None = None) -> int:
        """Record a failed attempt; returns the number of failures so far. With `park` it is not tried again by itself.
        A delivery that is already done stays done."""

    async def claim(self, owner: str, now: float, lease_until: float, limit: int = 100) -> list[Delivery]:
        """Lease to `owner` up to `limit` pending deliveries that have no owner or an expired lease, oldest first.

        A delivery that follows another in its thread is not claimed until that one is done, is `owner`'s, or was
        released to be claimed later. Call it until it returns none.
        """

    async def release(self, owner: str, keys: Sequence[str], until: float, *, in_line: bool = False) -> None:
        """Give up the deliveries that `owner` still holds; nobody claims them before `until`. Later deliveries of their
        threads wait for them only if `in_line`.
        """

    async def renew(self, owner: str, keys: Sequence[str], lease_until: float) -> list[str]:
        """Extend the leases that `owner` still holds; returns the keys of those."""

    async def pending(self) -> list[Delivery]:
        """Deliveries that are neither done nor parked, oldest first."""

    async def parked(self) -> list[ParkedDelivery]: ...
    async def retry_parked(self, key: str) -> None:
        """Make a parked delivery pending again, with no failures. Raises `NotFoundError`."""

    async def drop_parked(self, key: str) -> None:
        """Mark a parked delivery as done, without a reply. Raises `NotFoundError`."""

    # choices and previews

    async def add_choice(self, choice: Choice) -> None: ...
    async def choice(self, choice_id: str) -> Choice | None:
        """A taken choice too, and for a while an expired one."""

    async def take_choice(
        self, choice_id: str, user_id: str, option: str, key: str, now: float
    ) -> Choice | None:
        """Take an option, once. Returns the choice with the option and key of the first press.

        None if there is no such choice, it is another person's, or it expired before an option was taken.
        """

    # people

    async def remember_people(self, people: Sequence[Person]) -> None: ...
    async def forget_people(self, user_ids: Sequence[str]) -> None: ...
    async def people(self, user_ids: Sequence[str] | None = None) -> list[Person]:
        """The remembered people with these ids, or all of them."""

    # what the model costs

    async def record_usage(self, usage: MessageUsage) -> None:
        """Count a message whose usage no change and no finished delivery carries."""

    async def tokens_used(self, day: date) -> int:
        """The tokens that all users together used on `day`."""

    async def usage(self, days: int) -> Sequence[UsageDay]:
        """The latest `days` days with any usage, newest first."""

    # coordination between processes that share the store; their clocks have to agree

    async def take_turn(self, name: str, owner: str, now: float, until: float) -> Turn:
        """Try to get exclusive use of `name` across processes, until `end_turn` or `until`.

        Fails while another owner holds the turn or is next in line; the next in line must ask again within two seconds.
        The holder extends its turn by taking it again. `number` starts at 0. In a store that is not `shared`, it never
        fails.
        """

    async def end_turn(self, name: str, owner: str, number: float) -> bool:
        """Give up the turn and keep `number` for the next owner. False, and nothing done, if it was taken by another meanwhile."""

    async def announce(self, names: Sequence[str]) -> None:
        """Tell all processes that what they cached under these names is out of date."""

    async def announced(self, after: int) -> tuple[int, list[str] | None]:
        """The number to pass as `after` next time, and the names announced since the call that returned `after`; None
        if those are no longer known: any cache may be out of date.
        """

    async def allow_call(self, user_id: str, now: float, per_minute: int) -> bool:
        """Whether this person may call the model again: at most `per_minute` times. If so, counts the call for a minute."""

    async def close(self) -> None: ...
