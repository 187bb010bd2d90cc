"""Deliveries: each is accepted once, whichever of its keys comes, and its progress is stored."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from store import commands
from store.coordination import IN_LINE, UNOWNED, Lease, Pending, find_claimable, has_to_wait
from store.errors import NotFoundError, StoreError
from store.file.disk.deliveries_file import CHOICES, DELIVERIES, UNDO_LINES
from store.file.executor import Executor
from store.file.state import TicketState
from store.file.temporary.choices import undo_key
from store.file.temporary.rows import TemporaryRows
from store.models.deliveries import NOTHING_POSTED, Accepted, Delivery, ParkedDelivery, Posted
from store.models.tickets import Json, MessageUsage
from store.protocol import KEY_LIFETIME
from store.serialization.codec import encode_usage

# A finished delivery keeps only what is needed to recognise it.
_FINISHED_PATCH: Json = {"state": "done", "payload": None, "reason": None, "thread": None, "begins": None}


class Deliveries:
    """The methods of `TicketStore` for deliveries. Rows by a running number: `keys`, `at`, `payload` (until done),
    `state` and what belongs to it. Leases are in memory only, as only one process opens the store for writing."""

    _state: TicketState
    _executor: Executor

    def __init__(self, rows: TemporaryRows) -> None:
        super().__init__()
        self._rows = rows
        self._last = max(map(int, rows.durable[DELIVERIES]), default=0)
        self._numbers: dict[str, str] = {}  # by key; also those of staged rows, and of some that are gone
        self._open: dict[str, Lease] = {}  # by number; of all rows that are not done, and of some others
        for number, row in rows.durable[DELIVERIES].items():
            self._numbers.update(dict.fromkeys(row["keys"], number))
            if row["state"] != "done":
                self._open[number] = UNOWNED

    async def accept(self, delivery: Delivery, owner: str = "", lease_until: float = 0) -> Accepted:
        if not delivery.keys:
            raise StoreError("a delivery without a key cannot be told from its twin")
        lease = Lease(owner, lease_until) if owner else UNOWNED
        found = next(filter(None, map(self._find, delivery.keys)), None)
        if found is None:
            return await self._add(delivery, lease, {})
        number, row = found
        if row["state"] == "done" and row["at"] < delivery.timestamp - KEY_LIFETIME:
            return await self._add(delivery, lease, {number: None})
        keys = list(dict.fromkeys([*row["keys"], *delivery.keys]))
        if len(keys) > len(row["keys"]):
            # Store the new keys: another duplicate may carry only these.
            future = self._rows.stage({DELIVERIES: {number: {"keys": keys}}})
            self._numbers.update(dict.fromkeys(keys, number))
            await future
        else:
            await self._rows.writer.settled()
        row = self._rows.durable[DELIVERIES].get(number, row)
        return Accepted(False, row["keys"][0], row["state"], row.get("reply"))

    async def _add(self, delivery: Delivery, lease: Lease, old: Json) -> Accepted:
        """Store a new delivery, and the changes `old` of others."""
        keys = list(dict.fromkeys(delivery.keys))
        row: Json = {"keys": keys, "at": delivery.timestamp, "state": "pending", "payload": delivery.payload}
        waits = False
        if delivery.thread:
            row["thread"] = delivery.thread
            if delivery.begins:
                row["begins"] = True
            elif lease.owner:
                waits = has_to_wait(self._pending(), delivery.thread, lease.owner, delivery.timestamp)
        number = str(self._last + 1)
        future = self._rows.stage({DELIVERIES: {**old, number: row}})
        self._last += 1
        self._numbers.update(dict.fromkeys(keys, number))
        self._open[number] = UNOWNED if waits else lease
        await future
        return Accepted(True, delivery.keys[0], waits=waits)

    def _pending(self) -> list[Pending]:
        """All pending deliveries, staged ones included, oldest first."""
        rows = {number: self._rows.get(DELIVERIES, number) for number in self._open}
        self._open = {number: lease for number, lease in self._open.items() if rows[number]}
        found = sorted(
            (row["at"], int(number), row) for number, row in rows.items() if row and row["state"] == "pending"
        )
        return [
            Pending(number, self._open[str(number)], row.get("thread", ""), row.get("begins", False))
            for _, number, row in found
        ]

    def _find(self, key: str) -> tuple[str, Json] | None:
        """The number and the row of the delivery with this key, as it will be once everything staged is durable."""
        number = self._numbers.get(key, "")
        row = self._rows.get(DELIVERIES, number)
        return (number, row) if row else None

    def _find_or_raise(self, key: str, *states: str) -> tuple[str, Json]:
        found = self._find(key)
        if found is None or (states and found[1]["state"] not in states):
            raise NotFoundError(key)
        return found

    async def finish(
        self,
        key: str,
        reply: Json | None = None,
        *,
        posted: Posted = NOTHING_POSTED,
        usage: MessageUsage | None = None,
    ) -> Mapping[str, int]:
        cards = {commands.number_or_raise(ticket_id): list(card) for ticket_id, card in posted.cards}
        for ticket_number in cards:
            await self._executor.done_before("", ticket_number)
        number, row = self._find_or_raise(key)
        if row["state"] == "done":
            await self._rows.writer.settled()
            return {}
        body: Json = {DELIVERIES: {number: _FINISHED_PATCH | {"reply": reply}}}
        if known := {str(number): card for number, card in cards.items() if number in self._state.metadata}:
            body["cards"] = known
        if posted.undo_lines:
            body[UNDO_LINES] = {
                undo_key(ticket_id, version): {"message": list(message), "at": row["at"]}
                for ticket_id, version, message in posted.undo_lines
            }
        await self._rows.stage(body | _usage_rows(usage))
        self._open.pop(number, None)
        records = map(self._state.record, cards)
        return {record.ticket.id: record.version for record in records if record}

    async def fail(self, key: str, reason: str, *, park: bool, usage: MessageUsage | None = None) -> int:
        number, row = self._find_or_raise(key)
        failures: int = row.get("failures", 0) + 1
        patch: Json = {"failures": failures, "reason": reason}
        if park:
            patch["state"] = "parked"
        if row["state"] == "done":
            failures, patch = failures - 1, {}
        await self._rows.stage({DELIVERIES: {number: patch}} | _usage_rows(usage))
        return failures

    async def claim(self, owner: str, now: float, lease_until: float, limit: int = 100) -> list[Delivery]:
        numbers = [str(place) for place in find_claimable(self._pending(), owner, now)[:limit]]
        self._open |= dict.fromkeys(numbers, Lease(owner, lease_until))
        rows = [self._rows.get(DELIVERIES, number) for number in numbers]
        return [_delivery(row) for row in rows if row]

    async def renew(self, owner: str, keys: Sequence[str], lease_until: float) -> list[str]:
        numbers = self._owned(owner, keys)
        self._open |= dict.fromkeys(numbers.values(), Lease(owner, lease_until))
        return [key for key in keys if key in numbers]

    async def release(self, owner: str, keys: Sequence[str], until: float, *, in_line: bool = False) -> None:
        lease = Lease(IN_LINE if in_line else "", until)
        self._open |= dict.fromkeys(self._owned(owner, keys).values(), lease)

    def _owned(self, owner: str, keys: Sequence[str]) -> dict[str, str]:
        """The row numbers of the pending deliveries among `keys` that `owner` holds, by key."""
        owned = {str(one.place) for one in self._pending() if one.lease.owner == owner}
        found = {key: self._numbers.get(key, "") for key in keys}
        return {key: number for key, number in found.items() if number in owned}

    async def pending(self) -> list[Delivery]:
        return [_delivery(row) for row in self._durable_rows("pending")]

    async def parked(self) -> list[ParkedDelivery]:
        return [ParkedDelivery(_delivery(row), row.get("reason", "")) for row in self._durable_rows("parked")]

    def _durable_rows(self, state: str) -> list[Json]:
        """The durable rows in `state`, oldest first; in order of acceptance where times are equal."""
        durable = self._rows.durable[DELIVERIES]
        rows = [row for number in sorted(self._open, key=int) if (row := durable.get(number))]
        return sorted((row for row in rows if row["state"] == state), key=lambda row: row["at"])

    async def retry_parked(self, key: str) -> None:
        number, _ = self._find_or_raise(key, "parked")
        self._open[number] = UNOWNED
        patch = {"state": "pending", "failures": None}
        await self._rows.stage({DELIVERIES: {number: patch}})

    async def drop_parked(self, key: str) -> None:
        number, _ = self._find_or_raise(key, "parked")
        await self._rows.stage({DELIVERIES: {number: _FINISHED_PATCH}})
        self._open.pop(number, None)

    def _outdated(self) -> Json:
        """A commit that removes done deliveries, undo lines and expired choices from `KEY_LIFETIME` before the newest
        delivery."""
        rows, lines, choices = (self._rows.durable[name] for name in (DELIVERIES, UNDO_LINES, CHOICES))
        oldest = (rows[max(rows, key=int)]["at"] if rows else 0.0) - KEY_LIFETIME
        old, old_lines = (
            takewhile(lambda each: each[1]["at"] < oldest, some.items()) for some in (rows, lines)
        )
        done = {number: row for number, row in old if row["state"] == "done"}
        for number, row in done.items():
            for key in row["keys"]:
                if self._numbers.get(key) == number:  # otherwise a newer row has taken it over
                    del self._numbers[key]
        return {
            DELIVERIES: dict.fromkeys(done),
            UNDO_LINES: dict.fromkeys(key for key, _ in old_lines),
            CHOICES: {key: None for key, row in choices.items() if row["expires_at"] < oldest},
        }


def _usage_rows(usage: MessageUsage | None) -> Json:
    return {"usage": [encode_usage(usage)]} if usage else {}


def _delivery(row: Json) -> Delivery:
    thread, begins = row.get("thread", ""), row.get("begins", False)
    return Delivery(tuple(row["keys"]), row["at"], row.get("payload", {}), thread, begins)
