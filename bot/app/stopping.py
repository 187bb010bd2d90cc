"""Runs a program until SIGINT or SIGTERM, which also work while it is starting."""

import asyncio
import gc
import logging
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import Any

log = logging.getLogger(__name__)

STOP_WITHIN = 9.5  # seconds; service managers kill after ten


async def run_until_stopped(
    start: Callable[[], Coroutine[Any, Any, None]], *, leave_within: float | None = STOP_WITHIN
) -> None:
    """Run `start`, then wait for SIGINT or SIGTERM. A signal during `start` cancels it.

    After the signal, the process exits within `leave_within` seconds, even if something still blocks, such as a look-up of a
    host name. Nothing is lost: accepted deliveries are on disk and are handled at the next start.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if leave_within is not None and not stopped.is_set():
            limit = threading.Timer(leave_within, _exit_now)
            limit.daemon = True
            limit.start()
        stopped.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    starting = asyncio.create_task(start())
    waiting = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            # What was loaded stays for good. Searching it for garbage would delay everybody, the more the more tickets
            # there are.
            gc.collect()
            gc.freeze()
            await waiting
    finally:
        for task in (starting, waiting):
            task.cancel()
        await asyncio.gather(starting, waiting, return_exceptions=True)


def _exit_now() -> None:
    log.error("Something did not end in time. What was accepted is kept, and done at the next start.")
    logging.shutdown()
    os._exit(1)
