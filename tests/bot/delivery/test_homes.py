"""Homes are kept up to date for few people, for a while, and never faster than Slack allows."""

import asyncio

import pytest

from bot.actions import View
from bot.delivery.errors import RefusedError
from bot.delivery.homes import KEEP_ACTIVE, MAX_HOMES, Homes


class Publishing:
    """Takes what is published; refuses one call if told to."""

    def __init__(self) -> None:
        self.calls: list[dict] = []
        self.refusal = ""

    async def call(self, method, **payload):
        if self.refusal:
            code, self.refusal = self.refusal, ""
            raise RefusedError(method, code)
        self.calls.append(payload)
        return {"view": {"hash": f"hash {len(self.calls)}"}}


class Tickets:
    """What the lists show: a number, and for some people always the same."""

    def __init__(self) -> None:
        self.number = 0
        self.unmoved: set[str] = set()

    async def draw(self, user, query):
        await asyncio.sleep(0)
        return {"shown": "nothing" if user in self.unmoved else self.number, "page": query.page}


@pytest.fixture
def slack():
    return Publishing()


@pytest.fixture
def tickets():
    return Tickets()


@pytest.fixture
def homes(slack, tickets, time):
    return Homes(slack, tickets.draw, clock=time.clock, sleep=time.sleep)


async def change(homes, tickets):
    tickets.number += 1
    homes.invalidate()
    await homes.idle()


async def test_one_home_a_second_whoever_waits_longest_first(homes, slack, tickets, time):
    for user in ("U1", "U2", "U3"):
        await homes.show(user, View())
    slack.calls.clear()
    await change(homes, tickets)
    assert [call["user_id"] for call in slack.calls] == ["U1", "U2", "U3"]
    assert time.slept[:3] == [1.0, 1.0, 1.0]


async def test_changes_that_come_together_are_drawn_together(homes, slack, tickets):
    await homes.show("U1", View())
    slack.calls.clear()
    for _ in range(50):
        tickets.number += 1
        homes.invalidate()
    await homes.idle()
    assert [call["view"]["shown"] for call in slack.calls] == [50]


async def test_a_home_that_would_look_the_same_costs_no_call(homes, slack, tickets):
    tickets.unmoved = {"U1"}
    await homes.show("U1", View())
    slack.calls.clear()
    await change(homes, tickets)
    assert slack.calls == []


async def test_used_more_than_an_hour_ago_it_is_left_alone(homes, slack, tickets, time):
    await homes.show("U1", View(page=2))
    assert homes.query("U1") == View(page=2)
    time.now += KEEP_ACTIVE
    slack.calls.clear()
    await change(homes, tickets)
    assert slack.calls == []
    assert homes.query("U1") is None


async def test_those_who_used_it_last_are_kept_when_they_are_many(homes, slack, tickets):
    for number in range(MAX_HOMES + 1):
        await homes.show(f"U{number}", View())
    await homes.show("U1", View())
    slack.calls.clear()
    await change(homes, tickets)
    shown = {call["user_id"] for call in slack.calls}
    assert len(shown) == MAX_HOMES
    assert "U1" in shown
    assert "U0" not in shown


async def test_a_state_that_somebody_else_published_is_not_overwritten(homes, slack, tickets):
    await homes.show("U1", View())
    assert "hash" not in slack.calls[-1]
    await change(homes, tickets)
    assert slack.calls[-1]["hash"] == "hash 1"
    slack.refusal = "hash_conflict"
    await change(homes, tickets)
    await change(homes, tickets)
    assert len(slack.calls) == 2


async def test_what_its_owner_does_meanwhile_is_never_overwritten_by_an_older_list(homes, slack, tickets):
    await homes.show("U1", View())
    tickets.number += 1
    homes.invalidate()
    await asyncio.gather(homes.show("U1", View(page=2)), homes.idle())
    assert slack.calls[-1]["view"] == {"shown": 1, "page": 2}
