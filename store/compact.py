"""The table `tickets` in memory: rows that share their keys, which take half as much as dictionaries of their own."""

from collections.abc import Mapping
from typing import Any

from store.patch import Json


class _Row:
    """Its attributes are a row. The dictionaries of a class's instances share their keys (PEP 412)."""


class TicketRows(dict[str, Json]):
    def update(self, *args: Any, **more: Any) -> None:
        """As a dictionary's own; of one mapping, with rows of its own."""
        if len(args) != 1 or more or not isinstance(args[0], Mapping):
            super().update(*args, **more)
            return
        for key, row in args[0].items():
            self[key] = _compact(row)


def _compact(row: Json) -> Json:
    holder = _Row()
    for name, value in row.items():
        setattr(holder, name, value)
    return vars(holder)
