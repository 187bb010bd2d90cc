"""TinyDB over documents in memory, where the cost of a change does not depend on the number of documents.

Stock TinyDB copies and writes all documents at every change. Here the journal makes a change durable before TinyDB sees
it, so the storage is in memory only, and the table replaces only the changed documents. `DocumentTable` overrides a
private method of TinyDB: `tests/store/file/test_storage.py` fails if a new version changes it.
"""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from tinydb.storages import MemoryStorage
from tinydb.table import Table

from store.models.tickets import Json

TICKETS = "tickets"


class DocumentTable(Table):
    """The table of tickets. `documents` are by number as text; they are replaced, never modified."""

    def __init__(self) -> None:
        self.documents: dict[str, Json] = {}
        storage = MemoryStorage()  # type: ignore[no-untyped-call]  # TinyDB says nothing of it
        storage.write({TICKETS: self.documents})
        super().__init__(storage, TICKETS)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        updater(_Replacing(self.documents))
        self.clear_cache()


class _Replacing(MutableMapping[int, Json]):
    """Documents by number, as TinyDB changes them. It modifies what it reads, so that is a copy put in place first."""

    def __init__(self, documents: dict[str, Json]) -> None:
        self._documents = documents

    def __getitem__(self, number: int) -> Json:
        document = self._documents[str(number)] = dict(self._documents[str(number)])
        return document

    def __contains__(self, number: object) -> bool:
        return str(number) in self._documents

    def __setitem__(self, number: int, document: Json) -> None:
        self._documents[str(number)] = document

    def __delitem__(self, number: int) -> None:
        del self._documents[str(number)]

    def __iter__(self) -> Iterator[int]:
        return map(int, self._documents)

    def __len__(self) -> int:
        return len(self._documents)
