"""How the bot is: what keeps it from working, since when, and what waits to be done."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.tasks import Background
from store.models import Delivery
from store.protocol import StoreError, TicketStore

log = logging.getLogger(__name__)

LASTING = 60.0  # seconds after which the log says so, once
LOOK = 5.0  # seconds between two looks


@dataclass(slots=True)
class Trouble:
    reason: str
    since: float
    said: bool = False


class Health:
    """Troubles by what they are with: "store", "slack", "token", "socket". `clock` is in seconds, monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.troubles: dict[str, Trouble] = {}

    def trouble(self, what: str, reason: str) -> None:
        """`reason` is a sentence for the operator, without a secret. A trouble that is there already keeps its time."""
        known = self.troubles.get(what)
        if known:
            known.reason = reason
        else:
            self.troubles[what] = Trouble(reason, self._clock())

    def fine(self, what: str) -> None:
        ended = self.troubles.pop(what, None)
        if ended and ended.said:
            log.warning("No longer so: %s", ended.reason)

    def say_what_lasts(self) -> None:
        for trouble in self.troubles.values():
            if not trouble.said and self._clock() - trouble.since >= LASTING:
                trouble.said = True
                log.error("For a minute now: %s", trouble.reason)


async def readiness(
    health: Health, store: TicketStore | None, background: Background, now: float
) -> dict[str, Any]:
    """`{"ready": …, "reasons": […], "backlog": n, "parked": n}`: what /readyz answers.

    `backlog` is what was accepted and is not done, `parked` what failed every time; neither keeps the bot from being
    ready. `now` is in seconds since 1970.
    """
    answer: dict[str, Any] = {"backlog": None, "parked": None}
    if store is not None:
        try:
            if "store" in health.troubles:
                await _write_again(health, store, now)
            answer = {"backlog": len(await store.pending()), "parked": len(await store.parked())}
        except StoreError as error:
            health.trouble("store", f"The store cannot be read: {error}")
    reasons = [trouble.reason for trouble in health.troubles.values()]
    reasons += [f"The task “{name}” has ended ({error})." for name, error in background.ended.items()]
    return {"ready": not reasons, "reasons": reasons, **answer}


async def _write_again(health: Health, store: TicketStore, now: float) -> None:
    """Whether the store can be written again. Nobody else may try: a bot that is not ready is sent nothing."""
    probe = Delivery((f"probe:{now}",), now, {})
    try:
        await store.accept(probe)
        await store.finish(probe.keys[0])
    except StoreError:
        return
    health.fine("store")
