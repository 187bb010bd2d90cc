"""Answers a request that could not be written to disk: Slack is not told "received", and the person is told why."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.response import BoltResponse

from bot.delivery.recent import RecentDict
from store.errors import StoreError

log = logging.getLogger(__name__)

NOTHING_DONE = "The ticket store cannot be written at the moment, so nothing was done. Please try again."
UNCERTAIN = "The ticket store does not answer at the moment. Please look in a minute whether it was done, and try again if not."
COMES_AGAIN = (
    "The ticket store cannot be written at the moment; Slack sends me your message again, so write it anew only if there is no "
    "answer within six minutes."
)
MAX_TOLD = 1000  # remembered messages whose authors were told

Tell = Callable[[dict[str, Any], str], Awaitable[None]]


class NotAcceptedError(Exception):
    """A request could not be written, which is logged already. Slack must not be told "received"."""


class Refusals:
    """`tell` sends a sentence to the person behind a request, without needing the store."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._told: RecentDict[str, None] = RecentDict(MAX_TOLD)
        self._telling: set[asyncio.Task[None]] = set()

    def answer(self, body: dict[str, Any], key: str, error: StoreError) -> BoltResponse:
        """The response. Raises `NotAcceptedError` if Slack should deliver again or show the error itself. A request is
        logged once, in however many events and however often Slack delivers it."""
        first = key not in self._told
        self._told[key] = None
        if first:
            log.error("A request could not be taken: %s", error)
        told = UNCERTAIN if error.uncertain else NOTHING_DONE
        if "command" in body:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": told})
        if body.get("type") == "view_submission":
            inputs = [one for one in body["view"].get("blocks") or () if one.get("type") == "input"]
            if inputs:  # the form stays open and keeps what was typed
                errors = {inputs[0]["block_id"]: told}
                return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
        if first:
            sentence = COMES_AGAIN if body.get("type") == "event_callback" else told
            task = asyncio.ensure_future(self._tell(body, sentence))
            self._telling.add(task)  # keeps a reference, so that the task is not garbage-collected
            task.add_done_callback(self._telling.discard)
        raise NotAcceptedError from error
