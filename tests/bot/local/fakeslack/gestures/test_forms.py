"""Forms and App Home: entering, submitting, closing, and every answer that an app can give."""

import asyncio

import pytest

from bot.local.fakeslack.errors import GestureError
from tests.bot.local.fakeslack.samples import actions, asked, button, home, menu, modal, option, section


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
