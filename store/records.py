"""Records for readers: fresh each time, and made quickly for tickets that are asked for again and again."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from store.base import Record
from store.beside import BesideRows
from store.packed import RecordTail, unpack_record
from store.rows import make_ticket, read_ticket, read_values
from store.ticket import number_of

_MOST_KEPT = 4096

_make: Callable[[tuple[Any, ...]], Record] = partial(
    tuple.__new__, Record
)  # `Record._make` without its own steps


class _Kept(NamedTuple):
    """What was read of a ticket's rows. They are replaced and never changed, so it is right while they are the same."""

    key: str
    row: Mapping[str, Any]
    packed: bytes
    values: dict[str, Any]
    tail: RecordTail


class Records:
    """Of the tables `tickets` and `beside`, under their lock."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]], beside: BesideRows) -> None:
        self._rows, self._beside = rows, beside
        self._kept: dict[int, _Kept] = {}
        self._by_id: dict[str, _Kept] = {}
        self._asked: set[str] = set()  # once; a ticket that is asked for twice is kept

    def of(self, number: int) -> Record:
        """Also of a deleted ticket. Raises `KeyError`."""
        row = self._rows.get(str(number)) or self._beside.of(number).gone
        if row is None:
            raise KeyError(number)
        return _make((read_ticket(row), *unpack_record(self._beside.packed[number])))

    def get(self, ticket_id: str) -> Record | None:
        """None also for a deleted ticket, and for what is no id as the store writes it."""
        kept = self._by_id.get(ticket_id)
        if kept is not None and self._rows.get(kept.key) is kept.row:
            number = int(kept.key)
            if self._beside.packed[number] is kept.packed:
                return _make((make_ticket(kept.values.copy()), *kept.tail))
        try:
            number = number_of(ticket_id)
            row = self._rows[str(number)]
        except (KeyError, ValueError, IndexError):
            return None
        if row["id"] != ticket_id:
            return None
        if ticket_id in self._asked:
            self._keep(number)
        elif len(self._asked) >= _MOST_KEPT:
            self._asked.clear()
        self._asked.add(ticket_id)
        return _make((read_ticket(row), *unpack_record(self._beside.packed[number])))

    def page(self, numbers: list[int]) -> tuple[Record, ...]:
        """Of tickets that somebody looks at, and probably again."""
        rows, packed, kept_of = self._rows, self._beside.packed, self._kept.get
        records = []
        for number in numbers:
            found = kept_of(number)
            if found is None or found[2] is not packed[number] or found[1] is not rows[found[0]]:
                found = self._keep(number)
            _, _, _, values, tail = found
            records.append(_make((make_ticket(values.copy()), *tail)))
        return tuple(records)

    def _keep(self, number: int) -> _Kept:
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
            self._by_id.clear()
        key = str(number)
        row, packed = self._rows[key], self._beside.packed[number]
        kept = self._kept[number] = _Kept(key, row, packed, read_values(row), unpack_record(packed))
        self._by_id[row["id"]] = kept
        return kept
