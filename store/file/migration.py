"""Files of another kind."""

from store.file.filesystem import READ, Filesystem
from store.file.snapshot import VERSION, version_of


def is_older(files: Filesystem, path: str) -> bool:
    fd = files.open(path, READ)
    try:
        return version_of(files.pread(fd, 100, 0)) != VERSION
    finally:
        files.close(fd)


def migrate(files: Filesystem, path: str) -> None:
    raise NotImplementedError
