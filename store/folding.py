"""Making a new snapshot of the tables, while others go on changing them."""

import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from itertools import islice
from typing import Any

from store.coding import encode, row_line
from store.cold import ColdRows
from store.memory import Memory, Table
from store.snapshot import Snapshot, write_snapshot
from store.volume import Volume

_ROWS_AT_ONCE = 32
_PAUSE = 0.0003  # seconds between pieces that are written in the background


class Folding:
    """The snapshot there is, and how it is replaced. `stop` ends what is written in the background."""

    PATIENCE = 0.01  # seconds between two looks at `stop` while it waits

    def __init__(self, volume: Volume, memory: Memory) -> None:
        self._volume, self._memory = volume, memory
        self.snapshot: Snapshot | None = None
        self.stop = False

    def breathe(self) -> None:
        """Between two pieces, in the background: let everybody else go first."""
        if self.stop:
            raise InterruptedError("something more urgent has to be written")
        time.sleep(_PAUSE)

    def replace(
        self, tables: Mapping[str, Any], generation: int, breathe: Callable[[], None] = lambda: None
    ) -> None:
        """Write `tables` to a new snapshot and make it the one there is.

        Whoever changes the tables meanwhile writes that to the journal of this generation, which is read after the
        snapshot: it does not matter whether the snapshot has it too.
        """
        volume, memory = self._volume, self._memory
        with memory.lock:
            recent = {name: rows.recent() for name, rows in tables.items() if isinstance(rows, ColdRows)}
            names = list(tables)
        sections = ((name, self._lines(tables[name], recent.get(name, {}))) for name in names)
        try:
            snapshot = write_snapshot(
                volume.files, volume.new_path, generation, sections, cold=memory.cold, breathe=breathe
            )
        except BaseException:
            with suppress(OSError):
                volume.files.remove(volume.new_path)
            raise
        try:
            volume.install()
        except BaseException:
            volume.files.close(snapshot.fd)
            raise
        with memory.lock:
            for name, rows in recent.items():
                section = snapshot.sections[name]
                tables[name].place(snapshot.fd, section.starts, section.checksum, rows)
            old, self.snapshot = self.snapshot, snapshot
        if old is not None:
            # Nobody reads it any more, and giving back a large file's room takes the system a while.
            volume.files.close(old.fd)

    def _lines(self, table: Any, recent: dict[int, dict[str, Any]]) -> Iterator[list[bytes]] | bytes:
        if isinstance(table, ColdRows):
            return table.blocks(recent)
        return self._some_lines(table) if isinstance(table, MutableMapping) else encode(table)

    def _some_lines(self, table: Table) -> Iterator[list[bytes]]:
        lock = self._memory.lock
        with lock:
            keys = _walk(table)
        while True:
            with lock:
                rows = [(key, table[key]) for key in islice(keys, _ROWS_AT_ONCE) if key in table]
            if not rows:
                break
            yield [row_line(key, row) for key, row in rows]

    def close(self) -> None:
        if self.snapshot is not None:
            snapshot, self.snapshot = self.snapshot, None
            self._volume.files.close(snapshot.fd)


def _walk(table: Table) -> Iterator[str]:
    """Its ids, while it may change: of a plain dictionary as they are now."""
    return iter(list(table) if isinstance(table, dict) else table)
