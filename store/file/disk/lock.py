"""The lock that lets one process write a store."""

import os
from contextlib import suppress

from store.errors import LockedError
from store.file.disk.filesystem import APPEND, Filesystem, write_all


class Lock:
    def __init__(self, files: Filesystem, path: str) -> None:
        """Take the lock of the store at `path`.

        Raises `LockedError` when another process, or another store in this one, has it.
        """
        self._files, self._path = files, f"{path}.lock"
        while True:
            self._fd = fd = files.open(self._path, APPEND)
            locked = files.lock(fd)
            if files.is_at(fd, self._path):
                break
            files.close(fd)  # its owner has just removed it: what is locked now is nothing
        if not locked:
            owner = files.pread(fd, 20, 0).decode(errors="replace").strip()
            files.close(fd)
            by = f" ({owner})" if owner else ""
            name = os.path.basename(path)  # noqa: PTH119  # paths are strings at the file system's seam
            raise LockedError(f"{name} is in use by another process{by}; stop that one first")
        try:
            files.truncate(fd, 0)
            write_all(files, fd, b"%d\n" % os.getpid(), 0)
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        with suppress(OSError):
            self._files.remove(self._path)
        self._files.close(self._fd)
