"""Records for readers: fresh each time, and made quickly for tickets that are asked for again and again."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from store.base import Record
from store.beside import BesideRows
from store.packed import RecordTail, unpack_record
from store.rows import make_ticket, read_ticket
from store.ticket import number_of
from store.tickets import TicketRows, read_packed

_MOST_KEPT = 4096

_make: Callable[[tuple[Any, ...]], Record] = partial(
    tuple.__new__, Record
)  # `Record._make` without its own steps


class _Kept(NamedTuple):
    """What was read of a ticket's rows. Packed they are replaced and never changed, so it is right while they are the same."""

    number: int
    ticket: bytes
    beside: bytes
    values: dict[str, Any]
    tail: RecordTail


class Records:
    """Of the tables `tickets` and `beside`, under their lock."""

    def __init__(self, tickets: TicketRows, beside: BesideRows) -> None:
        self._tickets, self._beside = tickets, beside
        self._kept: dict[int, _Kept] = {}
        self._by_id: dict[str, _Kept] = {}
        self._asked: set[str] = set()  # once; a ticket that is asked for twice is kept

    def of(self, number: int) -> Record:
        """Also of a deleted ticket. Raises `KeyError`."""
        row = self._tickets.of(number) or self._beside.of(number).gone
        if row is None:
            raise KeyError(number)
        return _make((read_ticket(row), *unpack_record(self._beside.packed[number])))

    def get(self, ticket_id: str) -> Record | None:
        """None also for a deleted ticket, and for what is no id as the store writes it."""
        kept = self._by_id.get(ticket_id)
        if kept is not None:
            number, ticket, beside, values, tail = kept
            if self._tickets.packed[number] is ticket and self._beside.packed[number] is beside:
                return _make((make_ticket(values.copy()), *tail))
        try:
            number = number_of(ticket_id)
            ticket = self._tickets.packed[number]
        except (ValueError, IndexError):
            return None
        if not ticket or (values := read_packed(ticket))["id"] != ticket_id:
            return None
        if ticket_id in self._asked:
            self._keep(number)
        elif len(self._asked) >= _MOST_KEPT:
            self._asked.clear()
        self._asked.add(ticket_id)
        return _make((make_ticket(values), *unpack_record(self._beside.packed[number])))

    def page(self, numbers: list[int]) -> tuple[Record, ...]:
        """Of tickets that somebody looks at, and probably again."""
        tickets, packed, kept_of = self._tickets.packed, self._beside.packed, self._kept.get
        records = []
        for number in numbers:
            found = kept_of(number)
            if found is None or found[1] is not tickets[number] or found[2] is not packed[number]:
                found = self._keep(number)
            records.append(_make((make_ticket(found[3].copy()), *found[4])))
        return tuple(records)

    def _keep(self, number: int) -> _Kept:
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
            self._by_id.clear()
        ticket, beside = self._tickets.packed[number], self._beside.packed[number]
        values = read_packed(ticket)
        kept = self._kept[number] = _Kept(number, ticket, beside, values, unpack_record(beside))
        self._by_id[values["id"]] = kept
        return kept
