"""The durable tickets in memory, as readers see them: TinyDB's documents, their metadata, and what finds them."""

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tinydb.operations import delete as without
from tinydb.table import Document

from store import commands
from store.file.disk.journal import Position
from store.file.disk.snapshot import Tables
from store.file.index import Index
from store.file.lookups import Keys, count_usage, threads_of
from store.file.storage import TICKETS, DocumentTable
from store.ids import format_id, number_of
from store.models.fields import make_ticket
from store.models.tickets import Change, Json, MessageRef, Record
from store.serialization.codec import (
    decode,
    decode_change,
    decode_record,
    encode,
    encode_metadata,
    encode_ticket,
)

DELETED, METADATA, KEYS, AUTHORS, USAGE = "deleted", "metadata", "keys", "authors", "usage"

_CACHED_RECORDS = 2048


class TicketState:
    """`metadata` is JSON by ticket number: the keys of `encode_metadata`, and

    - `changes`: the journal places of the ticket's changes, oldest first
    - `undoes`: pairs of versions, of an undo and of the change that it undid

    `authors` are the journal places of each person's commits, oldest first; `last` is the highest ticket number ever
    used. Without `indexed` the index stays empty.
    """

    def __init__(self, *, indexed: bool = True) -> None:
        self._table, self._indexed = DocumentTable(), indexed
        self.documents = self._table.documents
        self.deleted: dict[int, Json] = {}
        self.metadata: dict[int, bytes] = {}
        self.authors: dict[str, array[int]] = {}
        self.keys = Keys()
        # Numbers by the hash of a thread: of tickets that are, or were, there, or in a thread with the same hash.
        self._threads: dict[int, tuple[int, ...]] = {}
        self.usage: dict[str, list[int]] = {}  # see `count_usage`
        self.index = Index(lambda number: self.documents[str(number)]["title"])
        self.last = 0
        self._records: OrderedDict[int, Record] = OrderedDict()  # some of them
        # While a snapshot is being written: document and metadata, as at `freeze`, of tickets changed since.
        self._before: dict[int, tuple[Json | None, bytes | None]] | None = None

    # reading

    def record(self, number: int) -> Record | None:
        """A ticket's record, also a deleted one's."""
        if record := self._records.get(number):
            return record
        if (row := self.metadata.get(number)) is None:
            return None
        document = self._table.get(doc_id=number) or self.deleted[number]
        return self._keep_record(number, decode_record(make_ticket(document), decode(row)))

    def _keep_record(self, number: int, record: Record) -> Record:
        self._records[number] = record
        if len(self._records) > _CACHED_RECORDS:
            self._records.popitem(last=False)  # to drop all of them at once would take milliseconds
        return record

    def metadata_of(self, number: int) -> Json:
        """Empty if there never was such a ticket."""
        return decode(self.metadata[number]) if number in self.metadata else {}

    def places(self, number: int) -> dict[int, int]:
        """The journal places of a ticket's known changes, by version, oldest first."""
        row = self.metadata_of(number)
        return dict(zip(_versions(row), row["changes"], strict=True)) if row else {}

    def list_by_thread(self, channel: str, thread: str) -> Iterator[Record]:
        """The tickets of a thread, also deleted ones, in order."""
        for number in sorted(self._threads.get(hash((channel, thread)), ())):
            record = self.record(number)
            if record and (channel, thread) in threads_of(record):
                yield record

    def versions(self) -> dict[str, range]:
        """The versions in each ticket's known history, by id. On any thread."""
        rows = ((number, decode(row)) for number, row in dict(self.metadata).items())
        return {format_id(number): _versions(row) for number, row in rows}

    # changing

    def apply(self, change: Change, place: int, first: int, record: Record | None = None) -> None:
        """Show a change that is durable in the journal at `place`, in the commit that begins at `first`. `record` is
        the result if the caller has it already; its card may be out of date."""
        number = number_of(change.ticket_id)
        before = self.record(number)
        if record is None:
            record = commands.apply(before, change)
        elif before is not None and before.card != record.card:
            record = replace(record, card=before.card)
        self._keep(number)
        self._change_document(number, before, record, change)
        self._change_metadata(number, record, change, place, first)
        if self._indexed:
            self.index.put(number, before, record)
        if before is None:
            self._add_threads(number, record)
        self._keep_record(number, record)
        self.last = max(self.last, number)

    def _keep(self, number: int) -> None:
        """Keep what is about to change, for a snapshot that is being written."""
        before = self._before
        if before is not None and number not in before:
            before[number] = self.documents.get(str(number)), self.metadata.get(number)

    def _change_document(self, number: int, before: Record | None, record: Record, change: Change) -> None:
        table, doc_ids = self._table, [number]
        if record.deleted:
            if before is None or not before.deleted:
                self.deleted[number] = encode_ticket(record.ticket)
                table.remove(doc_ids=doc_ids)
        elif before is None or before.deleted:
            table.insert(Document(encode_ticket(record.ticket), number))
            self.deleted.pop(number, None)
        elif change.after:
            fields = {name: value for name, value in change.after.items() if value is not None}
            table.update(fields, doc_ids=doc_ids)
            for name in change.after.keys() - fields.keys():
                table.update(without(name), doc_ids=doc_ids)

    def _change_metadata(self, number: int, record: Record, change: Change, place: int, first: int) -> None:
        row = encode_metadata(record)
        if change.trimmed:
            row["changes"] = [place]
        else:
            old = self.metadata_of(number)
            row["changes"] = [*old.get("changes", ()), place]
            undoes = old.get("undoes", [])
            if change.undoes is not None:
                undoes = [*undoes, [change.version, change.undoes]]
            if undoes:
                row["undoes"] = undoes
            commits = self.authors.setdefault(change.origin.user_id, array("Q"))
            if not commits or commits[-1] != first:
                commits.append(first)
        self.metadata[number] = encode(row)

    def set_card(self, number: int, card: MessageRef) -> None:
        if record := self.record(number):
            self._keep(number)
            self.metadata[number] = encode(decode(self.metadata[number]) | {"card": list(card)})
            self._add_threads(number, self._keep_record(number, replace(record, card=card)))

    def _add_threads(self, number: int, record: Record) -> None:
        for thread in map(hash, threads_of(record)):
            known = self._threads.get(thread, ())
            if number not in known:
                self._threads[thread] = (*known, number)

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

    # the snapshot

    def header(self, position: Position, sequence: int) -> Json:
        """The header of a snapshot: the places in the other files up to which it is complete."""
        return {**position._asdict(), "sequence": sequence, "last": self.last}

    def load(self, rows: Iterable[tuple[str, Json]], last: int) -> None:
        """Load a snapshot, with tickets in ascending order. Raises `KeyError`, `TypeError` or `ValueError` for a bad row."""
        self.index.load(self._load(rows))
        self.last = last

    def _load(self, rows: Iterable[tuple[str, Json]]) -> Iterator[tuple[int, Record]]:
        for table, values in rows:
            if table == TICKETS:
                self.documents.update(values)
            elif table == DELETED:
                self.deleted.update({int(key): row for key, row in values.items()})
            elif table == KEYS:
                for key, (place, timestamp) in values.items():
                    self.keys.add(key, place, timestamp)
            elif table == AUTHORS:
                self.authors.update({key: array("Q", places) for key, places in values.items()})
            elif table == USAGE:
                self.usage.update(values)
            elif table == METADATA:
                yield from self._load_metadata(values)

    def _load_metadata(self, values: Mapping[str, Json]) -> Iterator[tuple[int, Record]]:
        documents = self.documents
        for key, row in values.items():
            number = int(key)
            self.metadata[number] = encode(row)
            record = decode_record(make_ticket(documents.get(key) or self.deleted[number]), row)
            if record.ticket.id != format_id(number) or record.deleted != (key not in documents):
                raise ValueError(f"ticket {key} is not what its row says")
            self._add_threads(number, record)
            yield number, record

    def freeze(self) -> Tables:
        """The tables as they are now, in the order of numbers, to be read once, on any thread, while they change
        here. Nothing is copied, as that would hold up all other threads: rows are replaced, never modified, and
        `_keep` keeps replaced ones until the last is written."""
        before: dict[int, tuple[Json | None, bytes | None]] = {}
        self._before = before
        documents, metadata, numbers = self.documents, self.metadata, range(1, self.last + 1)
        authors = {key: (places, len(places)) for key, places in self.authors.items()}

        def rows(part: int) -> Iterator[tuple[int, Any]]:
            for number in numbers:
                # Read first, then look into `before`: another thread keeps a row before it changes it.
                row = metadata.get(number) if part else documents.get(str(number))
                row = before[number][part] if number in before else row
                if row is not None:
                    yield number, row
            if part and self._before is before:
                self._before = None

        return [
            (TICKETS, rows(0)),
            (DELETED, sorted(self.deleted.items())),
            (METADATA, rows(1)),
            (KEYS, self.keys.unexpired()),
            (AUTHORS, ((key, some[:count].tolist()) for key, (some, count) in authors.items())),
            (USAGE, dict(self.usage).items()),
        ]


def _versions(metadata: Json) -> range:
    """The versions of a ticket's known changes: not from 1 on if earlier ones were removed."""
    version: int = metadata["version"]
    return range(version - len(metadata["changes"]) + 1, version + 1)
