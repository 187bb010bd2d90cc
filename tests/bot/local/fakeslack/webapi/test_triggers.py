"""Trigger ids and response URLs: short-lived, and used up."""

import asyncio

import pytest

from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.ids import Ids
from bot.local.fakeslack.workspace.triggers import MAX_KEPT, Triggers
from tests.bot.local.fakeslack.conftest import refusal
from tests.bot.local.fakeslack.samples import actions, button, modal, section


@pytest.fixture
async def command(slack, socket):
    """Types a slash command and gives what the app received."""

    async def typed(user="engineer", channel="support"):
        asking = asyncio.create_task(slack.command(user, channel, "/ticket"))
        payload = await socket.next()
        await asking
        return payload

    return typed


async def test_a_trigger_opens_one_modal(slack, client, command):
    trigger = (await command())["trigger_id"]
    await client.views_open(trigger_id=trigger, view=modal())
    assert await refusal(client.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"


async def test_a_trigger_lives_for_three_seconds(clock, client, command):
    trigger = (await command())["trigger_id"]
    await clock.advance(3)
    assert await refusal(client.views_open(trigger_id=trigger, view=modal())) == "expired_trigger_id"


async def test_a_trigger_that_was_never_given(client):
    assert await refusal(client.views_open(trigger_id="1.2.abc", view=modal())) == "invalid_trigger_id"


async def test_a_wrong_view_does_not_use_the_trigger_up(slack, client, command):
    trigger = (await command())["trigger_id"]
    assert await refusal(client.views_open(trigger_id=trigger, view=modal(title=None))) == "invalid_arguments"
    await client.views_open(trigger_id=trigger, view=modal())
    assert slack.modal("engineer")["callback_id"] == "form"


def test_triggers_are_each_their_own():
    clock = ManualClock()
    triggers = Triggers(clock, Ids(clock))
    assert len({triggers.issue("U1") for _ in range(100)}) == 100


async def test_an_old_trigger_is_forgotten_in_the_end(clock):
    triggers = Triggers(clock, Ids(clock))
    first = triggers.issue("U1")
    await clock.advance(3600)
    for _ in range(MAX_KEPT):
        triggers.issue("U1")
    with pytest.raises(SlackError, match="invalid_trigger_id"):
        triggers.exchange(first)


async def use(http, url, **body):
    async with http.post(url, json=body) as response:
        return response.status, await response.text()


async def test_a_response_url_answers_five_times(slack, http, command):
    url = (await command())["response_url"]
    for number in range(5):
        assert await use(http, url, text=f"answer {number}") == (200, "ok")
    status, text = await use(http, url, text="once more")
    assert (status, "used_url" in text) == (404, True)
    assert len(slack.ephemerals("engineer")) == 5


async def test_a_response_url_lives_for_thirty_minutes(clock, http, command):
    url = (await command())["response_url"]
    await clock.advance(30 * 60 - 1)
    assert (await use(http, url, text="in time"))[0] == 200
    await clock.advance(1)
    status, text = await use(http, url, text="too late")
    assert (status, "expired_url" in text) == (404, True)


async def test_a_response_url_that_was_never_given(slack, http):
    assert (await use(http, f"{slack.address}/respond/unknown", text="x"))[0] == 404


async def test_an_answer_is_for_the_asker_unless_it_is_for_the_channel(slack, http, command):
    url = (await command())["response_url"]
    await use(http, url, text="for you")
    await use(http, url, text="for all", response_type="in_channel")
    assert [one["text"] for one in slack.ephemerals("engineer")] == ["for you"]
    assert [one["text"] for one in slack.messages("support")] == ["for all"]


async def test_an_answer_reaches_channels_without_the_bot(slack, http, command):
    url = (await command(channel="lobby"))["response_url"]
    await use(http, url, text="for all", response_type="in_channel")
    assert [one["text"] for one in slack.messages("lobby")] == ["for all"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "no_text"),
        ({"text": "x", "blocks": [section("")]}, "invalid_blocks"),
        ({"text": "x", "blocks": "none"}, "invalid_blocks_format"),
        ({"text": "x" * 40_001}, "msg_too_long"),
    ],
)
async def test_an_answer_that_is_no_message(slack, http, command, body, error):
    status, text = await use(http, (await command())["response_url"], **body)
    assert (status, error in text) == (400, True)
    assert slack.ephemerals("engineer") == []


@pytest.fixture
async def pressed(slack, client, socket):
    """Presses the button of a message, posted or ephemeral, and gives what the app received."""

    async def press(*, ephemeral=False):
        blocks = [actions(button())]
        if ephemeral:
            more = {"channel": "C0SUPPORT", "user": "U0ENGINEER"}
            ts = (await client.chat_postEphemeral(text="card", blocks=blocks, **more))["message_ts"]
        else:
            ts = (await client.chat_postMessage(channel="C0SUPPORT", text="card", blocks=blocks))["ts"]
            await socket.next()
        pressing = asyncio.create_task(slack.press("engineer", "support", ts, "start"))
        payload = await socket.next()
        await pressing
        return ts, payload["response_url"]

    return press


async def test_an_answer_can_replace_the_message(slack, http, pressed):
    ts, url = await pressed()
    await use(http, url, text="done", replace_original=True)
    assert (slack.message("support", ts)["text"], slack.message("support", ts)["blocks"]) == ("done", [])


async def test_an_answer_can_replace_an_ephemeral_message(slack, http, pressed):
    ts, url = await pressed(ephemeral=True)
    await use(http, url, text="done", replace_original=True)
    assert [(one["ts"], one["text"], one["blocks"]) for one in slack.ephemerals("engineer")] == [
        (ts, "done", [])
    ]


async def test_an_answer_can_delete_the_message(slack, http, pressed):
    _, url = await pressed()
    await use(http, url, delete_original=True)
    assert slack.messages("support") == []


async def test_an_answer_can_delete_an_ephemeral_message(slack, http, pressed):
    _, url = await pressed(ephemeral=True)
    await use(http, url, delete_original=True)
    assert slack.ephemerals("engineer") == []


async def test_an_answer_beside_the_message_is_ephemeral(slack, http, pressed):
    _, url = await pressed()
    await use(http, url, text="noted")
    assert [one["text"] for one in slack.ephemerals("engineer")] == ["noted"]


async def test_an_answer_that_is_no_json(slack, http, command):
    url = (await command())["response_url"]
    async with http.post(url, data="{", headers={"Content-Type": "application/json"}) as response:
        assert (response.status, await response.json()) == (400, {"ok": False, "error": "invalid_json"})


async def test_an_answer_to_a_command_has_nothing_to_delete_or_replace(slack, http, command):
    url = (await command())["response_url"]
    assert await use(http, url, delete_original=True) == (200, "ok")
    assert await use(http, url, text="new", replace_original=True) == (200, "ok")
    assert [one["text"] for one in slack.ephemerals("engineer")] == ["new"]


async def test_an_answer_can_stay_in_the_thread(slack, http, command):
    ts = await slack.say("engineer", "lobby", "hello")
    url = (await command(channel="lobby"))["response_url"]
    await use(http, url, text="in the thread", response_type="in_channel", thread_ts=ts)
    assert [one["text"] for one in slack.messages("lobby", ts)] == ["hello", "in the thread"]


async def test_an_old_response_url_is_forgotten_in_the_end(slack, http, command):
    url = (await command())["response_url"]
    for _ in range(MAX_KEPT):
        slack.platform.response_urls.issue("C0SUPPORT", "U0ENGINEER")
    assert (await use(http, url, text="x"))[0] == 404
