"""From what is on disk to tables in memory."""

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from store.coding import decode
from store.files import Files
from store.memory import Memory
from store.snapshot import Snapshot, read_rows, read_value
from store.volume import Found


@contextmanager
def without_collecting() -> Iterator[None]:
    """While so much is made and nothing thrown away, looking for garbage would take as long again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def load(files: Files, found: Found, memory: Memory, *, there: Collection[str] = ()) -> None:
    """Put the snapshot, but for the tables that are `there` already, and then the journals' commits into `memory`."""
    if found.snapshot is not None:
        for name in found.snapshot.sections:
            if name not in there:
                memory.tables[name] = _read(files, found.snapshot, name, memory)
    for payload in found.payloads:
        memory.replay(decode(payload))


def _read(files: Files, snapshot: Snapshot, name: str, memory: Memory) -> Any:
    section = snapshot.sections[name]
    if section.rows < 0:
        return read_value(files, snapshot.fd, section)
    table: Any = memory.shape(name)
    if name in memory.cold:
        table.place(snapshot.fd, section.starts, section.checksum)
    else:
        for rows in read_rows(files, snapshot.fd, section):
            table.update(rows)
    return table
