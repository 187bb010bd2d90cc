"""The tables in memory: what is durable, and beside it what is on its way to the disk.

Readers see the first, writers the second, so that nobody is shown what may still fail.
"""

import threading
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from store.cold import ColdRows
from store.commits import Commit, Row
from store.files import Files
from store.patch import Json, merge

Table = MutableMapping[str, Json]
Observer = Callable[
    [str, Json | None, Json | None], None
]  # an id, its row as it was, and as it is durable now


class Memory:
    """All of it, and whatever is derived from it by `observers`, is used under `lock`.

    `cold` names tables whose rows stay on disk (see `ColdRows`), `shapes` the kind of mapping that holds a table.
    """

    def __init__(self, files: Files, cold: frozenset[str], shapes: Mapping[str, Callable[[], Table]]) -> None:
        self.lock = threading.RLock()
        self.tables: dict[str, Any] = {}
        self.cold = cold
        self.observers: dict[str, Observer] = {}
        self.rolled_back: Callable[[], None] = lambda: None
        self._files, self._shapes = files, shapes
        self._staged: dict[tuple[str, str], tuple[Commit, Any]] = {}
        for name in [*shapes, *sorted(cold)]:
            self.tables[name] = self.shape(name)

    # what is durable

    def shape(self, name: str) -> Table:
        """An empty table of the kind that this one is."""
        return ColdRows(self._files) if name in self.cold else self._shapes.get(name, dict)()

    def table(self, name: str) -> Mapping[str, Json]:
        found: Mapping[str, Json] = self.tables.get(name, {})
        return found

    def put(self, name: str, key: str, row: Json | None) -> None:
        """Set a row, take it away (None), or see to it that there is the table (no key)."""
        table = self.tables.get(name)
        if not isinstance(table, MutableMapping):
            table = self.tables[name] = self.shape(name)
        if row is not None:
            table[key] = row
        elif key in table:
            del table[key]

    def replay(self, change: Any) -> None:
        """Apply a commit as the journal holds it: a merge patch of the tables, or whole rows."""
        if isinstance(change, list):
            for name, key, row in change:
                self.put(name, key, row)
            return
        for name, changes in change.items():
            self.put(name, "", None)
            table = self.tables[name]
            for key, part in changes.items():
                self.put(name, key, None if part is None else merge(table.get(key), part))

    # what is on its way

    def staged(self, name: str, key: str) -> Json | None:
        """The row as it will be when everything on its way is durable; not to be changed."""
        if self._staged and (on_its_way := self._staged.get((name, key))):
            row: Json | None = on_its_way[1]
            return row
        return self.table(name).get(key)

    def coming(self, name: str, key: str) -> Any:
        """The row that is on its way, as it was sent; None when there is none, or when it is taken away."""
        on_its_way = self._staged.get((name, key))
        return None if on_its_way is None else on_its_way[1]

    def staged_table(self, name: str) -> dict[str, Json] | None:
        """As `staged`, of a whole table; None when there is none."""
        on_its_way = {key: row for (table, key), (_, row) in self._staged.items() if table == name}
        if name not in self.tables and not on_its_way:
            return None
        rows = {**self.table(name), **on_its_way}
        return {key: row for key, row in rows.items() if row is not None and key}

    def rows(self, patch: Json) -> list[Row]:
        """The rows that a merge patch makes of those that are staged."""
        rows: list[Row] = []
        for name, changes in patch.items():
            rows += [
                (name, key, None if change is None else merge(self.staged(name, key), change))
                for key, change in changes.items()
            ] or [(name, "", None)]
        return rows

    def stage(self, commit: Commit) -> None:
        staged = self._staged
        for name, key, row in commit.rows:
            staged[name, key] = (commit, row)

    # what becomes of it

    def install(self, commit: Commit) -> None:
        """Put into the tables what has become durable."""
        staged, observers = self._staged, self.observers
        for name, key, row in commit.rows:
            observer = observers.get(name)
            if observer is None or not key:
                self.put(name, key, row)
            else:
                old = None if name in self.cold else self.table(name).get(key)
                self.put(name, key, row)
                observer(key, old, row)
            on_its_way = staged.get((name, key))
            if on_its_way is not None and on_its_way[0] is commit:
                del staged[name, key]

    def roll_back(self) -> None:
        """Forget everything that is on its way and not durable."""
        self._staged.clear()
        self.rolled_back()
