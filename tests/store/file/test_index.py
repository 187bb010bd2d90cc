"""The index answers what looking at every ticket answers, and hidden tickets leave no trace in it."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import search
from store.file.index import Index
from store.file.index import times as index_times
from store.ids import format_id, number_of
from store.models.fields import make_ticket
from store.models.filters import EVERYTHING, Filter, Scope
from store.models.tickets import Category, Origin, Priority, Record, Status
from tests.store.factories import TODAY
from tests.store.reference.memory_store import in_order, matches, most_alike
from tests.support.counts import again_and_again

WORDS = [
    "disk",
    "disks",
    "full",
    "api",
    "APIs",
    "timeout",
    "über",
    "T042",
    "v1.2.3",
    "e-mail",
    "支払い",
    "a",
    "the",
]
PEOPLE, CHANNELS = ["U1", "U2", "U3"], ["C1", "C2", "G1", "G2"]
# Around the ends of quarter hours, by which times are kept, and of what can be kept so.
times = st.sampled_from([0.0, 0.5, 899.9, 900.0, 900.5, 1_727_172_000.0, 1_727_172_000.5, 4e9, 1e12, -5.0])
numbers = st.integers(1, 40)
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)


@st.composite
def records(draw: st.DrawFn, number: int) -> Record:
    one_of = lambda some: draw(st.sampled_from(some))  # noqa: E731  # short for what follows
    channel = one_of(CHANNELS)
    values = {
        "id": format_id(number),
        "title": draw(texts) or "untitled",
        "desc": draw(st.none() | texts),
        "cat": one_of(list(Category)),
        "pri": one_of(list(Priority)),
        "stat": one_of(list(Status)),
        "created": TODAY,
        "res": draw(st.none() | texts),
    }
    return Record(
        make_ticket(values),
        Origin("", one_of(PEOPLE), draw(times), channel=channel),
        1,
        draw(times),
        channel,
        channel.startswith("G"),
        one_of(["", *PEOPLE]),
        draw(st.none() | times),
        deleted=draw(st.integers(0, 9)) == 0,
    )


def some_of(values: list) -> st.SearchStrategy:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


people = st.sampled_from(["", "", *PEOPLE, "U9"])
filters = st.builds(
    Filter,
    ids=st.just(()) | st.lists(numbers.map(format_id) | st.just("nonsense"), max_size=5).map(tuple),
    stat=some_of(list(Status)),
    pri=some_of(list(Priority)),
    cat=some_of(list(Category)),
    text=st.just("") | texts | st.sampled_from(["di", "t", "e", "ap", "!?", "1.2", "払", "uber"]),
    by=people,
    started_by=people,
    involving=people,
    time=st.sampled_from(["created", "closed", "changed"]),
    since=st.none() | times,
    until=st.none() | times,
)
scopes = st.just(EVERYTHING) | st.builds(
    Scope,
    public=st.booleans(),
    channels=st.frozensets(st.sampled_from(CHANNELS), max_size=2),
    user_id=st.sampled_from(["", *PEOPLE]),
)
worlds = st.sets(numbers, max_size=25).flatmap(
    lambda some: st.fixed_dictionaries({number: records(number) for number in sorted(some)})
)
changes = st.lists(numbers.flatmap(lambda number: st.tuples(st.just(number), records(number))), max_size=12)


def visible(world: dict[int, Record], scope: Scope) -> list[Record]:
    return [each for each in world.values() if not each.deleted and scope.includes(each)]


def check(index: Index, world: dict[int, Record], where: Filter, scope: Scope, size: int) -> None:
    among = [record for record in visible(world, scope) if matches(record, where)]
    for newest_first in (False, True):
        expected = [number_of(each.ticket.id) for each in in_order(among, newest_first=newest_first)]
        found = index.find(where, scope, newest_first=newest_first)
        assert found.count == len(expected)
        for start in range(0, len(expected) + size, size):
            assert found.page(start, size) == expected[start : start + size]


def check_similar(index: Index, world: dict[int, Record], text: str, scope: Scope, limit: int) -> None:
    expected = [(number_of(each.ticket.id), score) for each, score in most_alike(text, visible(world, scope))]
    assert index.similar(text, scope, limit) == expected[:limit]


@again_and_again
@given(
    worlds, changes, st.lists(st.tuples(filters, scopes), min_size=1, max_size=5), texts, st.integers(1, 4)
)
def test_the_index_answers_what_looking_at_every_ticket_does(world, changed, questions, text, size):
    index = Index(lambda number: world[number].ticket.title)
    index.load(sorted(world.items()))
    for change in [None, *changed]:
        if change:
            index.put(change[0], world.get(change[0]), change[1])
            world = {**world, change[0]: change[1]}
        for where, scope in questions:
            check(index, world, where, scope, size)
            check_similar(index, world, text, scope, size)


@again_and_again
@given(worlds, changes, filters, scopes)
def test_times_of_many_tickets_are_compared_as_those_of_few(world, changed, where, scope):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_times, "_FEW", 0)
        test_the_index_answers_what_looking_at_every_ticket_does.hypothesis.inner_test(
            world, changed, [(where, scope)], where.text, 3
        )


@again_and_again
@given(worlds, texts, scopes, st.integers(1, 3))
def test_of_many_that_share_as_much_the_newest_are_compared(world, text, scope, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MOST_COMPARED", most)
        index = Index(lambda number: world[number].ticket.title)
        index.load(sorted(world.items()))
        check_similar(index, world, text, scope, 9)


def answers(index: Index, where: Filter, text: str, scope: Scope) -> bytes:
    found = index.find(where, scope)
    return repr((found.count, found.page(0, 50), index.similar(text, scope, 50))).encode()


@pytest.mark.parametrize("since", [-1e9, -5.0, 0.0, 899.9, 900.0, 4e9, 1e12])
def test_times_before_1970_and_far_ahead_are_told_apart(since):
    whens = [-1e9, -5.0, 0.0, 1.0, 900.0, 4e9, 1e12]
    world = {}
    for number, when in enumerate(whens, 1):
        ticket = make_ticket(
            {
                "id": format_id(number),
                "title": "x",
                "cat": Category.DOC,
                "pri": Priority.LOW,
                "stat": Status.OPEN,
            }
        )
        world[number] = Record(ticket, Origin("", "U1", when), 1, when)
    index = Index(lambda number: world[number].ticket.title)
    index.load(world.items())
    for where in (Filter(since=since), Filter(until=since), Filter(time="changed", since=since, until=1e12)):
        check(index, world, where, EVERYTHING, 5)


@again_and_again
@given(worlds, worlds, filters, texts, scopes)
def test_two_worlds_that_differ_only_in_hidden_tickets_give_the_same_bytes(world, other, where, text, scope):
    seen = {number: record for number, record in world.items() if scope.includes(record)}
    hidden = {number: record for number, record in other.items() if not scope.includes(record)}
    one, another = (
        Index(lambda number, known=known: known[number].ticket.title) for known in (seen, hidden | seen)
    )
    one.load(sorted(seen.items()))
    another.load(sorted((hidden | seen).items()))
    assert answers(one, where, text, scope) == answers(another, where, text, scope)


@again_and_again
def test_a_large_world_is_answered_as_a_small_one():
    """Beyond what a bitmap's window holds: deep pages, words of one and of many tickets, beginnings of many words."""
    chance = random.Random(7)
    words = ["a", *(f"{chance.choice('abcd')}{chance.choice('xyz')}{number}" for number in range(299))]
    world = {}
    for number in range(1, 9001):
        # The n-th word is n times rarer than the first.
        title = " ".join(words[int(len(words) ** chance.random()) - 1] for _ in range(4))
        values = {"id": format_id(number), "title": title, "cat": Category.CODE, "created": TODAY}
        values |= {"pri": chance.choice(list(Priority)), "stat": chance.choice(list(Status))}
        world[number] = Record(make_ticket(values), Origin("", "U1", number * 60.0), 1, number * 60.0)
    index = Index(lambda number: world[number].ticket.title)
    index.load(world.items())
    for number in range(1, 300):
        before, world[number] = world[number], replace(world[number], private=True, channel="G1")
        index.put(number, before, world[number])
    for where in (
        Filter(),
        Filter(text="a"),
        Filter(text=words[1]),
        Filter(text="bx", stat=(Status.DONE,)),
        Filter(since=9e4),
    ):
        for scope in (EVERYTHING, Scope()):
            check(index, world, where, scope, 997)
    for text in (world[4000].ticket.title, words[0], " ".join(words[:9])):
        check_similar(index, world, text, Scope(), 5)


def test_a_page_of_nothing_is_empty():
    for newest_first in (False, True):
        found = Index(str).find(Filter(), EVERYTHING, newest_first=newest_first)
        assert (found.count, found.page(0, 10)) == (0, [])
    assert Index(str).similar("disk", EVERYTHING, 3) == []
