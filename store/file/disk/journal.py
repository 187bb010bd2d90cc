"""The journal of changes, which is also the history: `tickets.json.journal/000001`, `000002`, … (see segment.py).

Compaction does not rewrite segments; only `redact` does.
"""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from store.errors import DamagedError, StoreError
from store.file.disk.filesystem import REPLACE, on_error, opened, read_file, replacing, write_all
from store.file.disk.framing import Lines, read_line
from store.file.disk.log_file import Log, LogFile, Payloads
from store.file.disk.segment import (
    PLACES,
    Entry,
    Seal,
    encode_header,
    read_entries,
    read_header,
    read_segment,
    redact,
)
from store.models.tickets import Json

_FIRST_READ = 1024


class Position(NamedTuple):
    """The end of a commit in a segment, and the chain there. Offset 0 is before the header."""

    segment: int
    offset: int
    chain: int


START = Position(1, 0, 0)


class Journal(Log):
    """The segments in a directory. Open it with `begin` or `entries_after`; any thread may `read`."""

    segment_size = 16 << 20  # bytes after which a new segment begins
    _segment = 0  # the one that is appended to

    # opening

    def segments(self) -> list[int]:
        """The numbers of the segments, from 1. Raises `DamagedError` if one is missing between."""
        if not self._files.exists(self._path):
            return []
        found = sorted(
            int(name) for name in self._files.names(self._path) if re.fullmatch(r"[0-9]{6,}", name)
        )
        if found != list(range(1, len(found) + 1)):
            raise DamagedError(f"a segment of {self._name} is missing")
        return found

    def begin(self) -> None:
        """Durably begin segment 1, after removing all segments. Raises `OSError`."""
        self._files.make_directory(self._path)
        for segment in reversed(self.segments()):
            self._files.remove(self._path_of(segment))
        self._begin_segment(1, None)

    def entries_after(self, position: Position, *, writable: bool = True) -> list[Entry]:
        """The verified lines after `position`. If `writable`, makes them durable and opens the journal for appending.
        Raises `DamagedError` and `OSError`."""
        start = Seal(*position[1:]) if position.offset else None
        self.written -= start.end if start else 0
        entries: list[Entry] = []
        newest: tuple[bytes, Lines] | None = None
        for segment, data, found, _ in self._read_segments(position.segment, start):
            if found is not None:
                self._segment, newest = segment, (data, found)
                self.written += found.end
                entries += read_entries(segment, found.lines)
            elif writable:
                self._files.remove(self._path_of(segment))
                self._files.sync_directory(self._path)
        if newest is None and position != START:
            raise DamagedError(f"{self._name} has lost its newest segment")
        if writable and newest is not None:
            self._recover(self._path_of(self._segment), *newest)
        elif writable:
            self.begin()
        return entries

    def _read_segments(
        self, first: int, start: Seal | None = None
    ) -> Iterator[tuple[int, bytes, Lines | None, Seal | None]]:
        """Each segment from `first` on, with its bytes and its lines, verified against the seal in the next one, if any; the
        first from `start` on. No lines are None: the last segment was begun and never used."""
        segments = self.segments()[first - 1 :]
        data = read_file(self._files, self._path_of(first)) if segments else b""
        for segment in segments:
            after, header = b"", None
            if segment < segments[-1]:
                after = read_file(self._files, self._path_of(segment + 1))
                with self._naming(f"/{segment + 1:06d}"):
                    header = read_header(after, segment + 1, last=segment + 1 == segments[-1])
            seal = header[1] if header else None
            with self._naming(f"/{segment:06d}"):
                found = read_segment(data, segment, start, seal)
            yield segment, data, found, seal
            data, start = after, None

    # reading

    def read_commit(self, place: int) -> list[Entry]:
        """The lines of the commit that has a line at `place`."""
        entries = [self.read(place - self.read(place).row.get("back", 0))]
        while entries[-1].goes_on:
            entries.append(self.read(entries[-1].next))
        return entries

    def read(self, place: int) -> Entry:
        """The line at `place`. Raises `DamagedError` if it is not what was written."""
        segment, offset = divmod(place, PLACES)
        size = _FIRST_READ
        try:
            with self._naming(f"/{segment:06d}"), opened(self._files, self._path_of(segment)) as fd:
                while (line := read_line(data := self._files.pread(fd, size, offset), offset)) is None:
                    if len(data) < size:
                        raise ValueError(f"is damaged (byte {offset})")
                    size *= 4
        except OSError as error:
            raise StoreError(f"{self._name} cannot be read: {error}") from error
        return read_entries(segment, [line])[0]

    def verify(self) -> Iterator[Entry]:
        """Every line of every segment, oldest first, each segment verified against its seal. Raises `DamagedError`."""
        for segment, _, found, _ in self._read_segments(1):
            if found is not None:
                yield from read_entries(segment, found.lines)

    # removing

    def redact(self, segment: int, places: Collection[int], audit: Json) -> None:
        """Remove the lines at `places` from a segment that has a successor, durably and atomically; `audit` says why.
        On any thread. Concurrent readers get the old or the new segment. Raises `StoreError` and `OSError`."""
        self._check_place()
        _, data, found, seal = next(self._read_segments(segment), (segment, b"", None, None))
        if found is None or seal is None:
            raise DamagedError(f"{self._name} has lost its newest segment")
        redacted = redact(data, found, seal, {place % PLACES for place in places}, audit)
        with replacing(self._files, self._path_of(segment)) as fd:
            write_all(self._files, fd, redacted, 0)

    # writing

    @property
    def position(self) -> Position:
        return Position(self._segment, self._file.end, self._file.chain)

    def append(self, commits: Payloads) -> list[int]:
        if self.broken or self._file.end >= self.segment_size:
            self.rotate()
        return [self._segment * PLACES + offset for offset in super().append(commits)]

    def rotate(self) -> None:
        """Durably begin the next segment. Raises `OSError` and `StoreError`."""
        self._check_place()
        log = self._file
        log.broken = True  # from here on the next segment may exist, so this one is closed
        self._begin_segment(self._segment + 1, Seal(log.end, log.chain))
        log.close()

    def _begin_segment(self, segment: int, previous: Seal | None) -> None:
        log = LogFile(self._files, self._path_of(segment), REPLACE)
        with on_error(log.close):
            log.append([[encode_header(segment, previous)]])
            self._files.sync_directory(self._path)
        log.chain = 0
        self._segment, self._open = segment, log

    def _path_of(self, segment: int) -> str:
        return f"{self._path}/{segment:06d}"
