"""The file system as the store uses it: one seam, so that tests can make it fail, lie and lose power."""

import errno
import fcntl
import os
from typing import Protocol

READ = os.O_RDONLY | os.O_CLOEXEC
WRITE = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
REPLACE = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700


class Files(Protocol):
    """What `Disk` does. Every method may raise `OSError`."""

    def open(self, path: str, flags: int) -> int: ...
    def close(self, fd: int) -> None: ...
    def size(self, fd: int) -> int: ...
    def pread(self, fd: int, count: int, offset: int) -> bytes: ...
    def pwrite(self, fd: int, data: bytes, offset: int) -> int: ...
    def truncate(self, fd: int, size: int) -> None: ...
    def sync(self, fd: int) -> None:
        """Return when everything written to `fd`, and its length, is on the disk."""
        ...

    def sync_directory(self, path: str) -> None: ...
    def make_directory(self, path: str) -> None:
        """A directory and those above it, durably, where there is none."""
        ...

    def names(self, path: str) -> list[str]: ...
    def exists(self, path: str) -> bool: ...
    def replace(self, old: str, new: str) -> None: ...
    def remove(self, path: str) -> None: ...
    def lock(self, fd: int) -> bool:
        """Take the only lock on `fd` until it is closed, or the process ends; false when another has it."""
        ...

    def is_at(self, fd: int, path: str) -> bool:
        """Whether `path` still names the file that is open as `fd`."""
        ...


class Disk:
    """The operating system's files, for their owner alone."""

    def open(self, path: str, flags: int) -> int:
        return os.open(path, flags, PRIVATE_FILE)

    def close(self, fd: int) -> None:
        os.close(fd)

    def size(self, fd: int) -> int:
        return os.fstat(fd).st_size

    def pread(self, fd: int, count: int, offset: int) -> bytes:
        return os.pread(fd, count, offset)

    def pwrite(self, fd: int, data: bytes, offset: int) -> int:
        return os.pwrite(fd, data, offset)

    def truncate(self, fd: int, size: int) -> None:
        os.ftruncate(fd, size)

    def sync(self, fd: int) -> None:
        os.fdatasync(fd)

    def sync_directory(self, path: str) -> None:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def make_directory(self, path: str) -> None:
        if os.path.isdir(path):  # noqa: PTH112  # as below
            return
        parent = os.path.dirname(path)  # noqa: PTH120  # as below
        self.make_directory(parent)
        os.mkdir(path, PRIVATE_DIRECTORY)  # noqa: PTH102  # as below
        self.sync_directory(parent)

    def names(self, path: str) -> list[str]:
        return os.listdir(path)  # noqa: PTH208  # names alone, as the seam has them

    def exists(self, path: str) -> bool:
        return os.path.exists(path)  # noqa: PTH110  # paths are strings at this seam

    def replace(self, old: str, new: str) -> None:
        os.replace(old, new)  # noqa: PTH105  # as above

    def remove(self, path: str) -> None:
        os.remove(path)  # noqa: PTH107  # as above

    def lock(self, fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
                return False
            raise
        return True

    def is_at(self, fd: int, path: str) -> bool:
        try:
            return os.path.samestat(os.fstat(fd), os.stat(path))  # noqa: PTH116  # as above
        except FileNotFoundError:
            return False


def write_all(files: Files, fd: int, data: bytes, offset: int) -> None:
    """Write all of `data`: the system may take less than it is given."""
    done = files.pwrite(fd, data, offset)
    while done < len(data):
        done += files.pwrite(fd, data[done:], offset + done)


def duplicate(files: Files, old: str, new: str) -> None:
    """Copy a file, durably but for its name."""
    source, target = files.open(old, READ), files.open(new, REPLACE)
    try:
        size = files.size(source)
        for at in range(0, size, 1 << 20):
            write_all(files, target, read_all(files, source, at, min(at + (1 << 20), size)), at)
        files.sync(target)
    finally:
        files.close(source)
        files.close(target)


def read_all(files: Files, fd: int, start: int, end: int, piece: int = 1 << 24) -> bytes:
    """The bytes from `start` to `end`; fewer when the file ends before."""
    parts = []
    while start < end and (part := files.pread(fd, min(piece, end - start), start)):
        parts.append(part)
        start += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
