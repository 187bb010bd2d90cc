"""Which deliveries are one and the same, and which words are for the bot at all."""

import pytest

from bot.listeners.incoming.identity import classify_event, identify
from bot.views import controls

BOT = "U0BOT"


def event(**parts):
    return {
        "type": "message",
        "user": "U1",
        "channel": "C1",
        "channel_type": "channel",
        "ts": "1.1",
        "text": "hello",
        **parts,
    }


def body(event_id="Ev1", **parts):
    return {
        "type": "event_callback",
        "team_id": "T1",
        "api_app_id": "A1",
        "event_id": event_id,
        "event": event(**parts),
    }


@pytest.mark.parametrize(
    ("parts", "how"),
    [
        ({"text": f"<@{BOT}> help"}, "mention"),
        ({"text": f"<@{BOT}|tickets> help"}, "mention"),
        ({"type": "app_mention", "text": "help"}, "mention"),
        ({"text": f"<@{BOT}> help", "thread_ts": "1.0"}, "mention"),
        ({"channel_type": "im"}, "dm"),
        ({"thread_ts": "1.0"}, "thread"),
        ({"thread_ts": "1.0", "subtype": "thread_broadcast"}, "thread"),
        ({}, None),
        ({"text": f"<@{BOT}> help", "edited": {"ts": "2"}}, None),
        ({"subtype": "message_changed"}, None),
        ({"subtype": "message_deleted"}, None),
        ({"subtype": "channel_join"}, None),
        ({"channel_type": "im", "bot_id": "B1"}, None),
        ({"channel_type": "im", "user": BOT}, None),
        ({"type": "reaction_added"}, None),
    ],
)
def test_only_what_somebody_says_to_the_bot_is_heard(parts, how):
    assert classify_event(event(**parts), BOT) == how


def keys(request):
    return set(identify(request, BOT).keys)


def test_a_mention_and_the_message_that_it_is_are_one():
    said = {"text": f"<@{BOT}> help"}
    assert keys(body("Ev1", **said)) & keys(body("Ev2", type="app_mention", **said))


def test_one_gesture_sent_with_two_timestamps_is_one():
    first = body("Ev1", text=f"<@{BOT}> hi", client_msg_id="m-1")
    second = body("Ev2", text=f"<@{BOT}> hi", client_msg_id="m-1", ts="1.2")
    assert keys(first) & keys(second)


def test_the_same_words_twice_are_two():
    assert not keys(body("Ev1", text=f"<@{BOT}> hi")) & keys(body("Ev2", text=f"<@{BOT}> hi", ts="1.2"))


def test_talk_is_not_kept():
    assert identify(body(), BOT) is None


def press(action_id, trigger="t1", value="T001 5"):
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "trigger_id": trigger,
        "container": {"channel_id": "C1", "message_ts": "1.1"},
        "actions": [{"action_id": action_id, "value": value}],
    }


def test_a_double_click_is_two_deliveries_of_one_intent():
    first, second = identify(press(controls.START, "t1"), BOT), identify(press(controls.START, "t2"), BOT)
    assert first.keys != second.keys
    assert first.intent == second.intent


def test_a_button_drawn_after_a_later_change_is_another_intent():
    first = identify(press(controls.START), BOT)
    later = identify(press(controls.START, value="T001 9"), BOT)
    assert first.intent != later.intent


@pytest.mark.parametrize(
    "action_id",
    [controls.EDIT, controls.CLOSE, controls.NEW, f"{controls.PAGE}.next", f"{controls.OPEN}.T001"],
)
def test_what_opens_a_form_or_turns_a_page_is_not_kept(action_id):
    assert identify(press(action_id), BOT) is None


def test_a_form_sent_again_after_an_error_is_the_same_intent():
    sent = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1"}, "view": {"id": "V1"}}
    first, second = identify({**sent, "trigger_id": "t1"}, BOT), identify({**sent, "trigger_id": "t2"}, BOT)
    assert first.keys != second.keys
    assert first.intent == second.intent


def command(**parts):
    return {
        "command": "/ticket",
        "team_id": "T1",
        "user_id": "U1",
        "channel_id": "C1",
        "text": "help",
        **parts,
    }


def test_commands_without_a_trigger_are_told_apart():
    assert not keys(command(response_url="https://a")) & keys(command(response_url="https://b"))
    assert not keys(command(text="help")) & keys(command(text="view open"))
    assert keys(command(trigger_id="1")) == keys(command(trigger_id="1"))
