"""Removes the history of tickets that were done long ago: at the start, then daily."""

import logging
from datetime import timedelta

from bot.app.clocks import Clocks
from bot.tasks import log_and_continue
from store.protocol import TicketStore

log = logging.getLogger(__name__)

DAY = 86_400.0  # seconds


async def keep_trimming(store: TicketStore, keep: timedelta, clocks: Clocks) -> None:
    """Trim now and then once a day, until cancelled."""
    while True:
        with log_and_continue("Removing old history"):
            await trim(store, keep, clocks.now())
        await clocks.sleep(DAY)


async def trim(store: TicketStore, keep: timedelta, now: float) -> None:
    done = await store.trim_history(now - keep.total_seconds(), keep.days, now)
    if done.tickets:
        log.info(
            "Removed the history of %d tickets that were done and left alone for %d days: %d changes",
            done.tickets,
            keep.days,
            done.changes,
        )
