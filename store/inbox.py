"""Deliveries: accepted once, by any of their keys, and how far they are."""

from itertools import islice

from store.base import Accepted, Delivery, NotFoundError, Parked, StoreError
from store.changes import COUNTERS
from store.coding import decode, encode
from store.commits import Commit
from store.journal import JournalStorage
from store.patch import Json

KEPT = 7 * 86_400  # seconds for which keys live
_MOST_AT_ONCE = 64
INBOX = "inbox"


class Inbox:
    """The table `inbox`. Payloads and replies are kept as JSON texts: they are not the store's to understand."""

    def __init__(self, storage: JournalStorage) -> None:
        self._storage = storage
        self._numbers: dict[str, str] = {}  # of the row, by each of its keys
        self._coming: dict[str, tuple[str, Commit]] = {}
        for number, row in storage.data.table(INBOX).items():
            self._learn(number, None, row)
        storage.data.observers[INBOX] = self._learn

    def _learn(self, number: str, before: Json | None, after: Json | None) -> None:
        for key in (before or {}).get("keys", ()):
            self._numbers.pop(key, None)
        for key in (after or {}).get("keys", ()):
            self._numbers[key] = number
            self._coming.pop(key, None)

    async def accept(self, delivery: Delivery) -> Accepted:
        if not delivery.keys:
            raise StoreError("a delivery without a key cannot be told from its twin")
        storage = self._storage
        with storage.data.lock:
            number = next(filter(None, map(self._number, delivery.keys)), None)
            patch = self._known(number, delivery) if number else self._new(delivery)
            commit = storage.stage(patch) if patch else storage.latest()
            if commit and patch:
                number = number or next(reversed(patch[INBOX]))
                for key in patch[INBOX][number]["keys"]:
                    self._coming[key] = (number, commit)
        if commit:
            await storage.settle(commit)
        with storage.data.lock:
            row = storage.data.table(INBOX)[str(number)]
        if patch and len(patch[INBOX].get(number, ())) > 1:
            return Accepted(True, delivery.keys[0])  # its fields are in base.py
        return Accepted(False, row["keys"][0], row["state"], _read(row.get("reply")))  # as above

    def _new(self, delivery: Delivery) -> Json:
        number = (self._storage.data.staged(COUNTERS, "1") or {}).get(INBOX, 0) + 1
        row = {
            "keys": list(dict.fromkeys(delivery.keys)),
            "at": delivery.at,
            "state": "pending",
            "payload": encode(delivery.payload).decode(),
        }
        gone = dict.fromkeys(self._old(delivery.at - KEPT))
        return {INBOX: {**gone, str(number): row}, COUNTERS: {"1": {INBOX: number}}}

    def _known(self, number: str, delivery: Delivery) -> Json:
        """Keys by which it was not known yet; another twin may have only these."""
        row = self._storage.data.staged(INBOX, number) or {}
        keys = list(dict.fromkeys([*row["keys"], *delivery.keys]))
        return {INBOX: {number: {"keys": keys}}} if len(keys) > len(row["keys"]) else {}

    def _old(self, before: float) -> list[str]:
        memory = self._storage.data
        oldest = {
            number: memory.staged(INBOX, number) for number in islice(memory.table(INBOX), _MOST_AT_ONCE)
        }
        return [
            number for number, row in oldest.items() if row and row["at"] < before and row["state"] == "done"
        ]

    def _number(self, key: str) -> str | None:
        if (coming := self._coming.get(key)) is not None:
            if coming[1].error is None:
                return coming[0]
            del self._coming[key]
        return self._numbers.get(key)

    def _row(self, key: str) -> tuple[str, Json]:
        number = self._number(key)
        row = self._storage.data.staged(INBOX, number) if number else None
        if number is None or row is None:
            raise NotFoundError(key)
        return number, row

    async def finish(self, key: str, reply: Json | None) -> None:
        with self._storage.data.lock:
            number, _ = self._row(key)
            patch: Json = {"state": "done", "payload": None, "reason": None}
            patch["reply"] = None if reply is None else encode(reply).decode()
            commit = self._storage.stage({INBOX: {number: patch}})
        await self._storage.settle(commit)

    async def fail(self, key: str, reason: str, *, park: bool) -> int:
        with self._storage.data.lock:
            number, row = self._row(key)
            failures: int = row.get("failures", 0) + 1
            state = "parked" if park else row["state"]
            patch: Json = {"failures": failures, "reason": reason, "state": state}
            commit = self._storage.stage({INBOX: {number: patch}})
        await self._storage.settle(commit)
        return failures

    def pending(self) -> list[Delivery]:
        return [delivery for delivery, _ in self._in("pending")]

    def parked(self) -> list[Parked]:
        return [Parked(delivery, row.get("reason", "")) for delivery, row in self._in("parked")]

    def _in(self, state: str) -> list[tuple[Delivery, Json]]:
        with self._storage.data.lock:
            rows = [row for row in self._storage.data.table(INBOX).values() if row["state"] == state]
        rows.sort(key=lambda row: row["at"])
        return [(Delivery(tuple(row["keys"]), row["at"], _read(row["payload"]) or {}), row) for row in rows]


def _read(text: str | None) -> Json | None:
    if text is None:
        return None
    value: Json = decode(text.encode())
    return value
