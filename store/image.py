"""What is in memory, as it was at a clean close: the next start takes it from there and need not work it out again.

`tickets.json.image` belongs to one snapshot and to the program that wrote it. Where it is missing, of another snapshot or
program, or not what was written, the snapshot is read as if there were none. So it is never synced, and may be removed.
"""

import logging
import marshal
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import files as resources
from typing import Any, Protocol
from zlib import crc32

from store.coding import decode, encode
from store.files import READ, REPLACE, read_all, write_all
from store.snapshot import Snapshot
from store.volume import Volume

log = logging.getLogger(__name__)

_LONGEST_HEADER = 1 << 12


class Part(Protocol):
    """Something in memory: `image` is all of it as plain values, of which `restore` makes it again.

    Plain values are numbers, texts, bytes, and tuples, lists and dictionaries of them.
    """

    def image(self) -> Any: ...
    def restore(self, image: Any) -> None: ...


class Image:
    """That of a `snapshot`, whose tables and what is derived from them are the `parts`."""

    def __init__(self, volume: Volume, snapshot: Snapshot, parts: Mapping[str, Part]) -> None:
        self._files, self._path, self._parts = volume.files, volume.image_path, parts
        self._of = [snapshot.generation, snapshot.size, snapshot.checksum]

    def keep(self) -> None:
        """Write it where there is none. Where that fails, the next start takes longer, and nothing else."""
        try:
            if not self._files.exists(self._path):
                self._write()
        except (OSError, ValueError) as error:
            log.info("%s was not written, so the next start takes longer: %s", self._path, error)
            self._remove()

    def restore(self) -> bool:
        """Bring the parts back as they were. False when that cannot be, and then nothing has changed."""
        try:
            if not self._files.exists(self._path):
                return False
            images = self._read()
        except (OSError, ValueError) as error:
            log.info("%s is of no use, so this start takes longer: %s", self._path, error)
            self._remove()
            return False
        for name, part in self._parts.items():
            part.restore(images[name])
        return True

    def _write(self) -> None:
        blobs = {name: marshal.dumps(part.image()) for name, part in self._parts.items()}
        places = {name: [len(blob), crc32(blob)] for name, blob in blobs.items()}
        at, fd = 0, self._files.open(self._path, REPLACE)
        try:
            header = encode({"of": self._of, "by": _program(), "parts": places})
            for data in [b"%08x%b\n" % (crc32(header), header), *blobs.values()]:
                write_all(self._files, fd, data, at)
                at += len(data)
        finally:
            self._files.close(fd)

    def _read(self) -> dict[str, Any]:
        """Raises `ValueError` when it is not what was written, or of something else."""
        fd = self._files.open(self._path, READ)
        try:
            line = read_all(self._files, fd, 0, _LONGEST_HEADER).partition(b"\n")[0]
            if line[:8] != b"%08x" % crc32(line[8:]):
                raise ValueError("it has lost its beginning")
            header = decode(line[8:])
            if header["of"] != self._of or header["by"] != _program():
                raise ValueError("it is of another snapshot or program")
            images, at = {}, len(line) + 1
            for name in self._parts:
                length, checksum = header["parts"][name]
                blob = read_all(self._files, fd, at, at + length)
                if len(blob) != length or crc32(blob) != checksum:
                    raise ValueError(f"{name} is not what was written")
                images[name] = marshal.loads(blob)  # noqa: S302  # this program's own, as its checksum says
                at += length
            return images
        finally:
            self._files.close(fd)

    def _remove(self) -> None:
        with suppress(OSError):
            self._files.remove(self._path)


@cache
def _program() -> str:
    """What has to be the same for an image to mean the same: the interpreter, and every line of the store."""
    checksum = 0
    for module in sorted(resources(__package__).iterdir(), key=lambda module: module.name):
        if module.name.endswith(".py"):
            checksum = crc32(module.read_bytes(), checksum)
    return f"{sys.version} {sys.byteorder} {checksum:08x}"
