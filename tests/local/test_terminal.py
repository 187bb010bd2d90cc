"""Trying the bot in a terminal, line by line, with a small Bolt app for a bot."""

import os
import sys

import pytest

from bot.local.conversation import Conversation
from bot.local.terminal import converse, stdin_lines
from tests.local.shapes import actions, asked, button, home, menu, modal, option, section, words


@pytest.fixture
async def shown(app, by_sockets):  # noqa: C901  # one listener of each kind
    """A bot that answers a mention with a card, a command with words, Start with a form; what the terminal shows."""

    @app.event("app_mention")
    async def mentioned(event, say):
        blocks = [
            section("*T001* login bug"),
            actions(button("Start…"), menu("high", "low", placeholder=words("Priority"))),
        ]
        await say(text="T001", blocks=blocks, thread_ts=event["ts"])

    @app.event("message")
    async def said(event, say):
        if event.get("thread_ts") and "done" in event["text"]:
            await say(text="T001 is done", thread_ts=event["thread_ts"])

    @app.command("/ticket")
    async def commanded(ack, command):
        await ack(f"nothing for {command['text']}")

    @app.action("start")
    async def started(ack, body, client):
        await ack()
        fields = [
            asked("note"),
            asked("pri", menu("high", "low", initial_option=option("low")), optional=True),
        ]
        await client.views_open(trigger_id=body["trigger_id"], view=modal(*fields))

    @app.action("pick")
    async def picked(ack, action, respond):
        await ack()
        await respond(text=f"priority {action['selected_option']['value']}")

    @app.view("form")
    async def submitted(ack, view, client):
        values = view["state"]["values"]
        note, priority = values["note"]["value"]["value"], values["pri"]["pick"]["selected_option"]["value"]
        if note == "x":
            await ack(response_action="errors", errors={"note": "Say more."})
        else:
            await ack()
            await client.chat_postMessage(channel="C0SUPPORT", text=f"closed: {note} ({priority})")

    @app.event("app_home_opened")
    async def opened(event, client):
        await client.views_publish(
            user_id=event["user"], view=home(section("the queue"), actions(button("New", "new")))
        )

    @app.action("new")
    async def new(ack, body, client):
        await ack()
        await client.views_open(
            trigger_id=body["trigger_id"], view=modal(asked("title"), notify_on_close=False)
        )

    @app.shortcut("confirm")
    async def confirm(ack, shortcut, client):
        await ack()
        sure = modal(section("Sure?"), actions(button("More", "more")), callback_id="sure")
        await client.views_open(trigger_id=shortcut["trigger_id"], view=sure)

    @app.action("more")
    async def more(ack, body, client):
        await ack()
        await client.views_update(
            view_id=body["view"]["id"], view=modal(section("Quite sure?"), callback_id="sure")
        )

    @app.view("sure")
    async def sure(ack, client):
        await ack()
        await client.chat_postMessage(channel="C0SUPPORT", text="they were sure")

    @app.shortcut("from_message")
    async def from_message(ack, shortcut, respond):
        await ack()
        await respond(text=f"made of: {shortcut['message']['text']}")

    @app.shortcut("new_ticket")
    async def new_ticket(ack, shortcut, client):
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal(asked("title")))

    await by_sockets(app)
    return []


@pytest.fixture
def talk(slack, shown):
    """Types a line and waits until the terminal shows a text."""
    conversation = Conversation(slack, shown.append)
    slack.watch(conversation.heard)

    async def typed(line, expected=""):
        shown.clear()
        await conversation.typed(line)
        await slack.until(lambda: expected in "\n".join(shown))
        return "\n".join(shown)

    return typed


async def test_a_mention_shows_the_card(talk):
    seen = await talk("@tickets create login bug", "*T001*")
    assert "engineer:\n  @tickets create login bug" in seen
    assert "tickets (in a thread):\n  *T001* login bug\n  [Start…]  [Priority ▾ High | Low]" in seen


async def test_a_command_is_answered_for_the_one_who_asked(talk):
    assert "tickets (only you see this):\n  nothing for view open" in await talk(
        "/ticket view open", "nothing for"
    )


async def test_a_reply_goes_to_the_latest_thread(slack, talk):
    assert "There is no thread" in await talk("> done: fixed", "There is no thread")
    await talk("@tickets create login bug", "*T001*")
    await talk("> done: fixed", "T001 is done")
    assert [one["text"] for one in slack.messages("support", slack.messages("support")[0]["ts"])][2:] == [
        "done: fixed",
        "T001 is done",
    ]


async def test_a_button_is_pressed_by_its_label_and_its_form_is_asked_line_by_line(talk):
    await talk("@tickets create login bug", "*T001*")
    assert "Note:" in await talk(":press start", "Note:")
    assert "Pri (optional) 1=High 2=Low [Low]:" in await talk("x", "Pri")
    assert "Note: Say more." in await talk("", "Say more")
    assert "closed: fixed it (low)" in await talk("fixed it", "closed")


async def test_an_option_of_a_form_is_answered_by_number_or_name(talk):
    for answer in ("1", "high", "High"):
        await talk("@tickets create login bug", "*T001*")
        await talk(":press Start", "Note:")
        await talk("a note", "Pri")
        assert "green is not offered" in await talk("green", "not offered")
        await talk(answer, "closed: a note (high)")


async def test_a_required_field_is_asked_again(talk):
    await talk(":shortcut new_ticket", "Title:")
    assert "Please complete this required field." in await talk("", "Please")


async def test_a_form_can_be_left(slack, talk):
    await talk(":shortcut new_ticket", "Title:")
    assert "Closed." in await talk(":cancel", "Closed.")
    assert slack.modal("engineer") is None
    await talk("@tickets hello", "*T001*")


async def test_an_option_of_a_menu_is_pressed_by_its_label(talk):
    await talk("@tickets create login bug", "*T001*")
    await talk(":press high", "priority high")


async def test_home_is_shown_and_can_be_pressed(talk):
    assert "the queue\n[New]" in await talk(":home", "the queue")
    await talk(":press New", "Title:")


async def test_a_message_shortcut_takes_the_newest_message_of_a_person(talk):
    assert "There is no message" in await talk(":on from_message", "There is no message")
    await talk("the build is broken", "the build")
    await talk(":on from_message", "made of: the build is broken")


async def test_one_can_be_somebody_else_somewhere_else(slack, talk):
    assert "You are admin, in #support." in await talk(":as admin", "You are")
    assert "You are admin, in #private." in await talk(":in private", "You are")
    await talk("hello", "hello")
    assert [one["user"] for one in slack.messages("private")] == ["U0ADMIN"]
    assert "hello" in await talk(":in private", "hello")
    assert "direct messages" in await talk(":in dm", "direct messages")
    await talk("psst", "psst")
    assert [one["text"] for one in slack.messages(slack.dm("admin"))] == ["psst"]


async def test_what_others_are_whispered_is_not_shown(slack, talk, client):
    shown = await talk(":as admin", "You are")
    await client.chat_postEphemeral(channel="C0SUPPORT", user="U0ENGINEER", text="for the engineer")
    assert "for the engineer" not in shown
    assert "for the engineer" not in await talk(":help", "Ctrl-C")


async def test_an_edit_is_marked_as_one(slack, talk, shown, client):
    posted = await client.chat_postMessage(channel="C0SUPPORT", text="one")
    await client.chat_update(channel="C0SUPPORT", ts=posted["ts"], text="two")
    await slack.until(lambda: "tickets (edited):\n  two" in "\n".join(shown))


async def test_who_and_what_there_is(talk):
    assert "partner  (Pat Partner)" in await talk(":people", "partner")
    assert "lobby  (engineer, colleague, admin)" in await talk(":channels", "lobby")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (":dance", "There is no :dance"),
        (":press Nonsense", "Nothing here is labelled Nonsense."),
        (":as nobody", "Slack: user_not_found"),
        (":in nowhere", "Slack: channel_not_found"),
        ("/unknown", "Slack: unknown_command"),
        (":as former", "You are former"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_line(talk, line, answer):
    assert answer in await talk(line, answer)


async def test_an_empty_line_does_nothing(talk):
    assert await talk("   ") == ""


async def test_the_conversation_ends_with_its_lines(slack, shown):
    async def lines():
        yield "@tickets create login bug"

    await converse(slack, lines(), shown.append)
    assert "You are engineer, in #support." in shown
    before = len(shown)
    await slack.say("engineer", "support", "nobody follows any more")
    assert len(shown) == before


async def test_lines_come_from_the_terminal_whatever_their_bytes(monkeypatch):
    reading, writing = os.pipe()
    os.write(writing, b"one\n\nh")
    os.write(writing, "é\r\n".encode() + b"\xff\nlast")
    os.close(writing)
    with os.fdopen(reading) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        assert [line async for line in stdin_lines()] == ["one", "", "hé", "\ufffd", "last"]


async def test_a_form_without_fields_is_pressed_and_sent(talk):
    assert "Sure?\n[More]" in await talk(":shortcut confirm", ":send")
    await talk(":press More", "Quite sure?")
    await talk(":send", "they were sure")


async def test_a_form_can_be_sent_with_what_is_there(talk):
    await talk("@tickets create login bug", "*T001*")
    await talk(":press Start", "Note:")
    assert "Note: Please complete this required field." in await talk(":send", "Please")
    await talk("all well", "Pri")
    await talk(":send", "closed: all well (low)")
