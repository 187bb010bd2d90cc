"""A TinyDB storage that is durable: the TinyDB file is a snapshot, and beside it is a journal of what changed since.

`tickets.json` holds everything up to some commit (see snapshot.py), `tickets.json.12.journal` the commits since (see
lines.py), each a JSON merge patch (RFC 7396) of the tables. After a clean close there is no journal, and beside a large
snapshot an image of what was in memory (see image.py). A commit is one appended line, and one sync shared by all who
wait at the time. Now and then a new journal is begun and the old one folded into a new snapshot, in the background.

When a write or a sync fails, everything that is on its way is forgotten and reported as not written. After a failed
sync nobody knows what the disk holds of that journal, and syncing it again could succeed without having written
anything; so it is never appended to again. A new snapshot, made from memory, has to replace it first.
"""

import time
from collections.abc import Callable, Mapping
from os import PathLike, fspath
from typing import Any

from tinydb.storages import Storage

from store.base import UnwritableError
from store.coding import encode, plain
from store.commits import Commit, Row
from store.files import Disk, Files, duplicate
from store.folding import Folding
from store.image import Image, Part
from store.loading import load
from store.memory import Memory, Table
from store.migration import adopt_any
from store.patch import Json
from store.snapshot import ForeignError
from store.volume import Volume
from store.writer import QUICK, Writer

IMAGED = 1 << 20  # bytes of a snapshot from which on an image of it is worth its room
_FORMATTING = frozenset({"ensure_ascii", "indent", "separators", "sort_keys"})


class JournalStorage(Storage):
    """Tables in memory (`data`) and on disk; see the module. It can be used from any thread."""

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        files: Files | None = None,
        create_dirs: bool = False,
        cold: frozenset[str] = frozenset(),
        shapes: Mapping[str, Callable[[], Table]] | None = None,
        derived: Part | None = None,
        derive: Callable[[Mapping[str, Any]], None] = lambda _: None,
        imaged: int = IMAGED,
        adopt: Callable[[Volume], dict[str, Any]] = adopt_any,
        fold_at: int | None = None,
        quick: float = QUICK,
        now: Callable[[], float] = time.monotonic,
        **formatting: Any,
    ) -> None:
        """Open the store at `path`, or begin it; for `cold` and `shapes` see `Memory`, for `quick` and `fold_at` `Writer`.

        `derive` makes `derived` of the tables. Both that and the tables with shapes, which then have to be `Part`s, are
        kept in the image of a snapshot of at least `imaged` bytes.

        TinyDB's options for how its JSON looks are taken, and change nothing: the format is the store's own.

        `adopt` makes tables of a file that stock TinyDB wrote, which is kept as `path.v0`. Raises `LockedError`,
        `DamagedError`, `StoreError`, and `UnwritableError` when the disk fails.
        """
        super().__init__()
        if unknown := set(formatting).difference(_FORMATTING):
            raise TypeError(f"{type(self).__name__} has no option {', '.join(sorted(unknown))}")
        files = files or Disk()
        self._closed = False
        self._shaped, self._derived, self._imaged = list(shapes or ()), derived, imaged
        self._volume = Volume(files, fspath(path))
        self.data = Memory(files, cold, shapes or {})
        self._folding = Folding(self._volume, self.data)
        try:
            if create_dirs:
                files.make_directory(self._volume.directory)
            self._volume.lock()
            generation = self._begin(adopt, derive)
            self._writer = Writer(
                self._volume, self.data, self._folding, generation, fold_at=fold_at, quick=quick, now=now
            )
        except OSError as error:
            self._let_go()
            if isinstance(error, FileNotFoundError) and not create_dirs:
                raise  # no such directory: TinyDB's own storage says it so
            raise UnwritableError(f"{self._volume.name} cannot be opened: {error}") from error
        except BaseException:
            self._let_go()
            raise

    def _begin(
        self, adopt: Callable[[Volume], dict[str, Any]], derive: Callable[[Mapping[str, Any]], None]
    ) -> int:
        """Read what is there; the generation of the journal to go on with."""
        volume = self._volume
        try:
            found = volume.find(self.data.cold)
        except ForeignError:
            tables = adopt(volume)
            duplicate(volume.files, volume.path, f"{volume.path}.v0")
            self._folding.replace(tables, 1)
            self._folding.close()
            found = volume.find(self.data.cold)
        if found.snapshot is not None:
            self._folding.snapshot = found.snapshot
        restored = not found.payloads and self._restore_image()
        load(volume.files, found, self.data, there=self._shaped if restored else ())
        if not restored:
            derive(self.data.tables)
        generation = found.generation
        if found.snapshot is None or found.payloads:
            # After a crash what was read may be in the system's memory alone, and a failed sync may have been
            # forgotten: written anew it is certain.
            generation += 1
            self._folding.replace(self.data.tables, generation)
        self._volume.tidy(generation)
        return generation

    # TinyDB's storage

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Every table, as it is in memory: not to be changed."""
        with self.data.lock:
            return dict(self.data.tables) or None

    def write(self, data: Mapping[str, Any]) -> None:
        """Replace everything by `data`, durably: a new snapshot.

        Raises `UnwritableError`, and then has changed nothing.
        """
        self._open()
        tables: dict[str, Any] = plain(data)
        for name in self.data.tables:
            if name in tables and type(self.data.tables[name]) is not dict:
                shaped = self.data.shape(name)
                shaped.update(tables[name])
                tables[name] = shaped
        self._writer.replace_all(tables)

    def close(self) -> None:
        """Fold everything into the file, so that stock TinyDB can open it, and let go of it."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._writer.close():
                self._keep_image()
        finally:
            self._let_go()

    # the image

    def _image(self) -> Image | None:
        """Of the snapshot there is; None when it is not worth one."""
        snapshot = self._folding.snapshot
        if self._derived is None or snapshot is None or snapshot.size < self._imaged:
            return None
        parts = {name: self.data.tables[name] for name in self._shaped} | {"derived": self._derived}
        return Image(self._volume, snapshot, parts)

    def _restore_image(self) -> bool:
        image = self._image()
        return image is not None and image.restore()

    def _keep_image(self) -> None:
        if (image := self._image()) is not None:
            image.keep()

    # deltas

    def stage(self, patch: Json, rows: list[Row] | None = None) -> Commit:
        """Send a merge patch of the tables on its way. Under the memory's lock; without it, the commit is then to `settle`.

        `rows` are the rows that the patch makes of those that are staged, for who has them already.
        """
        return self._send(encode(patch), self.data.rows(patch) if rows is None else rows)

    def stage_rows(self, rows: list[Row]) -> Commit:
        """As `stage`, with whole rows, which unlike patches may hold nulls."""
        return self._send(encode(rows), rows)

    def _send(self, payload: bytes, rows: list[Row]) -> Commit:
        self._open()
        commit = Commit(payload, rows)
        self.data.stage(commit)
        self._writer.send(commit)
        return commit

    def apply(self, patch: Json) -> None:
        """Make a merge patch durable. Raises `UnwritableError`, and then has changed nothing."""
        with self.data.lock:
            commit = self.stage(patch)
        self.settle_here(commit)

    async def settle(self, commit: Commit) -> None:
        """Return when `commit` is durable. Without the memory's lock. Raises its `UnwritableError`."""
        await self._writer.settle(commit)

    def settle_here(self, commit: Commit) -> None:
        """As `settle`, on a thread."""
        self._writer.settle_here(commit)

    def latest(self) -> Commit | None:
        """The latest commit that is still on its way to the disk. Under the memory's lock."""
        return self._writer.last()

    def _open(self) -> None:
        if self._closed:
            raise UnwritableError(f"{self._volume.name} is closed")

    def _let_go(self) -> None:
        self._folding.close()
        self._volume.unlock()
