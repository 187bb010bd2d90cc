"""The rows of what is temporary: what is durable of them, for readers, and on top of it what is staged, for writers."""

import asyncio
from collections.abc import Callable

from store.codec import encode
from store.file.disk.deliveries_file import TABLES, Contents, DeliveriesFile, change_rows, lasting_of, merge
from store.file.state import TicketState
from store.file.writer import Writer
from store.models.tickets import Json, MessageRef

# The row that there will be, by table and key, and the number of the commit that makes it so.
Staged = dict[tuple[str, str], tuple[int, Json | None]]


class TemporaryRows:
    """Rows are never changed, only replaced. What lasts of a commit goes to `state` when it is durable."""

    def __init__(
        self,
        file: DeliveriesFile,
        contents: Contents,
        state: TicketState,
        make_writer: Callable[..., Writer],
    ) -> None:
        self._file = file
        self.durable = contents.rows
        self.sequence, self._base, self._lasting = contents.sequence, contents.base, contents.lasting
        self._next = contents.sequence + 1
        # While the file is written anew: the commits that came meanwhile.
        self._since: list[Json] | None = None
        self._state = state
        self._staged: Staged = {}
        self.rolled_back: Callable[[Staged], None] = lambda _: None  # called with what was staged
        self.writer = make_writer(file, self._repair, self._roll_back)

    def get(self, table: str, key: str) -> Json | None:
        """As it will be when everything that is staged is durable."""
        staged = self._staged.get((table, key))
        return staged[1] if staged else self.durable[table].get(key)

    def stage(self, body: Json) -> "asyncio.Future[None]":
        """Send a commit on its way, and return what to wait for; `body` as the file has it, without its number.

        The future raises `UnwritableError`. Raises `TypeError` or `ValueError` for what is no JSON.
        """
        sequence = self._next
        line = encode({"sequence": sequence, **body})
        future = self.writer.stage([line], lambda _: self._install(sequence, body))
        self._next += 1
        for table in TABLES:
            for key, patch in body.get(table, {}).items():
                row = None if patch is None else merge(self.get(table, key), patch)
                self._staged[table, key] = (sequence, row)
        return future

    def _install(self, sequence: int, body: Json) -> None:
        change_rows(self.durable, body)
        self.sequence = sequence
        for table in TABLES:
            for key in body.get(table, ()):
                if self._staged.get((table, key), (0,))[0] == sequence:
                    del self._staged[table, key]
        self._lasting += lasting_of(sequence, body)
        if self._since is not None:
            self._since.append({"sequence": sequence, **body})
        keep_lasting(self._state, body)

    def _roll_back(self) -> None:
        staged, self._staged = self._staged, {}
        self._next = self.sequence + 1
        self.rolled_back(staged)

    async def rewrite(self, base: int, pause: Callable[[], None]) -> None:
        """Write the file anew, building on a snapshot that has what is to last up to the commit `base`.

        Others are held up only while what they have changed meanwhile is added to it.
        """
        since = self._since = []
        rows = {name: table.copy() for name, table in self.durable.items()}
        contents = Contents(rows, [*self._lasting], self.sequence, base)
        try:
            prepared = await asyncio.to_thread(self._file.prepare, contents, pause)
            await self.writer.exclusive(lambda: self._file.put(prepared, since))
        finally:
            self._since = None
        self._base = base
        self._lasting = [commit for commit in self._lasting if commit["sequence"] > base]

    def _repair(self) -> None:
        self._file.repair(Contents(self.durable, self._lasting, self.sequence, self._base))


def keep_lasting(state: TicketState, commit: Json) -> None:
    """What of a commit is kept with the tickets."""
    for number, card in commit.get("cards", {}).items():
        state.set_card(int(number), MessageRef(*card))
    for usage in commit.get("usage", ()):
        state.usage.add(usage)
