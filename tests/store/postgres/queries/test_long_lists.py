"""A list without stored counts is counted up to a limit; beyond it the page says so, and has the right tickets."""

import asyncio
from itertools import product
from math import inf
from random import Random

import pytest

from store.ids import format_id
from store.models.filters import EVERYTHING, Filter, Scope
from store.models.tickets import Category, ImportedTicket, Priority, Status, Ticket
from store.postgres import PostgresStore
from store.postgres.queries import lists, words
from tests.store.factories import NOW, TODAY, origin
from tests.store.reference.memory_store import MemoryStore

MOST, SIZE = 10, 5
TICKETS, APART = 200, 300  # so that the numbers span several blocks of the time indexes
DONE, OPEN = (Status.DONE,), (Status.OPEN, Status.PROG)
STATUSES = ((), (Status.OPEN,), OPEN, DONE, (Status.DONE, Status.PROG))
ANN, GUEST = Scope(channels=frozenset({"G1"}), user_id="U1"), Scope(False, False, frozenset({"C1"}), "U2")


def tickets() -> list[ImportedTicket]:
    random = Random(1)
    return [
        ImportedTicket(
            format_id(number * APART),
            Ticket(
                id="T001",
                title=random.choice(("login fails", "the login page", "a page", "a plan", "the slow")),
                created=TODAY,
                stat=random.choice(list(Status)),
                pri=random.choice(list(Priority)),
                cat=random.choice(list(Category)),
            ),
            origin(
                random.choice(("U1", "U2")),
                at=NOW + random.randint(0, 99),  # not in the order of the numbers
                channel=random.choice(("C1", "C2", "G1")),
                private=random.random() < 0.3,
            ),
            started_by=random.choice(("", "U1")),
        )
        for number in range(1, TICKETS + 1)
    ]


@pytest.fixture(scope="module")
def filled(postgres_server):
    """The reference store, and the address of a PostgreSQL with the same tickets; the tests only read them."""
    postgres_server.empty()
    memory, given, asked = MemoryStore(), tickets(), origin()

    async def fill() -> None:
        store = await PostgresStore.open(postgres_server.url)
        for each in (memory, store):
            await each.import_tickets(given, asked)
        await store.close()

    asyncio.run(fill())
    return memory, postgres_server.url


@pytest.fixture
async def both(filled, monkeypatch):
    """Both stores; PostgreSQL counts at most `MOST`."""
    monkeypatch.setattr(lists, "MOST_COUNTED", MOST)
    memory, url = filled
    store = await PostgresStore.open(url)
    yield memory, store
    await store.close()


@pytest.mark.parametrize(
    "where",
    [
        {"by": "U1"},
        {"involving": "U1"},
        {"started_by": "U1", "pri": (Priority.HIGH,)},
        {"since": NOW + 20},
        {"since": NOW + 20, "until": NOW + 80, "pri": (Priority.HIGH, Priority.LOW)},
        {"until": NOW + 60, "cat": (Category.CODE, Category.DOC), "by": "U2"},
        {"time": "closed", "since": NOW + 10},
        {"time": "changed", "until": NOW + 10},
        {"text": "log"},
        {"text": "login pa"},
        {"text": "page", "since": NOW + 30},
        {"text": "page", "involving": "U1"},
    ],
    ids=str,
)
async def test_a_list_of_more_than_are_counted_has_the_same_pages_and_says_so(both, where):
    memory, store = both
    counts = set()
    for stat, scope in product(STATUSES, (EVERYTHING, ANN, GUEST)):
        wanted = Filter(stat=stat, **where)
        whole = await memory.view(wanted, scope, 1, SIZE)
        count = min(whole.count, MOST)
        pages = -(-count // SIZE) or 1
        counts.add(count)
        for page in range(1, pages + 2):
            found = await store.view(wanted, scope, page, SIZE)
            expected = await memory.view(wanted, scope, min(page, pages), SIZE)
            assert found == expected._replace(count=count, pages=pages, more=whole.count > MOST)
        assert await store.view(wanted, scope, 1, SIZE, exact=True) == whole
    assert MOST in counts


@pytest.mark.parametrize("where", [Filter(), Filter(stat=DONE), Filter(pri=(Priority.HIGH,), stat=OPEN)])
async def test_what_is_counted_beforehand_is_counted_to_the_end(both, where):
    memory, store = both
    for scope in (EVERYTHING, ANN):
        expected = await memory.view(where, scope, 3, SIZE)
        assert expected.count > MOST
        assert await store.view(where, scope, 3, SIZE) == expected


@pytest.mark.parametrize("most", [0, 1, 32])
async def test_a_search_finds_the_same_whether_its_words_begin_few_terms_or_too_many_to_list(
    both, monkeypatch, most
):
    monkeypatch.setattr(words, "_MOST_TERMS", most)
    memory, store = both
    for text in ("l", "log", "the lo", "page", "p", "the p", "a p", "x", "x page"):
        expected = await memory.view(Filter(text=text), EVERYTHING, 1, SIZE)
        assert await store.view(Filter(text=text), EVERYTHING, 1, SIZE, exact=True) == expected


# What is estimated: so many tickets match that the first ones are soon found in order; and how long each way takes.
IN_ORDER = {"plenty": inf, "walk": 0}
AT_ONCE = {"plenty": inf, "walk": inf}
ONLY_FIRST_BY_BLOCK = {"plenty": -1, "walk": inf, "look_up": inf, "look_up_by_block": 0}


@pytest.mark.parametrize("worth", [0, 2])  # whether the kinds of tickets are looked up in the index of words
@pytest.mark.parametrize("estimates", [IN_ORDER, AT_ONCE, ONLY_FIRST_BY_BLOCK])
async def test_a_search_finds_the_same_whichever_way_it_takes(both, monkeypatch, estimates, worth):
    for name, estimate in estimates.items():
        monkeypatch.setattr(words._Numbers, name, lambda *_, estimate=estimate, **__: estimate)
    monkeypatch.setattr(words, "_WORTH", worth)
    memory, store = both
    kinds = {"pri": (Priority.HIGH, Priority.LOW), "cat": (Category.CODE,)}
    for text, stat, scope in product(("log", "the p", "page x"), STATUSES, (EVERYTHING, ANN, GUEST)):
        for others in ({}, kinds, {"since": NOW + 50}, {"involving": "U1"}, {"started_by": "U1", **kinds}):
            wanted = Filter(text=text, stat=stat, **others)
            expected = await memory.view(wanted, scope, 1, SIZE)
            most = min(expected.count, MOST)
            assert await store.view(wanted, scope, 1, SIZE) == expected._replace(
                count=most, pages=-(-most // SIZE) or 1, more=expected.count > MOST
            )


@pytest.mark.parametrize("page", [3276, 3277, 3278, 214_748_364, 214_748_365, 2**31])
async def test_any_page_number_beyond_the_last_gives_the_last_page(both, page):
    """The first ticket of some of these is the last that a number of two or four bytes can count."""
    memory, store = both
    for scope in (EVERYTHING, ANN):
        assert await store.view(Filter(), scope, page) == await memory.view(Filter(), scope, page)
    assert (await store.view(Filter(), GUEST, page)).page == 1


@pytest.mark.parametrize(
    "where",
    [
        {"pri": (Priority.HIGH, Priority.HIGH)},
        {"pri": (Priority.HIGH, Priority.HIGH), "since": NOW + 80},
        {"stat": (Status.DONE, Status.DONE), "since": NOW + 80},
    ],
    ids=str,
)
async def test_a_value_that_is_named_twice_counts_and_lists_no_ticket_twice(both, where):
    memory, store = both
    for scope in (EVERYTHING, ANN, GUEST):
        expected = await memory.view(Filter(**where), scope, 1, SIZE)
        assert await store.view(Filter(**where), scope, 1, SIZE, exact=True) == expected
