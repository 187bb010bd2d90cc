"""Append-only files of framed lines."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from store.errors import DamagedError, StoreError, UnwritableError
from store.file.disk.filesystem import APPEND, Filesystem, remove_files, write_all
from store.file.disk.framing import Lines, frame

Payloads = Sequence[Sequence[bytes]]  # commits, each of one or more lines

_AHEAD = 1 << 14  # bytes of zeros written ahead


class LogFile:
    """A file open for writing. `end` is where the last commit ends, `chain` the checksum that the next line starts from.

    `broken`: nothing may be appended any more. After a failed sync the disk's content is unknown, and another sync could
    succeed without writing anything.

    The file is filled ahead with zeros, because a sync is quicker if the file does not grow. `close` cuts them off.
    `flags` are those to open it with.
    """

    def __init__(self, files: Filesystem, path: str, flags: int, end: int = 0, chain: int = 0) -> None:
        self._files, self.path = files, path
        self._fd = files.open(path, flags)
        self.end = self._size = end
        self.chain, self.broken = chain, False

    def append(self, commits: Payloads) -> list[int]:
        """Write and sync commits. Returns each line's offset. Raises `OSError`: then none of them counts."""
        framed = frame(commits, self.chain, self.end)
        data, end = framed.data, self.end + len(framed.data)
        if end > self._size:
            data += bytes(_AHEAD)
        syncing = False
        try:
            write_all(self._files, self._fd, data, self.end)
            syncing = True
            self._files.sync(self._fd)
        except OSError:
            self._cut_back()  # best effort, so that the failed commits do not reappear
            self.broken |= syncing
            raise
        self._size = max(self._size, self.end + len(data))
        self.end, self.chain = end, framed.chain
        return framed.offsets

    def _cut_back(self) -> None:
        """Cut off what a failed write may have left. The failure does not affect what was synced before."""
        self._size = self.end
        try:
            self._files.truncate(self._fd, self.end)
            self._files.sync(self._fd)
        except OSError:
            self.broken = True

    def check_kept(self) -> None:
        """Raises `StoreError` if the file was deleted: what is appended to it would be lost when the program ends."""
        if not self._files.is_there(self.path) and self._files.is_deleted(self._fd, self.path):
            raise StoreError(
                f"{self.path} was deleted while the store was open; stop the program, and bring back a backup with `tickets restore`"
            )

    def recover(self, data: bytes, lines: Lines) -> None:
        """Make durable what was read: the last write may be only in the system's cache if its sync failed or never ran.
        Cuts off a torn end. Raises `OSError`."""
        self._files.truncate(self._fd, lines.end)
        write_all(self._files, self._fd, data[lines.uncertain : lines.end], lines.uncertain)
        self._files.sync(self._fd)
        self._files.sync_directory(self.path.rpartition("/")[0])

    def close(self) -> None:
        with suppress(OSError):
            if self._size > self.end:
                self._files.truncate(self._fd, self.end)
        with suppress(OSError):
            self._files.close(self._fd)

    def discard(self) -> None:
        """Close and remove the file."""
        self.close()
        remove_files(self._files, self.path)


class Log:
    """A log of one file or several, at `path`. It is read first, and then appended to, from one thread at a time.
    `check_place` raises `StoreError` if the path may be another store's by now, `check_lock` if another process may write
    the log, too."""

    def __init__(
        self,
        files: Filesystem,
        path: str,
        check_place: Callable[[], None] = lambda: None,
        check_lock: Callable[[], None] = lambda: None,
    ) -> None:
        self._files, self._path = files, path
        self._check_place, self._check_lock = check_place, check_lock
        self._name = path.rpartition("/")[2]
        self._open: LogFile | None = None
        self.written = 0  # bytes that were read or appended since the last snapshot before opening

    @property
    def _file(self) -> LogFile:
        """The file that is appended to."""
        if self._open is None:
            raise UnwritableError(f"{self._name} is not open for writing")
        return self._open

    def _recover(self, path: str, data: bytes, lines: Lines) -> None:
        """Open the file at `path` to append to `lines`, which are in `data`, after making them durable. Raises `OSError`."""
        self._open = LogFile(self._files, path, APPEND, lines.end, lines.chain)
        self._open.recover(data, lines)

    @contextmanager
    def _naming(self, part: str = "") -> Iterator[None]:
        """Turns a `ValueError`, whose message completes a sentence, into a `DamagedError` that names the file and the remedy."""
        try:
            yield
        except ValueError as error:
            raise DamagedError(f"{self._name}{part} {error}") from None

    @property
    def broken(self) -> bool:
        """Whether a sync failed. The next `append` repairs it first, which takes longer."""
        return self._file.broken

    def append(self, commits: Payloads) -> list[int]:
        """Make commits durable. Returns each line's place. Raises `OSError` and `StoreError`: then none of them counts."""
        self._file.check_kept()
        self._check_lock()
        before = self._file.end
        offsets = self._file.append(commits)
        self.written += self._file.end - before
        return offsets

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
