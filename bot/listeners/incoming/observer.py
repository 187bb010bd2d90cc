"""Slack's events about people, places and the installation: taken into account before anything else is done with them."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.response import BoltResponse

from bot.directory import Directory
from bot.directory.events import OBSERVED_EVENTS


class Observer:
    """Bolt's first middleware. What only tells something is acknowledged here, and not written to disk."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def __call__(
        self,
        body: dict[str, Any],
        next: Callable[[], Awaitable[None]],  # noqa: A002  # Bolt's name for it
    ) -> BoltResponse | None:
        event = body.get("event")
        if body.get("type") == "event_callback" and isinstance(event, dict):
            await self._directory.observe(event)
            if event.get("type") in OBSERVED_EVENTS:
                return BoltResponse(status=200, body="")
        await next()
        return None
