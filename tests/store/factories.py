"""Short ways to say who asks for what, for tests."""

from datetime import date
from itertools import count
from typing import Any

from store.models import NewTicket, Origin

TODAY = date(2024, 9, 24)
NOW = 1_727_172_000.0

_numbers = count(1)


def origin(user_id: str = "U1", key: str | None = None, at: float = NOW, **more: Any) -> Origin:
    """One with a key of its own, unless `key` says which."""
    return Origin(f"key-{next(_numbers)}" if key is None else key, user_id, at, **more)


def new_ticket(title: str = "API timeout", **more: Any) -> NewTicket:
    return NewTicket(title, more.pop("created", TODAY), **more)
