"""The table `beside`: who made each ticket, where and when, where its card is, and its latest change."""

from collections.abc import Mapping
from typing import Any

from store.births import Births
from store.compact import PackedRows
from store.index import Index
from store.packed import Beside, beside_row, card_of, pack, pack_row, read_beside, unpack
from store.patch import Json
from store.threads import Threads, threads_of

BESIDE = "beside"


class BesideRows(PackedRows):
    """Rows by ticket number, none of which is ever taken away.

    They tell `index` where tickets were born, and know which tickets have their thread where.
    """

    def __init__(self, index: Index) -> None:
        super().__init__()
        self._index = index
        self._threads = Threads()
        self._births = Births()  # of what is loaded
        self._replayed: dict[int, bool] = {}  # what was set while loading, and whether it was there already
        self._loading = True

    def update(self, *args: Any, **more: Any) -> None:
        """As the mapping's own; while it is loading, much faster."""
        if not self._loading or len(args) != 1 or more:
            super().update(*args, **more)
            return
        rows: Mapping[str, Json] = args[0]
        self._room(max(map(int, rows), default=0))
        for key, row in rows.items():
            number, get = int(key), row.get
            self.packed[number] = pack_row(row)
            channel = get("channel", "")
            self._births.add(number, row["who"], channel, private=get("private", False))
            self._threads.load(threads_of(channel, get("thread", ""), get("card")), number)

    def loaded(self) -> None:
        """Everything that there was is there: tell the index."""
        for number, known in self._replayed.items():
            beside = self.of(number)
            born = beside.born
            self._threads.load(threads_of(born.channel, born.thread, beside.card), number)
            if not known:
                self._births.add(number, born.who, born.channel, private=born.private)
        self._loading = False
        self._count = self._births.count
        self._index.place_all(self._births)
        self._threads.loaded()
        self._births = Births()
        self._replayed.clear()

    def image(self) -> Any:
        return super().image(), self._threads.image()

    def restore(self, image: Any) -> None:
        packed, threads = image
        super().restore(packed)
        self._threads.restore(threads)
        self._loading = False

    def of(self, number: int) -> Beside:
        """Raises `KeyError`."""
        if not self.has(number):
            raise KeyError(str(number))
        return unpack(self.packed[number])

    def threads(self, channel: str, thread: str) -> list[int]:
        """The tickets that were born or have their card in this thread, the first first; of deleted ones too."""
        candidates = sorted(self._threads.find(channel, thread))
        return [number for number in candidates if self._is_in(number, channel, thread)]

    def _is_in(self, number: int, channel: str, thread: str) -> bool:
        beside = self.of(number)
        return (channel, thread) in threads_of(beside.born.channel, beside.born.thread, beside.card)

    # a table

    def __getitem__(self, key: str) -> Json:
        return beside_row(self.of(int(key)))

    def __setitem__(self, key: str, row: Json | Beside) -> None:
        beside = row if isinstance(row, Beside) else read_beside(row)
        number, born, card = int(key), beside.born, beside.card
        self._room(number)
        known = self.packed[number]
        self.packed[number] = pack(beside)
        if self._loading:
            self._replayed.setdefault(number, bool(known))
            return
        if not known:
            self._count += 1
            self._index.place(number, born.who, born.channel, private=born.private)
        if not known or (card is not None and card_of(known) != card):
            self._threads.add(threads_of(born.channel, born.thread, card), number)

    def __delitem__(self, key: str) -> None:
        raise KeyError(f"{key} stays: its number is never used again")
