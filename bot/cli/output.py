"""Where a command's output goes: standard output, or a new file."""

import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from store.errors import StoreError


@contextmanager
def naming_output(name: str) -> Iterator[None]:
    """Name the output in an error of the disk or the pipe that it goes to. Without the name it would look like an error
    of the store, or of this program.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(f"{name} cannot be written: {error.strerror}.") from None


async def write_new_file(path: Path, write: Callable[[BinaryIO], Coroutine[Any, Any, int]]) -> int:
    """Write a new file, readable only by its owner. It gets its name when it is complete: a process that is killed leaves
    a part of it in PATH.new at most. If `write` fails, nothing is left.
    """
    new = path.with_name(f"{path.name}.new")
    if os.path.lexists(path):  # noqa: ASYNC240  # no other task is running
        raise StoreError(f"{path} already exists; choose another name.")
    try:
        fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise StoreError(f"{new} already exists; delete it, or choose another name.") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with _closing_named(os.fdopen(fd, "wb"), str(path)) as file:
            done = await write(file)
            with naming_output(str(path)):
                os.fsync(fd)
        with naming_output(str(path)):
            _rename_to_new(new, path)
    finally:
        new.unlink(missing_ok=True)
    return done


@contextmanager
def _closing_named(file: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Close the file, which writes what is left in its buffer and may fail, too."""
    try:
        yield file
    finally:
        with naming_output(name):
            file.close()


def _rename_to_new(old: Path, path: Path) -> None:
    """Rename a file; one that somebody has meanwhile made at `path` is not replaced where the file system has hard links."""
    try:
        path.hardlink_to(old)
    except FileExistsError:
        raise
    except OSError:
        old.rename(path)
