"""`/metrics`: what happened, in numbers that Prometheus reads, without a name in them."""

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app.monitoring import metrics
from bot.app.monitoring.metrics import Metrics
from bot.app.monitoring.timed_store import WRITES
from store.errors import StoreError, UnwritableError
from store.models.tickets import Origin
from store.protocol import TicketStore
from tests.support.bot_harness import open_office

READY = {"ready": True, "reasons": [], "backlog": 2, "parked": 1}


def numbers(text: bytes) -> dict[str, float]:
    """By name and labels, as Prometheus writes them."""
    return {
        sample.name
        + (
            f"{{{','.join(f'{name}={value}' for name, value in sorted(sample.labels.items()))}}}"
            if sample.labels
            else ""
        ): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


async def read(office) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{office.bot.health_port}/metrics") as answer,
    ):
        return answer.status, await answer.read()


async def test_what_somebody_did_is_counted_by_surface_outcome_and_what_understood_it(tmp_path):
    async with open_office(tmp_path, health_port=0, host="127.0.0.1") as office:
        await office.said("engineer", "support", "@tickets create Zebra crossing, urgent")
        status, text = await read(office)
    found = numbers(text)
    assert status == 200
    assert found["tickets_deliveries_total{outcome=created,surface=mention}"] == 1
    assert found["tickets_delivery_seconds_count{surface=mention}"] == 1
    assert found["tickets_parsed_total{via=rules}"] == 1
    assert found["tickets_model_tokens_total"] == 0
    assert found["tickets_slack_calls_total{method=chat.postMessage,outcome=ok}"] == 1
    assert found["tickets_store_accept_seconds_count"] >= 1
    for operation in ("accept", "create", "finish"):
        assert found[f"tickets_store_commit_seconds_count{{operation={operation}}}"] >= 1
    assert (found["tickets_ready"], found["tickets_backlog"], found["tickets_parked"]) == (1, 0, 0)
    assert b"Zebra" not in text
    assert b"U0ENGINEER" not in text


async def test_slacks_errors_are_counted_by_their_code(tmp_path):
    async with open_office(tmp_path, health_port=0, host="127.0.0.1") as office:
        office.slack.faults.fail("reactions.add", "already_reacted")
        await office.said("engineer", "support", "@tickets create login bug")
        _, text = await read(office)
    found = numbers(text)
    assert found["tickets_slack_calls_total{method=reactions.add,outcome=already_reacted}"] == 1
    assert found["tickets_slack_calls_total{method=chat.postMessage,outcome=ok}"] == 1


def test_what_is_timed_is_what_a_store_can_be_asked():
    assert {name for name in WRITES if not callable(getattr(TicketStore, name, None))} == set()


async def test_what_the_store_cannot_write_is_counted_and_what_it_refuses_is_not(tmp_path, mocker):
    async with open_office(tmp_path, health_port=0, host="127.0.0.1") as office:
        store = office.bot.core.store
        mocker.patch.object(store._store._executor, "commit", side_effect=UnwritableError("full"))
        await office.said("engineer", "support", "@tickets create login bug")
        with pytest.raises(StoreError):
            await store.delete("T999", Origin("", "U1", 0))
        _, text = await read(office)
    found = numbers(text)
    assert found["tickets_store_commit_errors_total{operation=create}"] >= 1
    assert "tickets_store_commit_errors_total{operation=delete}" not in found


async def test_without_the_extra_the_bot_runs_and_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(metrics, "AVAILABLE", False)
    async with open_office(tmp_path, health_port=0, host="127.0.0.1") as office:
        await office.said("engineer", "support", "@tickets create login bug")
        status, text = await read(office)
    assert status == 404
    assert b"pip install '.[metrics]'" in text


def test_an_error_is_counted_without_its_reference():
    counted = Metrics()
    line = {"surface": "slash", "outcome": "error E-123456", "parser": "", "tokens": 0, "ms": 40}
    counted.count_delivery(line)
    counted.count_delivery(line | {"outcome": "error E-ABCDEF"})
    assert numbers(counted.render(READY))["tickets_deliveries_total{outcome=error,surface=slash}"] == 2


@pytest.mark.parametrize(
    ("error", "outcome"), [("", "ok"), ("no_answer", "no_answer"), ("xoxb-1 <b>", "other")]
)
def test_what_slack_calls_its_error_becomes_a_label_only_if_it_looks_like_one(error, outcome):
    counted = Metrics()
    counted.count_call("chat.update", error)
    found = numbers(counted.render(READY))
    assert found[f"tickets_slack_calls_total{{method=chat.update,outcome={outcome}}}"] == 1


def test_tokens_and_failed_writes_add_up_and_the_gauges_are_those_of_readiness():
    counted = Metrics()
    line = {"surface": "mention", "outcome": "created", "parser": "llm", "tokens": 212, "ms": 900}
    counted.count_delivery(line)
    counted.count_delivery(line)
    counted.count_accept(0.002, failed=False)
    counted.count_accept(0.1, failed=True)
    found = numbers(counted.render(READY))
    assert found["tickets_model_tokens_total"] == 424
    assert found["tickets_store_accept_seconds_count"] == 1
    assert found["tickets_store_errors_total"] == 1
    assert (found["tickets_ready"], found["tickets_backlog"], found["tickets_parked"]) == (1, 2, 1)
