"""The journal of changes, which is also the history: `tickets.json.journal/000001`, `000002`, … (see segment.py).

Compaction does not rewrite segments; only `redact` does. entries.py describes the lines.
"""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from store.errors import DamagedError, StoreError, UnwritableError
from store.file.disk.entries import PLACES, Entry, read_entries
from store.file.disk.filesystem import (
    APPEND,
    REMEDY,
    REPLACE,
    Filesystem,
    opened,
    read_file,
    replacing,
    write_all,
)
from store.file.disk.framing import CorruptLineError, Line, Lines, read_line
from store.file.disk.log_file import LogFile, Payloads
from store.file.disk.segment import Seal, SegmentError, encode_header, read_header, read_segment, redact
from store.models.tickets import Json

SEGMENT_SIZE = 16 << 20  # bytes after which a new segment begins
_FIRST_READ = 1024


class Position(NamedTuple):
    """The end of a commit in a segment, and the chain there. Offset 0 is before the header."""

    segment: int
    offset: int
    chain: int


START = Position(1, 0, 0)


class Journal:
    """The segments in `directory`. Open it with `begin` or `entries_after`, then append from one thread at a time; any
    thread may `read`. `check_place` raises `StoreError` if the directory may be another store's by now."""

    def __init__(
        self,
        files: Filesystem,
        directory: str,
        segment_size: int = SEGMENT_SIZE,
        check_place: Callable[[], None] = lambda: None,
    ) -> None:
        self._files, self._directory, self._size = files, directory, segment_size
        self._name, self._check_place = directory.rpartition("/")[2], check_place
        self._segment = 0
        self._log: LogFile | None = None
        self.written = 0  # bytes read by `entries_after` or appended since

    # opening

    def segments(self) -> list[int]:
        """The numbers of the segments, from 1. Raises `DamagedError` if one is missing between."""
        if not self._files.exists(self._directory):
            return []
        names = self._files.names(self._directory)
        found = sorted(int(name) for name in names if re.fullmatch(r"[0-9]{6,}", name))
        if found != list(range(1, len(found) + 1)):
            raise DamagedError(f"a segment of {self._name} is missing; {REMEDY}")
        return found

    def begin(self) -> None:
        """Durably begin segment 1, after removing all segments. Raises `OSError`."""
        self._files.make_directory(self._directory)
        for segment in reversed(self.segments()):
            self._files.remove(self._path(segment))
        self._begin_segment(1, None)

    def entries_after(self, position: Position, *, writable: bool = True) -> list[Entry]:
        """The verified lines after `position`. If `writable`, makes them durable and opens the journal for appending.

        Raises `DamagedError` and `OSError`.
        """
        start = Seal(*position[1:]) if position.offset else None
        self.written -= start.end if start else 0
        entries: list[Entry] = []
        newest: tuple[int, bytes, Lines] | None = None
        for segment, data, found, _ in self._read_segments(position.segment, start):
            if found is not None:
                newest = segment, data, found
                self.written += found.end
                entries += read_entries(segment, found.lines)
            elif writable:
                self._files.remove(self._path(segment))
                self._files.sync_directory(self._directory)
        if newest is None and position != START:
            raise DamagedError(f"{self._name} has lost its newest segment; {REMEDY}")
        if writable and newest is not None:
            self._segment, data, lines = newest
            self._log = LogFile(self._files, self._path(self._segment), APPEND, lines.end, lines.chain)
            self._log.recover(data, lines)
        elif writable:
            self.begin()
        return entries

    def _read_segments(
        self, first: int, start: Seal | None = None
    ) -> Iterator[tuple[int, bytes, Lines | None, Seal | None]]:
        """Each segment from `first` on, with its bytes and its lines, verified against the seal in the next one, if any; the
        first from `start` on. No lines are None: the last segment was begun and never used."""
        segments = self.segments()[first - 1 :]
        data = read_file(self._files, self._path(first)) if segments else b""
        for segment in segments:
            after = read_file(self._files, self._path(segment + 1)) if segment < segments[-1] else b""
            with self._naming(segment + 1):
                header = read_header(after, segment + 1, last=segment + 1 == segments[-1]) if after else None
            seal = header.previous if header else None
            with self._naming(segment):
                found = read_segment(data, segment, start, seal)
            yield segment, data, found, seal
            data, start = after, None

    @contextmanager
    def _naming(self, segment: int) -> Iterator[None]:
        """Turns damage into a `DamagedError` that names the segment and the remedy."""
        try:
            yield
        except (CorruptLineError, SegmentError) as error:
            raise DamagedError(f"{self._name}/{segment:06d} {error}; {REMEDY}") from None

    # reading

    def read_commit(self, place: int) -> list[Entry]:
        """The lines of the commit that has a line at `place`."""
        place -= self._read(place)[0].row.get("back", 0)
        entries = []
        while True:
            entry, length = self._read(place)
            entries.append(entry)
            if not entry.goes_on:
                return entries
            place += length

    def read(self, place: int) -> Json:
        """The line at `place`. Raises `DamagedError` if it is not what was written."""
        return self._read(place)[0].row

    def _read(self, place: int) -> tuple[Entry, int]:
        """The line at `place`, and its length in the file in bytes."""
        segment, offset = divmod(place, PLACES)
        try:
            with opened(self._files, self._path(segment)) as fd:
                line = self._read_line(fd, offset)
        except (ValueError, FileNotFoundError) as error:
            raise DamagedError(f"{self._name}/{segment:06d} is damaged ({error}); {REMEDY}") from None
        except OSError as error:
            raise StoreError(f"{self._name} cannot be read: {error}") from error
        return read_entries(segment, [line])[0], line.end - line.offset

    def _read_line(self, fd: int, offset: int) -> Line:
        """Raises `ValueError` if the line is not what was written."""
        size = _FIRST_READ
        while (line := read_line(data := self._files.pread(fd, size, offset), offset)) is None:
            if len(data) < size:
                raise ValueError(f"byte {offset}")
            size *= 4
        return line

    def verify(self) -> Iterator[Entry]:
        """Every line of every segment, oldest first, each segment verified against its seal.

        Raises `DamagedError`.
        """
        for segment, _, found, _ in self._read_segments(1):
            if found is not None:
                yield from read_entries(segment, found.lines)

    # removing

    def redact(self, segment: int, places: Collection[int], audit: Json) -> None:
        """Remove the lines at `places` from a segment that has a successor, durably and atomically; `audit` says why.

        On any thread. Concurrent readers get the old or the new segment. Raises `StoreError` and `OSError`.
        """
        self._check_place()
        _, data, found, seal = next(self._read_segments(segment), (segment, b"", None, None))
        if found is None or seal is None:
            raise DamagedError(f"{self._name} has lost its newest segment; {REMEDY}")
        redacted = redact(data, found, seal, {place % PLACES for place in places}, audit)
        with replacing(self._files, self._path(segment)) as fd:
            write_all(self._files, fd, redacted, 0)

    # writing

    @property
    def position(self) -> Position:
        log = self._log_or_raise()
        return Position(self._segment, log.end, log.chain)

    @property
    def broken(self) -> bool:
        return self._log_or_raise().broken

    def append(self, commits: Payloads) -> list[int]:
        """Make commits durable. Returns each line's place. Raises `OSError`: then none of them counts."""
        if self._log_or_raise().end >= self._size:
            self.rotate()
        log = self._log_or_raise()
        before = log.end
        offsets = log.append(commits)
        self.written += log.end - before
        return [self._segment * PLACES + offset for offset in offsets]

    def rotate(self) -> None:
        """Durably begin the next segment; also done after a failed sync. Raises `OSError` and `StoreError`."""
        self._check_place()
        log = self._log_or_raise()
        log.broken = True  # from here on the next segment may exist, so this one is closed
        self._begin_segment(self._segment + 1, Seal(log.end, log.chain))
        log.close()

    def _begin_segment(self, segment: int, previous: Seal | None) -> None:
        log = LogFile(self._files, self._path(segment), REPLACE)
        try:
            log.append([[encode_header(segment, previous)]])
            self._files.sync_directory(self._directory)
        except BaseException:
            log.close()
            raise
        log.chain = 0
        self._segment, self._log = segment, log

    def _log_or_raise(self) -> LogFile:
        if self._log is None:
            raise UnwritableError(f"{self._name} is not open for writing")
        return self._log

    def close(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None

    def _path(self, segment: int) -> str:
        return f"{self._directory}/{segment:06d}"
