"""Whether what is being worked on may still be answered here: another process may have taken it over."""

from collections.abc import Callable
from contextvars import ContextVar

# Set around the work on a delivery, and known to all that is begun for it.
is_ours: ContextVar[Callable[[], bool]] = ContextVar("is_ours", default=lambda: True)


class NotOursError(Exception):
    """Another process may be answering: nothing more is sent from here."""


def check_ownership() -> None:
    """Raises `NotOursError`."""
    if not is_ours.get()():
        raise NotOursError
