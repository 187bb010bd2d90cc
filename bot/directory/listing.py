"""Lists all members of the workspace once a day, page by page, in the background."""

import logging
from collections.abc import Awaitable, Callable

from bot.delivery.errors import RefusedError, UnreadableAnswerError
from bot.delivery.pacing.turns import TurnTaking
from bot.delivery.sender import Sender
from bot.delivery.web_api import Options
from bot.directory.people import People

log = logging.getLogger(__name__)

PAGE = 1000  # people or members per page, Slack's maximum
PAUSE = 3.5  # seconds between two pages; Slack allows about 20 pages a minute
LISTING_INTERVAL = 86_400.0  # seconds between two listings
RETRY_INTERVAL = (
    3600.0  # seconds until a retry after a failure, and between two checks whether a listing is due
)
PAGE_LIMIT = 600.0  # seconds for one page, after which another process may start over
_TURN = "listing"


class Listing:
    def __init__(
        self,
        sender: Sender,
        people: People,
        turns: TurnTaking,
        *,
        owner: str,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        on_listed: Callable[[], Awaitable[None]],
    ) -> None:
        self._sender, self._people, self._turns, self._owner = sender, people, turns, owner
        self._now, self._sleep, self._on_listed = now, sleep, on_listed

    async def run(self) -> None:
        """List everybody now and then once a day, in only one of the processes. Never returns."""
        while True:
            try:
                await self._sleep(await self._list_if_due())
            except RefusedError as error:
                log.error("People cannot be listed, so it is not known who is a guest: %s", error)  # noqa: TRY400  # a sentence for the operator
                await self._sleep(RETRY_INTERVAL)
            except Exception:  # retried later
                log.exception("People could not be listed")
                await self._sleep(RETRY_INTERVAL)

    async def _list_if_due(self) -> float:
        """Seconds until the next check."""
        last = await self._take_turn()
        if last is None:
            return RETRY_INTERVAL
        left = last + LISTING_INTERVAL - self._now()
        if left <= 0:
            await self.list_everybody()
            last, left = self._now(), LISTING_INTERVAL
        await self._turns.end_turn(_TURN, self._owner, last)
        return left

    async def _take_turn(self) -> float | None:
        """The time of the last listing, or None while another process is listing."""
        turn = await self._turns.take_turn(_TURN, self._owner, self._now(), self._now() + PAGE_LIMIT)
        return turn.number if turn.mine else None

    async def list_everybody(self) -> int:
        """List everybody once. Returns how many people there are."""
        begun, seen, cursor = self._now(), set[str](), ""
        while True:
            at = {"cursor": cursor} if cursor else {}
            page = await self._sender.call("users.list", Options(wants=("members",)), limit=PAGE, **at)
            await self._people.renew(page["members"])
            await self._take_turn()  # extends the turn
            seen |= {str(user.get("id")) for user in page["members"]}
            before, cursor = cursor, str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
            if cursor == before:
                raise UnreadableAnswerError("users.list", "the same page for ever")
            await self._sleep(PAUSE)
        await self._people.forget_before(begun, seen)
        await self._on_listed()
        return len(seen)
