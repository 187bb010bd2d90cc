"""Whether what is being worked on may still be answered here: another process may have taken it over."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar


async def _always() -> bool:
    return True


# Set around the work on a delivery, and known to all that is begun for it.
is_ours: ContextVar[Callable[[], Awaitable[bool]]] = ContextVar("is_ours", default=_always)


class NotOursError(Exception):
    """Another process may be answering: nothing more is sent from here."""


async def check_ownership() -> None:
    """Raises `NotOursError`."""
    if not await is_ours.get()():
        raise NotOursError
