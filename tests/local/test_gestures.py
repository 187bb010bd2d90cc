"""What people can do, and what Slack's client would not let them."""

import asyncio

import pytest

from bot.local.errors import GestureError
from tests.local.shapes import actions, asked, button, home, menu, modal, option, section, words


@pytest.fixture
def received(slack, socket):
    """Makes a gesture and gives what the app received of it; of events it hears nothing."""
    slack.settings.subscriptions = frozenset()

    async def receive(gesture, answer=None):
        before = len(slack.deliveries)
        making = asyncio.create_task(gesture)
        await slack.until(lambda: len(slack.deliveries) > before or making.done())
        if making.done():
            return await making
        frame = await socket.frame()
        await socket.acknowledge(frame, answer)
        await making
        return frame["payload"]

    return receive


@pytest.fixture
async def card(client, received):
    """Posts blocks to #support as the bot; their ts."""

    async def post(*blocks, **more):
        where = {"channel": "C0SUPPORT", "text": "a card"} | more
        return (await client.chat_postMessage(blocks=list(blocks), **where))["ts"]

    return post


# talking


async def test_people_are_named_by_id_or_name(slack):
    await slack.say("U0ENGINEER", "C0SUPPORT", "one")
    await slack.say("engineer", "#support", "two")
    assert [one["user"] for one in slack.messages("support")] == ["U0ENGINEER"] * 2


@pytest.mark.parametrize(
    ("user", "channel", "code"),
    [
        ("nobody", "support", "user_not_found"),
        ("former", "support", "account_inactive"),
        ("partner", "support", "not_in_channel"),
        ("colleague", "private", "channel_not_found"),
        ("engineer", "nowhere", "channel_not_found"),
    ],
)
async def test_who_cannot_speak_where(slack, user, channel, code):
    with pytest.raises(GestureError) as refused:
        await slack.say(user, channel, "hello")
    assert refused.value.code == code
    assert slack.deliveries == []


@pytest.mark.parametrize(
    ("text", "code"), [("", "no_text"), (" \n", "no_text"), ("x" * 12_001, "msg_too_long")]
)
async def test_what_cannot_be_said(slack, text, code):
    with pytest.raises(GestureError, match=code):
        await slack.say("engineer", "support", text)


async def test_a_text_can_be_given_as_slack_delivers_it(slack):
    ts = await slack.say("engineer", "support", "<@U0TICKETS> a &lt; b", raw=True)
    assert slack.message("support", ts)["text"] == "<@U0TICKETS> a &lt; b"


async def test_a_thread_that_is_not_there_takes_no_reply(slack):
    with pytest.raises(GestureError, match="message_not_found"):
        await slack.say("engineer", "support", "hello", "1.000001")


async def test_people_change_their_own_messages_only(slack):
    ts = await slack.say("engineer", "support", "mine")
    with pytest.raises(GestureError, match="cant_update_message"):
        await slack.edit("admin", "support", ts, "yours")
    with pytest.raises(GestureError, match="cant_delete_message"):
        await slack.remove("colleague", "support", ts)
    await slack.remove("admin", "support", ts)
    assert slack.messages("support") == []


async def test_one_gesture_can_be_seen_as_two_messages(slack):
    first = await slack.say("engineer", "support", "hello", client_msg_id="one-gesture")
    second = await slack.say("engineer", "support", "hello", client_msg_id="one-gesture")
    assert first != second
    assert {one["client_msg_id"] for one in slack.messages("support")} == {"one-gesture"}


async def test_a_reaction_is_had_once(slack):
    ts = await slack.say("engineer", "support", "hello")
    await slack.react("admin", "support", ts, "eyes")
    with pytest.raises(GestureError, match="already_reacted"):
        await slack.react("admin", "support", ts, "eyes")


async def test_people_come_and_go_once(slack):
    await slack.invite("tickets", "lobby")
    assert "U0TICKETS" in slack.workspace.channel("lobby").members
    with pytest.raises(GestureError, match="already_in_channel"):
        await slack.invite("tickets", "lobby")
    await slack.kick("tickets", "lobby")
    with pytest.raises(GestureError, match="not_in_channel"):
        await slack.kick("tickets", "lobby")


# commands


async def test_a_command_is_a_form_of_slacks_fields(slack, received):
    form = await received(slack.command("engineer", "private", "/ticket", "  create @tickets a & b "))
    assert (form["command"], form["text"]) == ("/ticket", "create @tickets a &amp; b")
    assert (form["user_id"], form["user_name"], form["team_domain"]) == ("U0ENGINEER", "engineer", "local")
    assert (form["channel_id"], form["channel_name"]) == ("C0PRIVATE", "privategroup")
    assert form["response_url"].startswith(slack.address)
    assert form["is_enterprise_install"] == "false"


async def test_a_command_can_have_its_entities_escaped(slack, received):
    slack.settings.should_escape = True
    form = await received(slack.command("engineer", "support", "/ticket", "for @admin in #support"))
    assert form["text"] == "for <@U0ADMIN|admin> in <#C0SUPPORT|support>"


@pytest.mark.parametrize(("user", "command"), [("engineer", "/unknown"), ("partner", "/ticket")])
async def test_a_command_that_slack_does_not_know_there(slack, user, command):
    with pytest.raises(GestureError, match="unknown_command"):
        await slack.command(user, "shared", command)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (None, []),
        ("", []),
        ({"text": ""}, []),
        ("plain words", ["plain words"]),
        ({"text": "words"}, ["words"]),
    ],
)
async def test_what_a_command_is_answered_with_is_shown_to_its_asker(slack, received, answer, shown):
    await received(slack.command("engineer", "support", "/ticket"), answer)
    assert [one["text"] for one in slack.ephemerals("engineer")] == shown


async def test_a_command_can_be_answered_for_all(slack, received):
    answer = {"response_type": "in_channel", "text": "for all", "blocks": [section()]}
    await received(slack.command("engineer", "support", "/ticket"), answer)
    assert [one["text"] for one in slack.messages("support")] == ["for all"]


@pytest.mark.parametrize(
    "answer", [{"text": "x", "blocks": [section("")]}, {"response_type": "ephemeral"}, [1]]
)
async def test_a_command_that_is_answered_wrongly_fails(slack, received, answer):
    with pytest.raises(GestureError, match="invalid_command_response"):
        await received(slack.command("engineer", "support", "/ticket"), answer)


# pressing


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


@pytest.mark.parametrize(
    ("element", "value", "reported"),
    [
        (menu("a", "b", kind="checkboxes"), ["b"], {"selected_options": [option("b")]}),
        (
            menu("a", "b", kind="multi_static_select"),
            ["a", "b"],
            {"selected_options": [option("a"), option("b")]},
        ),
        (menu("a", kind="radio_buttons"), "a", {"selected_option": option("a")}),
        ({"type": "users_select", "action_id": "pick"}, "U0ADMIN", {"selected_user": "U0ADMIN"}),
        ({"type": "multi_users_select", "action_id": "pick"}, ["U0ADMIN"], {"selected_users": ["U0ADMIN"]}),
        ({"type": "datepicker", "action_id": "pick"}, "2024-09-24", {"selected_date": "2024-09-24"}),
        ({"type": "timepicker", "action_id": "pick"}, "09:30", {"selected_time": "09:30"}),
        ({"type": "external_select", "action_id": "pick"}, "x", {"selected_option": option("x", "x")}),
    ],
    ids=lambda case: case["type"] if isinstance(case, dict) and "type" in case else "",
)
async def test_each_element_reports_its_value_in_its_own_place(
    slack, received, card, element, value, reported
):
    payload = await received(slack.press("engineer", "support", await card(actions(element)), "pick", value))
    (place,) = reported
    found = payload["actions"][0][place]
    plain = str(found).replace(", 'emoji': True", "")
    assert plain == str(reported[place])


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


# forms and home


@pytest.fixture
def opened(slack, client, received):
    """Opens a modal for the engineer."""

    async def open_one(view):
        payload = await received(slack.shortcut("engineer", "new_ticket"))
        return (await client.views_open(trigger_id=payload["trigger_id"], view=view))["view"]

    return open_one


async def test_a_submission_carries_what_was_entered(slack, received, opened):
    view = await opened(
        modal(asked(), asked("pri", menu("1", "2", initial_option=option("2"))), private_metadata="T001")
    )
    payload = await received(slack.submit("engineer", {"title": "login bug"}))
    assert (payload["type"], payload["view"]["id"]) == ("view_submission", view["id"])
    values = payload["view"]["state"]["values"]
    assert values["title"]["value"] == {"type": "plain_text_input", "value": "login bug"}
    assert values["pri"]["pick"]["selected_option"]["value"] == "2"
    assert payload["view"]["private_metadata"] == "T001"
    assert slack.modal("engineer") is None


@pytest.mark.parametrize(
    ("block", "value", "complaint"),
    [
        (asked(), None, "Please complete this required field."),
        (asked(), "", "Please complete this required field."),
        (asked(element={"type": "plain_text_input", "action_id": "v", "min_length": 3}), "ab", "Must be at least 3 characters."),
        (asked(element={"type": "plain_text_input", "action_id": "v", "max_length": 3}), "abcd", "Must be at most 3 characters."),
        (asked(element=menu("a", kind="checkboxes")), [], "Please complete this required field."),
    ],
)  # fmt: skip
async def test_slacks_client_holds_a_form_back(slack, opened, block, value, complaint):
    await opened(modal(block))
    assert await slack.submit("engineer", {"title": value}) == {"title": complaint}
    assert slack.modal("engineer") is not None


async def test_an_optional_field_may_stay_empty(slack, received, opened):
    await opened(modal(asked(optional=True)))
    assert (await received(slack.submit("engineer")))["type"] == "view_submission"


async def test_a_forged_submission_is_sent_as_it_is(slack, received, opened):
    await opened(modal(asked(element=menu("a"))))
    payload = await received(slack.submit("engineer", {"title": "z"}, forge=True))
    assert payload["view"]["state"]["values"]["title"]["pick"]["selected_option"]["value"] == "z"


async def test_an_app_can_find_fault_with_the_fields(slack, opened, socket):
    await opened(modal())
    submitting = asyncio.create_task(slack.submit("engineer", {"title": "x"}))
    await socket.acknowledge(
        await socket.frame(), {"response_action": "errors", "errors": {"title": "too short"}}
    )
    assert await submitting == {"title": "too short"}
    assert slack.modal("engineer")["state"]["values"]["title"]["value"]["value"] == "x"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"response_action": "errors", "errors": {"no_such_field": "x"}}, "invalid_errors"),
        ({"response_action": "errors", "errors": {}}, "invalid_errors"),
        ({"response_action": "errors"}, "invalid_errors"),
        ({"response_action": "vanish"}, "invalid_response"),
        ("words", "invalid_response"),
        ({"response_action": "update", "view": {"type": "modal"}}, "invalid_view"),
    ],
)
async def test_an_answer_to_a_form_that_slack_does_not_know_is_an_error(
    slack, received, opened, answer, code
):
    await opened(modal())
    with pytest.raises(GestureError, match=code):
        await received(slack.submit("engineer", {"title": "x"}), answer)


async def test_an_app_can_answer_with_another_view(slack, received, opened):
    first = await opened(modal())
    answer = {"response_action": "update", "view": modal(section(), callback_id="second")}
    await received(slack.submit("engineer", {"title": "x"}), answer)
    assert (slack.modal("engineer")["callback_id"], slack.modal("engineer")["id"]) == ("second", first["id"])


async def test_an_app_can_put_a_view_on_top(slack, received, opened):
    first = await opened(modal())
    answer = {"response_action": "push", "view": modal(asked("more"), callback_id="second")}
    await received(slack.submit("engineer", {"title": "x"}), answer)
    top = slack.modal("engineer")
    assert (top["callback_id"], top["root_view_id"], top["previous_view_id"]) == (
        "second",
        first["id"],
        first["id"],
    )
    await received(slack.submit("engineer", {"more": "y"}))
    assert slack.modal("engineer")["id"] == first["id"]


async def test_an_app_can_close_them_all(slack, received, opened):
    await opened(modal())
    await received(
        slack.submit("engineer", {"title": "x"}), {"response_action": "push", "view": modal(asked("more"))}
    )
    await received(slack.submit("engineer", {"more": "y"}), {"response_action": "clear"})
    assert slack.modal("engineer") is None


async def test_closing_is_told_where_it_was_asked_for(slack, received, opened):
    view = await opened(modal(notify_on_close=True))
    payload = await received(slack.dismiss("engineer"))
    assert (payload["type"], payload["view"]["id"], payload["is_cleared"]) == (
        "view_closed",
        view["id"],
        False,
    )
    await opened(modal())
    before = len(slack.deliveries)
    await slack.dismiss("engineer")
    assert (len(slack.deliveries), slack.modal("engineer")) == (before, None)


async def test_without_a_form_there_is_nothing_to_send(slack):
    for gesture in (
        slack.submit("engineer"),
        slack.dismiss("engineer"),
        slack.press_in_view("engineer", "x"),
    ):
        with pytest.raises(GestureError, match="no_modal"):
            await gesture


async def test_a_field_that_is_not_there_cannot_be_filled_in(slack, opened):
    await opened(modal())
    with pytest.raises(GestureError, match="no_such_field"):
        await slack.submit("engineer", {"colour": "red"})


async def test_a_press_in_a_form_carries_what_was_entered_so_far(slack, received, opened):
    view = await opened(modal(asked(), actions(button(), menu("a", "b"))))
    await slack.enter("engineer", {"title": "half a"})
    payload = await received(slack.press_in_view("engineer", "pick", "b"))
    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    values = payload["view"]["state"]["values"]
    assert values["title"]["value"]["value"] == "half a"
    assert values["buttons"]["pick"]["selected_option"]["value"] == "b"
    assert "response_url" not in payload


async def test_a_press_in_home_carries_home(slack, client, received):
    with pytest.raises(GestureError, match="no_home"):
        await slack.press_in_home("engineer", "start")
    await client.views_publish(user_id="U0ENGINEER", view=home(actions(button())))
    payload = await received(slack.press_in_home("engineer", "start"))
    assert payload["view"]["type"] == "home"
    assert payload["actions"][0]["value"] == "T001"
