"""While Slack refuses every call, calls wait in order, and the first one retries now and then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.delivery.errors import LastingRefusalError
from bot.delivery.refusals import describe_outage
from bot.delivery.retry import LONGEST_PAUSE, backoff

log = logging.getLogger(__name__)

T = TypeVar("T")


class LastingOutage:
    """`on_change` is called with a sentence for the operator when an outage begins or changes, and with "" when it ends.

    `chance` returns a number from 0 to 1.
    """

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[None]],
        chance: Callable[[], float],
        on_change: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._sleep, self._chance, self._on_change = sleep, chance, on_change
        self._turn = asyncio.Lock()  # asyncio's locks are fair: first come, first served
        self._attempt = 0
        self.waiting = 0  # number of calls
        self.code = ""  # Slack's error code for the outage; "" while there is none

    def begin(self, code: str) -> None:
        if code != self.code:
            self.code = code
            sentence = describe_outage(code)
            log.error("%s", sentence)
            self._on_change(sentence)

    def _end(self) -> None:
        if self.code:
            log.warning("Slack takes calls again; before, it said %s", self.code)
            self.code, self._attempt = "", 0
            self._on_change("")

    async def run(
        self, attempt: Callable[[], Awaitable[T]], on_wait: Callable[[], Awaitable[None]] | None = None
    ) -> T:
        """The result of `attempt`, once Slack accepts calls. `on_wait` is called if that has to be waited for."""
        while True:
            if not self.code:
                try:
                    return await attempt()
                except LastingRefusalError as error:
                    self.begin(error.code)
            self.waiting += 1
            try:
                if on_wait:
                    await on_wait()
                    on_wait = None
                async with self._turn:
                    if self.code:
                        return await self._try_until_taken(attempt)
            finally:
                self.waiting -= 1

    async def _try_until_taken(self, attempt: Callable[[], Awaitable[T]]) -> T:
        while True:
            await self._sleep(backoff(self._attempt, self._chance(), LONGEST_PAUSE))
            self._attempt += 1
            try:
                found = await attempt()
            except LastingRefusalError as error:
                self.begin(error.code)
            except Exception:  # Slack answered this call, so the outage is over
                self._end()
                raise
            else:
                self._end()
                return found
