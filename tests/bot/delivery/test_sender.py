"""Replies wait while Slack is down or slow, keep their order, and are never sent twice."""

import asyncio

import pytest

from bot.delivery.errors import RefusedError
from bot.replies import HELP
from bot.views.notices import notice
from store.models.tickets import MessageRef
from tests.bot.delivery.conftest import said


async def test_a_clock_that_is_set_back_delays_no_message(sender, time):
    await sender.post("support", "", notice("first"))
    time.now -= 2 * 86_400
    await sender.post("support", "", notice("second"))
    await sender.post("support", "", notice("third"))
    assert sum(time.slept) < 3


async def test_a_message_a_second_a_channel(slack, sender, time):
    for word in ("one", "two", "three"):
        await sender.post("C0SUPPORT", "", notice(word))
    assert said(slack) == ["one", "two", "three"]
    assert time.slept == [1.0, 1.0]


async def test_messages_of_one_channel_keep_their_order_while_slack_is_down(slack, sender):
    slack.faults.fail("chat.postMessage", 503, times=2)
    await asyncio.gather(*(sender.post("C0SUPPORT", "", notice(word)) for word in ("one", "two", "three")))
    assert said(slack) == ["one", "two", "three"]


async def test_retry_after_is_honoured(slack, sender, time):
    slack.faults.rate_limit("chat.postMessage", retry_after=7)
    await sender.post("C0SUPPORT", "", notice("patient"))
    assert time.slept == [7.0]
    assert said(slack) == ["patient"]


async def test_waits_grow_while_slack_stays_down(slack, sender, time):
    slack.faults.fail("chat.postMessage", "internal_error", times=4)
    await sender.post("C0SUPPORT", "", notice("late"))
    assert time.slept == [0.5, 0.5, 1.0, 2.0, 4.0]  # the first wait is not shorter than the channel's pace


async def test_a_message_whose_answer_was_lost_is_not_sent_again(slack, sender):
    slack.faults.reset_after("chat.postMessage")
    place = await sender.post("C0SUPPORT", "", notice("once"), key="message:1")
    assert said(slack) == ["once"]
    assert slack.messages("support")[0]["ts"] == place.ts


async def test_a_message_that_never_arrived_is_sent_again(slack, sender):
    slack.faults.reset_before("chat.postMessage")
    await sender.post("C0SUPPORT", "", notice("once"), key="message:1")
    assert said(slack) == ["once"]


@pytest.mark.parametrize("refused", ["", "invalid_blocks", "msg_too_long"])
async def test_after_a_restart_a_message_that_stands_there_is_found_and_not_sent_again(
    slack, sender, refused
):
    """Also as text alone, where Slack refused its blocks."""
    ts = await slack.say("engineer", "support", "hello")
    if refused:
        slack.faults.fail("chat.postMessage", refused)
    first = await sender.post("C0SUPPORT", ts, notice("once"), key="message:1")
    again = await sender.post("C0SUPPORT", ts, notice("once"), key="message:1", maybe_sent=True)
    assert again == first
    other = await sender.post("C0SUPPORT", ts, notice("other"), key="message:2", maybe_sent=True)
    assert other != first


async def test_text_alone_in_place_of_blocks_is_found_by_its_mark_too(slack, sender):
    place = await sender.post("C0SUPPORT", "", notice("once"), key="message:1")
    slack.faults.fail("chat.update", "invalid_blocks")
    await sender.update(place, notice("once, and changed"), key="message:1")
    assert await sender.post("C0SUPPORT", "", notice("once"), key="message:1", maybe_sent=True) == place


async def test_where_slack_takes_neither_blocks_nor_metadata_text_is_sent_all_the_same(slack, sender):
    slack.faults.fail("chat.postMessage", "invalid_blocks")
    slack.faults.fail("chat.postMessage", "invalid_metadata_schema")
    await sender.post("C0SUPPORT", "", notice("once"), key="message:1")
    assert said(slack) == ["once"]


async def test_a_refusal_for_good_is_reported_with_slacks_reason(sender):
    with pytest.raises(RefusedError) as refused:
        await sender.post("C0LOBBY", "", notice("hello"))
    assert refused.value.code == "not_in_channel"


async def test_nothing_unfurls(slack, sender):
    await sender.post("C0SUPPORT", "", notice("see https://example.com"))
    (call,) = slack.called("chat.postMessage")
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)


async def test_a_used_up_response_url_is_noticed(slack, sender):
    assert not await sender.respond(f"{slack.address}/commands/none", notice("too late"))


@pytest.mark.parametrize(
    "body", [b'{"ok":false,"error":"expired_url"}', b"used_url", b"<html>Please log in to the network</html>"]
)
async def test_a_response_url_is_not_believed_because_of_its_status_alone(slack, sender, body):
    slack.faults.garble("response_url", body, times=None)
    secret = slack.platform.response_urls.issue("C0SUPPORT", "U0ENGINEER")
    assert not await sender.respond(f"{slack.address}/respond/{secret}", notice("hello"))


@pytest.mark.parametrize("body", [b"ok", b'{"ok":true}', b""])
async def test_a_response_url_accepts_in_each_of_slacks_words(slack, sender, body):
    slack.faults.garble("response_url", body)
    secret = slack.platform.response_urls.issue("C0SUPPORT", "U0ENGINEER")
    assert await sender.respond(f"{slack.address}/respond/{secret}", notice("hello"))


async def test_a_reaction_that_is_there_already_is_no_fault(slack, sender):
    ts = await slack.say("engineer", "support", "hello")
    place = await sender.post("C0SUPPORT", ts, notice("hi"))
    await sender.react(place, "eyes", there=True)
    await sender.react(place, "eyes", there=True)
    await sender.react(place, "eyes", there=False)
    await sender.react(place, "eyes", there=False)
    assert slack.reactions("support", place.ts) == {}


async def test_a_card_is_not_kept_waiting_by_what_is_posted_in_its_channel(slack, sender, time):
    place = await sender.post("C0SUPPORT", "", notice("a card"))
    posted = [asyncio.create_task(sender.post("C0SUPPORT", "", notice(word))) for word in ("one", "two")]
    await sender.update(MessageRef("C0SUPPORT", place.ts), notice("its newest state"))
    assert "its newest state" in said(slack)
    assert len(slack.called("chat.postMessage")) < 3
    await asyncio.gather(*posted)


@pytest.mark.parametrize("code", ["metadata_too_large", "invalid_metadata_format"])
async def test_a_message_whose_metadata_slack_does_not_take_arrives_without_them(slack, sender, code):
    slack.faults.fail("chat.postMessage", code)
    await sender.post("C0SUPPORT", "", notice("hello").with_metadata(HELP))
    (message,) = slack.messages("support")
    assert message["text"] == "hello"
    assert "metadata" not in message
