"""chat.*: what the bot posts, and what Slack refuses."""

import pytest

from tests.bot.local.fakeslack.conftest import reasons, refusal
from tests.bot.local.fakeslack.samples import actions, button, section


async def test_a_message_comes_back_as_slack_keeps_it(slack, client):
    answer = await client.chat_postMessage(
        channel="C0SUPPORT", text="a card", blocks=[section(), actions(button())]
    )
    message = answer["message"]
    assert (answer["channel"], answer["ts"]) == ("C0SUPPORT", message["ts"])
    assert (message["user"], message["bot_id"], message["app_id"]) == ("U0TICKETS", "B0TICKETS", "A0TICKETS")
    assert message["blocks"][0]["block_id"]
    assert message["blocks"][0]["text"]["verbatim"] is False
    assert slack.messages("support")[0]["text"] == "a card"


@pytest.mark.parametrize("name", ["C0SUPPORT", "support", "#support"])
async def test_a_channel_goes_by_id_or_name(slack, client, name):
    assert (await client.chat_postMessage(channel=name, text="x"))["channel"] == "C0SUPPORT"


async def test_posting_to_a_person_is_a_direct_message(slack, client):
    answer = await client.chat_postMessage(channel="U0ENGINEER", text="psst")
    assert answer["channel"] == slack.dm("engineer")


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C9NOWHERE", "channel_not_found"),
        ("C0LOBBY", "not_in_channel"),
        ("", "invalid_arguments"),
    ],
)
async def test_posting_where_the_bot_is_not(client, channel, error):
    assert await refusal(client.chat_postMessage(channel=channel, text="x")) == error


async def test_a_private_channel_without_the_bot_is_no_channel_at_all(slack, client):
    await slack.kick("tickets", "private")
    assert await refusal(client.chat_postMessage(channel="C0PRIVATE", text="x")) == "channel_not_found"
    assert await refusal(client.conversations_info(channel="C0PRIVATE")) == "channel_not_found"


async def test_an_archived_channel_takes_nothing(slack, client):
    slack.workspace.channel("support").is_archived = True
    assert await refusal(client.chat_postMessage(channel="C0SUPPORT", text="x")) == "is_archived"


async def test_nothing_changes_in_an_archived_channel(slack, client):
    ts = (await client.chat_postMessage(channel="C0SUPPORT", text="x"))["ts"]
    message = {"channel": "C0SUPPORT", "timestamp": ts, "name": "eyes"}
    await client.reactions_add(**message)
    await slack.archive("admin", "support")
    assert await refusal(client.chat_update(channel="C0SUPPORT", ts=ts, text="y")) == "is_inactive"
    assert await refusal(client.reactions_add(**message)) == "is_archived"
    assert await refusal(client.reactions_remove(**message)) == "is_archived"
    await slack.unarchive("admin", "support")
    await client.chat_update(channel="C0SUPPORT", ts=ts, text="y")
    assert slack.message("support", ts)["text"] == "y"


async def test_no_text_and_no_blocks_is_no_message(client):
    call = client.api_call("chat.postMessage", json={"channel": "C0SUPPORT", "text": ""})
    assert await refusal(call) == "no_text"


async def test_a_text_has_a_limit(client):
    await client.chat_postMessage(channel="C0SUPPORT", text="x" * 40_000)
    assert await refusal(client.chat_postMessage(channel="C0SUPPORT", text="x" * 40_001)) == "msg_too_long"


async def test_an_updated_text_has_a_lower_one(client):
    ts = (await client.chat_postMessage(channel="C0SUPPORT", text="x"))["ts"]
    await client.chat_update(channel="C0SUPPORT", ts=ts, text="x" * 4000)
    assert await refusal(client.chat_update(channel="C0SUPPORT", ts=ts, text="x" * 4001)) == "msg_too_long"


async def test_wrong_blocks_come_back_with_the_reason(slack, client):
    call = client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[section("y" * 3001)])
    assert await reasons(call) == [
        "[ERROR] text attribute cannot exceed 3000 characters [json-pointer:/blocks/0]"
    ]
    assert slack.messages("support") == []


async def test_blocks_that_are_no_list(client):
    call = client.api_call(
        "chat.postMessage", data={"channel": "C0SUPPORT", "text": "x", "blocks": '{"a":1}'}
    )
    assert await refusal(call) == "invalid_blocks_format"


async def test_blocks_may_be_json_in_a_form(slack, client):
    blocks = '[{"type":"divider","block_id":"line"}]'
    await client.api_call("chat.postMessage", data={"channel": "C0SUPPORT", "text": "x", "blocks": blocks})
    assert slack.messages("support")[0]["blocks"] == [{"type": "divider", "block_id": "line"}]


async def test_a_reply_stands_in_its_thread_and_not_in_the_channel(slack, client):
    parent = await slack.say("engineer", "support", "hello")
    reply = await client.chat_postMessage(channel="C0SUPPORT", text="hi", thread_ts=parent)
    assert [one["ts"] for one in slack.messages("support")] == [parent]
    assert [one["ts"] for one in slack.messages("support", parent)] == [parent, reply["ts"]]
    assert slack.message("support", parent)["reply_count"] == 1
    assert reply["message"]["parent_user_id"] == "U0ENGINEER"


async def test_a_reply_to_a_reply_is_one_to_its_parent(slack, client):
    parent = await slack.say("engineer", "support", "hello")
    reply = await client.chat_postMessage(channel="C0SUPPORT", text="hi", thread_ts=parent)
    further = await client.chat_postMessage(channel="C0SUPPORT", text="ho", thread_ts=reply["ts"])
    assert further["message"]["thread_ts"] == parent


async def test_a_thread_that_is_not_there(client):
    call = client.chat_postMessage(channel="C0SUPPORT", text="hi", thread_ts="1.000001")
    assert await refusal(call) == "thread_not_found"


async def test_a_broadcast_reply_stands_in_both(slack, client):
    parent = await slack.say("engineer", "support", "hello")
    reply = await client.chat_postMessage(
        channel="C0SUPPORT", text="hi", thread_ts=parent, reply_broadcast=True
    )
    assert [one["ts"] for one in slack.messages("support")] == [parent, reply["ts"]]


async def test_an_update_that_leaves_blocks_and_metadata_out_keeps_them(slack, client):
    metadata = {"event_type": "ticket", "event_payload": {"status": "ok"}}
    posted = await client.chat_postMessage(
        channel="C0SUPPORT", text="one", blocks=[section("one")], metadata=metadata
    )
    await client.chat_update(channel="C0SUPPORT", ts=posted["ts"], text="two")
    message = slack.message("support", posted["ts"])
    assert (message["text"], message["metadata"]) == ("two", metadata)
    assert message["blocks"][0]["text"]["text"] == "one"
    assert message["edited"]["user"] == "U0TICKETS"


async def test_an_update_can_take_blocks_and_metadata_away(slack, client):
    metadata = {"event_type": "ticket", "event_payload": {}}
    posted = await client.chat_postMessage(
        channel="C0SUPPORT", text="one", blocks=[section("one")], metadata=metadata
    )
    await client.chat_update(channel="C0SUPPORT", ts=posted["ts"], text="two", blocks=[], metadata={})
    message = slack.message("support", posted["ts"])
    assert (message["blocks"], message["metadata"]) == ([], {})


@pytest.mark.parametrize(
    ("method", "error"), [("chat_update", "cant_update_message"), ("chat_delete", "cant_delete_message")]
)
async def test_the_bot_changes_its_own_messages_only(slack, client, method, error):
    ts = await slack.say("engineer", "support", "mine")
    more = {"text": "yours"} if method == "chat_update" else {}
    assert await refusal(getattr(client, method)(channel="C0SUPPORT", ts=ts, **more)) == error


@pytest.mark.parametrize("method", ["chat_update", "chat_delete"])
async def test_a_message_that_is_gone(client, method):
    posted = await client.chat_postMessage(channel="C0SUPPORT", text="x")
    await client.chat_delete(channel="C0SUPPORT", ts=posted["ts"])
    more = {"text": "y"} if method == "chat_update" else {}
    assert (
        await refusal(getattr(client, method)(channel="C0SUPPORT", ts=posted["ts"], **more))
        == "message_not_found"
    )


async def test_an_update_needs_something_to_say(client):
    posted = await client.chat_postMessage(channel="C0SUPPORT", text="x")
    call = client.api_call("chat.update", json={"channel": "C0SUPPORT", "ts": posted["ts"]})
    assert await refusal(call) == "no_text"


async def test_a_deleted_parent_leaves_a_tombstone(slack, client):
    posted = await client.chat_postMessage(channel="C0SUPPORT", text="x", blocks=[section()])
    await slack.say("engineer", "support", "a reply", posted["ts"])
    await client.chat_delete(channel="C0SUPPORT", ts=posted["ts"])
    left = slack.message("support", posted["ts"])
    assert (left["subtype"], left["reply_count"]) == ("tombstone", 1)
    assert "blocks" not in left


async def test_a_deleted_reply_is_counted_no_more(slack, client):
    parent = await slack.say("engineer", "support", "hello")
    reply = await client.chat_postMessage(channel="C0SUPPORT", text="hi", thread_ts=parent)
    await client.chat_delete(channel="C0SUPPORT", ts=reply["ts"])
    assert "reply_count" not in slack.message("support", parent)


async def test_an_ephemeral_message_is_seen_by_one_and_kept_nowhere(slack, client):
    answer = await client.chat_postEphemeral(channel="C0SUPPORT", user="U0ENGINEER", text="psst")
    assert [one["text"] for one in slack.ephemerals("engineer", "support")] == ["psst"]
    assert slack.ephemerals("admin") == []
    assert slack.messages("support") == []
    call = client.chat_update(channel="C0SUPPORT", ts=answer["message_ts"], text="loud")
    assert await refusal(call) == "message_not_found"


async def test_an_ephemeral_message_needs_its_reader_in_the_channel(client):
    call = client.chat_postEphemeral(channel="C0SUPPORT", user="U0PARTNER", text="psst")
    assert await refusal(call) == "user_not_in_channel"


async def test_a_permalink_leads_to_the_message_and_its_thread(slack, client):
    parent = await slack.say("engineer", "support", "hello")
    reply = (await client.chat_postMessage(channel="C0SUPPORT", text="hi", thread_ts=parent))["ts"]
    link = (await client.chat_getPermalink(channel="C0SUPPORT", message_ts=parent))["permalink"]
    assert link == f"https://local.slack.com/archives/C0SUPPORT/p{parent.replace('.', '')}"
    link = (await client.chat_getPermalink(channel="C0SUPPORT", message_ts=reply))["permalink"]
    assert link.endswith(f"/p{reply.replace('.', '')}?thread_ts={parent}&cid=C0SUPPORT")


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ('"text"', "invalid_metadata_format"),
        ("{", "invalid_metadata_format"),
        ('{"event_type":"x"}', "invalid_metadata_schema"),
        ('{"event_type":"x","event_payload":{"long":"' + "y" * 17_000 + '"}}', "metadata_too_large"),
    ],
)
async def test_metadata_has_a_form(client, metadata, error):
    call = client.api_call(
        "chat.postMessage", data={"channel": "C0SUPPORT", "text": "x", "metadata": metadata}
    )
    assert await refusal(call) == error


async def test_markdown_text_excludes_the_others(slack, client):
    await client.chat_postMessage(channel="C0SUPPORT", markdown_text="**bold**")
    assert slack.messages("support")[0]["text"] == "**bold**"
    call = client.chat_postMessage(channel="C0SUPPORT", text="x", markdown_text="y")
    assert await refusal(call) == "markdown_text_conflict"
