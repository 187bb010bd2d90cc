"""The model gets what the rules do not understand; clear commands work the same while it is down."""

from collections.abc import AsyncIterator

import pytest

from tests.support.bot_harness import Mode, Office, open_office
from tests.support.model_server import ModelServer, fails, hangs, running_model_server, says

UNCLEAR = "@tickets the thing that Erin showed on Monday went sideways once more for the Acme people, sigh"


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with running_model_server() as running:
        yield running


@pytest.fixture
async def office(mode: Mode, tmp_path, model) -> AsyncIterator[Office]:
    given = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "sk-secret", "deadline": 0.5}
    async with open_office(tmp_path, mode, **given) as opened:
        yield opened


async def test_the_answer_shows_what_it_cost_and_the_command_that_costs_nothing(office, model):
    model.does(says("create p2 code: Monday demo fails again for Acme"))
    ts = await office.said("engineer", "support", UNCLEAR)
    card = office.thread("support", ts)[0]
    assert "Monday demo fails again for Acme" in card["text"]
    assert "gpt-6-luna · 100 tokens" in card["text"]
    assert "same as: " in card["text"]


async def test_the_person_sees_that_it_takes_a_moment_only_when_the_model_is_asked(office, model):
    await office.said("engineer", "support", "@tickets create printer jam on floor 2")
    assert office.slack.called("assistant.threads.setStatus") == []
    model.does(says("none"))
    await office.said("engineer", "support", UNCLEAR)
    statuses = [call.args["status"] for call in office.slack.called("assistant.threads.setStatus")]
    assert statuses == ["is reading your message…", ""]


async def test_a_guest_who_leaves_the_channel_while_the_model_is_asked_makes_no_ticket_there(office, model):
    answer = says("create p2 code: Monday demo fails again for Acme")

    async def answer_once_they_have_left(server, request):
        await office.slack.kick("guest", "support")
        left = office.slack.deliveries[-1]
        await office.slack.until(lambda: left.done)
        return await answer(server, request)

    model.does(answer_once_they_have_left)
    await office.said("guest", "support", UNCLEAR)
    assert model.requests
    assert await office.bot.core.store.get("T001") is None


@pytest.mark.parametrize(
    "behaviour", [hangs, fails(500), fails(401), fails(429)], ids=["hangs", "500", "401", "429"]
)
async def test_with_the_model_down_a_clear_command_works_and_never_asks_it(office, model, behaviour):
    model.does(behaviour)
    ts = await office.said("engineer", "support", "@tickets create printer jam on floor 2 cat other")
    await office.said("engineer", "support", "done: fixed", thread=ts)
    assert (await office.bot.core.store.get("T001")).ticket.stat == "done"
    assert model.requests == []


async def test_with_the_model_down_nothing_unclear_is_changed(office, model):
    await office.said("engineer", "support", "@tickets create printer jam on floor 2 cat other")
    model.does(hangs)
    await office.said(
        "engineer", "support", "@tickets T001 might perhaps be one that somebody wants to see closed some day"
    )
    assert (await office.bot.core.store.get("T001")).ticket.stat == "open"


async def test_the_model_is_told_no_names_and_nothing_of_other_tickets(office, model):
    await office.said("engineer", "support", "@tickets create secret merger papers cat other")
    model.does(says("none"))
    await office.said("engineer", "support", UNCLEAR + " @colleague")
    sent = str(model.requests[-1])
    assert "secret merger" not in sent
    assert "U0COLLEAGUE" not in sent
    assert "U0ENGINEER" not in sent


async def test_what_the_model_says_is_no_authority(office, model):
    await office.said("engineer", "support", "@tickets create printer jam on floor 2 cat other")
    model.does(says("close T001: done"))
    await office.said("engineer", "support", UNCLEAR)
    assert (await office.bot.core.store.get("T001")).ticket.stat == "open"


async def test_what_it_cost_is_counted_by_day_and_outlives_a_restart(tmp_path, model):
    given = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "sk-secret"}
    model.does(says("none"))
    async with open_office(tmp_path, **given) as office:
        await office.said("engineer", "support", UNCLEAR)
        await office.said("engineer", "support", "@tickets view open")
    async with open_office(tmp_path, **given) as office:
        (day,) = await office.bot.core.store.usage(7)
        assert (day.messages, day.by_rules, day.calls, day.tokens) == (2, 1, 1, 100)
