"""The ticket tables in memory: TinyDB's documents, their metadata, and the lookups by key, thread and author."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tinydb.operations import delete as without
from tinydb.table import Document

from store.codec import decode, decode_record, encode, encode_metadata, encode_ticket
from store.fields import make_ticket
from store.file.disk.snapshot import Tables
from store.file.index import Index
from store.file.lookups import Key, Keys, Threads
from store.file.storage import TICKETS, DocumentTable
from store.ids import format_id, number_of
from store.models.tickets import Change, Json, Record

DELETED, METADATA, KEYS, AUTHORS, USAGE = "deleted", "metadata", "keys", "authors", "usage"


class TicketTables:
    """`metadata` is JSON by ticket number: the keys of `encode_metadata`, and

    - `changes`: the journal places of the ticket's changes, oldest first
    - `undoes`: pairs of versions, of an undo and of the change that it undid

    `authors` are the journal places of each person's commits, oldest first. Without `indexed` the index stays empty.
    """

    def __init__(self, *, indexed: bool = True) -> None:
        self._table, self._indexed = DocumentTable(), indexed
        self.documents = self._table.documents
        self.deleted: dict[int, Json] = {}
        self.metadata: dict[int, bytes] = {}
        self.authors: dict[str, array[int]] = {}
        self.keys, self.threads = Keys(), Threads()
        self.usage: dict[str, list[int]] = {}  # see `count_usage`
        self.index = Index(lambda number: self.documents[str(number)]["title"])
        # While a snapshot is being written: document and metadata, as at `freeze`, of tickets changed since.
        self._before: dict[int, tuple[Json | None, bytes | None]] | None = None

    def record(self, number: int) -> Record | None:
        """A ticket's record, also a deleted one's."""
        if (metadata := self.metadata.get(number)) is None:
            return None
        document = self._table.get(doc_id=number) or self.deleted[number]
        return decode_record(make_ticket(document), decode(metadata))

    # changing

    def put(self, before: Record | None, record: Record, change: Change, place: int, first: int) -> None:
        """Apply `change`, which results in `record` and is in the journal at `place`, in the commit that begins at `first`."""
        number = number_of(change.ticket_id)
        self._keep(number)
        self._change_document(number, before, record, change)
        old: Json = {} if before is None else decode(self.metadata[number])
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
            commits = self.authors.setdefault(change.origin.user_id, array("Q"))
            if not commits or commits[-1] != first:
                commits.append(first)
        self.metadata[number] = encode(row)
        if self._indexed:
            self.index.put(number, before, record)
        if before is None:
            self.threads.add(record, number)

    def put_card(self, record: Record) -> None:
        number = number_of(record.ticket.id)
        self._keep(number)
        row = decode(self.metadata[number])
        self.metadata[number] = encode(row | {"card": list(record.card or ())})
        self.threads.add(record, number)

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

    # the snapshot

    def load(self, rows: Iterable[tuple[str, Json]]) -> None:
        """Load a snapshot, with tickets in ascending order. Raises `KeyError`, `TypeError` or `ValueError` for a bad row."""
        self.index.load(self._load(rows))

    def _load(self, rows: Iterable[tuple[str, Json]]) -> Iterator[tuple[int, Record]]:
        for table, values in rows:
            if table == TICKETS:
                self.documents.update(values)
            elif table == DELETED:
                self.deleted.update({int(key): row for key, row in values.items()})
            elif table == KEYS:
                self.keys.keys.update({key: Key(*row) for key, row in values.items()})
                self.keys.now = max([self.keys.now, *(key.timestamp for key in self.keys.keys.values())])
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
            document = documents.get(key) or self.deleted[number]
            record = decode_record(make_ticket(document), row)
            if document["id"] != format_id(number) or record.deleted != (key not in documents):
                raise ValueError(f"ticket {key} is not what its row says")
            self.threads.add(record, number)
            yield number, record

    def freeze(self, last: int) -> Tables:
        """The tables as they are now, up to the ticket `last`, for `write_snapshot`. It may read them once, on another
        thread, while they change here.

        In the order of numbers. Nothing is copied or sorted, as that would hold up all other threads: rows are replaced,
        never modified, and `_keep` keeps replaced ones until the last is written.
        """
        before: dict[int, tuple[Json | None, bytes | None]] = {}
        self._before = before
        documents, metadata, numbers = self.documents, self.metadata, range(1, last + 1)
        authors = {key: (places, len(places)) for key, places in self.authors.items()}
        keys, oldest = list(self.keys.keys.items()), self.keys.oldest

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
            (KEYS, ((key, row) for key, row in keys if row.timestamp >= oldest)),
            (AUTHORS, ((key, some[:count].tolist()) for key, (some, count) in authors.items())),
            (USAGE, dict(self.usage).items()),
        ]
