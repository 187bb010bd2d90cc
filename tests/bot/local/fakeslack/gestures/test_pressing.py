"""Buttons, menus and shortcuts: what the app is told, and what cannot be pressed."""

import pytest

from bot.local.fakeslack.blockkit import inputs
from bot.local.fakeslack.errors import GestureError
from tests.bot.local.fakeslack.samples import actions, button, menu, option, section, words


async def test_a_pressed_button_tells_all_that_slack_tells(slack, received, card):
    ts = await card(section(), actions(button()))
    payload = await received(slack.press("engineer", "support", ts, "start"))
    action = payload["actions"][0]
    assert payload["type"] == "block_actions"
    assert {name: action[name] for name in ("type", "action_id", "block_id", "value")} == {
        "type": "button",
        "action_id": "start",
        "block_id": "buttons",
        "value": "T001",
    }
    assert action["text"]["text"] == "Start"
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0SUPPORT",
        "is_ephemeral": False,
    }
    assert payload["channel"] == {"id": "C0SUPPORT", "name": "support"}
    assert payload["user"] == {
        "id": "U0ENGINEER",
        "username": "engineer",
        "name": "engineer",
        "team_id": "T0LOCAL",
    }
    assert payload["message"]["ts"] == ts
    assert payload["trigger_id"]
    assert payload["response_url"].startswith(slack.address)


async def test_a_button_in_a_thread_names_the_thread(slack, received, card):
    parent = await card(section())
    ts = await card(actions(button()), thread_ts=parent)
    payload = await received(slack.press("engineer", "support", ts, "start"))
    assert payload["container"]["thread_ts"] == parent


async def test_a_button_of_an_ephemeral_message_comes_without_the_message(slack, client, received):
    sent = await client.chat_postEphemeral(
        channel="C0SUPPORT", user="U0ENGINEER", text="x", blocks=[actions(button())]
    )
    payload = await received(slack.press("engineer", "support", sent["message_ts"], "start"))
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True


async def test_an_ephemeral_message_is_pressed_by_its_reader_only(slack, client):
    sent = await client.chat_postEphemeral(
        channel="C0SUPPORT", user="U0ENGINEER", text="x", blocks=[actions(button())]
    )
    with pytest.raises(GestureError, match="message_not_found"):
        await slack.press("admin", "support", sent["message_ts"], "start")


async def test_one_of_several_buttons_is_picked_by_its_value(slack, received, card):
    blocks = [actions(button(value=one), block_id=one) for one in ("T001", "T002")]
    payload = await received(slack.press("engineer", "support", await card(*blocks), "start", "T002"))
    assert (payload["actions"][0]["block_id"], payload["actions"][0]["value"]) == ("T002", "T002")


async def test_a_menu_reports_the_option_and_the_state(slack, received, card):
    ts = await card(actions(menu("high", "low", placeholder=words("Priority"))))
    payload = await received(slack.press("engineer", "support", ts, "pick", "low"))
    assert payload["actions"][0]["selected_option"]["value"] == "low"
    assert payload["actions"][0]["placeholder"]["text"] == "Priority"
    assert payload["state"]["values"]["buttons"]["pick"]["selected_option"]["value"] == "low"


async def test_an_overflow_menu_has_no_state(slack, received, card):
    ts = await card(section(accessory=menu("undo", kind="overflow"), block_id="line"))
    payload = await received(slack.press("engineer", "support", ts, "pick", "undo"))
    assert payload["actions"][0]["selected_option"]["value"] == "undo"
    assert payload["state"]["values"] == {}


@pytest.fixture
def pressed_in_a_card(slack, received, card):
    """Posts an element, uses it, and gives what the app received."""

    async def press(element, value):
        return await received(slack.press("engineer", "support", await card(actions(element)), "pick", value))

    return press


def offered(value, label=""):
    """An option as Slack hands it back."""
    one = option(value, label)
    return one | {"text": one["text"] | {"emoji": True}}


@pytest.mark.parametrize(
    ("element", "value", "reported"),
    [
        (menu("a", "b", kind="checkboxes"), ["b"], {"selected_options": [offered("b")]}),
        (menu("a", "b", kind="multi_static_select"), ["a", "b"], {"selected_options": [offered("a"), offered("b")]}),
        (menu("a", kind="radio_buttons"), "a", {"selected_option": offered("a")}),
        ({"type": "users_select", "action_id": "pick"}, "U0ADMIN", {"selected_user": "U0ADMIN"}),
        ({"type": "multi_users_select", "action_id": "pick"}, ["U0ADMIN"], {"selected_users": ["U0ADMIN"]}),
        ({"type": "datepicker", "action_id": "pick"}, "2024-09-24", {"selected_date": "2024-09-24"}),
        ({"type": "timepicker", "action_id": "pick"}, "09:30", {"selected_time": "09:30"}),
        ({"type": "external_select", "action_id": "pick"}, "x", {"selected_option": offered("x", "x")}),
    ],
    ids=lambda part: part["type"] if isinstance(part, dict) and "type" in part else "",
)  # fmt: skip
async def test_each_element_reports_its_value_in_its_own_place(pressed_in_a_card, element, value, reported):
    payload = await pressed_in_a_card(element, value)
    assert reported.items() <= payload["actions"][0].items()


@pytest.mark.parametrize(("action", "value"), [("delete", None), ("start", "T002")])
async def test_what_a_message_does_not_offer_cannot_be_pressed(slack, card, action, value):
    ts = await card(actions(button()))
    with pytest.raises(GestureError, match="no_such_element"):
        await slack.press("engineer", "support", ts, action, value)


async def test_an_option_that_is_not_offered_cannot_be_chosen(slack, card):
    ts = await card(actions(menu("a")))
    with pytest.raises(GestureError, match="no_such_option"):
        await slack.press("engineer", "support", ts, "pick", "b")


async def test_a_forged_press_is_delivered_all_the_same(slack, received, card):
    ts = await card(actions(button(), menu("a")))
    payload = await received(slack.press("engineer", "support", ts, "start", "T999", forge=True))
    assert payload["actions"][0]["value"] == "T999"
    payload = await received(slack.press("engineer", "support", ts, "pick", "z", forge=True))
    assert payload["actions"][0]["selected_option"]["value"] == "z"
    payload = await received(slack.press("engineer", "support", ts, "admin_delete", "T001", forge=True))
    assert (payload["actions"][0]["action_id"], payload["actions"][0]["type"]) == ("admin_delete", "button")


async def test_who_cannot_see_a_message_cannot_press_it(slack, client):
    posted = await client.chat_postMessage(channel="C0PRIVATE", text="x", blocks=[actions(button())])
    for user in ("colleague", "partner"):
        with pytest.raises(GestureError, match="channel_not_found"):
            await slack.press(user, "private", posted["ts"], "start")
    with pytest.raises(GestureError, match="not_in_channel"):
        await slack.press("guest", "lobby", posted["ts"], "start")


async def test_a_message_shortcut_carries_the_message(slack, received):
    ts = await slack.say("engineer", "support", "the build is broken")
    payload = await received(slack.message_shortcut("engineer", "support", ts, "create"))
    assert (payload["type"], payload["callback_id"]) == ("message_action", "create")
    assert (payload["message_ts"], payload["message"]["text"]) == (ts, "the build is broken")
    assert payload["channel"]["id"] == "C0SUPPORT"


async def test_a_global_shortcut_says_little(slack, received):
    payload = await received(slack.shortcut("engineer", "new_ticket"))
    assert (payload["type"], payload["callback_id"]) == ("shortcut", "new_ticket")
    assert "channel" not in payload


async def test_shortcuts_are_not_for_people_of_another_organisation(slack):
    with pytest.raises(GestureError, match="unknown_shortcut"):
        await slack.shortcut("partner", "new_ticket")


async def test_an_ephemeral_message_has_no_shortcuts(slack, client):
    sent = await client.chat_postEphemeral(channel="C0SUPPORT", user="U0ENGINEER", text="psst")
    with pytest.raises(GestureError, match="message_not_found"):
        await slack.message_shortcut("engineer", "support", sent["message_ts"], "create")


def test_what_holds_no_value_takes_none():
    with pytest.raises(GestureError, match="nothing_to_enter"):
        inputs.entry({"type": "file_input", "action_id": "file"}, "x")
