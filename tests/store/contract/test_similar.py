"""Which tickets are like a text."""

import pytest

from store.models.filters import EVERYTHING, Scope
from store.models.tickets import Priority
from tests.store.factories import new_ticket, origin
from tests.store.reference.memory_store import MemoryStore


async def test_similar_finds_the_ticket_that_says_the_same_and_open_ones_first(store):
    await store.create(new_ticket("API timeout in production"), origin())
    await store.create(new_ticket("API timeouts in production again"), origin())
    await store.create(new_ticket("Printer out of paper"), origin())
    await store.update("T001", {"stat": "done"}, origin())
    found = await store.similar("API timeout in production", EVERYTHING)
    assert [match.record.ticket.id for match in found] == ["T002", "T001"]
    assert all(0 < match.score <= 1 for match in found)
    assert await store.similar("the coffee machine leaks", EVERYTHING) == []
    assert await store.similar("!?", EVERYTHING) == []


async def test_similar_shows_nothing_out_of_scope(store):
    await store.create(new_ticket("secret merger plan"), origin(channel="G1", private=True))
    assert await store.similar("secret merger plan", Scope()) == []


async def hiding(store, *, word: str) -> None:
    """A public world that is always the same, and a hidden ticket that says `word`."""
    for title in ("printer jams again", "printer out of paper", "login loop", "wiki is slow", "vpn drops"):
        await store.create(new_ticket(title), origin(channel="C1"))
    for number in range(6):
        await store.create(
            new_ticket(f"{word} {number}", pri=Priority.HIGH), origin(channel="G1", private=True)
        )


@pytest.mark.parametrize("text", ["printer jams", "printer", "jams login loop", "vpn drops again"])
async def test_a_hidden_ticket_changes_neither_order_nor_score_nor_threshold(store, text):
    other = MemoryStore()
    await hiding(store, word="printer jams vpn")
    await hiding(other, word="nothing of that")
    for scope in (Scope(), Scope(channels=frozenset({"C1"})), Scope(user_id="U9")):
        assert await store.similar(text, scope) == [
            match._replace(record=await store.get(match.record.ticket.id))
            for match in await other.similar(text, scope)
        ]
    assert len(await store.similar("printer jams vpn 3", Scope(channels=frozenset({"G1"})))) == 3


async def test_similar_follows_every_change(store):
    await store.create(new_ticket("Printer on fire"), origin())
    await store.create(new_ticket("API timeout"), origin())
    await store.update("T001", {"title": "Coffee machine leaks"}, origin())
    assert await store.similar("printer on fire", EVERYTHING) == []
    [match] = await store.similar("the coffee machine leaks", EVERYTHING)
    assert match.record.ticket.id == "T001"
    await store.delete("T001", origin())
    assert await store.similar("coffee machine leaks", EVERYTHING) == []
