"""A store of which each write is timed."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, cast

from store.errors import UnwritableError
from store.protocol import TicketStore

# What a store makes durable before it returns; but for leases, which are asked for again and again, mostly in vain.
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
Observe = Callable[[str, float, bool], None]  # the operation, how many seconds it took, whether it failed


def measured(store: TicketStore, observe: Observe) -> TicketStore:
    """`store`, which tells `observe` of each of its `WRITES`. What is refused for what was asked has not failed."""
    return cast("TicketStore", _MeasuredStore(store, observe))


class _MeasuredStore:
    def __init__(self, store: TicketStore, observe: Observe) -> None:
        self._store, self._observe = store, observe

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name in WRITES:
            found = _timed(name, found, self._observe)
        setattr(self, name, found)  # looked up once
        return found


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
