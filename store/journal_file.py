"""One journal on disk, which is written ahead of with zeros: a sync of blocks that are there already is the fastest."""

import os
from contextlib import suppress

from store.files import WRITE, Files, write_all
from store.lines import write_lines

AHEAD = 1 << 18  # bytes of zeros that are written at once


class JournalFile:
    """Open for appending. `broken` means that nobody knows what the disk holds of it, and that it must not be appended to."""

    def __init__(self, files: Files, path: str, generation: int) -> None:
        """Begin an empty one, durably. Raises `OSError`."""
        self._files = files
        self.path, self.generation = path, generation
        self.broken = False
        self.length = self._chain = self._made = 0
        self._fd = files.open(path, WRITE)
        try:
            files.truncate(self._fd, 0)
            self.append([b'{"journal":1,"generation":%d}' % generation])
            files.sync_directory(os.path.dirname(path))  # noqa: PTH120  # paths are text at the files' seam
        except BaseException:
            files.close(self._fd)
            raise
        self.empty = self.length

    def append(self, payloads: list[bytes]) -> None:
        """Write the commits and sync them. Raises `OSError`: then none of them counts."""
        data, chain = write_lines(payloads, self._chain, self.length)
        end = self.length + len(data)
        ahead = AHEAD if end > self._made else 0
        try:
            write_all(self._files, self._fd, data + bytes(ahead) if ahead else data, self.length)
        except OSError:
            self._cut_back()
            raise
        try:
            self._files.sync(self._fd)
        except OSError:
            self._cut_back()  # as far as that goes: what has failed should not come back
            self.broken = True
            raise
        self.length, self._chain = end, chain
        self._made = end + ahead if ahead else self._made

    def _cut_back(self) -> None:
        """Take away what a failed write may have left. What was synced before is not touched by that failure."""
        self._made = self.length
        try:
            self._files.truncate(self._fd, self.length)
            self._files.sync(self._fd)
        except OSError:
            self.broken = True

    def close(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            self._files.close(fd)

    def remove(self) -> None:
        self.close()
        with suppress(OSError):  # a left-over journal is known to be one by its generation
            self._files.remove(self.path)
