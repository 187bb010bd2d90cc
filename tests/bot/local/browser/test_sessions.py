"""What a page is told, and what it can do, over its WebSocket."""

import asyncio

import pytest

from bot.local.fakeslack.workspace.people import BOT_USER, ENGINEER, GUEST, PARTNER, PRIVATE, SHARED, SUPPORT
from tests.bot.local.browser.page_client import Refused, connect


async def state(client):
    return await client.pushed("state")


async def test_a_page_begins_with_all_that_its_person_sees(local, http):
    await local.slack.say("engineer", "support", "hello")
    await local.slack.say("engineer", "private", "psst")
    async with connect(http, local) as client:
        first = await state(client)
    assert first["me"] == ENGINEER
    assert [one["name"] for one in first["channels"]] == ["support", "private", "shared", "lobby", ""]
    assert [one["text"] for one in first["messages"][PRIVATE]] == ["psst"]
    assert "client_msg_id" not in first["messages"][SUPPORT][0]
    assert first["offer"]["command"] == "/ticket"
    assert {one["name"] for one in first["people"] if one["playable"]} == {
        "engineer",
        "colleague",
        "admin",
        "guest",
        "consultant",
        "partner",
    }


async def test_another_person_is_told_nothing_of_what_they_do_not_see(local, http):
    async with connect(http, local, GUEST) as client:
        first = await state(client)
        assert set(first["messages"]) == {SUPPORT, local.slack.dm("guest")}
        await local.slack.say("engineer", "private", "psst")
        await local.slack.say("engineer", "dm", "create my own laptop")
        await local.slack.command("engineer", "support", "/ticket", "view open")
        await local.slack.say("engineer", "support", "hello all")
        said = await client.until(lambda frame: frame.get("message", {}).get("text") == "hello all")
        assert said["channel"] == SUPPORT
        seen = [frame for frame in client.told if frame.get("push") in ("message", "views", "deleted")]
        assert {frame["channel"] for frame in seen} == {SUPPORT}
        assert not any(frame["message"].get("is_ephemeral") for frame in seen)


async def test_being_somebody_else_begins_anew_and_somebody_unknown_is_nobody_new(local, http):
    async with connect(http, local, "U0NOBODY") as client:
        assert (await state(client))["me"] == ENGINEER
        await client.send({"id": 1, "do": "be", "user": PARTNER})
        second = await state(client)
        assert second["me"] == PARTNER
        assert [one["name"] for one in second["channels"]] == ["shared"]
        await client.send({"id": 2, "do": "be", "user": BOT_USER})
        assert (await state(client))["me"] == ENGINEER


async def test_talking_reacting_editing_and_deleting(local, http):
    async with connect(http, local) as client:
        await state(client)
        ts = (await client.ask("say", channel=SUPPORT, text="helo"))["ts"]
        await client.ask("edit", channel=SUPPORT, ts=ts, text="hello")
        await client.ask("react", channel=SUPPORT, ts=ts, name="eyes", added=True)
        assert local.slack.message(SUPPORT, ts)["text"] == "hello"
        await client.ask("react", channel=SUPPORT, ts=ts, name="eyes", added=False)
        assert local.slack.reactions(SUPPORT, ts) == {}
        await client.ask("remove", channel=SUPPORT, ts=ts)
        gone = [frame for frame in client.told if frame.get("push") == "deleted"]
        assert gone == [{"push": "deleted", "channel": SUPPORT, "ts": ts}]


async def test_a_reply_brings_the_message_above_it_up_to_date(local, http):
    async with connect(http, local) as client:
        await state(client)
        ts = (await client.ask("say", channel=SUPPORT, text="a question"))["ts"]
        await client.send({"id": 9, "do": "say", "channel": SUPPORT, "text": "an answer", "thread": ts})
        reply = await client.until(lambda frame: frame.get("message", {}).get("text") == "an answer")
        assert reply["parent"]["reply_count"] == 1
        await client.ask("remove", channel=SUPPORT, ts=ts)
        tomb = [frame for frame in client.told if frame.get("message", {}).get("subtype") == "tombstone"]
        assert [frame["message"]["ts"] for frame in tomb] == [ts]


async def test_a_command_is_run_and_its_answer_can_be_dismissed(local, http):
    async with connect(http, local) as client:
        await state(client)
        await client.ask("say", channel=SUPPORT, text="/ticket help")
        if not any(frame.get("message", {}).get("is_ephemeral") for frame in client.told):
            await client.until(lambda frame: frame.get("message", {}).get("is_ephemeral"))
        (told,) = local.slack.ephemerals("engineer")
        await client.ask("remove", channel=SUPPORT, ts=told["ts"])
        assert local.slack.ephemerals("engineer") == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"text": "   "}, "The message is empty"),
        ({"text": "/other thing"}, "/other is not a valid command."),
        ({"text": "/ticket help", "thread": "1.0"}, "/ticket cannot be used in a thread."),
        ({"text": "hello", "channel": "C0NOWHERE"}, "channel does not exist"),
        ({"text": "/invite @nobody"}, "nobody with that name"),
        ({"text": "/invite @colleague"}, "already in this channel"),
        ({"text": "x" * 13_000}, "too long"),
    ],
)
async def test_what_slack_does_not_let_through_is_told_in_one_sentence(local, http, asked, told):
    async with connect(http, local) as client:
        await state(client)
        with pytest.raises(Refused, match=told):
            await client.ask("say", **{"channel": SUPPORT, **asked})


async def test_a_channel_that_one_is_not_in_cannot_be_changed(local, http):
    async with connect(http, local, GUEST) as client:
        await state(client)
        with pytest.raises(Refused, match="channel does not exist"):
            await client.ask("say", channel=PRIVATE, text="hello")
        with pytest.raises(Refused, match="channel does not exist"):
            await client.ask("say", channel=PRIVATE, text="/invite @tickets")
        ts = (await client.ask("say", channel=SUPPORT, text="hello"))["ts"]
        with pytest.raises(Refused, match="button no longer exists"):
            await client.ask("press", where="message", channel=SUPPORT, ts=ts, action_id="x", block_id="y")


async def test_the_bot_comes_and_goes_and_the_pages_follow(local, http):
    async with connect(http, local) as client:
        await state(client)
        await client.send({"id": 90, "do": "say", "channel": SHARED, "text": "/remove @tickets"})
        channels = (await client.until(_without_bot(SHARED)))["channels"]
        assert channels
        with pytest.raises(Refused, match="not in this channel"):
            await client.ask("say", channel=SHARED, text="/remove @tickets")


def _without_bot(channel):
    def wanted(frame):
        shown = [one for one in frame.get("channels", []) if one["id"] == channel]
        return frame.get("push") == "channels" and shown and not shown[0]["bot"]

    return wanted


async def test_a_form_is_opened_refused_sent_and_closed(local, http):
    async with connect(http, local) as client:
        await state(client)
        await client.send({"id": 40, "do": "shortcut", "callback_id": "new_ticket"})
        view = (await client.until(lambda frame: frame.get("modal")))["modal"]
        errors = (await client.ask("submit", view=view["id"], values={"title": "", "desc": ""}))["errors"]
        assert errors == {"title": "Please complete this required field."}
        assert (await client.ask("submit", view=view["id"], values={"title": "login bug"}))["errors"] == {}
        assert local.slack.modal("engineer")["title"]["text"] == "T001 created"
        await client.ask("dismiss")
        with pytest.raises(Refused, match="already closed"):
            await client.ask("submit", view=view["id"], values={"title": "again"})
        with pytest.raises(Refused, match="already closed"):
            await client.ask("dismiss")
        await client.send({"id": 50, "do": "shortcut", "callback_id": "new_ticket"})
        await client.until(lambda frame: frame.get("modal"))
        await client.ask("dismiss")
        assert local.slack.modal("engineer") is None


async def test_a_shortcut_on_a_message_and_a_press_in_a_view_and_in_app_home(local, http):
    async with connect(http, local) as client:
        await state(client)
        ts = (await client.ask("say", channel=SUPPORT, text="the printer jams"))["ts"]
        await client.send({"id": 7, "do": "on", "callback_id": "create_ticket", "channel": SUPPORT, "ts": ts})
        form = (await client.until(lambda frame: frame.get("modal")))["modal"]
        await client.ask("submit", view=form["id"], values={})
        await local.bot.runner.idle()
        await client.ask("home")
        await local.slack.until(lambda: "T001" in str(local.slack.home("engineer")))
        home = local.slack.home("engineer")
        row = next(block for block in home["blocks"] if block.get("accessory"))
        press = {"where": "home", "action_id": row["accessory"]["action_id"], "block_id": row["block_id"]}
        await client.send({"id": 70, "do": "press", "value": row["accessory"]["value"], **press})
        card = (await client.until(lambda frame: (frame.get("modal") or {}).get("callback_id") == "card"))[
            "modal"
        ]
        block = next(one for one in card["blocks"] if one["type"] == "actions")
        start = block["elements"][0]
        await client.ask(
            "press",
            where="view",
            action_id=start["action_id"],
            block_id=block["block_id"],
            value=start["value"],
        )
        await local.bot.runner.idle()
        assert (await local.bot.core.store.get("T001")).ticket.stat == "prog"


async def test_what_was_read_is_remembered_for_that_person(local, http):
    ts = await local.slack.say("colleague", "support", "hello")
    async with connect(http, local) as client:
        assert (await state(client))["reads"] == {}
        await client.ask("read", channel=SUPPORT, ts=ts)
        await client.ask("read", channel=SUPPORT, ts="1.0")
    async with connect(http, local) as client:
        assert (await state(client))["reads"] == {SUPPORT: ts}
    async with connect(http, local, GUEST) as client:
        assert (await state(client))["reads"] == {}


async def test_the_status_below_a_thread_is_told_and_taken_back(local, http):
    ts = await local.slack.say("colleague", "support", "hello")
    sender = local.bot.services.sender
    async with connect(http, local) as client:
        await state(client)
        given = {"channel_id": SUPPORT, "thread_ts": ts}
        await sender.call("assistant.threads.setStatus", **given, status="is reading…")
        assert (await client.pushed("status"))["status"] == "is reading…"
        async with connect(http, local) as late:
            assert (await state(late))["statuses"] == [
                {"channel": SUPPORT, "thread": ts, "status": "is reading…"}
            ]
        await sender.call("assistant.threads.setStatus", **given, status="")
        assert (await client.pushed("status"))["status"] == ""


async def test_slack_turned_down_and_up_again_is_told_to_every_page(local, http):
    async with connect(http, local) as one, connect(http, local, GUEST) as other:
        await state(one)
        await state(other)
        for outages in ("slow", "busy", "down", "cut", "normal"):
            await one.ask("outages", slack=outages)
            assert (await other.pushed("outages"))["slack"] == outages
        assert local.slack.faults.outage is None


async def test_a_page_that_cannot_keep_up_is_let_go_and_begins_anew(local, http, monkeypatch):
    monkeypatch.setattr("bot.local.browser.session.MAX_WAITING", 1)
    async with connect(http, local) as client:
        for _ in range(50):
            await local.slack.say("colleague", "support", "hello")
        async with asyncio.timeout(5):
            async for _ in client.socket:
                pass
        assert client.socket.closed
    async with connect(http, local) as again:
        assert (await again.next())["push"] == "state"


async def test_a_file_of_the_bots_is_shown_by_its_name(local, http):
    sender = local.bot.services.sender
    given = await sender.call("files.getUploadURLExternal", filename="tickets.csv", length=3)
    async with http.post(given["upload_url"], data=b"a,b") as answer:
        assert answer.status == 200
    files = [{"id": given["file_id"], "title": "tickets.csv"}]
    await sender.call("files.completeUploadExternal", files=files, channel_id=SUPPORT)
    async with connect(http, local) as client:
        messages = (await state(client))["messages"][SUPPORT]
    assert messages[-1]["files"] == [{"name": "tickets.csv", "size": 3}]
