"""What messages cost."""

from datetime import date

import pytest

from store.errors import NotFoundError
from store.models.deliveries import Delivery, UsageDay
from store.models.tickets import MessageUsage
from tests.store.factories import NOW, TODAY, new_ticket, origin


def cost(
    user_id: str = "U1", parsed_by: str = "llm", tokens: int = 0, calls: int = 0, day: date = TODAY
) -> MessageUsage:
    return MessageUsage(day, user_id, parsed_by, tokens, calls)


async def test_usage_is_counted_by_day(store):
    await store.record_usage(cost("U1", "rules"))
    await store.record_usage(cost("U2", "llm", 212, 1))
    await store.record_usage(cost("U1", "fallback", 80, 1, TODAY.replace(day=25)))
    assert await store.tokens_used(TODAY) == 212
    assert await store.tokens_used(TODAY.replace(day=1)) == 0
    assert [(day.day.day, *day[1:]) for day in await store.usage(5)] == [
        (25, 1, 0, 1, 80),
        (24, 2, 1, 1, 212),
    ]
    assert len(await store.usage(1)) == 1


async def test_a_change_counts_what_its_message_cost_once(store):
    for _ in range(2):
        await store.create(new_ticket(), origin(key="once", usage=cost(tokens=100, calls=1)))
    assert await store.tokens_used(TODAY) == 100
    await store.update("T001", {"stat": "open"}, origin(usage=cost(tokens=10)))  # nothing to change
    assert await store.tokens_used(TODAY) == 100
    await store.create(new_ticket(), origin())
    await store.bulk_update({key: {"pri": 1} for key in ("T001", "T002")}, origin(usage=cost(tokens=50)))
    assert await store.usage(1) == [UsageDay(TODAY, 2, 0, 1, 150)]


async def test_a_write_that_is_refused_counts_nothing(store):
    with pytest.raises(NotFoundError):
        await store.update("T001", {"pri": 1}, origin(usage=cost(tokens=10)))
    assert list(await store.usage(1)) == []


async def test_what_a_message_cost_is_counted_by_finishing_it_and_by_each_failure(store):
    await store.accept(Delivery(("E1",), NOW, {}))
    await store.fail("E1", "boom", park=False, usage=cost(tokens=30, calls=1))
    await store.finish("E1", {"status": "ok"}, usage=cost(tokens=100, calls=1))
    await store.finish("E1", {"status": "ok"}, usage=cost(tokens=100, calls=1))
    assert await store.usage(1) == [UsageDay(TODAY, 2, 0, 2, 130)]


async def test_what_it_cost_is_no_part_of_the_history(store):
    made = await store.create(new_ticket(), origin(key="k", usage=cost(tokens=1)))
    assert (await store.change("T001", 1)) == made.change
    assert made.record.origin == origin(key="k")
