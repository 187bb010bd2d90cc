"""The table `beside`: who made each ticket, where and when, where its card is, and its latest change."""

from collections.abc import Iterator, MutableMapping

from store.index import Index
from store.packed import Beside, beside_row, pack, unpack
from store.patch import Json
from store.threads import Threads


class BesideRows(MutableMapping[str, Json]):
    """Rows by ticket number, none of which is ever taken away.

    They tell `index` where tickets were born, and know which tickets have their thread where.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self.packed: list[bytes] = [
            b""
        ]  # b"" where there is none; replaced by another whenever anything changes
        self._threads = Threads()
        self._count = 0

    @property
    def last(self) -> int:
        """The highest number that there is."""
        return len(self.packed) - 1

    def of(self, number: int) -> Beside:
        """Raises `KeyError`."""
        if not 0 < number < len(self.packed) or not self.packed[number]:
            raise KeyError(str(number))
        return unpack(self.packed[number])

    def threads(self, channel: str, thread: str) -> list[int]:
        """The tickets that were born or have their card in this thread, the first first; of deleted ones too."""
        candidates = sorted(self._threads.find(channel, thread))
        return [number for number in candidates if (channel, thread) in _threads(self.of(number))]

    # a table

    def __getitem__(self, key: str) -> Json:
        return beside_row(self.of(int(key)))

    def __setitem__(self, key: str, row: Json) -> None:
        number, channel, thread = int(key), row.get("channel", ""), row.get("thread")
        packed = self.packed
        if number >= len(packed):
            packed += [b""] * (number + 1 - len(packed))
        if not packed[number]:
            self._count += 1
            self._index.place(number, row["who"], channel, private=row.get("private", False))
            if thread:
                self._threads.add(channel, thread, number)
        if card := row.get("card"):
            self._threads.add(card[0], card[2] or card[1], number)
        packed[number] = pack(row)

    def __delitem__(self, key: str) -> None:
        raise KeyError(f"{key} stays: its number is never used again")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return (str(number) for number, packed in enumerate(self.packed) if packed)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str) or not key.isdigit():
            return False
        return int(key) < len(self.packed) and bool(self.packed[int(key)])


def _threads(beside: Beside) -> set[tuple[str, str]]:
    found = {(beside.born.channel, beside.born.thread)} if beside.born.thread else set()
    if beside.card is not None:
        found.add((beside.card.channel, beside.card.thread or beside.card.ts))
    return found
