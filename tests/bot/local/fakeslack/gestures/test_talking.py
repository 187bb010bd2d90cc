"""What people can say, and what Slack's client would not let them; slash commands."""

import pytest

from bot.local.fakeslack.errors import GestureError
from tests.bot.local.fakeslack.samples import section


async def test_people_are_named_by_id_or_name(slack):
    await slack.say("U0ENGINEER", "C0SUPPORT", "one")
    await slack.say("engineer", "#support", "two")
    assert [one["user"] for one in slack.messages("support")] == ["U0ENGINEER"] * 2


@pytest.mark.parametrize(
    ("user", "channel", "code"),
    [
        ("nobody", "support", "user_not_found"),
        ("former", "support", "account_inactive"),
        ("partner", "support", "not_in_channel"),
        ("colleague", "private", "channel_not_found"),
        ("engineer", "nowhere", "channel_not_found"),
    ],
)
async def test_who_cannot_speak_where(slack, user, channel, code):
    with pytest.raises(GestureError) as refused:
        await slack.say(user, channel, "hello")
    assert refused.value.code == code
    assert slack.deliveries == []


@pytest.mark.parametrize(
    ("text", "code"), [("", "no_text"), (" \n", "no_text"), ("x" * 12_001, "msg_too_long")]
)
async def test_what_cannot_be_said(slack, text, code):
    with pytest.raises(GestureError, match=code):
        await slack.say("engineer", "support", text)


async def test_a_text_can_be_given_as_slack_delivers_it(slack):
    ts = await slack.say("engineer", "support", "<@U0TICKETS> a &lt; b", raw=True)
    assert slack.message("support", ts)["text"] == "<@U0TICKETS> a &lt; b"


async def test_a_thread_that_is_not_there_takes_no_reply(slack):
    with pytest.raises(GestureError, match="message_not_found"):
        await slack.say("engineer", "support", "hello", "1.000001")


async def test_people_change_their_own_messages_only(slack):
    ts = await slack.say("engineer", "support", "mine")
    with pytest.raises(GestureError, match="cant_update_message"):
        await slack.edit("admin", "support", ts, "yours")
    with pytest.raises(GestureError, match="cant_delete_message"):
        await slack.remove("colleague", "support", ts)
    await slack.remove("admin", "support", ts)
    assert slack.messages("support") == []


async def test_one_gesture_can_be_seen_as_two_messages(slack):
    first = await slack.say("engineer", "support", "hello", client_msg_id="one-gesture")
    second = await slack.say("engineer", "support", "hello", client_msg_id="one-gesture")
    assert first != second
    assert {one["client_msg_id"] for one in slack.messages("support")} == {"one-gesture"}


async def test_a_reaction_is_had_once(slack):
    ts = await slack.say("engineer", "support", "hello")
    await slack.react("admin", "support", ts, "eyes")
    with pytest.raises(GestureError, match="already_reacted"):
        await slack.react("admin", "support", ts, "eyes")


async def test_people_come_and_go_once(slack):
    await slack.invite("tickets", "lobby")
    assert "U0TICKETS" in slack.workspace.channel("lobby").members
    with pytest.raises(GestureError, match="already_in_channel"):
        await slack.invite("tickets", "lobby")
    await slack.kick("tickets", "lobby")
    with pytest.raises(GestureError, match="not_in_channel"):
        await slack.kick("tickets", "lobby")


async def test_a_command_is_a_form_of_slacks_fields(slack, received):
    form = await received(slack.command("engineer", "private", "/ticket", "  create @tickets a & b "))
    assert (form["command"], form["text"]) == ("/ticket", "create @tickets a &amp; b")
    assert (form["user_id"], form["user_name"], form["team_domain"]) == ("U0ENGINEER", "engineer", "local")
    assert (form["channel_id"], form["channel_name"]) == ("C0PRIVATE", "privategroup")
    assert form["response_url"].startswith(slack.address)
    assert form["is_enterprise_install"] == "false"


async def test_a_command_can_have_its_entities_escaped(slack, received):
    slack.settings.should_escape = True
    form = await received(slack.command("engineer", "support", "/ticket", "for @admin in #support"))
    assert form["text"] == "for <@U0ADMIN|admin> in <#C0SUPPORT|support>"


@pytest.mark.parametrize(("user", "command"), [("engineer", "/unknown"), ("partner", "/ticket")])
async def test_a_command_that_slack_does_not_know_there(slack, user, command):
    with pytest.raises(GestureError, match="unknown_command"):
        await slack.command(user, "shared", command)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (None, []),
        ("", []),
        ({"text": ""}, []),
        ("plain words", ["plain words"]),
        ({"text": "words"}, ["words"]),
    ],
)
async def test_what_a_command_is_answered_with_is_shown_to_its_asker(slack, received, answer, shown):
    await received(slack.command("engineer", "support", "/ticket"), answer)
    assert [one["text"] for one in slack.ephemerals("engineer")] == shown


async def test_a_command_can_be_answered_for_all(slack, received):
    answer = {"response_type": "in_channel", "text": "for all", "blocks": [section()]}
    await received(slack.command("engineer", "support", "/ticket"), answer)
    assert [one["text"] for one in slack.messages("support")] == ["for all"]


@pytest.mark.parametrize(
    "answer", [{"text": "x", "blocks": [section("")]}, {"response_type": "ephemeral"}, [1]]
)
async def test_a_command_that_is_answered_wrongly_fails(slack, received, answer):
    with pytest.raises(GestureError, match="invalid_command_response"):
        await received(slack.command("engineer", "support", "/ticket"), answer)


async def test_somebody_can_dismiss_what_only_they_see(slack, client):
    sent = await client.chat_postEphemeral(channel="C0SUPPORT", user="U0ENGINEER", text="psst")
    await slack.remove("engineer", "support", sent["message_ts"])
    assert slack.ephemerals("engineer") == []
