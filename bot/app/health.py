"""How the bot is: what keeps it from working, since when, and what waits to be done."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.tasks import BackgroundTasks
from store.errors import StoreError
from store.models.deliveries import Delivery
from store.protocol import TicketStore

log = logging.getLogger(__name__)

LASTING = 60.0  # seconds after which the log says so, once
LOOK = 5.0  # seconds between two looks


@dataclass(slots=True)
class Problem:
    reason: str
    since: float
    quiet: bool = False  # whoever reported it writes the log's lines of it
    said: bool = False


class Health:
    """Problems by what they are with: "store", "slack", "refusal", "socket". `clock` is in seconds, monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.problems: dict[str, Problem] = {}

    def report(self, what: str, reason: str, *, quiet: bool = False) -> None:
        """`reason` is a sentence for the operator, without a secret. A known problem keeps its time. `quiet`: the log has
        it already."""
        known = self.problems.get(what)
        if known:
            known.reason, known.quiet = reason, known.quiet or quiet
        else:
            self.problems[what] = Problem(reason, self._clock(), quiet)

    def clear(self, what: str) -> None:
        ended = self.problems.pop(what, None)
        if ended and ended.said:
            log.warning("No longer so: %s", ended.reason)

    def log_lasting_problems(self) -> None:
        for problem in self.problems.values():
            if not (problem.quiet or problem.said) and self._clock() - problem.since >= LASTING:
                problem.said = True
                log.error("For a minute now: %s", problem.reason)


def unwritable(error: StoreError) -> str:
    """As a sentence for the operator, which says once that it is the store."""
    told = str(error)
    if told.startswith("the store cannot be written"):
        return f"T{told[1:]}"
    return f"The store cannot be written: {told}"


async def readiness(
    health: Health, store: TicketStore | None, background: BackgroundTasks, now: float
) -> dict[str, Any]:
    """`{"ready": …, "reasons": […], "backlog": n, "parked": n}`: what /readyz answers.

    `backlog` is what was accepted and is not done, `parked` what failed every time; neither keeps the bot from being
    ready. `now` is in seconds since 1970.
    """
    answer: dict[str, Any] = {"backlog": None, "parked": None}
    if store is not None:
        try:
            if "store" in health.problems:
                await _write_again(health, store, now)
            answer = {"backlog": len(await store.pending()), "parked": len(await store.parked())}
        except StoreError as error:
            health.report("store", f"The store cannot be read: {error}")
    reasons = [problem.reason for problem in health.problems.values()]
    reasons += [f"The task “{name}” has ended ({error})." for name, error in background.ended.items()]
    return {"ready": not reasons, "reasons": reasons, **answer}


async def _write_again(health: Health, store: TicketStore, now: float) -> None:
    """Whether the store can be written again. Nobody else may try: a bot that is not ready is sent nothing."""
    probe = Delivery((f"probe:{now}",), now, {})
    try:
        await store.accept(probe, "probe", now + LASTING)  # for nobody else to work on
        await store.finish(probe.keys[0])
    except StoreError:
        return
    health.clear("store")
