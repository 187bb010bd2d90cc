"""Which store an address means."""

from store.base import StoreError, TicketStore
from store.tiny import TinyStore


async def open_store(address: str) -> TicketStore:
    """The store at `address`: the path of a TinyDB file, which is begun if there is none.

    Raises `LockedError` when another process has it open, `DamagedError` when it is not what was written, and
    `StoreError` for an address that this version has no store for.
    """
    scheme, separator, _ = address.partition("://")
    if separator:
        raise StoreError(
            f"{scheme}:// is no store that this version has; TICKETS_STORE is the path of a file"
        )
    if not address:
        raise StoreError("TICKETS_STORE is empty; it is the path of a file, such as data/tickets.json")
    return await TinyStore.open(address)
