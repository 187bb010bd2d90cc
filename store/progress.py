"""Long work on a whole store: its progress, and cancelling it, as Ctrl-C does: it stops before a change, or is done to its end."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

# How often a task has to pause until a cancellation that came while it did not pause has reached it.
_PAUSES = 3

T = TypeVar("T")

Progress = Callable[[int, int], None]  # (number done, total), with total 0 if it is unknown
BeginCommit = Callable[[], Awaitable[None]]


def ignore_progress(_done: int, _of: int) -> None:
    """A `Progress` that does nothing."""


async def stop_before_commit(work: Callable[[BeginCommit], Coroutine[Any, Any, T]]) -> T:
    """The result of `work`, which awaits the function that it is given right before its commit.

    A cancellation stops the work until then. Later it is ignored: otherwise nobody would know that the work was done.
    """
    committing = False

    async def begin_commit() -> None:
        nonlocal committing
        for _ in range(_PAUSES):
            await asyncio.sleep(0)
        committing = True

    working = asyncio.create_task(work(begin_commit))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        if not committing:
            working.cancel()
        return await working
