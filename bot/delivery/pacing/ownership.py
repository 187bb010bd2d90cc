"""Whether this process may still answer a delivery: another one may have taken it over."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar


async def _always() -> bool:
    return True


# Set while a delivery is processed; tasks started for it inherit it.
is_ours: ContextVar[Callable[[], Awaitable[bool]]] = ContextVar("is_ours", default=_always)


class NotOursError(Exception):
    """Another process may be answering: this one must send nothing more."""


async def check_ownership() -> None:
    """Raises `NotOursError`."""
    if not await is_ours.get()():
        raise NotOursError
