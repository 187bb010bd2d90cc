"""The bot's health: current problems and since when, and the deliveries waiting."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.tasks import BackgroundTasks
from store.errors import StoreError
from store.models.deliveries import Delivery
from store.protocol import TicketStore

log = logging.getLogger(__name__)

LOG_AFTER = 60.0  # seconds after which a problem is logged, once
PROBE = "probe:"  # begins the keys of deliveries that only try whether the store can be written
PROBE_SIZE = 4096  # characters
CHECK_INTERVAL = 5.0  # seconds between two checks


@dataclass(slots=True)
class Problem:
    reason: str
    since: float
    quiet: bool = False  # whoever reported it logs it, too
    logged: bool = False


class Health:
    """Current problems, by their subject: "store", "slack", "refusal", "socket". `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.problems: dict[str, Problem] = {}

    def report(self, what: str, reason: str, *, quiet: bool = False) -> None:
        """Report a problem, or update the reason of a known one. `reason` is a sentence for the operator, without
        secrets. `quiet`: the caller logs it."""
        known = self.problems.get(what)
        if known:
            known.reason, known.quiet = reason, known.quiet or quiet
        else:
            self.problems[what] = Problem(reason, self._clock(), quiet)

    def clear(self, what: str) -> None:
        ended = self.problems.pop(what, None)
        if ended and ended.logged:
            log.warning("No longer so: %s", ended.reason)

    def log_lasting_problems(self) -> None:
        for problem in self.problems.values():
            if not (problem.quiet or problem.logged) and self._clock() - problem.since >= LOG_AFTER:
                problem.logged = True
                log.error("For a minute now: %s", problem.reason)


def describe_unwritable(error: StoreError) -> str:
    """As a sentence for the operator, which says once that it is the store. A colon precedes what to do."""
    told = str(error).replace("; ", ": ", 1)
    if told.startswith("the store cannot be written"):
        return f"T{told[1:]}"
    return f"The store cannot be written: {told}"


async def readiness(
    health: Health, store: TicketStore | None, background: BackgroundTasks, now: float
) -> dict[str, Any]:
    """The body of /readyz: `{"ready": …, "reasons": […], "backlog": n, "parked": n}`.

    `backlog` is the number of accepted deliveries that are not done, `parked` of those set aside after repeated
    failures; neither makes the bot unready. `now` is in seconds since 1970.
    """
    answer: dict[str, Any] = {"backlog": None, "parked": None}
    if store is not None:
        try:
            if "store" in health.problems:
                await _probe_store(health, store, now)
            answer = {"backlog": len(await store.pending()), "parked": len(await store.parked())}
        except StoreError as error:
            health.report("store", f"The store cannot be read: {error}")
    reasons = [problem.reason for problem in health.problems.values()]
    reasons += [f"The task “{name}” has ended ({error})." for name, error in background.ended.items()]
    return {"ready": not reasons, "reasons": reasons, **answer}


async def _probe_store(health: Health, store: TicketStore, now: float) -> None:
    """Check whether the store can be written again. An unready bot receives nothing, so nothing else would find out."""
    try:
        await write_probe(store, now)
    except StoreError:
        return
    health.clear("store")


async def write_probe(store: TicketStore, now: float) -> None:
    """Write as much as a message, to find out whether that is possible. Raises `StoreError`."""
    # Random, which no compression makes smaller: a nearly full disk still has room for a little.
    probe = Delivery((f"{PROBE}{now}",), now, {"probe": secrets.token_hex(PROBE_SIZE // 2)})
    await store.accept(probe, "probe", now + LOG_AFTER)  # leased, so that no process works on it
    await store.finish(probe.keys[0])
