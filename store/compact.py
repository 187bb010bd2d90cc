"""The table `tickets` in memory: rows that share their keys, which take half as much as dictionaries of their own."""

from collections.abc import Iterator, Mapping
from typing import Any

from store.patch import Json


class _Row:
    """Its attributes are a row. The dictionaries of a class's instances share their keys (PEP 412)."""


class TicketRows(dict[str, Json]):
    """Rows by ticket number; `last` is the highest that there has been."""

    last = 0

    def __setitem__(self, key: str, row: Json) -> None:
        super().__setitem__(key, row)
        self.last = max(self.last, int(key))

    def update(self, *args: Any, **more: Any) -> None:
        """As a dictionary's own; of one mapping, with rows of its own."""
        if len(args) != 1 or more or not isinstance(args[0], Mapping):
            args, more = (dict(*args, **more),), {}
        for key, row in args[0].items():
            self[key] = _compact(row)

    def walk(self) -> Iterator[str]:
        """Its ids, upwards, while it may change: no list of them all is made, which would hold everybody up."""
        number = 0
        while number < self.last:
            number += 1
            if (key := str(number)) in self:
                yield key


def _compact(row: Json) -> Json:
    holder = _Row()
    for name, value in row.items():
        setattr(holder, name, value)
    return vars(holder)
