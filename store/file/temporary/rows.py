"""The rows of temporary data: readers see durable rows, writers see staged rows on top of them."""

import asyncio
from collections.abc import Callable

from store.file.disk.deliveries_file import TABLES, DeliveriesFile, merge
from store.file.state import TicketState
from store.file.writer import Writer
from store.models.tickets import Json
from store.serialization.codec import encode


class TemporaryRows:
    """Rows are replaced, never modified. When a commit is durable, its cards and usage go to `state`."""

    def __init__(self, file: DeliveriesFile, state: TicketState, make_writer: Callable[..., Writer]) -> None:
        self._file, self.contents, self.durable = file, file.contents, file.contents.rows
        self._next = self.contents.sequence + 1
        # During `rewrite`: the commits made since it began. Otherwise None.
        self._since: list[Json] | None = None
        self._state = state
        # By table and key: the number of the commit that changes the row, and the new row (None: removed).
        self._staged: dict[tuple[str, str], tuple[int, Json | None]] = {}
        self.writer = make_writer(file, self._roll_back)

    def get(self, table: str, key: str) -> Json | None:
        """The row as it will be once everything staged is durable."""
        staged = self._staged.get((table, key))
        return staged[1] if staged else self.durable[table].get(key)

    def stage(self, body: Json) -> "asyncio.Future[None]":
        """Queue a commit, and return a future to await; `body` is the commit's JSON in the file, without its number.
        The future raises `UnwritableError`; the call raises `TypeError` or `ValueError` if `body` cannot be JSON."""
        sequence = self._next
        commit = {"sequence": sequence, **body}
        future = self.writer.stage([encode(commit)], lambda _: self._install(commit))
        self._next += 1
        for table in TABLES:
            for key, patch in body.get(table, {}).items():
                row = None if patch is None else merge(self.get(table, key), patch)
                self._staged[table, key] = (sequence, row)
        return future

    def _install(self, commit: Json) -> None:
        self.contents.apply(commit)
        for table in TABLES:
            for key in commit.get(table, ()):
                if self._staged.get((table, key), (0,))[0] == self.contents.sequence:
                    del self._staged[table, key]
        if self._since is not None:
            self._since.append(commit)
        self._state.keep_lasting(commit)

    def _roll_back(self) -> None:
        self._staged.clear()
        self._next = self.contents.sequence + 1

    async def rewrite(self, base: int, pause: Callable[[], None]) -> None:
        """Write a new file on top of a snapshot that has all cards and usage up to the commit `base`. Other writers
        wait only while the commits made meanwhile are appended to it."""
        since = self._since = []
        contents = self.contents.build_on(base)
        try:
            prepared = await asyncio.to_thread(self._file.prepare, contents, pause)
            await self.writer.exclusive(lambda: self._file.put(prepared, since))
        finally:
            self._since = None
