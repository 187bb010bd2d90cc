"""The log: every change of every ticket, and which keys have made one."""

from collections.abc import Iterator
from typing import cast

from store.base import Change
from store.changes import COUNTERS
from store.coding import encode
from store.cold import ColdRows
from store.inbox import KEPT
from store.journal import JournalStorage
from store.patch import Json
from store.rows import read_change

LOG = "log"
_MOST_AT_ONCE = 64
KEYS = "keys"


class History:
    """The table `log`. A change's key is in its row, so that both are one commit; keys live 7 days."""

    def __init__(self, storage: JournalStorage) -> None:
        self._storage = storage
        self._keys: dict[str, tuple[float, list[int]]] = {}  # the oldest first
        first = storage.data.table(COUNTERS).get("1", {}).get(KEYS, 1)
        for number, row in self._rows.forwards(first, b'"key":'):
            self._learn(str(number), None, row)
        storage.data.observers[LOG] = self._learn

    @property
    def _rows(self) -> ColdRows:
        return cast(ColdRows, self._storage.data.table(LOG))

    def _learn(self, number: str, _before: Json | None, row: Json | None) -> None:
        if row is None or "key" not in row:
            return
        _, numbers = self._keys.setdefault(row["key"], (row["at"], []))
        if not numbers or int(number) > numbers[-1]:
            numbers.append(int(number))

    def made_by(self, key: str) -> list[int]:
        """The changes that this key has made, in their order. Under the storage's lock."""
        return list(self._keys[key][1]) if key in self._keys else []

    def forget(self, at: float) -> Json:
        """Forget the keys that are too old; the patch that says from which change on there are keys now, if others."""
        keys, forgotten = self._keys, False
        for _ in range(min(_MOST_AT_ONCE, len(keys))):
            key = next(iter(keys))
            born, numbers = keys[key]
            if born >= at - KEPT:
                return {COUNTERS: {"1": {KEYS: numbers[0]}}} if forgotten else {}
            del keys[key]
            forgotten = True
        return {COUNTERS: {"1": {KEYS: len(self._rows) + 1}}} if forgotten and not keys else {}

    def change(self, number: int) -> Change | None:
        with self._storage.data.lock:
            row = self._rows.get(str(number))
        return None if row is None else read_change(number, row)

    def latest(self, who: str, newest: int) -> Change | None:
        """The newest change by `who` that is in force and no undoing; of the ticket whose `newest` is given, or of any."""
        with self._storage.data.lock:
            for number, row in self._back(newest) if newest else self._by(who):
                if row["who"] == who and not row.get("undone_by") and row["kind"] != "undone":
                    return read_change(number, row)
        return None

    def of(self, newest: int, start: int, size: int) -> tuple[Change, ...]:
        """A ticket's changes, back from its `newest`: `size` of them after the first `start`."""
        with self._storage.data.lock:
            rows = [item for at, item in enumerate(self._back(newest)) if start <= at < start + size]
        return tuple(read_change(number, row) for number, row in rows)

    def _back(self, number: int) -> Iterator[tuple[int, Json]]:
        while number:
            row = self._rows[str(number)]
            yield number, row
            number = row.get("prev", 0)

    def _by(self, who: str) -> Iterator[tuple[int, Json]]:
        return self._rows.backwards(b'"who":' + encode(who))
