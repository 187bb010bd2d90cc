"""The lock that lets one process write a store."""

import os
from contextlib import suppress

from store.errors import LockedError, StoreError
from store.file.disk.filesystem import APPEND, Filesystem, on_error, write_all


class Lock:
    def __init__(self, files: Filesystem, path: str) -> None:
        """Take the lock of the store at `path`. Raises `LockedError` if another process, or another store in this
        one, holds it."""
        self._files, self._path = files, f"{path}.lock"
        self._name = os.path.basename(path)  # noqa: PTH119  # paths are strings at the file system's seam
        while True:
            self._fd = fd = files.open(self._path, APPEND)
            locked = files.lock(fd)
            if files.is_at(fd, self._path):
                break
            files.close(fd)  # its owner has just removed the file, so this lock is void
        if not locked:
            owner = files.pread(fd, 20, 0).decode(errors="replace").strip()
            files.close(fd)
            by = f" ({owner})" if owner else ""
            raise LockedError(f"{self._name} is in use by another process{by}; stop that one first")
        with on_error(self.close):
            files.truncate(fd, 0)
            write_all(files, fd, b"%d\n" % os.getpid(), 0)

    def check_kept(self) -> None:
        """Call this before a write. Raises `StoreError` if the lock's file was deleted, so that another process may have
        taken a new lock."""
        if self._files.is_deleted(self._fd, self._path):
            raise StoreError(
                f"{self._path} was deleted while the store was open, so that another process may write the store, too; start the "
                "program again"
            )

    def check_place(self) -> None:
        """Call this before a file is created or replaced. Raises `StoreError` if the store's folder was moved, so that
        another store may be at the path by now, and as `check_kept` does."""
        self.check_kept()
        if not self._files.is_at(self._fd, self._path):
            raise StoreError(
                f"the folder of {self._name} was moved or replaced while the store was open; stop the program, and start it with "
                "TICKETS_STORE where the folder is now"
            )

    def close(self) -> None:
        with suppress(OSError):
            if self._files.is_at(self._fd, self._path):
                self._files.remove(self._path)
        self._files.close(self._fd)
