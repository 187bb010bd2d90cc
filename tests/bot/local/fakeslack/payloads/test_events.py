"""The events that follow what people and the bot do, in Slack's own form."""

import pytest

from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.payloads.events import USUAL_EVENTS
from bot.local.fakeslack.platform import Settings
from bot.local.fakeslack.server import LocalSlack
from tests.bot.local.fakeslack.samples import actions, button


def told(slack, kind="", subtype=None):
    """The events delivered so far, of one type and subtype."""
    events = [one.payload["event"] for one in slack.deliveries if one.kind == "events_api"]
    return [
        one
        for one in events
        if kind in ("", one["type"]) and (subtype is None or one.get("subtype") == subtype)
    ]


async def test_an_event_is_wrapped_as_slack_wraps_it(slack, clock):
    await slack.say("engineer", "support", "hello")
    payload = slack.deliveries[0].payload
    assert payload["type"] == "event_callback"
    assert (payload["team_id"], payload["api_app_id"]) == ("T0LOCAL", "A0TICKETS")
    assert payload["event_id"].startswith("Ev")
    assert payload["event_time"] == int(clock.time())
    assert payload["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": "T0LOCAL",
            "user_id": "U0TICKETS",
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]
    assert payload["is_ext_shared_channel"] is False


async def test_a_message_says_who_what_where_and_when(slack):
    ts = await slack.say("engineer", "support", "hello")
    event = told(slack)[0]
    assert {name: event[name] for name in ("type", "user", "text", "ts", "channel", "event_ts", "team")} == {
        "type": "message",
        "user": "U0ENGINEER",
        "text": "hello",
        "ts": ts,
        "channel": "C0SUPPORT",
        "event_ts": ts,
        "team": "T0LOCAL",
    }
    assert event["client_msg_id"]
    assert "subtype" not in event
    assert event["blocks"][0]["type"] == "rich_text"


@pytest.mark.parametrize(
    ("channel", "kind"), [("support", "channel"), ("private", "group"), ("shared", "channel"), ("dm", "im")]
)
async def test_a_message_says_what_kind_of_channel_it_is_in(slack, channel, kind):
    await slack.say("engineer", channel, "hello")
    assert told(slack)[0]["channel_type"] == kind


async def test_a_mention_is_two_events_of_two_ids(slack):
    ts = await slack.say("engineer", "support", "@tickets help")
    assert [one["type"] for one in told(slack)] == ["message", "app_mention"]
    assert [one["ts"] for one in told(slack)] == [ts, ts]
    assert len({one.payload["event_id"] for one in slack.deliveries}) == 2
    assert len({one["client_msg_id"] for one in told(slack)}) == 1


async def test_the_two_events_of_a_mention_come_in_any_order(slack):
    slack.settings.mention_first = True
    await slack.say("engineer", "support", "@tickets help")
    assert [one["type"] for one in told(slack)] == ["app_mention", "message"]


async def test_a_mention_in_direct_messages_is_a_message_only(slack):
    await slack.say("engineer", "dm", "@tickets help")
    assert [one["type"] for one in told(slack)] == ["message"]


async def test_a_channel_without_the_bot_is_silent(slack):
    await slack.say("engineer", "lobby", "@tickets help")
    assert told(slack) == []


async def test_a_reply_names_its_thread_and_changes_its_parent(slack):
    parent = await slack.say("engineer", "support", "hello")
    await slack.say("admin", "support", "hi", parent)
    reply = told(slack, "message")[1]
    assert (reply["thread_ts"], reply["parent_user_id"]) == (parent, "U0ENGINEER")
    changed = told(slack, "message", "message_changed")[0]
    assert changed["message"]["text"] == changed["previous_message"]["text"] == "hello"


async def test_an_edit_tells_before_and_after(slack):
    ts = await slack.say("engineer", "support", "one")
    await slack.edit("engineer", "support", ts, "two")
    event = told(slack, "message", "message_changed")[0]
    assert (event["previous_message"]["text"], event["message"]["text"]) == ("one", "two")
    assert event["message"]["edited"]["user"] == "U0ENGINEER"
    assert (event["hidden"], event["message"]["ts"]) == (True, ts)
    assert event["ts"] != ts


async def test_an_edited_mention_is_a_mention_again(slack):
    ts = await slack.say("engineer", "support", "@tickets one")
    await slack.edit("engineer", "support", ts, "@tickets two")
    mentions = told(slack, "app_mention")
    assert [("edited" in one, one["text"]) for one in mentions] == [
        (False, "<@U0TICKETS> one"),
        (True, "<@U0TICKETS> two"),
    ]


async def test_a_preview_changes_the_message_and_not_its_text(slack):
    ts = await slack.say("engineer", "support", "see https://example.com/")
    await slack.unfurl("support", ts)
    event = told(slack, "message", "message_changed")[0]
    assert event["message"]["text"] == event["previous_message"]["text"]
    assert "edited" not in event["message"]
    assert ("attachments" in event["message"], "attachments" in event["previous_message"]) == (True, False)


async def test_a_deletion_tells_what_was_there(slack):
    ts = await slack.say("engineer", "support", "oops")
    await slack.remove("engineer", "support", ts)
    event = told(slack, "message", "message_deleted")[0]
    assert (event["deleted_ts"], event["previous_message"]["text"]) == (ts, "oops")


async def test_a_deleted_parent_is_changed_into_a_tombstone(slack):
    ts = await slack.say("engineer", "support", "oops")
    await slack.say("admin", "support", "hm", ts)
    await slack.remove("engineer", "support", ts)
    event = told(slack, "message", "message_changed")[-1]
    assert event["message"]["subtype"] == "tombstone"


async def test_the_bots_own_messages_come_back_to_it_without_their_metadata(slack, client):
    metadata = {"event_type": "ticket", "event_payload": {}}
    await client.chat_postMessage(
        channel="C0SUPPORT", text="a card", blocks=[actions(button())], metadata=metadata
    )
    event = told(slack)[0]
    assert (event["user"], event["bot_id"]) == ("U0TICKETS", "B0TICKETS")
    assert "metadata" not in event


async def test_another_bot_has_a_bot_id(slack):
    await slack.say("buildbot", "support", "@tickets the build is red")
    assert [(one["type"], one["user"]) for one in told(slack)] == [
        ("message", "U0BUILDBOT"),
        ("app_mention", "U0BUILDBOT"),
    ]
    assert told(slack)[0]["bot_id"] == "B0BUILDBOT"


async def test_somebody_of_another_organisation_is_known_by_its_team(slack):
    await slack.say("partner", "shared", "@tickets help")
    for event in told(slack):
        assert (event["user"], event["team"], event["user_team"]) == ("U0PARTNER", "T0PARTNER", "T0PARTNER")
    assert slack.deliveries[0].payload["is_ext_shared_channel"] is True
    assert slack.deliveries[0].payload["team_id"] == "T0LOCAL"


async def test_home_comes_with_what_is_published_there(slack, client):
    await slack.open_home("engineer")
    await client.views_publish(user_id="U0ENGINEER", view={"type": "home", "blocks": [{"type": "divider"}]})
    await slack.open_home("engineer")
    first, second = told(slack, "app_home_opened")
    assert (first["user"], first["tab"], "view" in first) == ("U0ENGINEER", "home", False)
    assert second["view"]["type"] == "home"


async def test_only_what_is_subscribed_to_is_told():
    every = USUAL_EVENTS | {"member_joined_channel", "member_left_channel"}
    async with LocalSlack(settings=Settings(subscriptions=every)) as slack:
        ts = await slack.say("engineer", "support", "hello")
        await slack.react("admin", "support", ts, "eyes")
        await slack.react("admin", "support", ts, "eyes", added=False)
        await slack.invite("partner", "support", by="engineer")
        await slack.kick("partner", "support")
        assert [one["type"] for one in told(slack)[1:]] == [
            "reaction_added",
            "reaction_removed",
            "member_joined_channel",
            "member_left_channel",
        ]
        assert told(slack, "reaction_added")[0]["item"] == {
            "type": "message",
            "channel": "C0SUPPORT",
            "ts": ts,
        }
        assert told(slack, "member_joined_channel")[0]["inviter"] == "U0ENGINEER"


async def test_the_same_acts_have_the_same_ids():
    async def story():
        async with LocalSlack(ManualClock()) as slack:
            ts = await slack.say("engineer", "support", "@tickets help")
            await slack.edit("engineer", "support", ts, "@tickets more help")
            return [one.payload for one in slack.deliveries]

    assert await story() == await story()
