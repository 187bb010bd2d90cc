"""A store's files: the snapshot, its journals, and the lock that lets one process write them."""

import os
import re
from contextlib import suppress
from typing import NamedTuple

from store.base import DamagedError, LockedError
from store.coding import decode
from store.files import READ, WRITE, Files, read_all, write_all
from store.lines import Damage, read_lines
from store.snapshot import ForeignError, Snapshot, read_snapshot

_WAY_OUT = "`tickets restore` brings back a backup, or what can still be read"


class Found(NamedTuple):
    """What is on disk: the snapshot, if any, and the commits after it, oldest first."""

    snapshot: Snapshot | None
    payloads: list[bytes]
    generation: int  # of the latest journal, or what the first one's would be


class Volume:
    """The files of the store at `path`: the snapshot itself, `path.N.journal`, `path.image`, `path.new` and `path.lock`."""

    def __init__(self, files: Files, path: str) -> None:
        self.files = files
        self.path = os.path.realpath(path)  # two names of one file are one store
        self.directory, self.name = os.path.split(self.path)
        self._lock = -1

    def lock(self) -> None:
        """Raises `LockedError` when another process, or another store in this one, has it."""
        path = f"{self.path}.lock"
        while True:
            self._lock = fd = self.files.open(path, WRITE)
            locked = self.files.lock(fd)
            if self.files.is_at(fd, path):
                break
            self.files.close(fd)  # its owner has just removed it: what is locked now is nothing
        if not locked:
            owner = self.files.pread(fd, 20, 0).decode(errors="replace").strip()
            by = f" ({owner})" if owner else ""
            self.files.close(fd)
            self._lock = -1
            raise LockedError(f"{self.name} is in use by another process{by}; stop that one first")
        self.files.truncate(fd, 0)
        write_all(self.files, fd, b"%d\n" % os.getpid(), 0)

    def unlock(self) -> None:
        if self._lock >= 0:
            with suppress(OSError):
                self.files.remove(f"{self.path}.lock")
            self.files.close(self._lock)
            self._lock = -1

    def journal_path(self, generation: int) -> str:
        return f"{self.path}.{generation}.journal"

    @property
    def new_path(self) -> str:
        return f"{self.path}.new"

    @property
    def image_path(self) -> str:
        return f"{self.path}.image"

    def journals(self) -> list[int]:
        """The generations that have a file, in order."""
        pattern = re.compile(re.escape(self.name) + r"\.([1-9][0-9]*)\.journal")
        found = (pattern.fullmatch(name) for name in self.files.names(self.directory))
        return sorted(int(match[1]) for match in found if match)

    def find(self, cold: frozenset[str] = frozenset()) -> Found:
        """Read and verify everything; change nothing. The snapshot stays open.

        Raises `ForeignError`, `DamagedError` and `StoreError` as `read_snapshot` does.
        """
        generations = self.journals()
        if not self.files.exists(self.path):
            if generations:
                raise DamagedError(f"{self.name} is missing, but its journal is there; {_WAY_OUT}")
            return Found(None, [], 1)
        fd = self.files.open(self.path, READ)
        try:
            snapshot = self._snapshot(fd, cold)
            live = [number for number in generations if number >= snapshot.generation]
            payloads = self._commits(live, snapshot.generation)
        except BaseException:
            self.files.close(fd)
            raise
        return Found(snapshot, payloads, live[-1] if live else snapshot.generation)

    def _commits(self, journals: list[int], first: int) -> list[bytes]:
        if journals and journals != list(range(first, journals[-1] + 1)):
            raise DamagedError(f"one of the journals of {self.name} is missing; {_WAY_OUT}")
        payloads: list[bytes] = []
        for number in reversed(journals):
            # One that was begun and not yet written to may follow a torn one.
            payloads[:0] = self._lines(number, last=not payloads)
        return payloads

    def _snapshot(self, fd: int, cold: frozenset[str]) -> Snapshot:
        try:
            return read_snapshot(self.files, fd, self.name, cold)
        except ForeignError:
            try:
                decode(read_all(self.files, fd, 0, self.files.size(fd)))
            except ValueError:
                raise DamagedError(f"{self.name} is no JSON, or only a part of it; {_WAY_OUT}") from None
            raise

    def _lines(self, generation: int, *, last: bool) -> list[bytes]:
        path = self.journal_path(generation)
        fd = self.files.open(path, READ)
        try:
            data = read_all(self.files, fd, 0, self.files.size(fd))
        finally:
            self.files.close(fd)
        try:
            lines = read_lines(data, last=last)
        except Damage as damage:
            raise DamagedError(
                f"{os.path.basename(path)} is damaged in {damage}; {_WAY_OUT}"  # noqa: PTH119  # as above
            ) from None
        if not lines:
            return []
        header = decode(lines[0])
        if not isinstance(header, dict) or header.get("generation") != generation:
            raise DamagedError(f"{os.path.basename(path)} is not the journal it is named; {_WAY_OUT}")  # noqa: PTH119
        return lines[1:]

    def install(self) -> None:
        """Make the new snapshot, written and synced, the snapshot; durably."""
        with suppress(OSError):
            self.files.remove(self.image_path)  # of the old one, and of no more use
        self.files.replace(self.new_path, self.path)
        self.files.sync_directory(self.directory)

    def tidy(self, keep_from: int) -> None:
        """Remove journals that are folded in, and a snapshot that was never finished."""
        stale = [self.journal_path(number) for number in self.journals() if number < keep_from]
        for path in [*stale, self.new_path]:
            if self.files.exists(path):
                self.files.remove(path)
