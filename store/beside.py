"""The table `beside`: who made each ticket, where and when, where its card is, and its latest change."""

from collections.abc import Iterator, MutableMapping

from store.index import Index
from store.packed import Beside, beside_row, pack, unpack
from store.patch import Json
from store.threads import Threads

_MOST_UNPACKED = 4096


class BesideRows(MutableMapping[str, Json]):
    """Rows by ticket number, none of which is ever taken away.

    They tell `index` where tickets were born, and know which tickets have their thread where.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._packed: list[bytes | None] = [None]
        self._unpacked: dict[int, Beside] = {}
        self._threads = Threads()
        self._count = 0

    @property
    def last(self) -> int:
        """The highest number that there is."""
        return len(self._packed) - 1

    def of(self, number: int) -> Beside:
        """Raises `KeyError`."""
        found = self._unpacked.get(number)
        if found is not None:
            return found
        packed = self._packed[number] if 0 < number < len(self._packed) else None
        if packed is None:
            raise KeyError(str(number))
        if len(self._unpacked) >= _MOST_UNPACKED:
            for old in list(self._unpacked)[: _MOST_UNPACKED // 4]:
                del self._unpacked[old]
        found = self._unpacked[number] = unpack(packed)
        return found

    def threads(self, channel: str, thread: str) -> list[int]:
        """The tickets that were born or have their card in this thread, the first first; of deleted ones too."""
        candidates = sorted(self._threads.find(channel, thread))
        return [number for number in candidates if (channel, thread) in _threads(self.of(number))]

    # a table

    def __getitem__(self, key: str) -> Json:
        return beside_row(self.of(int(key)))

    def __setitem__(self, key: str, row: Json) -> None:
        number, channel, thread = int(key), row.get("channel", ""), row.get("thread")
        packed = self._packed
        if number >= len(packed):
            packed += [None] * (number + 1 - len(packed))
        if packed[number] is None:
            self._count += 1
            self._index.place(number, row["who"], channel, private=row.get("private", False))
            if thread:
                self._threads.add(channel, thread, number)
        if card := row.get("card"):
            self._threads.add(card[0], card[2] or card[1], number)
        packed[number] = pack(row)
        self._unpacked.pop(number, None)

    def __delitem__(self, key: str) -> None:
        raise KeyError(f"{key} stays: its number is never used again")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return (str(number) for number, packed in enumerate(self._packed) if packed is not None)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str) or not key.isdigit():
            return False
        return int(key) < len(self._packed) and self._packed[int(key)] is not None


def _threads(beside: Beside) -> set[tuple[str, str]]:
    found = {(beside.born.channel, beside.born.thread)} if beside.born.thread else set()
    if beside.card is not None:
        found.add((beside.card.channel, beside.card.thread or beside.card.ts))
    return found
