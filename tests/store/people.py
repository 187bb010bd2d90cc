"""Short ways to say who does what, for tests."""

from datetime import date
from itertools import count

from store.base import Deed, NewTicket

TODAY = date(2024, 9, 24)
NOW = 1_727_172_000.0

_numbers = count(1)


def deed(who: str = "U1", key: str | None = None, **more) -> Deed:
    """A deed with a key of its own."""
    return Deed(**{"key": f"key-{next(_numbers)}" if key is None else key, "who": who, "at": NOW, **more})


def new(title: str = "API timeout", **more) -> NewTicket:
    return NewTicket(title, more.pop("created", TODAY), **more)
