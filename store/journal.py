"""A TinyDB storage that is durable: the TinyDB file is a snapshot, and beside it is a journal of what changed since.

`tickets.json` holds everything up to some commit (see snapshot.py), `tickets.json.12.journal` the commits since (see
lines.py), each a JSON merge patch (RFC 7396) of the tables. A commit is one appended line, and one sync shared by all who
wait at the time. Now and then a new journal is begun and the old one folded into a new snapshot, in the background.

Memory holds what is durable, and beside it what is staged: rows that are on their way to the disk. Readers see the
first, writers the second. When a write or sync fails, everything staged is forgotten and reported as not written.
After a failed sync nobody knows what the disk holds of that journal, and syncing it again could succeed without
having written anything; so it is never appended to again. A new snapshot, made from memory, has to replace it first.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from store.base import DamagedError, LockedError, StoreError, UnwritableError
from store.coding import decode, encode, plain
from store.cold import ColdRows
from store.commits import Commit, Flusher, Row, settle_all
from store.files import APPEND, READ, Disk, Files, read_all, write_all
from store.lines import Damage, read_lines, write_line
from store.patch import Json, merge
from store.snapshot import Section, Snapshot, read_rows, read_snapshot, read_value, row_line, write_snapshot

log = logging.getLogger(__name__)

Tables = dict[str, Any]
Observer = Callable[[str, str, Json | None, Json | None], None]

FOLD_AT = 4 << 20  # bytes of journal
_RETRY_AFTER = 5.0  # seconds between attempts to replace a journal that failed
_ROWS_AT_ONCE = 64
