"""A reply that arrives while an earlier one of its thread is being taken up again from the store is done after it."""

import asyncio

import pytest

from store.models.deliveries import Delivery
from tests.support.bot_harness import Office
from tests.surfaces.steps import ticket, ticket_by_mention


def left_over(office: Office, ts: str, text: str) -> Delivery:
    """Cole's reply as a process that died has left it in the store."""
    now = office.bot.clocks.now()
    later = f"{float(ts) + 0.5:.6f}"  # no message's: the local Slack numbers those of a second from 1
    event = {"type": "message", "user": "U0COLLEAGUE", "text": text, "ts": later}
    event |= {"channel": "C0SUPPORT", "channel_type": "channel", "thread_ts": ts}
    body = {"type": "event_callback", "team_id": "T0LOCAL", "event_id": "Ev1", "event": event}
    return Delivery((f"message:T0LOCAL:C0SUPPORT:{event['ts']}",), now, body, f"C0SUPPORT {ts}")


@pytest.mark.parametrize("moment", ["before the store's answer", "behind a long backlog"])
async def test_it_is_done_after_the_earlier_one(office, mocker, moment):
    ts, _ = await ticket_by_mention(office)
    store, app = office.bot.core.store, office.bot.replayer._app
    claim, accept, dispatch = store.claim, store.accept, app.async_dispatch
    accepted, arrived, moments = asyncio.Event(), asyncio.Event(), [moment]

    async def accept_and_tell(delivery, *rest):
        done = await accept(delivery, *rest)
        accepted.set()
        return done

    async def newer_reply() -> None:
        """A newer reply arrives, and as much is done for it as can be done without the earlier one."""
        mocker.patch.object(store, "accept", side_effect=accept_and_tell)
        await office.slack.say("colleague", "support", "in progress, the newer note", thread=ts)
        await accepted.wait()
        for _ in range(200):
            await asyncio.sleep(0)
        arrived.set()

    async def claim_slowly(*arguments):
        claimed = await claim(*arguments)
        if claimed and moments == ["before the store's answer"]:
            moments.clear()
            await newer_reply()
        return claimed

    async def dispatch_slowly(request):
        if "earlier note" in str(request.body) and moments == ["behind a long backlog"]:
            moments.clear()
            await newer_reply()
        return await dispatch(request)

    mocker.patch.object(store, "claim", side_effect=claim_slowly)
    mocker.patch.object(app, "async_dispatch", side_effect=dispatch_slowly)
    await accept(left_over(office, ts, "in progress, the earlier note"))
    await office.bot.replayer.finish_earlier()  # unless the bot itself is at it already
    await arrived.wait()
    await office.idle()
    await office.retry()
    notes = [change.after["res"] for change in (await store.history("T001"))[0][:-1]]
    assert notes == ["the newer note", "the earlier note"]  # newest first
    assert (await ticket(office, "T001")).res == "the newer note"
