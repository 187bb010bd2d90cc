"""conversations.*, users.*, reactions.*, files.*, auth.*: what the bot can ask of Slack."""

import io

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.local.fakeslack.platform import Settings
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import Channel
from tests.bot.local.fakeslack.conftest import reasons, refusal


async def test_what_kind_of_channel_it_is(client):
    kinds = {}
    for channel in ("C0SUPPORT", "C0PRIVATE", "C0SHARED", "C0LOBBY"):
        info = (await client.conversations_info(channel=channel))["channel"]
        kinds[channel] = (info["is_private"], info["is_ext_shared"], info["is_member"])
    assert kinds == {
        "C0SUPPORT": (False, False, True),
        "C0PRIVATE": (True, False, True),
        "C0SHARED": (False, True, True),
        "C0LOBBY": (False, False, False),
    }


async def test_a_direct_message_names_the_other(slack, client):
    info = (await client.conversations_info(channel=slack.dm("engineer")))["channel"]
    assert (info["is_im"], info["user"]) == (True, "U0ENGINEER")


async def test_how_many_members_there_are_on_request(client):
    info = (await client.conversations_info(channel="C0SHARED", include_num_members=True))["channel"]
    assert info["num_members"] == 5


async def test_members_come_in_pages(slack, client):
    found, cursor = [], ""
    while True:
        answer = await client.conversations_members(channel="C0SUPPORT", limit=3, cursor=cursor)
        found += answer["members"]
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert found == slack.workspace.channel("support").members


async def test_the_bots_own_channels_by_kind(client):
    async def ids(types: str) -> set[str]:
        answer = await client.users_conversations(types=types)
        return {channel["id"] for channel in answer["channels"]}

    assert {"C0SUPPORT", "C0SHARED"} <= await ids("public_channel")
    assert await ids("private_channel") == {"C0PRIVATE"}
    assert "C0LOBBY" not in await ids("public_channel,private_channel")


async def test_history_is_newest_first_and_replies_are_oldest_first(slack, client):
    parent = await slack.say("engineer", "support", "one")
    await slack.say("engineer", "support", "two")
    await slack.say("engineer", "support", "a reply", parent)
    history = await client.conversations_history(channel="C0SUPPORT")
    assert [one["text"] for one in history["messages"]] == ["two", "one"]
    replies = await client.conversations_replies(channel="C0SUPPORT", ts=parent)
    assert [one["text"] for one in replies["messages"]] == ["one", "a reply"]


async def test_history_can_be_narrowed_and_paged(slack, client):
    stamps = [await slack.say("engineer", "support", text) for text in "abcd"]
    part = await client.conversations_history(channel="C0SUPPORT", oldest=stamps[0], latest=stamps[2])
    assert [one["text"] for one in part["messages"]] == ["b"]
    part = await client.conversations_history(
        channel="C0SUPPORT", oldest=stamps[0], latest=stamps[2], inclusive=True
    )
    assert [one["text"] for one in part["messages"]] == ["c", "b", "a"]
    first = await client.conversations_history(channel="C0SUPPORT", limit=3)
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel="C0SUPPORT", limit=3, cursor=cursor)
    assert ([one["text"] for one in rest["messages"]], rest["has_more"]) == (["a"], False)


async def test_metadata_only_on_request(client):
    metadata = {"event_type": "ticket", "event_payload": {"id": "T001"}}
    await client.chat_postMessage(channel="C0SUPPORT", text="x", metadata=metadata)
    bare = await client.conversations_history(channel="C0SUPPORT")
    assert "metadata" not in bare["messages"][0]
    full = await client.conversations_history(channel="C0SUPPORT", include_all_metadata=True)
    assert full["messages"][0]["metadata"] == metadata


async def test_asking_for_what_the_bot_may_not_read(client):
    assert await refusal(client.conversations_history(channel="C0LOBBY")) == "not_in_channel"
    assert (
        await refusal(client.conversations_replies(channel="C0SUPPORT", ts="1.000001")) == "thread_not_found"
    )
    assert await refusal(client.conversations_history(channel="C0SUPPORT", cursor="x")) == "invalid_cursor"
    assert await refusal(client.conversations_history(channel="C0SUPPORT", oldest="x")) == "invalid_ts_oldest"


async def test_direct_messages_are_opened_once(slack, client):
    first = (await client.conversations_open(users="U0ENGINEER"))["channel"]["id"]
    assert (
        (await client.conversations_open(users=["U0ENGINEER"]))["channel"]["id"]
        == first
        == slack.dm("engineer")
    )
    assert (await client.conversations_open(channel=first))["channel"]["id"] == first


async def test_nobody_writes_to_people_who_are_gone_or_unknown(client):
    assert await refusal(client.conversations_open(users="U0FORMER")) == "user_disabled"
    assert await refusal(client.conversations_open(users="U9NOBODY")) == "user_not_found"


async def test_what_kind_of_person_it_is(client):
    async def kind(user):
        shown = (await client.users_info(user=user))["user"]
        names = ("is_admin", "is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted")
        return {name for name in names if shown.get(name)}

    assert await kind("U0ENGINEER") == set()
    assert await kind("U0ADMIN") == {"is_admin"}
    assert await kind("U0GUEST") == {"is_restricted", "is_ultra_restricted"}
    assert await kind("U0CONSULTANT") == {"is_restricted"}
    assert await kind("U0PARTNER") == {"is_stranger"}
    assert await kind("U0FORMER") == {"deleted"}
    assert await kind("U0BUILDBOT") == {"is_bot"}


async def test_somebody_of_another_organisation_has_its_team(client):
    assert (await client.users_info(user="U0PARTNER"))["user"]["team_id"] == "T0PARTNER"
    assert await refusal(client.users_info(user="U9NOBODY")) == "user_not_found"


async def test_the_bot_learns_who_it_is(client):
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0TICKETS", "B0TICKETS", "T0LOCAL")


async def test_reactions_are_added_read_and_removed(slack, client):
    ts = await slack.say("engineer", "support", "hello")
    place = {"channel": "C0SUPPORT", "timestamp": ts}
    await client.reactions_add(name="eyes", **place)
    await slack.react("engineer", "support", ts, "eyes")
    assert slack.reactions("support", ts) == {"eyes": ["U0TICKETS", "U0ENGINEER"]}
    assert (await client.reactions_get(**place))["message"]["reactions"][0]["count"] == 2
    await client.reactions_remove(name="eyes", **place)
    assert slack.reactions("support", ts) == {"eyes": ["U0ENGINEER"]}


async def test_a_reaction_is_had_once(slack, client):
    ts = await slack.say("engineer", "support", "hello")
    place = {"channel": "C0SUPPORT", "timestamp": ts}
    assert await refusal(client.reactions_remove(name="eyes", **place)) == "no_reaction"
    await client.reactions_add(name="eyes", **place)
    assert await refusal(client.reactions_add(name="eyes", **place)) == "already_reacted"
    assert await refusal(client.reactions_add(name="no such name!", **place)) == "invalid_name"
    assert (
        await refusal(client.reactions_add(name="eyes", channel="C0SUPPORT", timestamp="1.1"))
        == "message_not_found"
    )


async def test_a_file_is_uploaded_in_three_steps_and_shared(slack, client):
    await client.files_upload_v2(
        channel=slack.dm("admin"), filename="tickets.csv", content="id,title\n", initial_comment="Your export"
    )
    message = slack.messages(slack.dm("admin"))[-1]
    assert (message["text"], message["files"][0]["name"]) == ("Your export", "tickets.csv")
    assert slack.uploads() == {"tickets.csv": b"id,title\n"}


async def test_an_upload_that_never_came_is_not_shared(slack, client):
    step = await client.files_getUploadURLExternal(filename="tickets.csv", length=5)
    files = [{"id": step["file_id"], "title": "x"}]
    assert await refusal(client.files_completeUploadExternal(files=files)) == "file_not_found"
    assert (
        await refusal(client.files_getUploadURLExternal(filename="tickets.csv", length=0))
        == "missing_argument"
    )


async def test_a_file_is_not_shared_where_the_bot_is_not(slack, client, http):
    step = await client.files_getUploadURLExternal(filename="x.csv", length=1)
    async with http.post(step["upload_url"], data=b"x") as response:
        assert response.status == 200
    call = client.files_completeUploadExternal(files=[{"id": step["file_id"]}], channel_id="C0LOBBY")
    assert await refusal(call) == "invalid_channel"


async def test_an_upload_to_nowhere(slack, http):
    async with http.post(f"{slack.address}/upload/unknown", data=b"x") as response:
        assert response.status == 404


async def test_a_status_stands_under_a_thread_until_the_bot_answers(slack, client):
    ts = await slack.say("engineer", "support", "hello")
    await client.assistant_threads_setStatus(channel_id="C0SUPPORT", thread_ts=ts, status="is thinking…")
    assert slack.workspace.statuses == {("C0SUPPORT", ts): "is thinking…"}
    await client.chat_postMessage(channel="C0SUPPORT", text="done", thread_ts=ts)
    assert slack.workspace.statuses == {}


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("app", "not_allowed_token_type")],
)
async def test_a_call_needs_the_right_token(slack, client, token, error):
    client.token = slack.app_token if token == "app" else token
    assert await refusal(client.auth_test()) == error


async def test_a_method_that_nobody_knows(client):
    assert await refusal(client.api_call("tickets.create")) == "unknown_method"


async def test_a_scope_that_is_missing_is_named():
    async with LocalSlack(settings=Settings(scopes=frozenset({"chat:write"}))) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.url)
        answer = await client.auth_test()
        assert answer.headers["X-OAuth-Scopes"] == "chat:write"
        await client.chat_postMessage(channel="C0SUPPORT", text="x")
        assert await refusal(client.users_info(user="U0ENGINEER")) == "missing_scope"


@pytest.mark.parametrize(
    ("body", "error"),
    [("{", "invalid_json"), ("[]", "json_not_object"), (b'{"a":"\xff"}', "invalid_charset")],
)
async def test_a_body_that_is_no_json_object(slack, http, body, error):
    headers = {
        "Authorization": f"Bearer {slack.bot_token}",
        "Content-Type": "application/json; charset=utf-8",
    }
    async with http.post(f"{slack.url}auth.test", data=body, headers=headers) as response:
        assert await response.json() == {"ok": False, "error": error}


async def test_numbers_that_are_none(client):
    assert await refusal(
        client.api_call("conversations.history", params={"channel": "C0SUPPORT", "limit": "x"})
    ) == ("invalid_arguments")


async def test_no_other_name_leads_here(slack, http):
    """A page from elsewhere could have its own name point to this machine."""
    async with http.get(f"{slack.url}auth.test", headers={"Host": "evil.example"}) as response:
        assert response.status == 403


async def test_the_token_is_in_no_record(slack, client):
    await client.api_call("auth.test", params={"token": slack.bot_token})
    assert slack.bot_token not in str(slack.calls)


async def test_another_workspace_can_be_given():
    async with LocalSlack(channels=[Channel("C1", "only", "public", ["U0ENGINEER", "U0TICKETS"])]) as slack:
        await slack.say("engineer", "only", "hello")
        assert [one["text"] for one in slack.messages("only")] == ["hello"]


async def test_the_port_can_be_taken():
    async with LocalSlack() as first:
        second = LocalSlack()
        with pytest.raises(OSError, match="address already in use"):
            await second.start(first.port)


async def test_an_upload_can_be_a_form(slack, client, http):
    step = await client.files_getUploadURLExternal(filename="x.csv", length=3)
    async with http.post(step["upload_url"], data={"file": io.BytesIO(b"a,b")}) as response:
        assert await response.text() == "OK - 3"
    await client.files_completeUploadExternal(files=[{"id": step["file_id"]}])
    assert slack.uploads() == {"x.csv": b"a,b"}


async def test_an_upload_needs_its_name_its_size_and_its_files(client):
    assert await refusal(client.files_getUploadURLExternal(filename="", length=1)) == "invalid_arguments"
    assert (
        await refusal(client.files_getUploadURLExternal(filename="x", length=10**10))
        == "file_upload_size_restricted"
    )
    assert (
        await refusal(client.api_call("files.completeUploadExternal", json={"files": []}))
        == "invalid_arguments"
    )


async def test_a_status_has_its_limits(slack, client):
    call = client.assistant_threads_setStatus(
        channel_id="C0SUPPORT", thread_ts="1.000001", status="is thinking…"
    )
    assert await refusal(call) == "invalid_thread_ts"
    ts = await slack.say("engineer", "support", "hello")
    more = {"channel_id": "C0SUPPORT", "thread_ts": ts}
    call = client.assistant_threads_setStatus(status="is", loading_messages=["x"] * 11, **more)
    assert await reasons(call) == ["[ERROR] must be an array of at most 10 [json-pointer:/loading_messages]"]
    call = client.api_call(
        "assistant.threads.setStatus", params=more | {"status": "is", "loading_messages": "7"}
    )
    assert await reasons(call) == ["[ERROR] must be an array of at most 10 [json-pointer:/loading_messages]"]
    await client.assistant_threads_setStatus(status="is thinking…", **more)
    await client.assistant_threads_setStatus(status="", **more)
    assert slack.workspace.statuses == {}


async def test_direct_messages_are_with_one_person(client):
    call = client.conversations_open(users="U0ENGINEER,U0ADMIN")
    assert await refusal(call) == "method_not_supported_for_channel_type"


async def test_a_form_in_another_encoding(slack, http):
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    async with http.post(f"{slack.url}auth.test", data=b"token=\xff", headers=headers) as response:
        assert await response.json() == {"ok": False, "error": "invalid_form_data"}
