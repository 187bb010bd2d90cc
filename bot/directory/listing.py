"""Everybody in the workspace, listed in the background, page by page: nobody waits for it."""

import logging
from collections.abc import Awaitable, Callable

from bot.delivery.errors import RefusedError, UnreadableAnswerError
from bot.delivery.sender import Sender
from bot.delivery.web_api import Options
from bot.directory.people import People

log = logging.getLogger(__name__)

PAGE = 1000  # people; the most that Slack gives at once
PAUSE = 3.5  # seconds between two pages: Slack allows about 20 a minute
DAY = 86_400.0  # seconds until the next listing
LATER = 3600.0  # the same, after one that did not succeed


class Listing:
    def __init__(
        self,
        sender: Sender,
        people: People,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._sender, self._people, self._now, self._sleep = sender, people, now, sleep

    async def run(self) -> None:
        """Now, and once a day."""
        while True:
            try:
                await self.once()
            except RefusedError as error:
                log.error("People cannot be listed, so it is not known who is a guest: %s", error)  # noqa: TRY400  # a sentence for the operator
                await self._sleep(LATER)
            except Exception:  # it is tried again, and nobody waits for it
                log.exception("People could not be listed")
                await self._sleep(LATER)
            else:
                await self._sleep(DAY)

    async def once(self) -> int:
        """How many there are."""
        begun, seen, cursor = self._now(), set[str](), ""
        while True:
            at = {"cursor": cursor} if cursor else {}
            page = await self._sender.call("users.list", Options(wants=("members",)), limit=PAGE, **at)
            await self._people.renew(page["members"])
            seen |= {str(user.get("id")) for user in page["members"]}
            before, cursor = cursor, str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
            if cursor == before:
                raise UnreadableAnswerError("users.list", "the same page for ever")
            await self._sleep(PAUSE)
        await self._people.forget_before(begun, seen)
        return len(seen)
