"""The durable tickets in memory, as readers see them."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from store import commands
from store.codec import decode, decode_change
from store.file.disk.snapshot import Tables
from store.file.lookups import count_usage, threads_of
from store.file.tables import TicketTables
from store.ids import format_id, number_of
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import Change, Json, MessageRef, Record, Status

_CACHED_RECORDS = 2048
_MOST_WAITING = 16  # changes, which take about a millisecond


class TicketState:
    """Readers see a change at once, through its record. Updating tables and index takes longer and is put off until the
    next query needs them, so that the writer does not wait for it; at most `_MOST_WAITING` changes wait.

    `last` is the highest ticket number ever used. Without `indexed` the index stays empty.
    """

    def __init__(self, *, indexed: bool = True) -> None:
        self._tables = TicketTables(indexed=indexed)
        self.keys, self.usage = self._tables.keys, self._tables.usage  # these are always up to date
        self.last = 0
        self._records: OrderedDict[int, Record] = OrderedDict()  # the latest used is last
        self._waiting: deque[Callable[[], None]] = deque()
        self._behind: set[int] = set()  # tickets with waiting updates

    # reading

    def catch_up(self) -> None:
        """Apply the waiting updates. One that fails keeps waiting, so that no read or snapshot misses it."""
        while self._waiting:
            self._waiting[0]()
            self._waiting.popleft()
        self._behind.clear()

    @property
    def tables(self) -> TicketTables:
        """The tables with all changes."""
        self.catch_up()
        return self._tables

    def exists(self, number: int) -> bool:
        """Whether there is such a ticket, also a deleted one."""
        return number in self._behind or number in self._tables.metadata

    def record(self, number: int) -> Record | None:
        """A ticket's record, also a deleted one's."""
        if (record := self._records.get(number)) is None:
            tables = self.tables if number in self._behind else self._tables
            record = tables.record(number)
        if record is not None:
            self._show(number, record)
        return record

    def metadata_of(self, number: int) -> Json | None:
        metadata = self.tables.metadata.get(number)
        return None if metadata is None else decode(metadata)

    def list_by_thread(self, channel: str, thread: str) -> Iterator[Record]:
        for number in self.tables.threads.find(channel, thread):
            record = self.record(number)
            if record and (channel, thread) in threads_of(record):
                yield record

    # changing

    def apply(self, change: Change, place: int, first: int, record: Record | None = None) -> None:
        """Show a change that is durable in the journal at `place`, in the commit that begins at `first`.

        `record` is the result if the caller has it already; its card may be out of date.
        """
        number = number_of(change.ticket_id)
        before = self.record(number)
        if record is None:
            record = commands.apply(before, change)
        elif before is not None and before.card != record.card:
            record = replace(record, card=before.card)
        self._show(number, record)
        self.last = max(self.last, number)
        self._later(number, partial(self._tables.put, before, record, change, place, first))

    def _show(self, number: int, record: Record) -> None:
        self._records[number] = record
        self._records.move_to_end(number)
        if len(self._records) > _CACHED_RECORDS:
            self._records.popitem(last=False)

    def _later(self, number: int, work: Callable[[], None]) -> None:
        self._waiting.append(work)
        self._behind.add(number)
        if len(self._waiting) >= _MOST_WAITING:
            self.catch_up()

    def set_card(self, number: int, card: MessageRef) -> None:
        record = self.record(number)
        if record is not None:
            record = replace(record, card=card)
            self._show(number, record)
            self._later(number, partial(self._tables.put_card, record))

    def replay(self, row: Json, place: int, first: int) -> None:
        """`apply` a line of the journal."""
        if place == first:
            self.count(row, first)
        self.apply(decode_change(row), place, first)

    def count(self, row: Json, place: int) -> None:
        """Take the idempotency key and the usage from a commit's first line."""
        origin = row.get("imported_by") or row["origin"]
        self.keys.add(origin.get("key", ""), place, origin["at"])
        for usage in row.get("usage", ()):
            count_usage(self.usage, usage)

    def keep_lasting(self, commit: Json) -> None:
        """Take the cards and the usage from a commit of temporary data."""
        for number, card in commit.get("cards", {}).items():
            self.set_card(int(number), MessageRef(*card))
        for usage in commit.get("usage", ()):
            count_usage(self.usage, usage)

    # trimmed history

    def trimmable(self, before: float) -> list[int]:
        """The numbers of tickets that have a history and for which `commands.may_be_trimmed` holds."""
        done = Filter(stat=(Status.DONE,), time="changed", until=before)
        found = self.tables.index.find(done, EVERYTHING)
        numbers = [*found.page(0, found.count), *self._tables.deleted]
        return [number for number in numbers if self._may_be_trimmed(number, before)]

    def _may_be_trimmed(self, number: int, before: float) -> bool:
        metadata, record = decode(self._tables.metadata[number]), self.record(number)
        has_history = len(metadata["changes"]) > 1 or metadata["version"] == 1
        return has_history and record is not None and commands.may_be_trimmed(record, before)

    def versions(self) -> dict[str, range]:
        """The versions in each ticket's known history, by id. For any thread, after `catch_up` on the state's own."""
        rows = ((number, decode(row)) for number, row in dict(self._tables.metadata).items())
        return {format_id(number): range(first_version(row), row["version"] + 1) for number, row in rows}

    # the snapshot

    def freeze(self) -> Tables:
        return self.tables.freeze(self.last)


def first_version(metadata: Json) -> int:
    """The version of a ticket's first known change: above 1 if earlier ones were removed."""
    version: int = metadata["version"] - len(metadata["changes"]) + 1
    return version
