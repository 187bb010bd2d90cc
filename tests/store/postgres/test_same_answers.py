"""Whatever is done, in whatever order: the reference store and PostgreSQL answer the same."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from store.errors import StoreError
from store.ids import format_id
from store.models.deliveries import Choice, Delivery, Person, Posted
from store.models.filters import Filter, Scope
from store.models.tickets import (
    Category,
    ImportedTicket,
    MessageRef,
    MessageUsage,
    NewTicket,
    Priority,
    Status,
    Ticket,
)
from store.postgres import PostgresStore
from tests.store.factories import NOW, TODAY, origin
from tests.store.reference.memory_store import MemoryStore
from tests.support.counts import again_and_again

WORDS = st.sampled_from(
    [
        "api",
        "timeout",
        "Über-Gateway",
        "login",
        "logs",
        "支払いエラー",
        "t7",
        "T012",
        "/etc/hosts",
        "v1.2.3",
        "e-mail",
        "it's",
        "a\\b",
        "‘’",
        "\x00",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
TITLES = TEXTS.map(lambda text: text[:50])
USERS = st.sampled_from(["U1", "U2", "U3"])
CHANNELS = st.sampled_from(["C1", "C2", "G1", ""])
THREADS = st.sampled_from(["1.1", "2.2", ""])
IDS = st.sampled_from(["T001", "T002", "T003", "T1", "t004", "T009", "nonsense"])
VERSIONS = st.integers(0, 6)
KEYS = st.sampled_from(["a", "b", "c", "d", "e"])
# What is delivered twice has one key in common at least.
TWINS = st.tuples(KEYS, st.sets(st.sampled_from("123"))).map(
    lambda twin: (*sorted(twin[0] + end for end in twin[1]), twin[0])
)
TIMES = st.integers(0, 9).map(lambda seconds: NOW + seconds)
SCOPES = st.builds(
    Scope,
    everything=st.booleans(),
    public=st.booleans(),
    channels=st.frozensets(st.sampled_from(["C1", "G1"]), max_size=2),
    user_id=st.sampled_from(["", "U1"]),
)
FILTERS = st.builds(
    Filter,
    ids=st.lists(IDS, max_size=2).map(tuple),
    stat=st.lists(st.sampled_from(Status), max_size=2, unique=True).map(tuple),
    pri=st.lists(st.sampled_from(Priority), max_size=2, unique=True).map(tuple),
    cat=st.lists(st.sampled_from(Category), max_size=2, unique=True).map(tuple),
    text=st.one_of(st.just(""), TEXTS.map(lambda text: text[:5]), st.just("lo")),
    by=st.one_of(st.just(""), USERS),
    started_by=st.one_of(st.just(""), USERS),
    involving=st.one_of(st.just(""), USERS),
    time=st.sampled_from(["created", "closed", "changed"]),
    since=st.one_of(st.none(), TIMES),
    until=st.one_of(st.none(), TIMES),
)
# Most questions name one thing.
FILTERS = st.one_of(
    FILTERS,
    st.just(Filter()),
    st.sampled_from(Status).map(lambda stat: Filter(stat=(stat,))),
    TEXTS.map(lambda text: Filter(text=text[:4])),
)
ORIGINS = st.builds(
    lambda key, user, at, channel, thread, message, private: origin(
        user,
        key,
        at,
        channel=channel,
        thread=thread,
        message=message,
        private=private,
        usage=MessageUsage(TODAY, user, "rules", 3, 1),
    ),
    st.sampled_from([None, None, None, ""]),
    USERS,
    TIMES,
    CHANNELS,
    THREADS,
    THREADS,
    st.booleans(),
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.one_of(TITLES, st.just("x" * 51)),
        "desc": st.one_of(st.none(), TEXTS),
        "res": st.one_of(st.none(), TEXTS),
        "stat": st.sampled_from(["open", "prog", "done", "gone"]),
        "pri": st.sampled_from([1, 2, 3]),
        "cat": st.sampled_from(["code", "doc"]),
    },
)
MESSAGES = st.builds(MessageRef, CHANNELS, st.sampled_from(["5.5", "6.6"]), THREADS)
JSON = st.sampled_from([{}, {"a": "\x00"}, {"b": ["\ud800", 1.5, None]}])
EXISTING = st.integers(1, 4).map(format_id)
TICKETS = st.builds(
    lambda number, title, stat, made, closed: ImportedTicket(
        format_id(number) if number else "",
        Ticket(id=format_id(number or 1), title=title, created=TODAY, stat=stat),
        made,
        closed_at=closed,
    ),
    st.sampled_from([0, 0, 2, 7]),
    TITLES,
    st.sampled_from(Status),
    ORIGINS,
    st.one_of(st.none(), TIMES),
)


def machine(server, url: str) -> type[RuleBasedStateMachine]:  # noqa: C901  # a rule for each operation
    class SameAnswers(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            server.empty()
            self.runner = asyncio.Runner()
            self.memory = MemoryStore()
            self.asked = []  # what had a key of its own, to be asked again
            self.postgres = self.runner.run(PostgresStore.open(url, timeout=60))

        def teardown(self) -> None:
            self.runner.run(self.postgres.close())
            self.runner.close()

        def both(self, method: str, *arguments, **more):
            answers = [
                self.runner.run(answer(store, method, arguments, more))
                for store in (self.memory, self.postgres)
            ]
            assert answers[0] == answers[1], (method, arguments, more, answers)
            return answers[0]

        def write(self, method: str, *arguments, **more):
            self.asked.append((method, arguments, more))
            self.both(method, *arguments, **more)

        @precondition(lambda self: self.asked)
        @rule(which=st.integers(0, 1000))
        def ask_again(self, which):
            method, arguments, more = self.asked[which % len(self.asked)]
            self.both(method, *arguments, **more)

        @rule(title=TITLES, desc=st.one_of(st.none(), TEXTS), pri=st.sampled_from(Priority), asked=ORIGINS)
        def create(self, title, desc, pri, asked):
            self.write("create", NewTicket(title, TODAY, desc, Category.CODE, pri), asked)

        @rule(ticket=IDS, values=VALUES, asked=ORIGINS)
        def update(self, ticket, values, asked):
            self.write("update", ticket, values, asked)

        @rule(
            values=st.dictionaries(IDS, VALUES, max_size=3),
            expected=st.one_of(st.none(), st.dictionaries(IDS, VERSIONS, max_size=2)),
            together=st.booleans(),
            asked=ORIGINS,
        )
        def bulk_update(self, values, expected, together, asked):
            self.write("bulk_update", values, asked, expected, together=together)

        @rule(values=st.dictionaries(EXISTING, st.one_of(st.none(), VALUES), max_size=4), asked=ORIGINS)
        def bulk_update_of_tickets(self, values, asked):
            self.write("bulk_update", values, asked)

        @rule(ticket=IDS, channel=CHANNELS, private=st.booleans(), asked=ORIGINS)
        def post(self, ticket, channel, private, asked):
            self.write("post", ticket, channel, asked, private=private)

        @rule(ticket=IDS, asked=ORIGINS)
        def delete(self, ticket, asked):
            self.write("delete", ticket, asked)

        @rule(ticket=IDS, version=VERSIONS, asked=ORIGINS)
        def undo(self, ticket, version, asked):
            self.write("undo", ticket, version, asked)

        @rule(ticket=EXISTING, asked=ORIGINS)
        def undo_the_newest(self, ticket, asked):
            record = self.runner.run(self.memory.get(ticket))
            if record:
                self.write("undo", ticket, record.version, asked)

        @rule(tickets=st.lists(TICKETS, max_size=3), asked=ORIGINS)
        def import_tickets(self, tickets, asked):
            self.write("import_tickets", tickets, asked)

        @rule(
            keys=TWINS,
            at=TIMES,
            payload=JSON,
            owner=st.sampled_from(["", "p1", "p2"]),
            until=TIMES,
            thread=st.sampled_from(["", "C1 1.1"]),
            begins=st.booleans(),
        )
        def accept(self, keys, at, payload, owner, until, thread, begins):
            self.both("accept", Delivery(keys, at, payload, thread, begins), owner, until)

        @rule(
            key=KEYS,
            reply=st.one_of(st.none(), JSON),
            cards=st.lists(st.tuples(EXISTING, MESSAGES), max_size=2),
            lines=st.lists(st.tuples(EXISTING, VERSIONS, MESSAGES), max_size=2),
        )
        def finish(self, key, reply, cards, lines):
            usage = MessageUsage(TODAY + timedelta(1), "U1", "llm", 5, 1)
            self.both("finish", key, reply, posted=Posted(tuple(cards), tuple(lines)), usage=usage)

        @rule(key=KEYS, park=st.booleans())
        def fail(self, key, park):
            # What is done does not fail any more.
            if all(each.state == "pending" for each in self.memory._deliveries if key in each.keys):
                self.both("fail", key, "boom", park=park)

        @rule(owner=st.sampled_from(["p1", "p2"]), now=TIMES, until=TIMES, limit=st.integers(1, 3))
        def claim(self, owner, now, until, limit):
            self.both("claim", owner, now, until, limit)

        @rule(owner=st.sampled_from(["p1", "p2"]), keys=st.lists(KEYS, max_size=3), until=TIMES)
        def renew(self, owner, keys, until):
            self.both("renew", owner, keys, until)

        @rule(
            owner=st.sampled_from(["p1", "p2"]),
            keys=st.lists(KEYS, max_size=3),
            until=TIMES,
            in_line=st.booleans(),
        )
        def release(self, owner, keys, until, in_line):
            self.both("release", owner, keys, until, in_line=in_line)

        @rule(key=KEYS, again=st.booleans())
        def decide_on_parked(self, key, again):
            self.both("retry_parked" if again else "drop_parked", key)

        @rule(choice=st.builds(Choice, KEYS, USERS, TIMES, JSON))
        def add_choice(self, choice):
            self.both("add_choice", choice)

        @rule(choice=KEYS, user=USERS, option=st.sampled_from(["x", "y"]), key=KEYS, now=TIMES)
        def take_choice(self, choice, user, option, key, now):
            self.both("take_choice", choice, user, option, key, now)

        @rule(
            people=st.lists(st.builds(Person, USERS, TIMES, JSON), max_size=3),
            forgotten=st.lists(USERS, max_size=1),
        )
        def remember_people(self, people, forgotten):
            self.both("remember_people", people)
            self.both("forget_people", forgotten)

        @rule(user=USERS, parsed=st.sampled_from(["rules", "llm"]), days=st.integers(0, 3))
        def record_usage(self, user, parsed, days):
            self.both("record_usage", MessageUsage(TODAY + timedelta(days), user, parsed, 7, 1))

        @rule(channel=CHANNELS, now=TIMES, ticket=IDS, version=VERSIONS, user=USERS)
        def take_turns(self, channel, now, ticket, version, user):
            self.both("take_turn", channel, user, now, now + 9)
            self.both("end_turn", channel, user, version)
            self.both("announce", [channel])
            self.both("announced", version)
            self.both("allow_call", user, now, 2)

        @rule(where=FILTERS, scope=SCOPES, page=st.integers(0, 3), size=st.sampled_from([1, 2, 10]))
        def view(self, where, scope, page, size):
            self.both("view", where, scope, page, size)

        @rule(text=TEXTS, scope=SCOPES)
        def similar(self, text, scope):
            self.both("similar", text, scope)

        @rule(ticket=IDS, version=VERSIONS, user=USERS, page=st.integers(0, 3), size=st.integers(1, 3))
        def look_at_history(self, ticket, version, user, page, size):
            self.both("get", ticket)
            self.both("change", ticket, version)
            self.both("changes_together", ticket, version)
            self.both("latest", user)
            self.both("latest", user, ticket)
            self.both("history", ticket, page, size)

        @precondition(lambda self: self.memory._records)
        @rule(
            channel=CHANNELS,
            thread=THREADS,
            ticket=EXISTING,
            version=VERSIONS,
            after=st.sampled_from(["", "T001", "T003"]),
        )
        def look_around(self, channel, thread, ticket, version, after):
            self.both("find_by_thread", channel, thread)
            self.both("list_by_thread", channel, thread)
            self.both("undo_lines_in", channel, thread)
            self.both("undo_line", ticket, version)
            self.both("scan", after, 2)
            self.both("existing_ids", ["T001", "T003", "T007"])

        @invariant()
        def nothing_differs_as_a_whole(self):
            for method in ("scan", "pending", "parked", "people"):
                self.both(method)
            self.both("usage", 3)
            self.both("tokens_used", TODAY)

    return SameAnswers


async def answer(store, method: str, arguments, more):
    """What it returns, or how it refuses; what has no order, in one."""
    try:
        found = await getattr(store, method)(*arguments, **more)
    except (StoreError, ValueError) as error:
        return type(error), str(error)
    return "", sorted(found) if method == "people" else found


@again_and_again
@pytest.mark.timeout(900)
def test_whatever_is_done_both_stores_answer_the_same(postgres_server):
    run_state_machine_as_test(
        machine(postgres_server, postgres_server.url),
        settings=settings(
            max_examples=settings().max_examples // 5 or 1,
            stateful_step_count=40,
            phases=(
                Phase.explicit,
                Phase.reuse,
                Phase.generate,
            ),  # to make a failure shorter takes minutes here
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
