"""The store's protocol: what every store keeps, and what it promises.

1. What a call returned is on disk. A call that could not be made durable raises and changes nothing.
2. A change, its entry in the history, its key and what its message cost are one commit; the same key again changes
   nothing and returns what it did the first time. Keys are known for `KEY_LIFETIME`.
3. No reader sees a change that is not durable. What comes out is frozen, and may be shared.
4. Ids run upwards and are never used twice, not even after a deletion or a restart.

A message that makes a ticket is three commits: `accept`, `create`, `finish`.
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

KEY_LIFETIME = 7 * 86_400  # seconds that keys, finished deliveries, undo lines and taken choices are known


class TicketStore(Protocol):
    """See the module's promises. Every method may raise `StoreError`."""

    shared: bool  # whether other processes may use it at the same time

    # tickets

    async def create(self, new: NewTicket, origin: Origin) -> Written: ...
    async def get(self, ticket_id: str) -> Record | None:
        """None also for a deleted one."""

    async def update(
        self, ticket_id: str, values: Values, origin: Origin, known: Record | None = None
    ) -> Written:
        """Set `values`. Raises `NotFoundError`. `known` is the ticket as it was read a moment ago: a store that is far away
        asks for it again only where it was changed meanwhile.

        A ticket whose `stat` becomes `done` is `closed` in the history. Setting `stat` to `prog` makes `origin.user_id`
        the one who is on it, also where that is the only change.
        """

    async def bulk_update(
        self,
        values: Mapping[str, Values | None],
        origin: Origin,
        expected: Mapping[str, int] | None = None,
    ) -> list[Written]:
        """`update` for each id of `values`, in its order, as one commit: all or none. None in place of values is `delete`.

        A ticket that is not at its `expected` version any more is left alone.
        """

    async def post(self, ticket_id: str, channel: str, origin: Origin, *, private: bool) -> Written:
        """Make a ticket belong to `channel` from now on, as if it had been made there. Raises `NotFoundError`."""

    async def delete(self, ticket_id: str, origin: Origin) -> Written:
        """Take it out of every list and search; its history stays, and `undo` brings it back."""

    async def undo(self, ticket_id: str, version: int, origin: Origin) -> Written:
        """Restore exactly what the change that made `version` changed, as a change of its own that can be undone too.

        Undoing a creation deletes. Raises `NothingToUndoError` (unknown or already undone) and `ConflictError`
        when a field was changed since by another change.
        """

    async def change(self, ticket_id: str, version: int) -> Change | None: ...
    async def latest(
        self, user_id: str, ticket_id: str = "", *, undoings: bool = False
    ) -> tuple[Change, ...]:
        """The newest change by this person (on that ticket, if given) that is not undone, and no undoing itself unless
        `undoings` counts as well; with all changes that the same commit made, in their order. Empty where there is none.
        """

    async def changes_together(self, ticket_id: str, version: int) -> tuple[Change, ...]:
        """All changes of the commit that made that version, in their order: of a bulk update more than one."""

    async def view(
        self, where: Filter, scope: Scope, page: int = 1, size: int = PAGE_SIZE, *, exact: bool = False
    ) -> Page:
        """Those that are not done first, by priority, oldest first within one; newest first where `where.stat` is just `done`.

        A store of very many tickets may stop counting at a thousand, unless the count must be `exact`; the page then says that
        there are more. What is filtered by nothing but status, priority and category is always counted.
        """

    async def similar(self, text: str, scope: Scope, limit: int = 3) -> list[Match]:
        """The tickets most like `text`, best first, open ones before done ones, above a threshold.

        Words are weighed over `scope` alone, so that nothing tells of the others.
        """

    async def history(
        self, ticket_id: str, page: int = 1, size: int = PAGE_SIZE
    ) -> tuple[tuple[Change, ...], int]:
        """Newest first, and how many in all; of deleted tickets too. Raises `NotFoundError` if there never was one."""

    async def scan(self, after: str = "", size: int = 500) -> list[Record]:
        """The next tickets after that id, in the order of ids, deleted ones left out: to go through all of them."""

    async def count(self) -> int:
        """How many tickets there are that are not deleted."""

    async def existing_ids(self, ids: Sequence[str]) -> list[str]:
        """Those of `ids` that are or were a ticket's."""

    async def import_tickets(self, tickets: Sequence[ImportedTicket], origin: Origin) -> list[str]:
        """Take in tickets from elsewhere, as one commit: all or none. Returns their ids, in their order.

        Raises `StoreError` when an id is taken, or twice in `tickets`.
        """

    async def trim_history(self, before: float, days: int, now: float) -> TrimmedHistory:
        """Remove the history of tickets that are done and were not changed since `before`, for good, with the words that
        made them; deleted ones too. A change of the kind `trimmed` is what is left of it: it says `days`, how long history
        is kept, and that it was `now`. The tickets stay as they are. `before` is at least `KEY_LIFETIME` ago.
        """

    async def count_trimmable(self, before: float) -> int:
        """How many tickets `trim_history` would take the history of."""

    # where tickets are shown in Slack

    async def find_by_thread(self, channel: str, thread: str) -> str | None:
        """The ticket that a thread belongs to: its first that is not deleted."""

    async def list_by_thread(self, channel: str, thread: str) -> tuple[str, ...]:
        """All tickets that a thread belongs to or belonged to, the deleted ones too, in the order of their ids."""

    async def undo_line(self, ticket_id: str, version: int) -> UndoLine | None:
        """The message that offered to undo that change."""

    async def undo_lines_in(self, channel: str, thread: str) -> tuple[UndoLine, ...]:
        """Those that stand in a thread, newest first."""

    # deliveries

    async def accept(self, delivery: Delivery, owner: str = "", lease_until: float = 0) -> Accepted:
        """Keep a delivery, unless one of its keys is known.

        A new one belongs to `owner` until `lease_until`, unless it waits for another of its thread (see `claim`): then, as
        without an owner, it belongs to nobody.
        """

    async def finish(
        self,
        key: str,
        reply: Json | None = None,
        *,
        posted: Posted = NOTHING_POSTED,
        usage: MessageUsage | None = None,
    ) -> Mapping[str, int]:
        """It is done, and was answered by `reply`. `posted` and `usage` are kept by the same commit.

        Returns at which version each ticket is whose card was posted: somebody who did not know of the card yet may have
        changed it.
        """

    async def fail(self, key: str, reason: str, *, park: bool, usage: MessageUsage | None = None) -> int:
        """Record that working on it failed; the number of times that it has by now. A parked one is left alone. One that
        somebody else has finished meanwhile stays as it is."""

    async def claim(self, owner: str, now: float, lease_until: float, limit: int = 100) -> list[Delivery]:
        """Pending deliveries that belong to nobody, or whose lease is over: `owner`'s from now on, oldest first.

        One that follows another in its thread is left alone until that one is done, or is `owner`'s, or was released
        to be claimed later. To be called until there is none.
        """

    async def release(self, owner: str, keys: Sequence[str], until: float, *, in_line: bool = False) -> None:
        """Give up those that are still `owner`'s; nobody claims them before `until`. Others of their threads need not wait
        for them, unless they stay `in_line`.
        """

    async def renew(self, owner: str, keys: Sequence[str], lease_until: float) -> list[str]:
        """Keep those that are still `owner`'s until then; the keys that are."""

    async def pending(self) -> list[Delivery]:
        """Accepted and neither done nor parked, oldest first."""

    async def parked(self) -> list[ParkedDelivery]: ...
    async def retry_parked(self, key: str) -> None:
        """Make a parked delivery pending again, with no failures. Raises `NotFoundError`."""

    async def drop_parked(self, key: str) -> None:
        """Give a parked delivery up: it is done, without a reply. Raises `NotFoundError`."""

    # choices and previews

    async def add_choice(self, choice: Choice) -> None: ...
    async def choice(self, choice_id: str) -> Choice | None:
        """Also one that has expired, for a while, or was taken."""

    async def take_choice(
        self, choice_id: str, user_id: str, option: str, key: str, now: float
    ) -> Choice | None:
        """Take an option, once: the choice as it is afterwards, with the option and key of whoever was first.

        None where there is no such choice, it is another person's, or it expired before anybody took one.
        """

    # people

    async def remember_people(self, people: Sequence[Person]) -> None: ...
    async def forget_people(self, user_ids: Sequence[str]) -> None: ...
    async def people(self, user_ids: Sequence[str] | None = None) -> list[Person]:
        """What is known of these, or of everybody."""

    # what the model costs

    async def record_usage(self, usage: MessageUsage) -> None:
        """One more message, of which no change or finished delivery tells."""

    async def tokens_used(self, day: date) -> int:
        """Tokens of that day, everybody's."""

    async def usage(self, days: int) -> Sequence[UsageDay]:
        """The latest `days` days that have any, newest first."""

    # what several processes share, so that together they behave as one; their clocks have to agree

    async def take_turn(self, name: str, owner: str, now: float, until: float) -> Turn:
        """Be alone with what `name` stands for, in whatever process, until the turn is ended or `until` has come.

        It is not `owner`'s while another has it, or has asked before: whoever asks again within two seconds is the next.
        Taken anew by whoever has it, it lasts longer. `number` is 0 at first.
        """

    async def end_turn(self, name: str, owner: str, number: float) -> None:
        """Keep `number` for whoever is next. Nothing happens where the turn is another's by now."""

    async def announce(self, names: Sequence[str]) -> None:
        """Tell all processes that what they remember under these names is not so any more."""

    async def announced(self, after: int) -> tuple[int, list[str] | None]:
        """The names that were announced since the call that returned `after`, and the number for the next call. None
        where it is not known any more what they were: all that is remembered may be wrong.
        """

    async def allow_call(self, user_id: str, now: float, per_minute: int) -> bool:
        """Whether this person may have the model asked once more; then that is counted for a minute."""

    async def close(self) -> None: ...
