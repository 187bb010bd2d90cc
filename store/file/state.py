"""What is durable of tickets, in memory, as readers see it."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from store import commands
from store.codec import decode, decode_change
from store.file.disk.snapshot import Rows, Tables
from store.file.index import Index
from store.file.keys import threads_of
from store.file.tables import TicketTables
from store.ids import format_id, number_of
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import Change, Json, MessageRef, Record, Status

_CACHED_RECORDS = 2048
_MOST_WAITING = 16  # changes: so many take a millisecond


class TicketState:
    """A change is shown to readers at once, by the record that it makes. To put it into the tables takes longer, and waits for
    whoever asks them next, so that the person whose change it is does not; but never are many changes behind.

    `last` is the number of the newest ticket that there ever was. Without `indexed` the index is left empty.
    """

    def __init__(self, *, indexed: bool = True) -> None:
        self._tables = TicketTables(indexed=indexed)
        self.keys, self.usage = self._tables.keys, self._tables.usage  # which are never behind
        self.last = 0
        self._records: OrderedDict[int, Record] = OrderedDict()
        self._waiting: deque[Callable[[], None]] = deque()
        self._behind: set[int] = set()  # the tickets that something waits for

    # reading

    def catch_up(self) -> None:
        """Do what waits. What fails stays, so that nothing is read, or written into a snapshot, without it."""
        self._evict()
        while self._waiting:
            self._waiting[0]()
            self._waiting.popleft()
        self._behind.clear()

    @property
    def _current(self) -> TicketTables:
        self.catch_up()
        return self._tables

    @property
    def metadata(self) -> Mapping[int, bytes]:
        return self._current.metadata

    @property
    def index(self) -> Index:
        return self._current.index

    def made_by(self, user_id: str) -> Sequence[int]:
        """The places of the commits that a person has made, oldest first."""
        return self._current.authors.get(user_id, ())

    def exists(self, number: int) -> bool:
        """Also as a deleted one."""
        return number in self._behind or number in self._tables.metadata

    def __len__(self) -> int:
        return len(self._current.documents)

    def record(self, number: int) -> Record | None:
        """Also of a deleted one."""
        if (known := self._records.get(number)) is not None:
            return known
        tables = self._current if number in self._behind else self._tables
        if (record := tables.record(number)) is not None:
            self._records[number] = record
            self._evict()
        return record

    def _evict(self) -> None:
        while len(self._records) > _CACHED_RECORDS:
            self._records.popitem(last=False)

    def records_after(self, number: int, size: int) -> list[Record]:
        """The next `size` tickets in the order of numbers, deleted ones left out."""
        documents = self._current.documents
        found: list[Record] = []
        while len(found) < size and number < self.last:
            number += 1
            if str(number) in documents and (record := self.record(number)) is not None:
                found.append(record)
        return found

    def metadata_of(self, number: int) -> Json | None:
        metadata = self.metadata.get(number)
        return None if metadata is None else decode(metadata)

    def find_by_thread(self, channel: str, thread: str) -> str | None:
        found = self.list_by_thread(channel, thread)
        return next((record.ticket.id for record in found if not record.deleted), None)

    def list_by_thread(self, channel: str, thread: str) -> Iterator[Record]:
        for number in self._current.threads.find(channel, thread):
            record = self.record(number)
            if record and (channel, thread) in threads_of(record):
                yield record

    # changing

    def apply(self, change: Change, place: int, first: int, record: Record | None = None) -> None:
        """A change that is durable in the journal at `place`, in the commit that begins at `first`.

        `record` is the ticket as it is with it, for who knows that already; where its card is, may have changed since.
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
        """A line of the journal, as `apply`."""
        if place == first:
            self.count(row, first)
        self.apply(decode_change(row), place, first)

    def count(self, row: Json, place: int) -> None:
        """What the first line of a commit says of all of it: its key, and what its message cost."""
        origin = row.get("imported_by") or row["origin"]
        self.keys.add(origin.get("key", ""), place, origin["at"])
        for usage in row.get("usage", ()):
            self.usage.add(usage)

        # what was removed from the history

    def trimmable(self, before: float) -> list[int]:
        """The tickets that `commands.may_be_trimmed`, and have a history."""
        done = Filter(stat=(Status.DONE,), time="changed", until=before)
        found = self.index.find(done, EVERYTHING)
        numbers = [*found.page(0, found.count), *self._tables.deleted]
        return [number for number in numbers if self._has_history(number) and self._is_old(number, before)]

    def _has_history(self, number: int) -> bool:
        metadata = decode(self._tables.metadata[number])
        return len(metadata["changes"]) > 1 or metadata["version"] == 1

    def _is_old(self, number: int, before: float) -> bool:
        record = self.record(number)
        return record is not None and commands.may_be_trimmed(record, before)

    def versions(self) -> dict[str, range]:
        """Of each ticket those that changes made that are known. On any thread, after `catch_up` on its own."""
        rows = ((number, decode(row)) for number, row in dict(self._tables.metadata).items())
        return {format_id(number): range(first_version(row), row["version"] + 1) for number, row in rows}

    def trimmed(self) -> dict[str, int]:
        """The tickets whose history was removed, each with the version that the first change of what is left made. On any
        thread, as `versions`."""
        return {ticket_id: some.start for ticket_id, some in self.versions().items() if some.start > 1}

    # the snapshot

    def load(self, rows: Iterable[Rows]) -> None:
        self._tables.load(rows)

    def freeze(self) -> Tables:
        return self._current.freeze(self.last)


def first_version(metadata: Json) -> int:
    """The version that the first of a ticket's changes made: not 1 where those before it were removed."""
    version: int = metadata["version"] - len(metadata["changes"]) + 1
    return version
