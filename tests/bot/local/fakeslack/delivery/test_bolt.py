"""An unchanged Bolt app, over sockets and by signed HTTP."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.local.fakeslack.errors import GestureError
from tests.bot.local.fakeslack.samples import actions, asked, button, home, menu, modal, section


@pytest.fixture
async def seen(app, connect):  # noqa: C901  # one listener of each kind
    """A bot with one listener of each kind, connected; what reached it, in order."""
    heard = []

    @app.event("app_mention")
    async def mentioned(event, say):
        heard.append(("mention", event["text"]))
        blocks = [section("*T001*"), actions(button(), menu("high", "low"))]
        await say(text="T001", blocks=blocks, thread_ts=event["ts"])

    @app.event("message")
    async def said(event):
        heard.append((event.get("subtype", "message"), event.get("text", "")))

    @app.command("/ticket")
    async def commanded(ack, command, respond):
        await ack(f"one moment, {command['user_name']}")
        await respond(text=f"found {command['text']}")

    @app.action("start")
    async def started(ack, body, client):
        await ack()
        heard.append(("start", body["actions"][0]["value"]))
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asked("note")))

    @app.action("pick")
    async def picked(ack, action):
        await ack()
        heard.append(("pick", action["selected_option"]["value"]))

    @app.view("form")
    async def submitted(ack, view):
        note = view["state"]["values"]["note"]["value"]["value"]
        await (ack(response_action="errors", errors={"note": "say more"}) if note == "x" else ack())
        heard.append(("submitted", note))

    @app.view_closed("form")
    async def closed(ack):
        await ack()
        heard.append(("closed", ""))

    @app.shortcut("new_ticket")
    async def shortcut(ack, shortcut, client):
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal(notify_on_close=True))

    @app.shortcut("from_message")
    async def message_shortcut(ack, shortcut):
        await ack()
        heard.append(("from", shortcut["message"]["text"]))

    @app.event("app_home_opened")
    async def opened(event, client):
        await client.views_publish(user_id=event["user"], view=home())

    await connect(app)
    return heard


async def card(slack, text="@tickets create API timeout"):
    """Mention the bot; where its answer is."""
    ts = await slack.say("engineer", "support", text)
    return (await slack.until(lambda: slack.messages("support", ts)[1:]))[0]["ts"]


async def test_a_mention_arrives_as_a_message_and_as_a_mention_and_is_answered(slack, seen):
    await card(slack)
    await slack.until(lambda: len(seen) >= 2)
    text = "<@U0TICKETS> create API timeout"
    assert sorted(seen[:2]) == [("mention", text), ("message", text)]


async def test_a_command_is_answered_at_once_and_again_by_its_response_url(slack, seen):
    answer = await slack.command("engineer", "support", "/ticket", "view open")
    assert answer["text"] == "one moment, engineer"
    shown = {"one moment, engineer", "found view open"}
    await slack.until(lambda: {one["text"] for one in slack.ephemerals("engineer")} == shown)


async def test_a_button_opens_a_form_that_is_refused_once_and_then_taken(slack, seen):
    await slack.press("engineer", "support", await card(slack), "start")
    assert (await slack.until(lambda: slack.modal("engineer")))["callback_id"] == "form"
    assert await slack.submit("engineer", {"note": "x"}) == {"note": "say more"}
    assert slack.modal("engineer") is not None
    assert await slack.submit("engineer", {"note": "fixed"}) is None
    assert slack.modal("engineer") is None
    assert ("submitted", "fixed") in seen


async def test_a_menu_tells_what_was_chosen(slack, seen):
    await slack.press("engineer", "support", await card(slack), "pick", "low")
    await slack.until(lambda: ("pick", "low") in seen)


async def test_a_global_shortcut_opens_a_form_and_its_closing_is_told(slack, seen):
    await slack.shortcut("engineer", "new_ticket")
    await slack.until(lambda: slack.modal("engineer"))
    await slack.dismiss("engineer")
    await slack.until(lambda: ("closed", "") in seen)


async def test_a_message_shortcut_carries_the_message(slack, seen):
    ts = await slack.say("engineer", "support", "the build is broken")
    await slack.message_shortcut("engineer", "support", ts, "from_message")
    await slack.until(lambda: ("from", "the build is broken") in seen)


async def test_home_is_published_when_it_is_opened(slack, seen):
    await slack.open_home("engineer")
    shown = await slack.until(lambda: slack.home("engineer"))
    assert shown["blocks"][0]["text"]["text"] == "the queue"


async def test_an_edit_and_a_deletion_are_told(slack, seen):
    ts = await slack.say("engineer", "support", "one")
    await slack.edit("engineer", "support", ts, "two")
    await slack.remove("engineer", "support", ts)
    await slack.until(lambda: {kind for kind, _ in seen} >= {"message", "message_changed", "message_deleted"})


async def test_a_listener_that_nobody_wrote_is_a_failed_gesture(slack, seen):
    slack.patience = 0.1
    with pytest.raises(GestureError):
        await slack.shortcut("engineer", "no_such_shortcut")


async def test_the_bot_does_not_hear_itself(slack, seen, client):
    await client.chat_postMessage(channel="C0SUPPORT", text="I am the bot")
    await slack.until(lambda: slack.deliveries and all(one.done for one in slack.deliveries))
    assert seen == []


async def test_a_wrong_token_is_refused(slack, client):
    client.token = "xoxb-wrong"
    with pytest.raises(SlackApiError) as refused:
        await client.auth_test()
    assert refused.value.response["error"] == "invalid_auth"
