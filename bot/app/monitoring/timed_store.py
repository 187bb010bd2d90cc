"""A wrapper that measures how long each write to the store takes."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, cast

from store.errors import UnwritableError
from store.protocol import TicketStore

# The writes that are durable when they return. Not leases, which are requested all the time, mostly in vain.
WRITES = frozenset(
    {
        "accept",
        "add_choice",
        "bulk_update",
        "create",
        "delete",
        "drop_parked",
        "fail",
        "finish",
        "forget_people",
        "post",
        "record_usage",
        "remember_people",
        "retry_parked",
        "take_choice",
        "trim_history",
        "undo",
        "update",
    }
)
Observe = Callable[[str, float, bool], None]  # operation, duration in seconds, whether it failed


def measure_writes(store: TicketStore, observe: Observe) -> TicketStore:
    """`store`, calling `observe` after each of its `WRITES`. A request refused for what it asked for has not failed."""
    return cast("TicketStore", _TimedStore(store, observe))


class _TimedStore:
    def __init__(self, store: TicketStore, observe: Observe) -> None:
        self._store, self._observe = store, observe

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return _timed(name, found, self._observe) if name in WRITES else found


def _timed(name: str, method: Callable[..., Any], observe: Observe) -> Callable[..., Any]:
    async def write(*arguments: Any, **named: Any) -> Any:
        begun = perf_counter()
        try:
            done = await method(*arguments, **named)
        except UnwritableError:
            observe(name, perf_counter() - begun, True)
            raise
        observe(name, perf_counter() - begun, False)
        return done

    return write
