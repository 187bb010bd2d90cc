"""Background tasks, and logging of errors that must not stop the program."""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from store.errors import StoreError

log = logging.getLogger(__name__)


@contextmanager
def log_and_continue(what: str) -> Iterator[None]:
    """Log an exception raised inside, and carry on: the store's in a sentence, others with a traceback. `what` names the work."""
    try:
        yield
    except StoreError as error:
        log.error("%s failed; the rest goes on: %s", what, error)  # noqa: TRY400  # its sentence says all
    except Exception:
        log.exception("%s failed; the rest goes on", what)


class BackgroundTasks:
    """Tasks that run until `stop`. `ended` maps each task that ended early to the class name of its exception."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self.ended: dict[str, str] = {}

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._has_ended)

    def _has_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        name = task.get_name()
        self.ended[name] = type(error).__name__ if error else "nothing"
        log.error("%s has ended and will not come back before a restart", name, exc_info=error)

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
