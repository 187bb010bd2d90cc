"""The file system as the store uses it: a seam where tests simulate failing disks and power loss."""

import errno
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from store.errors import RUN_AS_BOT, StoreError, UnwritableError

# Links are not followed: whoever could plant one would choose which file is overwritten.
READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
APPEND = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
REPLACE = APPEND | os.O_TRUNC

_NOT_OURS, _FULL = f"; {RUN_AS_BOT}", "; make room on that disk"
_READ_ONLY = "; find out why that disk is read-only, and mount it for writing"
_FAILING = "; see to that disk, which is failing"
_REMEDIES = {
    errno.EACCES: _NOT_OURS,
    errno.EPERM: _NOT_OURS,
    errno.EISDIR: "; TICKETS_STORE has to name a file, not a folder",
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EIO: _FAILING,
}

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700


class Filesystem:
    """The operating system's files, for their owner alone. Every method may raise `OSError`."""

    close = staticmethod(os.close)
    pread = staticmethod(os.pread)  # (fd, count, offset)
    pwrite = staticmethod(os.pwrite)  # (fd, data, offset); may write less than all
    truncate = staticmethod(os.ftruncate)
    names = staticmethod(os.listdir)
    replace = staticmethod(os.replace)

    def exists(self, path: str) -> bool:
        """Whether there is a file or a link at `path`. What cannot be looked up, such as a file in a folder of somebody
        else, is an error: it may well exist.
        """
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def open(self, path: str, flags: int) -> int:
        try:
            if flags & os.O_CREAT:
                with suppress(FileExistsError):
                    fd = os.open(path, flags | os.O_EXCL, PRIVATE_FILE)
                    _give_to_owner(fd, os.path.dirname(path))  # noqa: PTH120  # paths are strings at this seam, here and below
                    return fd
            return os.open(path, flags, PRIVATE_FILE)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise StoreError(f"{path} is a symbolic link, which is not followed; remove it") from None
            raise

    def size(self, fd: int) -> int:
        return os.fstat(fd).st_size

    def sync(self, fd: int) -> None:
        """Return when everything written to `fd`, and its length, is on the disk."""
        os.fdatasync(fd)

    def sync_directory(self, path: str) -> None:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def make_directory(self, path: str) -> None:
        """Durably create a directory and its parents, if missing."""
        if os.path.isdir(path):  # noqa: PTH112
            return
        parent = os.path.dirname(path)  # noqa: PTH120
        self.make_directory(parent)
        os.mkdir(path, PRIVATE_DIRECTORY)  # noqa: PTH102
        _give_to_owner(path, parent)
        self.sync_directory(parent)

    def check_directory(self, path: str) -> None:
        """Raises `StoreError` if others may write to the directory."""
        found = os.stat(path)  # noqa: PTH116
        # The process's own group is trusted: containers give it their volumes.
        others = stat.S_IWOTH if found.st_gid == os.getegid() else stat.S_IWOTH | stat.S_IWGRP
        if found.st_mode & others:
            raise StoreError(
                f"others may write to {path}, and so replace the tickets; `chmod go-w {path}` ends that"
            )

    def remove(self, path: str) -> None:
        """Remove a file or an empty directory."""
        if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
            os.rmdir(path)  # noqa: PTH106
        else:
            os.remove(path)  # noqa: PTH107

    def lock(self, fd: int) -> bool:
        """Lock `fd` exclusively until it is closed or the process ends. False if another holds the lock."""
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def is_at(self, fd: int, path: str) -> bool:
        """Whether `path` still names the file that is open as `fd`."""
        try:
            return os.path.samestat(os.fstat(fd), os.stat(path))  # noqa: PTH116
        except FileNotFoundError:
            return False

    def is_there(self, path: str) -> bool:
        """Whether something is at `path`. Unlike `exists`, this does not ask for its times: after that, Linux has to write a new
        time with the next sync, which takes half as long again."""
        return os.access(path, os.F_OK)

    def is_deleted(self, fd: int, path: str) -> bool:
        """Whether the file that is open as `fd`, which was at `path`, has no name any more: what is written to it is lost when
        it is closed. The path is looked at, too, because some file systems do not count names."""
        return os.fstat(fd).st_nlink == 0 and not self.is_at(fd, path)


def _give_to_owner(new: int | str, directory: str) -> None:
    """Give what root created to the directory's owner, so that a command run as root does not lock out the bot."""
    if os.geteuid() == 0 and (owner := os.stat(directory or ".")).st_uid != 0:  # noqa: PTH116
        with suppress(PermissionError):  # in a container, root may lack the permission
            os.chown(new, owner.st_uid, owner.st_gid, follow_symlinks=isinstance(new, int))


def write_all(files: Filesystem, fd: int, data: bytes, offset: int) -> None:
    """Write all of `data`."""
    done = files.pwrite(fd, data, offset)
    while done < len(data):
        done += files.pwrite(fd, data[done:], offset + done)


def describe_error(error: Exception) -> str:
    """What the system says, if it is an `OSError`; a semicolon and a remedy follow if there is a known one."""
    if not isinstance(error, OSError):
        return str(error)
    return f"{error.strerror or error}{_REMEDIES.get(error.errno or 0, '')}"


@contextmanager
def translate_errors(path: str, what: str = "read or written") -> Iterator[None]:
    """Turns an `OSError` into an `UnwritableError` that names the file, with a remedy if there is a known one."""
    try:
        yield
    except OSError as error:
        raise UnwritableError(
            f"{error.filename or path} cannot be {what}: {describe_error(error)}"
        ) from error


@contextmanager
def on_error(undo: Callable[[], object]) -> Iterator[None]:
    """Calls `undo` if the block is left by an error or a cancellation."""
    try:
        yield
    except BaseException:
        undo()
        raise


@contextmanager
def opened(files: Filesystem, path: str, flags: int = READ) -> Iterator[int]:
    fd = files.open(path, flags)
    try:
        yield fd
    finally:
        files.close(fd)


def read_file(files: Filesystem, path: str) -> bytes:
    with opened(files, path) as fd:
        size, parts, at = files.size(fd), [], 0
        while at < size and (part := files.pread(fd, size - at, at)):
            parts.append(part)
            at += len(part)
        return b"".join(parts)


def copy_file(files: Filesystem, old: str, new: str) -> None:
    """Durably copy a file to `new`, which may exist."""
    with opened(files, new, REPLACE) as fd:
        write_all(files, fd, read_file(files, old), 0)
        files.sync(fd)


@contextmanager
def replacing(files: Filesystem, path: str) -> Iterator[int]:
    """A descriptor to write a new file with, which then durably takes the place of the one at `path`. After an error, that
    one stays."""
    new = f"{path}.new"
    with on_error(lambda: remove_files(files, new)):
        with opened(files, new, REPLACE) as fd:
            yield fd
            files.sync(fd)
        files.replace(new, path)
    files.sync_directory(path.rpartition("/")[0])


def remove_files(files: Filesystem, *paths: str) -> None:
    """Remove `paths`, ignoring those that are missing or cannot be removed."""
    for path in paths:
        with suppress(OSError):
            files.remove(path)
