"""TinyDB over tables in memory, where the cost of a change does not depend on the number of documents.

Stock TinyDB reads and writes all documents at every change. Here the journal makes a change durable before TinyDB sees
it, so the storage is in memory only, and the table replaces only the changed documents. `DocumentTable` overrides two
private methods of TinyDB: `tests/store/file/test_storage.py` fails if a new version changes them.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from store.models.tickets import Json

TICKETS = "tickets"


class DocumentStorage(Storage):
    """`tables` are by name, their documents by id as text. Documents are replaced, never modified, so that a copy of a
    table stays as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, dict[str, Json]] = {TICKETS: {}}

    def read(self) -> dict[str, dict[str, Any]]:
        return self.tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        raise NotImplementedError("the store writes changes, and never all tables at once")


class _Changed(MutableMapping[int, Json]):
    """Records the changes that TinyDB makes to a table, by numeric id. Copies a document when it is read."""

    def __init__(self, documents: dict[str, Json]) -> None:
        self._documents = documents
        self.changed: dict[str, Json | None] = {}

    def __getitem__(self, doc_id: int) -> Json:
        key = str(doc_id)
        document = self.changed[key] if key in self.changed else self._documents[key]
        if document is None:
            raise KeyError(doc_id)
        if key not in self.changed:
            document = self.changed[key] = dict(document)
        return document

    def __contains__(self, doc_id: object) -> bool:
        key = str(doc_id)
        return self.changed[key] is not None if key in self.changed else key in self._documents

    def __setitem__(self, doc_id: int, document: Json) -> None:
        self.changed[str(doc_id)] = document

    def __delitem__(self, doc_id: int) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self.changed[str(doc_id)] = None

    def __iter__(self) -> Iterator[int]:
        numbers = {*map(int, self._documents), *map(int, self.changed)}
        return iter(sorted(number for number in numbers if number in self))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class DocumentTable(Table):
    def __init__(self, storage: DocumentStorage, name: str) -> None:
        super().__init__(storage, name)
        self.documents = storage.tables[name]

    def _read_table(self) -> dict[str, Mapping[Any, Any]]:
        return cast("dict[str, Mapping[Any, Any]]", self.documents)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        changes = _Changed(self.documents)
        updater(changes)
        for key, document in changes.changed.items():
            if document is None:
                self.documents.pop(key, None)
            else:
                self.documents[key] = document
        self.clear_cache()


class DocumentDatabase(TinyDB):
    table_class = DocumentTable  # type: ignore[assignment]  # TinyDB says `Table`, and means its subclasses too


def open_table() -> DocumentTable:
    """The table of tickets of an empty database."""
    table = DocumentDatabase(storage=DocumentStorage).table(TICKETS)
    assert isinstance(table, DocumentTable)  # noqa: S101  # narrows the type
    return table
