"""The circuit breaker of the model."""

import pytest

from bot.parser.llm.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_breaker_rests_after_five_failures_in_a_row(clock):
    breaker = Breaker(clock)
    assert [breaker.failed() for _ in range(5)] == [False, False, False, False, True]
    assert not breaker.closed
    assert not breaker.enter()


def test_a_success_forgets_the_failures_before_it(clock):
    breaker = Breaker(clock)
    for _ in range(4):
        breaker.failed()
    breaker.succeeded()
    for _ in range(4):
        breaker.failed()
    assert breaker.enter()


def test_after_its_rest_one_call_is_let_through_and_its_success_closes_the_breaker(clock):
    breaker = Breaker(clock, limit=1, rest=30)
    breaker.failed()
    clock.now += 30
    assert breaker.enter()
    assert not breaker.enter()
    breaker.succeeded()
    assert breaker.enter()


def test_a_trial_that_fails_starts_the_rest_again(clock):
    breaker = Breaker(clock, limit=1, rest=30)
    breaker.failed()
    clock.now += 30
    assert breaker.enter()
    assert not breaker.failed()
    clock.now += 29
    assert not breaker.enter()


def test_a_trial_that_never_ended_is_followed_by_another(clock):
    breaker = Breaker(clock, limit=1, rest=30)
    breaker.failed()
    clock.now += 30
    breaker.enter()
    clock.now += 30
    assert breaker.enter()
