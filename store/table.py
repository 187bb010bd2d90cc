"""TinyDB's table over the journal: the same methods and meanings, written as what changed.

`JournalDB(path)` is a TinyDB. Only the hook through which a table is updated differs: its updater edits a draft, so one
that raises changes nothing, and what it edited becomes one commit.
"""

import copy
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from store.base import PAGE_SIZE
from store.cells import UnindexedError
from store.coding import plain
from store.commits import Row
from store.index import Found, Index, Order, found_numbers
from store.journal import JournalStorage
from store.patch import Json, NoPatchError, diff


class Draft(MutableMapping[Any, Any]):
    """A table to be edited: `changes` is what was, and the table itself stays as it is."""

    def __init__(self, rows: dict[str, Json], id_class: Callable[[Any], Any]) -> None:
        self._rows = {id_class(key): row for key, row in rows.items()}
        self._edited: dict[Any, Any] = {}
        self._gone: dict[Any, None] = {}

    def __getitem__(self, key: Any) -> Any:
        if key not in self._edited:
            self._edited[key] = copy.deepcopy(self._rows[key])
        return self._edited[key]

    def __setitem__(self, key: Any, row: Any) -> None:
        if key not in self._rows:
            self._rows[key] = {}
        self._edited[key] = row
        self._gone.pop(key, None)

    def __delitem__(self, key: Any) -> None:
        del self._rows[key]
        self._edited.pop(key, None)
        self._gone[key] = None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def clear(self) -> None:
        for key in list(self._rows):
            del self[key]

    def changes(self, name: str, before: dict[str, Json]) -> list[Row]:
        """The rows that are other than `before`, as they will be when they have been read from the disk again."""
        rows: list[Row] = [(name, str(key), None) for key in self._gone]
        for key, row in self._edited.items():
            new = plain(row)
            if new != (old := before.get(str(key))) or repr(new) != repr(old):
                rows.append((name, str(key), new))
        return rows


class JournalTable(Table):
    """A table of a `JournalStorage`, for any number of threads."""

    _storage: JournalStorage

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        storage = self._storage
        with storage.data.lock:
            rows = storage.data.staged_table(self.name)
            draft = Draft(rows or {}, self.document_id_class)
            updater(draft)
            changes = draft.changes(self.name, rows or {})
            if not changes and rows is None:
                changes = [(self.name, "", None)]
            commit = self._stage(changes, rows or {}) if changes else storage.latest()
        if commit is not None and changes:
            storage.settle_here(commit)
        self.clear_cache()

    def _stage(self, changes: list[Row], before: dict[str, Json]) -> Any:
        try:
            patch: Json = {
                key: None if row is None else diff(before.get(key), row) for _, key, row in changes if key
            }
        except NoPatchError:
            return self._storage.stage_rows(changes)
        return self._storage.stage({self.name: patch})

    def _get_next_id(self) -> int:
        with self._storage.data.lock:
            number: int = super()._get_next_id()  # type: ignore[no-untyped-call]  # TinyDB's own
            return number

    def __len__(self) -> int:
        with self._storage.data.lock:
            return len(self._read_table())

    def __iter__(self) -> Iterator[Document]:
        with self._storage.data.lock:
            documents = list(super().__iter__())
        return iter(documents)

    def search(self, cond: QueryLike) -> list[Document]:
        with self._storage.data.lock:
            return super().search(cond)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        with self._storage.data.lock:
            return super().get(*args, **kwargs)


class JournalDB(TinyDB):
    """TinyDB in a journal; what it is given goes to `JournalStorage`."""

    table_class = JournalTable
    default_storage_class = JournalStorage  # type: ignore[assignment]  # TinyDB's stubs know JSON files alone


class IndexedTable(JournalTable):
    """A table that answers from an `Index` what it can, and asks the query about every row where it cannot."""

    index: Index

    def find(self, cond: QueryLike) -> Found:
        with self._storage.data.lock:
            try:
                return self.index.find(cond)
            except UnindexedError:
                rows = self._storage.data.table(self.name)
                return found_numbers(sorted(int(key) for key, row in rows.items() if cond(row)))

    def page(
        self, cond: QueryLike, number: int, size: int = PAGE_SIZE, order: Order = "pri"
    ) -> tuple[int, list[int]]:
        """How many rows match, and the ids of the `number`-th `size` of them, counted from 1; past the end the last."""
        with self._storage.data.lock:
            found = self.find(cond)
            number = max(1, min(number, -(-found.total // size)))
            return found.total, self.index.page(found, (number - 1) * size, size, order)

    def search(self, cond: QueryLike) -> list[Document]:
        with self._storage.data.lock:
            try:
                found = self.index.find(cond)
            except UnindexedError:
                return super().search(cond)
            rows = self._storage.data.table(self.name)
            numbers = set(self.index.page(found, 0, found.total, "oldest"))
            return [Document(row, int(key)) for key, row in rows.items() if int(key) in numbers]

    def count(self, cond: QueryLike) -> int:
        return self.find(cond).total
