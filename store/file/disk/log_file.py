"""One append-only file of framed lines, open for writing."""

from collections.abc import Sequence
from contextlib import suppress

from store.file.disk.filesystem import Filesystem, write_all
from store.file.disk.framing import Lines, frame

Payloads = Sequence[Sequence[bytes]]  # commits, each of one or more lines

_AHEAD = 1 << 14  # bytes


class LogFile:
    """`end` is where its last commit ends, `chain` the checksum that the next line starts from.

    `broken`: after a failed sync nobody knows what the disk holds of it, and syncing it again could succeed without
    having written anything; so it must not be appended to any more.

    It is written ahead with zeros, which are cut off when it is closed: a sync is quicker where the file does not grow.
    """

    def __init__(self, files: Filesystem, fd: int, end: int = 0, chain: int = 0) -> None:
        self._files, self._fd = files, fd
        self.end, self.chain = end, chain
        self._size = end
        self.broken = False

    def append(self, commits: Payloads) -> list[int]:
        """Write commits and sync them; where each line begins. Raises `OSError`: then none of them counts."""
        framed = frame(commits, self.chain, self.end)
        data, end = framed.data, self.end + len(framed.data)
        if end > self._size:
            data += bytes(_AHEAD)
        try:
            write_all(self._files, self._fd, data, self.end)
        except OSError:
            self._cut_back()
            raise
        try:
            self._files.sync(self._fd)
        except OSError:
            self._cut_back()  # as far as that goes: what has failed should not come back
            self.broken = True
            raise
        self._size = max(self._size, self.end + len(data))
        self.end, self.chain = end, framed.chain
        return framed.offsets

    def _cut_back(self) -> None:
        """Take away what a failed write may have left. What was synced before is not touched by that failure."""
        self._size = self.end
        try:
            self._files.truncate(self._fd, self.end)
            self._files.sync(self._fd)
        except OSError:
            self.broken = True

    def recover(self, data: bytes, lines: Lines) -> None:
        """Make certain what was read: what was written last may be in the system's memory alone, after a sync that failed
        or was never done. What was torn is cut off. Raises `OSError`."""
        self._files.truncate(self._fd, lines.end)
        write_all(self._files, self._fd, data[lines.uncertain : lines.end], lines.uncertain)
        self._files.sync(self._fd)

    def close(self) -> None:
        with suppress(OSError):
            if self._size > self.end:
                self._files.truncate(self._fd, self.end)
        with suppress(OSError):
            self._files.close(self._fd)
