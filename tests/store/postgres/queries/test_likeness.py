"""Similar tickets are searched from the largest shared weight down, without missing any that should be found."""

import random
import time

import pytest

from store import search
from store.models.filters import Scope
from store.postgres import PostgresStore
from store.postgres.queries import likeness
from store.postgres.queries.likeness import choose_levels, choose_terms
from tests.store.factories import new_ticket, origin
from tests.store.reference.memory_store import MemoryStore
from tests.support.counts import again_and_again

WORDS = ("login", "page", "the", "is", "slow", "again", "printer", "on", "fire", "door")


@pytest.mark.parametrize("most", [1, 3, 20])
async def test_as_many_as_are_compared_are_those_that_share_most(postgres_server, monkeypatch, most):
    monkeypatch.setattr(search, "MOST_COMPARED", most)
    postgres_server.empty()
    chance, memory = random.Random(most), MemoryStore()
    store = await PostgresStore.open(postgres_server.url)
    for number in range(80):
        new = new_ticket(" ".join(chance.choices(WORDS, range(10, 0, -1), k=5)))
        private = chance.random() < 0.2
        for each in (memory, store):
            await each.create(new, origin("U1", f"k{number}", channel="G1", private=private))
    for _ in range(30):
        text = " ".join(chance.choices(WORDS, k=4))
        for scope in (Scope(), Scope(channels=frozenset({"G1"})), Scope(user_id="U1", public=False)):
            assert await store.similar(text, scope, 10) == await memory.similar(text, scope, 10)
    await store.close()


@pytest.mark.parametrize("scope", [Scope(), Scope(channels=frozenset({"C1"}), public=False)])
@pytest.mark.parametrize(("limit", "value"), [("_MOST_LOOKED_AT", 7), ("_MOST_ENTRIES", 9)])
async def test_the_same_title_is_found_also_where_not_everything_is_looked_at(
    postgres_server, monkeypatch, limit, value, scope
):
    """In a store of very many tickets, weights and candidates come from some of them."""
    monkeypatch.setattr(likeness, limit, value)
    postgres_server.empty()
    chance = random.Random(3)
    store = await PostgresStore.open(postgres_server.url)
    titles = [" ".join(chance.choices(WORDS, range(10, 0, -1), k=5)) for _ in range(60)]
    for number, title in enumerate([*titles, "printer on fire behind the door"]):
        await store.create(new_ticket(title), origin("U1", f"k{number}", channel="C1"))
    [(found, score)] = await store.similar("printer on fire behind the door", scope, 1)
    assert (found.ticket.id, score) == ("T061", 1.0)
    several = await store.similar("the", scope, 60)
    monkeypatch.setattr(likeness, "_MOST_READ", 5)
    assert 0 < len(await store.similar("the", scope, 60)) <= 5 < len(several)
    await store.close()


def test_terms_that_most_tickets_have_are_not_looked_up():
    held = {"usual": 60_000, "rare": 3, "seldom": 5_000, "often": 30_000}
    assert choose_terms(held, 1.0) == ["rare", "seldom", "often", "usual"]
    assert choose_terms(held, 0.5) == ["rare", "seldom", "often"]
    assert choose_terms(held, 0.1) == ["rare", "seldom"]
    assert choose_terms({"usual": 600_000}, 1.0) == ["usual"]


def test_levels_descend_until_enough_tickets_are_expected():
    weights, held = {"rare": 20, "seldom": 9, "usual": 2}, {"rare": 3, "seldom": 5_000, "usual": 60_000}
    assert choose_levels(weights, held, 100_000, 5, 500) == [11, 5]
    assert choose_levels(weights, held, 100_000, 1, 500) == [11, 1]
    assert choose_levels(weights, held, 100_000, 25, 500) == [25]
    assert choose_levels({"new": 33}, {"new": 0}, 0, 9, 500) == [9]


@again_and_again
def test_levels_are_found_quickly_for_a_text_of_very_many_rare_terms():
    """Such a text has very many sums of weights: adding up all of them takes half a minute."""
    held = {f"term {number}": number % 7 for number in range(4_000)}
    weights = {term: search.weigh(count, 100) for term, count in held.items()}
    began = time.process_time()
    assert choose_levels(weights, held, 100, 9_000, 500) == [9_000]
    assert time.process_time() - began < 5
