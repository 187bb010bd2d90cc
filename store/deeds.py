"""Doing what a deed asks: durably, and once for each key."""

from collections.abc import Callable

from store.base import Deed, Written
from store.beside import BESIDE, BesideRows
from store.changes import COUNTERS, Batch
from store.commits import Commit
from store.history import LOG, History
from store.journal import JournalStorage
from store.packed import Beside
from store.patch import merge

_MANY = 64  # claims after which those that readers find anyway are let go


class Deeds:
    """Tickets and changes are numbered here, after what is durable: nothing of that is ever taken away."""

    def __init__(self, storage: JournalStorage, beside: BesideRows, history: History) -> None:
        self._storage, self._beside, self._history = storage, beside, history
        self._claims: dict[str, Commit] = {}
        storage.data.rolled_back = self._count
        self._count()

    def _count(self) -> None:
        self._last_ticket, self._last_entry = self._beside.last, len(self._storage.data.table(LOG))

    def beside_of(self, number: int) -> Beside | None:
        """As it will be when everything on its way is durable. Under the lock."""
        coming: Beside | None = self._storage.data.coming(BESIDE, str(number))
        if coming is None and self._beside.has(number):
            return self._beside.of(number)
        return coming

    async def do(self, deed: Deed, act: Callable[[Batch], list[Written]]) -> list[Written] | None:
        """What `act` did; the deed's key is claimed by the same commit. None when that key was used before."""
        storage, data = self._storage, self._storage.data
        with data.lock:
            commit = self._claim(deed.key)
            done: list[Written] | None = None
            if commit is None and not self._history.made_by(deed.key):
                batch = Batch(data.staged, self.beside_of, deed, self._last_ticket, self._last_entry)
                done = act(batch)
                # Even when there was nothing to change, that may rest on a change that is on its way.
                commit = self._stage(batch, deed) if batch.rows else storage.latest()
        if commit is not None:
            await storage.settle(commit)
        return done

    def _claim(self, key: str) -> Commit | None:
        """The commit on its way that this key makes."""
        claim = self._claims.get(key)
        if claim is None or not claim.settled:
            return claim
        del self._claims[key]
        return None

    def _stage(self, batch: Batch, deed: Deed) -> Commit:
        if forgotten := self._history.forget(deed.at):
            row = self._storage.data.staged(COUNTERS, "1")
            batch.patch |= forgotten
            batch.rows.append((COUNTERS, "1", merge(row, forgotten[COUNTERS]["1"])))
        commit = self._storage.stage(batch.patch, batch.rows)
        self._last_ticket, self._last_entry = batch.tickets, batch.entries
        if deed.key:
            if len(self._claims) >= _MANY:
                self._claims = {key: claim for key, claim in self._claims.items() if not claim.settled}
            self._claims[deed.key] = commit
        return commit
