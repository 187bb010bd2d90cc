"""The table `tickets`, packed: reading one ticket of many touches two places in memory, and not one for each value."""

import marshal
from collections.abc import Iterator, Mapping
from typing import Any

from store.compact import PackedRows
from store.patch import Json
from store.rows import VALUES, ticket_values

_NONE: dict[str, Any] = dict.fromkeys(VALUES)
_ALWAYS = _NONE.keys() - {"desc", "res"}


def pack_ticket(row: Json) -> bytes:
    """Its values in the order of `VALUES`; a row that is no ticket's as it is."""
    values = tuple({**_NONE, **row}.values())
    if len(values) > len(VALUES) or len(values) - values.count(None) < len(row) or not row.keys() >= _ALWAYS:
        return marshal.dumps(row)
    return marshal.dumps(values)


def unpack_ticket(packed: bytes) -> Json:
    values = marshal.loads(packed)  # noqa: S302  # this program's own
    if isinstance(values, dict):
        return values
    row = dict(zip(VALUES, values, strict=True))
    if row["desc"] is None:
        del row["desc"]
    if row["res"] is None:
        del row["res"]
    return row


def read_packed(packed: bytes) -> dict[str, Any]:
    """As `ticket_values`, of a packed row."""
    values = marshal.loads(packed)  # noqa: S302  # as above
    if isinstance(values, dict):
        values = map(values.get, VALUES)
    return ticket_values(values)


class TicketRows(PackedRows):
    """Rows by ticket number, each a new dictionary whenever it is asked for."""

    def __getitem__(self, key: str) -> Json:
        row = self.of(int(key))
        if row is None:
            raise KeyError(key)
        return row

    def get(self, key: str, default: Any = None) -> Any:
        """As the mapping's own, without an exception for what is not there."""
        row = self.of(int(key))
        return default if row is None else row

    def of(self, number: int) -> Json | None:
        return unpack_ticket(self.packed[number]) if self.has(number) else None

    def __setitem__(self, key: str, row: Json) -> None:
        number = int(key)
        self._room(number)
        self._count += not self.packed[number]
        self.packed[number] = pack_ticket(row)

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self.packed[int(key)] = b""
        self._count -= 1

    def update(self, *args: Any, **more: Any) -> None:
        """As the mapping's own; of one mapping, without a call for each row."""
        if len(args) != 1 or more or not isinstance(args[0], Mapping):
            super().update(*args, **more)
            return
        self._room(max(map(int, args[0]), default=0))
        packed = self.packed
        for key, row in args[0].items():
            number = int(key)
            self._count += not packed[number]
            packed[number] = pack_ticket(row)

    def upwards(self) -> Iterator[tuple[int, Json]]:
        return ((number, unpack_ticket(packed)) for number, packed in enumerate(self.packed) if packed)
