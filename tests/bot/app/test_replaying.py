"""What is claimed is worked on, unless what came before it in its thread has failed just now."""

import asyncio
import logging
from types import SimpleNamespace

import pytest
from slack_bolt.response import BoltResponse

from bot.app.clocks import SystemClock
from bot.app.slack.replay import Replayer
from bot.listeners.incoming.leases import Leases
from store.errors import UnavailableError
from store.models.deliveries import Delivery

ALONE = Delivery(("alone",), 1.0, {"text": "alone"})
BEGINS = Delivery(("begins",), 2.0, {"text": "begins"}, "C1 2.0", begins=True)
REPLY = Delivery(("reply",), 3.0, {"text": "reply"}, "C1 1.0")


class ClaimingStore:
    """Gives everything once; `meanwhile` is done before the answer comes."""

    def __init__(self, meanwhile) -> None:
        self._meanwhile, self._left, self.released = meanwhile, [ALONE, BEGINS, REPLY], []

    async def claim(self, *_):
        await self._meanwhile()
        found, self._left = self._left, []
        return found

    async def release(self, _owner, keys, _until, *, in_line):
        self.released += [(key, in_line) for key in keys]


async def replay(fails: bool):
    """The texts that were worked on, and what was released."""

    async def meanwhile():
        if fails:
            await leases.release(["before"], in_line=True)

    async def dispatch(request):
        worked_on.append(request.body["text"])
        return BoltResponse(status=200)

    worked_on: list[str] = []
    store = ClaimingStore(meanwhile)
    leases = Leases(store, "this", SystemClock().now)
    runner = SimpleNamespace(room=9, works_on=lambda _: False, expect=lambda *_, **__: None)
    app = SimpleNamespace(async_dispatch=dispatch)
    await Replayer(store, app, runner, leases, SystemClock()).finish_earlier()
    return worked_on, store.released


async def test_what_is_claimed_is_worked_on_in_its_order():
    assert await replay(fails=False) == (["alone", "begins", "reply"], [])


async def test_a_reply_stays_behind_what_was_postponed_while_it_was_claimed():
    worked_on, released = await replay(fails=True)
    assert worked_on == ["alone", "begins"]
    assert ("reply", True) in released


async def test_a_store_that_is_away_is_logged_once_without_a_traceback_and_once_when_it_is_back(caplog):
    answers = [UnavailableError("The database does not answer."), UnavailableError("It is still away."), []]

    async def claim(*_):
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(_seconds: float) -> None:
        if not answers:
            raise asyncio.CancelledError

    store = SimpleNamespace(claim=claim)
    clocks = SimpleNamespace(now=lambda: 0.0, sleep=sleep)
    runner = SimpleNamespace(room=9)
    with pytest.raises(asyncio.CancelledError):
        await Replayer(store, None, runner, Leases(store, "this", clocks.now), clocks).keep_replaying()
    assert [(one.levelno, one.getMessage(), one.exc_info) for one in caplog.records] == [
        (logging.ERROR, "What was accepted waits for the store: The database does not answer.", None),
        (logging.WARNING, "The store answers again", None),
    ]
