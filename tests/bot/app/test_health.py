"""What /readyz says, and what the log says of what lasts."""

import asyncio
import logging

import pytest

from bot.app.monitoring.health import CHECK_INTERVAL, LOG_AFTER, Health, describe_unwritable, readiness
from bot.tasks import BackgroundTasks, log_and_continue
from store.errors import UnwritableError
from store.models.deliveries import Delivery
from tests.support.slack_calls import Time


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def health(time):
    return Health(time.clock)


async def test_a_bot_without_troubles_is_ready(health, store):
    found = await readiness(health, store, BackgroundTasks(), 1.0)
    assert found == {"ready": True, "reasons": [], "backlog": 0, "parked": 0}


async def test_each_trouble_is_a_reason_and_gone_with_it(health, store):
    health.report("slack", "Slack does not answer.")
    health.report("socket", "There is no socket to Slack.")
    found = await readiness(health, store, BackgroundTasks(), 1.0)
    assert not found["ready"]
    assert found["reasons"] == ["Slack does not answer.", "There is no socket to Slack."]
    health.clear("slack")
    health.clear("socket")
    assert (await readiness(health, store, BackgroundTasks(), 1.0))["ready"]


async def test_what_waits_and_what_is_parked_is_counted_and_no_reason(health, store):
    await store.accept(Delivery(("message:1",), 1.0, {}))
    await store.accept(Delivery(("message:2",), 1.0, {}))
    await store.fail("message:1", "E-1", park=True)
    found = await readiness(health, store, BackgroundTasks(), 1.0)
    assert found == {"ready": True, "reasons": [], "backlog": 1, "parked": 1}


async def test_before_the_store_is_open_nothing_is_counted(health):
    health.report("store", "The store is being opened.")
    found = await readiness(health, None, BackgroundTasks(), 1.0)
    assert found == {
        "ready": False,
        "reasons": ["The store is being opened."],
        "backlog": None,
        "parked": None,
    }


async def test_a_store_that_could_not_be_written_is_tried_again(health, store, mocker):
    health.report("store", "The store cannot be written: full")
    full = mocker.patch.object(type(store), "accept", side_effect=UnwritableError("full"))
    assert not (await readiness(health, store, BackgroundTasks(), 1.0))["ready"]
    mocker.stop(full)
    found = await readiness(health, store, BackgroundTasks(), 2.0)
    assert (found["ready"], found["backlog"]) == (True, 0)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            "the store cannot be written, so nothing was changed: full",
            "The store cannot be written, so nothing was changed: full",
        ),
        ("the database does not answer", "The store cannot be written: the database does not answer"),
    ],
)
def test_that_it_is_the_store_is_said_once(error, told):
    assert describe_unwritable(UnwritableError(error)) == told


async def test_a_task_that_ended_is_a_reason(health, store):
    background = BackgroundTasks()

    async def breaks() -> None:
        raise KeyError("a secret")

    background.start("the replay", breaks())
    await asyncio.wait(background._tasks)
    await asyncio.sleep(0)  # for who was told of it
    found = await readiness(health, store, background, 1.0)
    assert found["reasons"] == ["The task “the replay” has ended (KeyError)."]


async def test_work_survives_what_it_raises_and_the_log_says_so(caplog):
    with log_and_continue("Drawing a card"):
        raise KeyError("x")
    assert "Drawing a card failed; the rest goes on" in caplog.text
    assert "KeyError" in caplog.text


async def test_what_lasts_a_minute_is_an_error_once_and_its_end_a_line(health, time, caplog):
    caplog.set_level(logging.WARNING)
    health.report("slack", "Slack does not answer.")
    for _ in range(int(3 * LOG_AFTER / CHECK_INTERVAL)):
        time.now += CHECK_INTERVAL
        health.report("slack", "Slack does not answer.")
        health.log_lasting_problems()
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [record.getMessage() for record in errors] == ["For a minute now: Slack does not answer."]
    health.clear("slack")
    assert "No longer so: Slack does not answer." in caplog.text


async def test_what_the_log_has_already_is_not_said_again(health, time, caplog):
    health.report("socket", "There is no socket to Slack.")
    health.report("socket", "Slack does not take SLACK_APP_TOKEN any more (invalid_auth).", quiet=True)
    time.now += 2 * LOG_AFTER
    health.log_lasting_problems()
    health.clear("socket")
    assert caplog.text == ""


async def test_what_passes_within_a_minute_is_not_worth_a_line(health, time, caplog):
    health.report("slack", "Slack does not answer.")
    time.now += LOG_AFTER - 1
    health.log_lasting_problems()
    health.clear("slack")
    assert caplog.text == ""
