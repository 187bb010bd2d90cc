"""A table whose rows stay on disk: memory keeps where they are, and the rows since the latest snapshot.

For rows that are many, numbered 1, 2, 3 … and seldom read: the log.
"""

from array import array
from collections.abc import Iterator, MutableMapping
from typing import Any
from zlib import crc32

from store.base import DamagedError
from store.coding import decode, row_line
from store.files import Files, read_all

_BLOCK = 1 << 20


class ColdRows(MutableMapping[str, dict[str, Any]]):
    """Ids are the decimal numbers from 1 without a gap; rows can be added at the end and replaced, never removed.

    `starts` are the offsets at which the rows' lines (`"12":{…}`, joined by a comma and a line break) begin in the
    snapshot `fd`, and one more: where the line after the last would. `checksum` is that of all of them.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._fd = -1
        self._starts = array("Q", [0])
        self._checksum = 0
        self._hot: dict[int, dict[str, Any]] = {}
        self._count = 0

    def place(
        self, fd: int, starts: "array[int]", checksum: int, forget: dict[int, dict[str, Any]] | None = None
    ) -> None:
        """The rows are in this snapshot from now on; `forget` are the recent ones that it holds."""
        self._fd, self._starts, self._checksum = fd, starts, checksum
        for number, row in (forget or {}).items():
            if self._hot.get(number) is row:
                del self._hot[number]
        self._count = max(self._count, len(starts) - 1)

    def recent(self) -> dict[int, dict[str, Any]]:
        """The rows that are not in the snapshot, or newer than there."""
        return dict(self._hot)

    def __getitem__(self, key: str) -> dict[str, Any]:
        number = int(key)
        if (hot := self._hot.get(number)) is not None:
            return hot
        if not 1 <= number < len(self._starts):
            raise KeyError(str(number))
        at = self._starts[number - 1]
        line = self._read(at, self._starts[number] - 2)
        start = b'"%d":' % number
        if not line.startswith(start) or not line.endswith(b"}"):
            raise DamagedError(
                f"the log's entry {number} on disk is not what was written; `tickets restore` brings back a backup"
            )
        row: dict[str, Any] = decode(line[len(start) :])
        return row

    def _read(self, start: int, end: int) -> bytes:
        try:
            return read_all(self._files, self._fd, start, end)
        except OSError as error:
            raise DamagedError(f"the log cannot be read ({error}); is the disk failing?") from error

    def __setitem__(self, key: str, row: dict[str, Any]) -> None:
        number = int(key)
        if not 1 <= number <= self._count + 1:
            raise KeyError(f"{key} is not the next number after {self._count}")
        self._hot[number] = row
        self._count = max(self._count, number)

    def __delitem__(self, key: str) -> None:
        raise KeyError(f"{key} stays: a log only grows")

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return map(str, range(1, self._count + 1))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.isdigit() and 1 <= int(key) <= self._count

    def backwards(self, needle: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
        """At least the rows whose JSON contains `needle`, newest first, without decoding the others on disk."""
        on_disk = last = len(self._starts) - 1
        for number in range(self._count, on_disk, -1):
            yield number, self._hot[number]
        while last > 0:
            # A block at a time: the newest are asked for most.
            first = last - 1
            while first > 0 and self._starts[last] - self._starts[first - 1] < _BLOCK:
                first -= 1
            lines = self._lines(first, last)
            for number in range(last, first, -1):
                if needle in lines[number - first - 1]:
                    yield number, self[str(number)]
            last = first

    def forwards(self, number: int, needle: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
        """As `backwards`, oldest first, from `number` on."""
        on_disk = len(self._starts) - 1
        first = number - 1
        while first < on_disk:
            last = first + 1
            while last < on_disk and self._starts[last] - self._starts[first] < _BLOCK:
                last += 1
            for at, line in enumerate(self._lines(first, last), first + 1):
                if needle in line:
                    yield at, self[str(at)]
            first = last
        for at in range(max(number, on_disk + 1), self._count + 1):
            yield at, self._hot[at]

    def _lines(self, first: int, last: int) -> list[bytes]:
        """The rows on disk after the `first`, up to the `last`."""
        return self._read(self._starts[first], self._starts[last] - 2).split(b",\n")

    def blocks(self, recent: dict[int, dict[str, Any]]) -> Iterator[list[bytes]]:
        """Every row's line for the next snapshot, some hundred at a time: those of the old one with `recent` over them.

        Raises `DamagedError` when what is on disk is not what was written there.
        """
        on_disk = len(self._starts) - 1
        checksum = first = 0
        while first < on_disk:
            last = first + 1
            while last < on_disk and self._starts[last] - self._starts[first] < _BLOCK // 32:
                last += 1
            block = self._read(self._starts[first], self._starts[last])
            block = block[:-2] if last == on_disk else block
            checksum = crc32(block, checksum)
            lines = block.removesuffix(b",\n").split(b",\n")
            if len(lines) != last - first or (last == on_disk and checksum != self._checksum):
                raise DamagedError(
                    "the log on disk is not what was written; `tickets restore` brings back a backup"
                )
            for number in range(first + 1, last + 1):
                if number in recent:
                    lines[number - first - 1] = row_line(str(number), recent[number])
            first = last
            yield lines
        new = sorted(number for number in recent if number > on_disk)
        for at in range(0, len(new), 200):
            yield [row_line(str(number), recent[number]) for number in new[at : at + 200]]
