"""The check finds each fault that it is there for."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bot.views import forms
from bot.views.card import card
from tests.bot.views.samples import LINK, NAMES, USUAL
from tests.support.blockkit.alt_text import said
from tests.support.blockkit.check import check_message, check_view

Spoil = Callable[[dict[str, Any]], None]


def _block(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return next(block for block in payload["blocks"] if block["type"] == kind)


def _button(payload: dict[str, Any]) -> dict[str, Any]:
    return _block("actions", payload)["elements"][0]


def _menu(payload: dict[str, Any]) -> dict[str, Any]:
    return _block("actions", payload)["elements"][-1]


def _mrkdwn(payload: dict[str, Any]) -> dict[str, Any]:
    return _block("context", payload)["elements"][0]


FAULTS: dict[str, Spoil] = {
    "no text": lambda message: message.pop("text"),
    "a blank text": lambda message: message.update(text=" "),
    "a text too long": lambda message: message.update(text="x" * 4001),
    "a live mention in the text": lambda message: message.update(text="hi <@U1>"),
    "an alert in the text": lambda message: message.update(text="<!channel>"),
    "a broadcast": lambda message: message.update(reply_broadcast=True),
    "no blocks": lambda message: message.update(blocks=[]),
    "51 blocks": lambda message: message.update(
        blocks=[{"type": "divider", "block_id": str(one)} for one in range(51)]
    ),
    "a block twice": lambda message: message["blocks"].append(message["blocks"][0]),
    "an unknown block": lambda message: message["blocks"].append({"type": "marquee"}),
    "a block without its parts": lambda message: message["blocks"].append(
        {"type": "rich_text", "elements": []}
    ),
    "a block_id too long": lambda message: message["blocks"][0].update(block_id="x" * 256),
    "an action_id twice": lambda message: _menu(message).update(action_id=_button(message)["action_id"]),
    "no action_id": lambda message: _button(message).pop("action_id"),
    "a button's text too long": lambda message: _button(message)["text"].update(text="x" * 76),
    "a button's value too long": lambda message: _button(message).update(value="x" * 2001),
    "a button in mrkdwn": lambda message: _button(message)["text"].update(type="mrkdwn"),
    "an unknown style": lambda message: _button(message).update(style="loud"),
    "an unknown key": lambda message: _button(message).update(href="x"),
    "26 buttons": lambda message: _block("actions", message).update(
        elements=[_button(message) | {"action_id": str(one), "style": "danger"} for one in range(26)]
    ),
    "an initial_option of none": lambda message: _menu(message).update(
        initial_option={"text": {"type": "plain_text", "text": "x"}, "value": "x"}
    ),
    "an option twice": lambda message: _menu(message)["option_groups"][0]["options"].extend(
        _menu(message)["option_groups"][0]["options"]
    ),
    "an option's value too long": lambda message: _menu(message)["option_groups"][0]["options"][0].update(
        value="x" * 151
    ),
    "no options": lambda message: _menu(message).update(option_groups=[]),
    "a mention": lambda message: _mrkdwn(message).update(text="by <@U1>"),
    "a link without a label": lambda message: _mrkdwn(message).update(text="<https://evil.example>"),
    "another scheme": lambda message: _mrkdwn(message).update(text="<javascript:x|y>"),
    "an unescaped bracket": lambda message: _mrkdwn(message).update(text="a > b"),
    "a broken entity": lambda message: _mrkdwn(message).update(text="a &am"),
    "a date without a fallback": lambda message: _mrkdwn(message).update(text="<!date^1^{date}>"),
    "links that Slack makes": lambda message: _mrkdwn(message).pop("verbatim"),
    "an override": lambda message: _mrkdwn(message).update(text="a\u202eb"),
    "an empty text": lambda message: _mrkdwn(message).update(text=""),
    "a text of 3,001 characters": lambda message: _mrkdwn(message).update(text="x" * 3001),
    "11 contexts": lambda message: _block("context", message).update(elements=[_mrkdwn(message)] * 11),
    "a blank run": lambda message: message["blocks"][0]["elements"][0]["elements"][0].update(text=""),
    "a wrong style": lambda message: message["blocks"][0]["elements"][0]["elements"][0].update(
        style={"bold": "yes"}
    ),
    "a dotted event type": lambda message: message["metadata"].update(event_type="ticket.reply"),
    "a payload too large": lambda message: message["metadata"].update(event_payload={"x": "x" * 8001}),
    "a null in the payload": lambda message: message["metadata"].update(event_payload={"x": {"y": None}}),
    "a list of strings in the payload": lambda message: message["metadata"].update(
        event_payload={"x": ["y"]}
    ),
    "a payload too deep": lambda message: message["metadata"].update(event_payload={"x": {"y": {"z": 1}}}),
    "no JSON": lambda message: message["blocks"][0].update(block_id=b"x"),
}
VIEW_FAULTS: dict[str, Spoil] = {
    "no title": lambda view: view.pop("title"),
    "a title too long": lambda view: view["title"].update(text="x" * 25),
    "nothing to submit": lambda view: view.pop("submit"),
    "private_metadata too long": lambda view: view.update(private_metadata="x" * 3001),
    "callback_id too long": lambda view: view.update(callback_id="x" * 256),
    "an unknown key": lambda view: view.update(size="large"),
    "another type": lambda view: view.update(type="panel"),
    "no blocks": lambda view: view.update(blocks=[]),
    "101 blocks": lambda view: view.update(
        blocks=[{"type": "divider", "block_id": str(one)} for one in range(101)]
    ),
    "an input without a name": lambda view: view["blocks"][0].pop("block_id"),
    "more than may be typed": lambda view: view["blocks"][0]["element"].update(initial_value="x" * 51),
    "a limit too high": lambda view: view["blocks"][0]["element"].update(max_length=3001),
    "an initial_option of none": lambda view: view["blocks"][2]["element"].update(
        initial_option={"text": {"type": "plain_text", "text": "x"}, "value": "9"}
    ),
    "a label in mrkdwn": lambda view: view["blocks"][0]["label"].update(type="mrkdwn"),
}


@pytest.fixture
def message() -> dict[str, Any]:
    return deepcopy(card(USUAL, link=LINK, names=NAMES, receipt="⚡ rules").payload())


@pytest.fixture
def view() -> dict[str, Any]:
    return deepcopy(forms.edit_form(USUAL))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_message_is_refused(message: dict[str, Any], fault: str):
    check_message(message)
    FAULTS[fault](message)
    with pytest.raises(AssertionError):
        check_message(message)


@pytest.mark.parametrize("fault", VIEW_FAULTS)
def test_a_faulty_view_is_refused(view: dict[str, Any], fault: str):
    check_view(view)
    VIEW_FAULTS[fault](view)
    with pytest.raises(AssertionError):
        check_view(view)


def test_said_reads_the_blocks_as_a_person_does():
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "<https://x.example|T1> a &lt; b"}},
        {"type": "rich_text", "elements": [{"elements": [{"type": "text", "text": "<b>"}]}]},
    ]
    assert said(blocks) == "T1 a < b <b>"
