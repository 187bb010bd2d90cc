"""Where tickets are kept: open it with `open_store`."""

from store.file.store import FileStore
from store.protocol import StoreError, TicketStore


async def open_store(url: str, *, read_only: bool = False) -> TicketStore:
    """The store that `url` names: a file's path.

    With `read_only` everything durable is read, also while another process writes, and every write raises `StoreError`.
    Raises `LockedError`, `DamagedError` and `StoreError`.
    """
    scheme, found, _ = url.partition("://")
    if found:
        raise StoreError(f"there is no store for {scheme}://; name a file, such as data/tickets.json")
    return await FileStore.open(url, read_only=read_only)
