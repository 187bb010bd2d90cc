"""The ticket store. Open it with `open_store`."""

import re

from store.errors import StoreError
from store.protocol import TicketStore

_ALMOST_DATABASE = re.compile(r"postgres(ql)?(:|//)", re.IGNORECASE)


def is_database(url: str) -> bool:
    """Whether `url` is the address of a PostgreSQL database."""
    return url.startswith(("postgresql://", "postgres://"))


def check_path(url: str) -> None:
    """Raises `StoreError` if `url` is an address and not a file's path. A mistyped address is not quoted, as it may hold a password."""
    if _ALMOST_DATABASE.match(url):
        raise StoreError("a database's address begins with postgresql://; correct it, or name a file")
    scheme, found, _ = url.partition("://")
    if found:
        raise StoreError(f"there is no store for {scheme}://; name a file, such as data/tickets.json")


async def open_store(url: str, *, read_only: bool = False, create: bool = True) -> TicketStore:
    """The store that `url` names: a file's path, or the address of a PostgreSQL database.

    With `read_only`, everything durable can be read, even while another process writes, and every write raises
    `StoreError`. Without `create`, a file that does not exist raises `MissingError`, and nothing is made.
    Raises `LockedError`, `DamagedError` and `StoreError`.
    """
    if is_database(url):
        try:
            from store.postgres import PostgresStore  # noqa: PLC0415  # its driver is an extra
        except ImportError:
            raise StoreError(
                "the store on PostgreSQL needs its driver; install it with the extra: pip install '.[postgres]'"
            ) from None
        return await PostgresStore.open(url, read_only=read_only)
    check_path(url)
    from store.file.store import FileStore  # noqa: PLC0415  # TinyDB takes a moment to load

    return await FileStore.open(url, read_only=read_only, create=create)
