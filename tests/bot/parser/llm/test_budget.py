"""What model calls may cost: tokens a day, and calls a minute a person."""

from datetime import date

import pytest

from bot.parser.llm.budget import EXPECTED_TOKENS, Budget, OverBudgetError
from store import open_store
from store.coordination import LocalTurns
from store.models.tickets import MessageUsage

DAY = date(2024, 9, 24)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0
        self.day = DAY

    def __call__(self) -> float:
        return self.now

    def today(self) -> date:
        return self.day


class Ledger(LocalTurns):
    """What a store keeps of the cost."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[MessageUsage] = []

    async def tokens_used(self, day: date) -> int:
        return sum(row.tokens for row in self.rows if row.day == day)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def budget(ledger: Ledger, clock: Clock, daily: int = 100_000, per_minute: int = 10) -> Budget:
    return Budget(ledger, daily, now=clock, today=clock.today, per_minute=per_minute)


async def call(budget: Budget, who: str = "U1", tokens: int = 200) -> None:
    async with budget.call(who):
        budget.count(who, "llm", tokens, 1)


async def test_what_a_message_cost_is_of_its_day_and_person(ledger, clock):
    assert budget(ledger, clock).count("U7", "llm", 212, 1) == MessageUsage(DAY, "U7", "llm", 212, 1)


async def test_a_spent_day_allows_no_call_and_the_next_day_does(ledger, clock):
    ours = budget(ledger, clock, daily=1_000)
    await call(ours, tokens=900)
    with pytest.raises(OverBudgetError, match=r"^Today's budget .* used up\.$"):
        await call(ours)
    clock.day = date(2024, 9, 25)
    await call(ours)


async def test_the_daily_budget_outlives_a_restart(ledger, clock):
    ledger.rows.append(MessageUsage(DAY, "U1", "llm", 900, 1))
    with pytest.raises(OverBudgetError):
        await call(budget(ledger, clock, daily=1_000))


async def test_the_daily_budget_outlives_a_restart_of_the_real_store(tmp_path, clock):
    for left in (True, False):
        store = await open_store(str(tmp_path / "tickets.json"))
        ours = budget(store, clock, daily=1_000)
        if left:
            await store.record_usage(ours.count("U1", "llm", 900, 1))
        else:
            with pytest.raises(OverBudgetError):
                await call(ours)
        await store.close()


async def test_a_budget_of_nothing_allows_no_call(ledger, clock):
    with pytest.raises(OverBudgetError):
        await call(budget(ledger, clock, daily=0))


async def test_calls_in_flight_count_before_their_bill_is_known(ledger, clock):
    ours = budget(ledger, clock, daily=2 * EXPECTED_TOKENS)
    async with ours.call("U1"), ours.call("U2"):
        with pytest.raises(OverBudgetError):
            await call(ours, "U3")
    await call(ours, "U3")


async def test_a_call_that_broke_no_longer_counts_as_in_flight(ledger, clock):
    ours = budget(ledger, clock, daily=EXPECTED_TOKENS)
    with pytest.raises(ZeroDivisionError):
        async with ours.call("U1"):
            raise ZeroDivisionError
    await call(ours, tokens=1)


async def test_the_eleventh_call_of_a_person_in_a_minute_is_refused(ledger, clock):
    ours = budget(ledger, clock)
    for _ in range(10):
        await call(ours)
    with pytest.raises(OverBudgetError, match="often in this minute"):
        await call(ours)


async def test_another_person_is_not_held_up_by_the_first(ledger, clock):
    ours = budget(ledger, clock, per_minute=1)
    await call(ours, "U1")
    await call(ours, "U2")


async def test_a_minute_after_the_first_call_there_is_room_for_one(ledger, clock):
    ours = budget(ledger, clock, per_minute=2)
    await call(ours)
    clock.now += 30
    await call(ours)
    clock.now += 30
    await call(ours)
    with pytest.raises(OverBudgetError):
        await call(ours)


async def test_people_who_have_not_called_for_a_minute_are_forgotten(ledger, clock):
    ours = budget(ledger, clock)
    for number in range(50):
        await call(ours, f"U{number}")
    clock.now += 61
    await call(ours, "U99")
    assert [user for user, _ in ledger._calls] == ["U99"]
