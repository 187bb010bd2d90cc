"""What is durable of tickets, in memory: TinyDB's documents, their metadata, and what is found by them."""

from array import array
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from tinydb.operations import delete as without
from tinydb.table import Document

from store import commands
from store.codec import (
    decode,
    decode_change,
    decode_record,
    encode,
    encode_metadata,
    encode_ticket,
)
from store.fields import make_ticket
from store.file.disk.snapshot import Rows, Tables
from store.file.index import Index
from store.file.keys import Key, Keys, Threads, threads_of
from store.file.storage import TICKETS, open_table
from store.file.usage import Usage
from store.ids import format_id, number_of
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import Change, Json, MessageRef, Record, Status

DELETED, METADATA, KEYS, AUTHORS, USAGE = "deleted", "metadata", "keys", "authors", "usage"
_CACHED_RECORDS = 2048
_MOST_WAITING = 16  # changes: so many take a millisecond


class TicketState:
    """A change is shown to readers at once, by the record that it makes. Everything else that rests on it, documents and
    index too, waits for whoever asks next, and not the person whose change it is; but never are many changes behind.

    `metadata` is the JSON of what is kept beside each ticket, by number: what `encode_metadata` says, and

    - `changes`: the places of its changes in the journal, oldest first
    - `undoes`: pairs of versions, of a change and of the one that it took back

    `last` is the number of the newest
    ticket that there ever was. Without `indexed` the index is left empty.
    """

    def __init__(self, *, indexed: bool = True) -> None:
        self._table, self._indexed = open_table(), indexed
        self._metadata: dict[int, bytes] = {}
        self._deleted: dict[int, Json] = {}
        self.keys, self._threads = Keys(), Threads()
        self._authors: dict[str, array[int]] = {}
        self.usage, self._index = Usage(), Index(self._title)
        self.last = 0
        self._records: OrderedDict[int, Record] = OrderedDict()
        self._waiting: deque[Callable[[], None]] = deque()
        self._behind: set[int] = set()  # the tickets that something waits for
        # As they were, the document and the metadata of tickets that have changed since `freeze`, while that matters.
        self._before: dict[int, tuple[Json | None, bytes | None]] | None = None

    # reading

    def catch_up(self) -> None:
        """Do what waits. What fails stays, so that nothing is read, or written into a snapshot, without it."""
        self._evict()
        while self._waiting:
            self._waiting[0]()
            self._waiting.popleft()
        self._behind.clear()

    @property
    def metadata(self) -> Mapping[int, bytes]:
        self.catch_up()
        return self._metadata

    @property
    def index(self) -> Index:
        self.catch_up()
        return self._index

    def made_by(self, user_id: str) -> Sequence[int]:
        """The places of the commits that a person has made, oldest first."""
        self.catch_up()
        return self._authors.get(user_id, ())

    def exists(self, number: int) -> bool:
        """Also as a deleted one."""
        return number in self._behind or number in self._metadata

    def __len__(self) -> int:
        self.catch_up()
        return len(self._table)

    def record(self, number: int) -> Record | None:
        """Also of a deleted one."""
        if (known := self._records.get(number)) is not None:
            return known
        if number in self._behind:
            self.catch_up()
        if (metadata := self._metadata.get(number)) is None:
            return None
        document = self._table.get(doc_id=number) or self._deleted[number]
        record = self._records[number] = decode_record(make_ticket(document), decode(metadata))
        self._evict()
        return record

    def _title(self, number: int) -> str:
        title: str = self._table.documents[str(number)]["title"]
        return title

    def records_after(self, number: int, size: int) -> list[Record]:
        """The next `size` tickets in the order of numbers, deleted ones left out."""
        self.catch_up()
        documents = self._table.documents
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
        self.catch_up()
        for number in self._threads.find(channel, thread):
            record = self.record(number)
            if record and (channel, thread) in threads_of(record):
                yield record

    def _evict(self) -> None:
        while len(self._records) > _CACHED_RECORDS:
            self._records.popitem(last=False)

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
        self._later(number, partial(self._take_in, number, before, record, change, place, first))

    def _show(self, number: int, record: Record) -> None:
        self._records[number] = record
        self._records.move_to_end(number)

    def _later(self, number: int, work: Callable[[], None]) -> None:
        self._waiting.append(work)
        self._behind.add(number)
        if len(self._waiting) >= _MOST_WAITING:
            self.catch_up()

    def _take_in(
        self, number: int, before: Record | None, record: Record, change: Change, place: int, first: int
    ) -> None:
        self._keep(number)
        self._change_document(number, before, record, change)
        old: Json = {} if before is None else decode(self._metadata[number])
        row = encode_metadata(record)
        if change.trimmed:
            row["changes"] = [place]
        else:
            row["changes"] = [*old.get("changes", ()), place]
            undoes = old.get("undoes", [])
            if change.undoes is not None:
                undoes = [*undoes, [change.version, change.undoes]]
            if undoes:
                row["undoes"] = undoes
            commits = self._authors.setdefault(change.origin.user_id, array("Q"))
            if not commits or commits[-1] != first:
                commits.append(first)
        self._metadata[number] = encode(row)
        if self._indexed:
            self._index.put(number, before, record)
        if before is None:
            self._threads.add(record, number)

    def _keep(self, number: int) -> None:
        """What is to change, for a snapshot that is being written without it."""
        before = self._before
        if before is not None and number not in before:
            before[number] = self._table.documents.get(str(number)), self._metadata.get(number)

    def _change_document(self, number: int, before: Record | None, record: Record, change: Change) -> None:
        table, doc_ids = self._table, [number]
        if record.deleted:
            if before is None or not before.deleted:
                self._deleted[number] = encode_ticket(record.ticket)
                table.remove(doc_ids=doc_ids)
        elif before is None or before.deleted:
            table.insert(Document(encode_ticket(record.ticket), number))
            self._deleted.pop(number, None)
        elif change.after:
            fields = {name: value for name, value in change.after.items() if value is not None}
            table.update(fields, doc_ids=doc_ids)
            for name in change.after.keys() - fields.keys():
                table.update(without(name), doc_ids=doc_ids)

    def set_card(self, number: int, card: MessageRef) -> None:
        record = self.record(number)
        if record is not None:
            record = replace(record, card=card)
            self._show(number, record)
            self._later(number, partial(self._take_in_card, number, record))

    def _take_in_card(self, number: int, record: Record) -> None:
        self._keep(number)
        row = decode(self._metadata[number])
        self._metadata[number] = encode(row | {"card": list(record.card or ())})
        self._threads.add(record, number)

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
        numbers = [*found.page(0, found.count), *self._deleted]
        return [number for number in numbers if self._has_history(number) and self._is_old(number, before)]

    def _has_history(self, number: int) -> bool:
        metadata = decode(self._metadata[number])
        return len(metadata["changes"]) > 1 or metadata["version"] == 1

    def _is_old(self, number: int, before: float) -> bool:
        record = self.record(number)
        return record is not None and commands.may_be_trimmed(record, before)

    def versions(self) -> dict[str, range]:
        """Of each ticket those that changes made that are known. On any thread, after `catch_up` on its own."""
        rows = ((number, decode(row)) for number, row in dict(self._metadata).items())
        return {format_id(number): range(first_version(row), row["version"] + 1) for number, row in rows}

    def trimmed(self) -> dict[str, int]:
        """The tickets whose history was removed, each with the version that the first change of what is left made. On any
        thread, as `versions`."""
        return {ticket_id: some.start for ticket_id, some in self.versions().items() if some.start > 1}

    # the snapshot

    def load(self, rows: Iterable[Rows]) -> None:
        """Everything, from a snapshot, tickets upwards. Raises `KeyError`, `TypeError` or `ValueError` for what is no ticket."""
        self._index.load(self._load(rows))

    def _load(self, rows: Iterable[Rows]) -> Iterator[tuple[int, Record]]:
        for table, values, text in rows:
            if table == TICKETS:
                self._table.documents.update(values)
            elif table == DELETED:
                self._deleted.update({int(key): row for key, row in values.items()})
            elif table == KEYS:
                self.keys.keys.update({key: Key(*row) for key, row in values.items()})
                self.keys.now = max([self.keys.now, *(key.timestamp for key in self.keys.keys.values())])
            elif table == AUTHORS:
                self._authors.update({key: array("Q", places) for key, places in values.items()})
            elif table == USAGE:
                self.usage.days.update(values)
            elif table == METADATA:
                yield from self._load_metadata(values, text.split(b",\n"))

    def _load_metadata(self, values: Mapping[str, Json], lines: list[bytes]) -> Iterator[tuple[int, Record]]:
        documents = self._table.documents
        for (key, row), line in zip(values.items(), lines, strict=False):
            number = int(key)
            self._metadata[number] = line.partition(b":")[2]
            document = documents.get(key) or self._deleted[number]
            record = decode_record(make_ticket(document), row)
            if document["id"] != format_id(number) or record.deleted != (key not in documents):
                raise ValueError(f"ticket {key} is not what its row says")
            self._threads.add(record, number)
            yield number, record

    def freeze(self) -> Tables:
        """Everything as it is now, for `write_snapshot`, which may go on on another thread while it changes here; once.

        In the order of numbers. Rows are replaced, and never changed, and `_keep` keeps those that are replaced until the
        last of them is written: to copy or to sort as many as there are would hold up all other threads.
        """
        self.catch_up()
        before: dict[int, tuple[Json | None, bytes | None]] = {}
        self._before = before
        documents, metadata, numbers = self._table.documents, self._metadata, range(1, self.last + 1)
        authors = {key: (places, len(places)) for key, places in self._authors.items()}
        keys, oldest = list(self.keys.keys.items()), self.keys.oldest

        def unchanged(number: int, part: int) -> Any:
            # In this order: what another thread changes now, it has kept before.
            row = metadata.get(number) if part else documents.get(str(number))
            return before[number][part] if number in before else row

        def rows(part: int) -> Iterator[tuple[int, Any]]:
            for number in numbers:
                if (row := unchanged(number, part)) is not None:
                    yield number, row
            if part and self._before is before:
                self._before = None

        return [
            (TICKETS, rows(0)),
            (DELETED, sorted(self._deleted.items())),
            (METADATA, rows(1)),
            (KEYS, ((key, row) for key, row in keys if row.timestamp >= oldest)),
            (AUTHORS, ((key, some[:count].tolist()) for key, (some, count) in authors.items())),
            (USAGE, dict(self.usage.days).items()),
        ]


def first_version(metadata: Json) -> int:
    """The version that the first of a ticket's changes made: not 1 where those before it were removed."""
    version: int = metadata["version"] - len(metadata["changes"]) + 1
    return version
