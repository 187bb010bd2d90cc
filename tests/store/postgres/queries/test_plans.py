"""The server uses an index for each query, with the statistics of a store that is some years old."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from store.models.filters import EVERYTHING, Filter, Scope
from store.models.tickets import Category, MessageRef, Priority, Status
from tests.tools.bench.corpus import WORDS, questions
from tests.tools.bench.postgres.data import build
from tests.tools.bench.postgres.plans import GUEST, LISTS, SOMEONE, Explainer, is_selective, open_recording

TICKETS = 12_000
NAME = "plans"
COMMON_WORD = "cluster"  # about one ticket in twenty has it


@pytest.fixture(scope="module")
def url(postgres_server):
    postgres_server.execute(f"CREATE DATABASE {NAME}")
    url = postgres_server.url_of(NAME)
    asyncio.run(build(postgres_server, url, TICKETS))
    yield url
    postgres_server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


@asynccontextmanager
async def explained(url):
    """The store, and a function that returns the plans of its queries so far."""
    store, database = await open_recording(url)
    explainer = Explainer(url)
    try:
        yield store, lambda: [explainer.explain(*asked) for asked in database.asked]
    finally:
        explainer.close()
        await store.close()


@pytest.mark.parametrize(("index", "where", "scope"), LISTS)
async def test_a_list_uses_its_index_and_reads_no_table_whole(url, index, where, scope):
    async with explained(url) as (store, plans):
        await store.view(where, scope)
        [plan] = plans()
    assert index in plan.indexes
    assert not plan.whole


@pytest.mark.parametrize("size", [1, 10])
async def test_no_question_of_any_kind_reads_a_table_whole(url, size):
    asked = [each for each in questions(250, seed=size) if is_selective(each[0])]
    async with explained(url) as (store, plans):
        for where, scope in asked:
            await store.view(where, scope, size=size)
        found = plans()
    assert [each for each, plan in zip(asked, found, strict=True) if plan.whole] == []


@pytest.mark.parametrize(
    ("where", "scope"),
    [
        (Filter(stat=(Status.PROG,)), Scope()),
        (Filter(stat=(Status.OPEN,), pri=(Priority.LOW,), cat=(Category.INFRA,)), EVERYTHING),
        (Filter(by="U0000007"), SOMEONE),
        (Filter(involving="U0000007", pri=(Priority.LOW,)), SOMEONE),
        (Filter(), GUEST),
    ],
)
async def test_a_search_for_a_common_word_reads_only_tickets_that_meet_its_other_conditions(
    url, where, scope
):
    async with explained(url) as (store, plans):
        found = await store.view(replace(where, text=COMMON_WORD), scope, size=1_000)
        [plan] = plans()
    assert found.count > 0
    assert "tickets_by_words" in plan.indexes
    assert plan.read < 1.2 * found.count + 5


async def test_likeness_is_looked_for_by_words(url):
    async with explained(url) as (store, plans):
        for first in range(1_000, 1_100, 10):
            for scope in (SOMEONE, Scope(), EVERYTHING):
                await store.similar(" ".join(WORDS[first::500][:4]), scope)
        found = plans()
    assert len(found) >= 60
    assert sum("tickets_by_words" in plan.indexes for plan in found) >= 30
    assert [plan for plan in found if plan.whole] == []


async def test_what_is_asked_of_one_ticket_is_looked_up(url):
    async with explained(url) as (store, plans):
        [record] = await store.scan("T0C0", 1)
        ticket_id, thread = record.ticket.id, MessageRef(record.channel, record.origin.thread)
        await store.get(ticket_id)
        await store.history(ticket_id)
        await store.change(ticket_id, 1)
        await store.changes_together(ticket_id, 1)
        await store.latest(record.origin.user_id)
        await store.latest(record.origin.user_id, ticket_id)
        await store.existing_ids([ticket_id])
        await store.find_by_thread(thread.channel, thread.ts)
        await store.list_by_thread(thread.channel, thread.ts)
        await store.undo_lines_in(thread.channel, thread.ts)
        await store.tokens_used(record.ticket.created)
        found = plans()
    assert len(found) == 12
    assert [plan for plan in found if plan.whole] == []
