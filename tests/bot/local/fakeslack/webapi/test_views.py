"""views.*: the stack of modals and App Home."""

import asyncio

import pytest

from tests.bot.local.fakeslack.conftest import reasons, refusal
from tests.bot.local.fakeslack.samples import asked, home, modal, section


@pytest.fixture
def trigger(slack, socket):
    """A fresh trigger id of the engineer's."""

    async def press():
        pressing = asyncio.create_task(slack.shortcut("engineer", "any"))
        payload = await socket.next()
        await pressing
        return payload["trigger_id"]

    return press


@pytest.fixture
async def view(client, trigger):
    """A modal that the engineer has open."""
    return (await client.views_open(trigger_id=await trigger(), view=modal(external_id="mine")))["view"]


async def test_an_opened_view_has_what_slack_adds(view):
    assert view["id"].startswith("V")
    assert (view["root_view_id"], view["previous_view_id"]) == (view["id"], None)
    assert view["state"] == {"values": {}}
    assert view["hash"]
    assert (view["app_id"], view["bot_id"], view["team_id"]) == ("A0TICKETS", "B0TICKETS", "T0LOCAL")


async def test_a_wrong_view_comes_back_with_the_reason(client, trigger):
    call = client.views_open(trigger_id=await trigger(), view=modal(section("")))
    assert await reasons(call) == [
        "[ERROR] invalid additional property or empty: text [json-pointer:/view/blocks/0/text]"
    ]


async def test_a_view_must_be_given(client):
    assert await refusal(client.api_call("views.open", json={"trigger_id": "1.2.x"})) == "invalid_arguments"


async def test_three_modals_are_the_most(slack, client, trigger, view):
    for _ in range(2):
        await client.views_push(trigger_id=await trigger(), view=modal())
    assert await refusal(client.views_push(trigger_id=await trigger(), view=modal())) == "push_limit_reached"
    assert slack.modal("engineer")["root_view_id"] == view["id"]


async def test_pushing_needs_a_modal_to_push_onto(client, trigger):
    assert await refusal(client.views_push(trigger_id=await trigger(), view=modal())) == "not_found"


async def test_a_view_is_updated_by_its_id_or_its_own_name(slack, client, view):
    await client.views_update(view_id=view["id"], view=modal(callback_id="second", external_id="mine"))
    assert slack.modal("engineer")["callback_id"] == "second"
    await client.views_update(external_id="mine", view=modal(callback_id="third"))
    assert slack.modal("engineer")["callback_id"] == "third"


async def test_an_update_keeps_what_was_entered_where_the_block_stays(slack, client, view):
    await slack.enter("engineer", {"title": "half a"})
    await client.views_update(view_id=view["id"], view=modal(asked(), asked("note")))
    assert list(slack.modal("engineer")["state"]["values"]) == ["title"]
    await client.views_update(view_id=view["id"], view=modal(asked("note")))
    assert slack.modal("engineer")["state"]["values"] == {}


async def test_an_update_can_insist_on_what_it_knew(client, view):
    updated = await client.views_update(view_id=view["id"], view=modal(), hash=view["hash"])
    assert updated["view"]["hash"] != view["hash"]
    call = client.views_update(view_id=view["id"], view=modal(), hash=view["hash"])
    assert await refusal(call) == "hash_conflict"


async def test_a_view_that_was_closed_is_not_found(slack, client, view):
    await slack.dismiss("engineer")
    assert await refusal(client.views_update(view_id=view["id"], view=modal())) == "not_found"


async def test_a_views_own_name_is_used_once(client, trigger, view):
    call = client.views_push(trigger_id=await trigger(), view=modal(external_id="mine"))
    assert await refusal(call) == "duplicate_external_id"


async def test_home_is_published_for_each_person(slack, client):
    first = await client.views_publish(user_id="U0ENGINEER", view=home(section("mine")))
    assert slack.home("engineer")["blocks"][0]["text"]["text"] == "mine"
    assert slack.home("admin") is None
    again = await client.views_publish(
        user_id="U0ENGINEER", view=home(section("newer")), hash=first["view"]["hash"]
    )
    assert again["view"]["id"] == first["view"]["id"]
    call = client.views_publish(user_id="U0ENGINEER", view=home(), hash=first["view"]["hash"])
    assert await refusal(call) == "hash_conflict"


async def test_home_is_no_place_for_a_modal(client):
    assert await refusal(client.views_publish(user_id="U0ENGINEER", view=modal())) == "invalid_arguments"
    assert await refusal(client.views_publish(user_id="U9NOBODY", view=home())) == "user_not_found"


async def test_home_can_be_updated_by_its_id(slack, client):
    published = await client.views_publish(user_id="U0ENGINEER", view=home(section("one")))
    await client.views_update(view_id=published["view"]["id"], view=home(section("two")))
    assert slack.home("engineer")["blocks"][0]["text"]["text"] == "two"
