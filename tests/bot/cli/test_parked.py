"""What failed every time is seen, tried again and dropped, also while the bot runs."""

import asyncio
import stat
from pathlib import Path

import pytest

from bot.app.parked import operate_anywhere
from store import open_store
from store.errors import StoreError
from store.models.deliveries import Delivery
from tests.support.bot_harness import open_office

SAID = "<@U0TICKETS> create API timeout"


def mention(ts):
    event = {"type": "app_mention", "user": "U0ENGINEER", "text": SAID, "ts": ts, "channel": "C0SUPPORT"}
    return {"type": "event_callback", "team_id": "T0LOCAL", "event_id": f"Ev{ts}", "event": event}


async def park(store, *keys):
    for at, key in enumerate(keys, 1):
        await store.accept(Delivery((key,), float(at), mention(f"{at}.1")))
        await store.fail(key, "E-123 KeyError", park=True)


def parked_store(*keys):
    async def fill():
        store = await open_store("data/tickets.json")
        await park(store, *keys)
        await store.close()

    asyncio.run(fill())


def left():
    async def look():
        store = await open_store("data/tickets.json")
        try:
            return [one.delivery.keys[0] for one in await store.parked()], len(await store.pending())
        finally:
            await store.close()

    return asyncio.run(look())


def test_they_are_listed_with_who_what_when_and_why(tickets):
    parked_store("message:1")
    said = tickets("parked").output
    assert said == f"message:1  1970-01-01 00:00 UTC  U0ENGINEER: {SAID}  (E-123 KeyError)\n"
    assert tickets("parked", "list").output == said


@pytest.mark.parametrize("arguments", [(), ("retry", "--all"), ("drop", "--all")])
def test_of_a_store_that_is_not_there_none_are_told_and_none_is_made(tickets, arguments):
    Path("data").mkdir()
    result = tickets("parked", *arguments)
    assert (result.exit_code, result.output) == (1, f"Error: there is no {Path.cwd()}/data/tickets.json\n")
    assert not [*Path("data").iterdir()]


def test_without_any_it_says_so(tickets):
    parked_store()
    result = tickets("parked")
    assert result.exit_code == 0
    assert "No message is set aside." in result.output


@pytest.mark.parametrize(("operation", "pending"), [("retry", 1), ("drop", 0)])
def test_one_is_tried_again_or_dropped(tickets, operation, pending):
    parked_store("message:1", "message:2")
    assert tickets("parked", operation, "message:1").exit_code == 0
    assert left() == (["message:2"], pending)


@pytest.mark.parametrize(("operation", "pending"), [("retry", 2), ("drop", 0)])
def test_all_are(tickets, operation, pending):
    parked_store("message:1", "message:2")
    assert "2 deliveries are" in tickets("parked", operation, "--all").output
    assert left() == ([], pending)


def test_one_that_is_not_there_is_named(tickets):
    parked_store()
    result = tickets("parked", "retry", "message:9")
    assert result.exit_code == 1
    assert (
        "No message that is set aside has the key message:9; `tickets parked` lists the keys."
        in result.output
    )


@pytest.mark.parametrize("arguments", [("retry",), ("drop", "message:1", "--all")])
def test_which_ones_has_to_be_said(tickets, arguments):
    assert tickets("parked", *arguments).exit_code == 2


async def test_a_running_bot_is_asked_and_tries_again_at_once(tmp_path):
    async with open_office(tmp_path) as office:
        url = str(tmp_path / "tickets.json")
        ts = await office.slack.say("engineer", "support", "hello")
        store = office.bot.core.store
        body = mention(ts)
        await store.accept(Delivery(("message:1",), 1.0, body))
        await store.fail("message:1", "E-123 KeyError", park=True)
        (row,) = await operate_anywhere(url, "list")
        assert (row.key, row.user_id, row.text) == ("message:1", "U0ENGINEER", SAID)
        await operate_anywhere(url, "retry", "message:1")
        await office.slack.until(lambda: office.thread("support", ts))
        await office.idle()
        assert "T001" in office.thread("support", ts)[0]["text"]
        with pytest.raises(StoreError, match=r"No message that is set aside has the key message:1;"):
            await operate_anywhere(url, "drop", "message:1")


async def test_nobody_else_can_ask_it(tmp_path):
    async with open_office(tmp_path):
        socket = tmp_path / "tickets.json.socket"
        assert stat.S_IMODE(socket.stat().st_mode) == 0o600
    assert not socket.exists()


@pytest.mark.parametrize("asked", [b"\n", b"[]\n", b'{"operation":3}\n', b"x" * 100_000, b'"\xff"\n', b""])
async def test_what_is_no_request_harms_nobody(tmp_path, asked):
    async with open_office(tmp_path):
        reader, writer = await asyncio.open_unix_connection(tmp_path / "tickets.json.socket")
        writer.write(asked)
        writer.write_eof()
        await reader.read()
        writer.close()
        assert await operate_anywhere(str(tmp_path / "tickets.json"), "list") == []


async def test_where_a_running_bot_cannot_be_asked_one_sentence_says_what_to_do(tmp_path):
    async with open_office(tmp_path):
        (tmp_path / "tickets.json.socket").unlink()
        with pytest.raises(StoreError, match="stop the bot, and try again"):
            await operate_anywhere(str(tmp_path / "tickets.json"), "list")
