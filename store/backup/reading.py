"""Whatever kind of store there is, open for reading."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory

from store import is_database, open_store
from store.backup.files import describe_errors, duplicate, existing_path
from store.file.disk.filesystem import Filesystem
from store.file.migration import is_older
from store.protocol import TicketStore


@asynccontextmanager
async def opened_to_read(url: str) -> AsyncIterator[TicketStore]:
    """The store that `url` names, as `open_store` opens it with `read_only`; also a backup, or what an earlier version wrote.

    Those would be changed by being opened, so that a copy is, in a folder that is gone afterwards. Raises `StoreError`.
    """
    with TemporaryDirectory(prefix="tickets-") as folder, describe_errors(url):
        read_only, files = True, Filesystem()
        if not is_database(url) and is_older(files, path := existing_path(files, url)):
            read_only, url = False, os.path.join(folder, os.path.basename(path))
            duplicate(files, path, url)
        store = await open_store(url, read_only=read_only)
        try:
            yield store
        finally:
            await store.close()
