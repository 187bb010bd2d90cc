"""What the inspector knows of a message, a command, a click and a form."""

import json

import pytest

from bot.local.browser import Noticed, deliveries
from bot.local.browser.inspector import Inspector
from bot.local.browser.outages import ModelSwitch
from bot.local.fakeslack.delivery.envelope import Delivery
from bot.local.fakeslack.workspace.people import SUPPORT
from bot.parser.llm.model import Answer, ModelError
from bot.parser.message import Message
from store.models.tickets import MessageRef
from tests.bot.local.browser.page_client import connect


async def entries(client, local):
    await local.slack.until(lambda: all(one.done for one in local.slack.deliveries))
    await local.bot.runner.idle()
    await client.ask("be", user="")
    frames = [frame for frame in client.told if frame.get("push") == "state"]
    return [(await client.ask("inspect", entry=one["number"]))["entry"] for one in frames[-1]["entries"]]


async def test_a_mention_is_one_entry_with_both_its_events_its_action_its_answer_and_its_calls(local, http):
    async with connect(http, local) as client:
        await client.ask("say", channel=SUPPORT, text="@tickets create API timeout, urgent")
        (entry,) = await entries(client, local)
    assert entry["kind"] == "message"
    assert entry["text"] == "@tickets create API timeout, urgent"
    assert (entry["via"], entry["tokens"], entry["action"]) == ("rules", 0, "CREATE")
    assert entry["parsed"]["action"]["pri"] == 1
    assert json.loads(entry["reply"])["data"]["id"] == "T001"
    assert {one["kind"] for one in entry["deliveries"]} == {"message", "app_mention"}
    assert {tuple(one["outcomes"]) for one in entry["deliveries"]} == {("ok",)}
    post = next(call for call in entry["made"] if call["method"] == "chat.postMessage")
    assert (post["status"], post["ok"]) == (200, True)
    assert post["args"]["blocks"]
    assert [SUPPORT, post["answer"]["ts"]] in entry["spots"]


async def test_a_command_is_known_by_its_trigger(local, http):
    async with connect(http, local) as client:
        await client.ask("say", channel=SUPPORT, text="/ticket view open")
        (entry,) = await entries(client, local)
    assert (entry["kind"], entry["text"], entry["action"]) == ("command", "/ticket view open", "VIEW")
    assert [call["method"] for call in entry["made"]].count("response_url") == 1


async def test_a_click_and_a_form_have_the_json_that_the_answer_carries(local, http):
    async with connect(http, local) as client:
        await client.ask("say", channel=SUPPORT, text="/ticket create API timeout, urgent")
        await local.slack.until(lambda: local.slack.messages(SUPPORT))
        await local.bot.runner.idle()
        card = local.slack.messages(SUPPORT)[-1]
        await local.slack.press("engineer", SUPPORT, card["ts"], "ticket.start")
        await local.bot.runner.idle()
        await local.slack.press("engineer", SUPPORT, card["ts"], "ticket.close")
        await local.slack.until(lambda: local.slack.modal("engineer"))
        await local.slack.submit("engineer", {"res": "fixed"})
        found = await entries(client, local)
    kinds = [(one["kind"], one["text"]) for one in found]
    assert kinds[1:] == [
        ("press", "pressed Start"),
        ("press", "pressed Close…"),
        ("form", "sent the form Close T001"),
    ]
    assert json.loads(found[1]["reply"])["data"]["stat"] == "prog"
    assert [call["method"] for call in found[2]["made"]] == ["views.open"]
    assert json.loads(found[3]["reply"])["data"]["stat"] == "done"


async def test_what_nobody_did_is_no_entry(local, http):
    async with connect(http, local) as client:
        ts = (await client.ask("say", channel=SUPPORT, text="hello"))["ts"]
        await client.ask("edit", channel=SUPPORT, ts=ts, text="hello all")
        await client.ask("home")
        found = await entries(client, local)
        assert [one["kind"] for one in found] == ["message", "home"]
        assert found[0]["reply"] == ""
        assert (await client.ask("inspect", entry=99))["entry"] is None


async def test_failed_calls_are_counted_and_calls_in_flight_are_told(local, http):
    async with connect(http, local) as client:
        await client.ask("say", channel=SUPPORT, text="/ticket help")
        await entries(client, local)  # it is answered before Slack goes down
        await client.ask("outages", slack="down")
        await client.send({"id": 60, "do": "say", "channel": SUPPORT, "text": "@tickets view open"})
        entry = await client.until(lambda frame: frame.get("push") == "entry" and frame["entry"]["failed"])
        assert entry["entry"]["text"] == "@tickets view open"
        assert any(frame.get("push") == "pending" and frame["calls"] for frame in client.told)
        await client.ask("outages", slack="normal")
        await client.until(lambda frame: frame.get("push") == "entry" and frame["entry"]["spots"][1:])


async def test_only_so_many_entries_are_kept(local, monkeypatch):
    monkeypatch.setattr("bot.local.browser.inspector.MAX_ENTRIES", 2)
    inspector = Inspector(local.slack, lambda _entry: None)
    local.slack.watch(inspector.handle)
    for number in range(4):
        await local.slack.say("engineer", "support", f"hello {number}")
    assert [entry.act.text for entry in inspector.entries.values()] == ["hello 2", "hello 3"]
    before = len(inspector.entries)
    inspector.notice(Noticed("C1", "1.0", "", {}, "rules", 0, "", "", "{}"))
    assert len(inspector.entries) == before


@pytest.mark.parametrize(
    ("payload", "kind", "text"),
    [
        ({"type": "shortcut", "callback_id": "new_ticket", "trigger_id": "1"}, "shortcut", "used the shortcut new_ticket"),
        ({"type": "message_action", "callback_id": "create_ticket", "trigger_id": "1", "message": {"ts": "1.0"}}, "shortcut", "used on a message the shortcut create_ticket"),
        ({"type": "view_closed", "view": {"id": "V1", "title": {"type": "plain_text", "text": "Edit T001"}}}, "closed", "closed the form Edit T001"),
        ({"type": "block_actions", "trigger_id": "1", "actions": [{"action_id": "a", "selected_option": {"text": {"type": "plain_text", "text": "Low"}}}]}, "press", "pressed Low"),
        ({"type": "block_actions", "trigger_id": "1", "actions": [{"action_id": "ticket.odd"}]}, "press", "pressed ticket.odd"),
    ],
)  # fmt: skip
def test_each_kind_of_gesture_is_named(payload, kind, text):
    act = deliveries.read(Delivery("interactive", {"user": {"id": "U1"}, **payload}), {}.get)
    assert act is not None
    assert (act.kind, act.text) == (kind, text)


def test_the_json_that_a_call_carries_and_the_place_that_it_made():
    assert deliveries.metadata_of({"metadata": {"event_payload": {"status": "ok"}}}) == {"status": "ok"}
    assert deliveries.metadata_of({}) is None
    assert deliveries.posted({"channel": "C1"}, {"message_ts": "1.0"}) == ("C1", "1.0")
    assert deliveries.posted({"channel": "C1"}, {"ok": False}) is None


class Sure:
    name = "sure-1"
    available = True
    rated: bool | None = None

    async def ask(self, message: Message, hint: str = "") -> Answer:
        return Answer(f"view {message.text}{hint}", 7)

    def rate(self, *, usable: bool) -> None:
        self.rated = usable


async def test_the_models_switch_lets_through_delays_and_refuses():
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    switch = ModelSwitch(sleep)
    assert not switch.fitted
    behind = Sure()
    model = switch.wrap(behind)
    assert switch.fitted
    assert (model.name, model.available) == ("sure-1", True)
    assert await model.ask(Message("open"), "!") == ("view open!", 7)
    model.rate(usable=False)
    assert behind.rated is False
    switch.state = "slow"
    assert await model.ask(Message("done")) == ("view done", 7)
    assert slept == [4.0]
    switch.state = "down"
    with pytest.raises(ModelError, match="down"):
        await model.ask(Message("open"))
    switch.state = "normal"
    assert (await model.ask(Message("doc"))).text == "view doc"


async def test_a_reaction_that_is_there_already_is_no_failure(local, http):
    async with connect(http, local) as client:
        await client.ask("say", channel=SUPPORT, text="@tickets create API timeout")
        await entries(client, local)
        ts = local.slack.messages(SUPPORT)[0]["ts"]
        await local.bot.services.sender.react(MessageRef(SUPPORT, ts), "ticket", there=True)
        (entry,) = await entries(client, local)
    again = [call for call in entry["made"] if call["answer"].get("error") == "already_reacted"]
    assert [(call["ok"], call["failed"]) for call in again] == [(False, False)]
    assert entry["failed"] == 0


async def test_a_refused_call_is_a_failure(local, http):
    async with connect(http, local) as client:
        local.slack.faults.fail("chat.postMessage", "msg_too_long")
        await client.ask("say", channel=SUPPORT, text="@tickets create API timeout")
        (entry,) = await entries(client, local)
    assert entry["failed"] == 1
    assert [call["method"] for call in entry["made"] if call["failed"]] == ["chat.postMessage"]
