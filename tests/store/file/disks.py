"""A disk in memory that forgets as real disks do: unsynced data, and names in a directory that was not synced."""

import errno
import os
import posixpath
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from store.file.disk.filesystem import Filesystem
from store.file.disk.framing import SECTOR

POWER_LOST = "the power is gone"

SLOW = -1.0  # for `quick`: every sync counts as slow, so that no event loop waits for one


@dataclass
class Inode:
    """`data` is what the system shows, `disk` what the disk holds; `dirty` are the ranges still to be written."""

    data: bytearray = field(default_factory=bytearray)
    disk: bytearray = field(default_factory=bytearray)
    dirty: list[tuple[int, int]] = field(default_factory=list)
    locked: int = 0

    def sync(self) -> None:
        for start, end in self.dirty:
            if len(self.disk) < end:
                self.disk.extend(bytes(end - len(self.disk)))
            self.disk[start:end] = self.data[start:end]
        del self.disk[len(self.data) :]
        self.dirty.clear()

    def lose(self) -> None:
        """After a failed sync, the pages count as clean although the disk does not have them."""
        self.dirty.clear()


class RamDisk(Filesystem):
    """Calls `before`, which may raise, with each operation's name and path; `operations` counts them."""

    def __init__(self, before: Callable[[str, str], None] = lambda _name, _path: None) -> None:
        self.before = before
        self.operations = 0
        self.crash_at = -1
        self.crashed: RamDisk | None = None
        self.files: dict[str, Inode] = {}
        self.named: dict[str, Inode] = {}
        self._open: dict[int, tuple[str, Inode, int]] = {}
        self._next = 3
        self._alone = threading.RLock()

    @contextmanager
    def _do(self, name: str, path: str) -> Iterator[None]:
        """Run one operation at a time: at a power cut it is either complete or not begun."""
        if self.crashed is None:
            self.before(name, path)
        with self._alone:
            if self.crashed is not None:
                raise OSError(errno.EIO, POWER_LOST)
            self.operations += 1
            if self.operations == self.crash_at:
                self.crashed = self.copy()
                raise OSError(errno.EIO, POWER_LOST)
            yield

    def copy(self) -> "RamDisk":
        """The same content with no open files, as another process would find it."""
        new = RamDisk()
        with self._alone:  # another thread may be writing
            inodes = {id(inode): inode for inode in [*self.files.values(), *self.named.values()]}
            twins = {
                key: Inode(bytearray(inode.data), bytearray(inode.disk), list(inode.dirty))
                for key, inode in inodes.items()
            }
            new.files = {path: twins[id(inode)] for path, inode in self.files.items()}
            new.named = {path: twins[id(inode)] for path, inode in self.named.items()}
        return new

    def after_power_cut(
        self, torn: float = 0.0, *, names: bool = False, chance: Random | None = None
    ) -> "RamDisk":
        """The disk after a power cut: synced data, the share `torn` of unsynced sectors, and unsynced names if `names`.

        The first unsynced sectors survive, or random ones with `chance`. With both `chance` and `names`, some of the
        names survive.
        """
        new = self.copy()
        if names and chance is None:
            new.named = dict(new.files)
        elif names and chance is not None:
            for path in sorted(new.files.keys() | new.named.keys()):
                if path in new.files and chance.random() < torn:
                    new.named[path] = new.files[path]
        for inode in new.named.values():
            sectors = sorted(
                {at for start, end in inode.dirty for at in range(start // SECTOR, -(-end // SECTOR))}
            )
            lucky = sectors[: round(len(sectors) * torn)]
            if chance is not None:
                lucky = [sector for sector in sectors if chance.random() < torn]
            left = bytearray(inode.disk)
            for sector in lucky:
                start, end = sector * SECTOR, min((sector + 1) * SECTOR, len(inode.data))
                left.extend(bytes(max(end - len(left), 0)))
                left[start:end] = inode.data[start:end]
            inode.data, inode.disk, inode.dirty = left, bytearray(left), []
        new.files = dict(new.named)
        return new

    # Filesystem

    def open(self, path: str, flags: int) -> int:
        with self._do("open", path):
            inode = self.files.get(path)
            if inode is None:
                if not flags & os.O_CREAT:
                    raise FileNotFoundError(errno.ENOENT, "no such file", path)
                inode = self.files[path] = Inode()
            elif flags & os.O_EXCL:
                raise FileExistsError(errno.EEXIST, "it is there already", path)
            if flags & os.O_TRUNC:
                inode.data.clear()
            self._next += 1
            self._open[self._next] = (path, inode, flags)
            return self._next

    def close(self, fd: int) -> None:
        _, inode, _ = self._open.pop(fd)
        if inode.locked == fd:
            inode.locked = 0

    def size(self, fd: int) -> int:
        return len(self._open[fd][1].data)

    def pread(self, fd: int, count: int, offset: int) -> bytes:
        path, inode, _ = self._open[fd]
        with self._do("pread", path):
            return bytes(inode.data[offset : offset + count])

    def pwrite(self, fd: int, data: bytes, offset: int) -> int:
        path, inode, _ = self._open[fd]
        with self._do("write", path):
            end = offset + len(data)
            inode.dirty.append((offset, end))
            if len(inode.data) < end:
                inode.data.extend(bytes(end - len(inode.data)))
            inode.data[offset:end] = data
            return len(data)

    def truncate(self, fd: int, size: int) -> None:
        path, inode, _ = self._open[fd]
        with self._do("truncate", path):
            del inode.data[size:]
            inode.dirty = [(start, min(end, size)) for start, end in inode.dirty if start < size]

    def sync(self, fd: int) -> None:
        path, inode, _ = self._open[fd]
        try:
            with self._do("sync", path):
                inode.sync()
        except OSError:
            if self.crashed is None:
                inode.lose()
            raise

    def sync_directory(self, path: str) -> None:
        with self._do("sync_directory", path):
            self.named = {
                name: inode for name, inode in self.named.items() if posixpath.dirname(name) != path
            }
            self.named |= {
                name: inode for name, inode in self.files.items() if posixpath.dirname(name) == path
            }

    def make_directory(self, path: str) -> None:
        with self._do("make_directory", path):
            pass

    def check_directory(self, path: str) -> None:
        pass

    def names(self, path: str) -> list[str]:
        with self._do("names", path):
            return [posixpath.basename(name) for name in self.files if posixpath.dirname(name) == path]

    def exists(self, path: str) -> bool:
        with self._do("exists", path):
            return path in self.files or any(name.startswith(f"{path}/") for name in self.files)

    def replace(self, old: str, new: str) -> None:
        with self._do("replace", new):
            self.files[new] = moved = self.files.pop(old)
            for fd, (_, inode, flags) in list(self._open.items()):
                if inode is moved:
                    self._open[fd] = (new, inode, flags)

    def remove(self, path: str) -> None:
        with self._do("remove", path):
            if self.files.pop(path, None) is None:
                raise FileNotFoundError(errno.ENOENT, "no such file", path)

    def lock(self, fd: int) -> bool:
        path, inode, _ = self._open[fd]
        with self._do("lock", path):
            if inode.locked:
                return False
            inode.locked = fd
            return True

    def is_at(self, fd: int, path: str) -> bool:
        with self._do("is_at", path):
            return self.files.get(path) is self._open[fd][1]

    def is_deleted(self, fd: int, path: str) -> bool:
        with self._alone:
            return all(one is not self._open[fd][1] for one in self.files.values())


def fail(
    number: int, name: str = "sync", path: str = "journal", error: int = errno.EIO
) -> Callable[[str, str], None]:
    """A `before` function that fails the `number`-th operation with that name and path, counted from 1; 0
    fails every one.
    """
    seen = 0

    def before(operation: str, where: str) -> None:
        nonlocal seen
        if operation == name and path in where:
            seen += 1
            if number in {0, seen}:
                raise OSError(error, os.strerror(error))

    return before
