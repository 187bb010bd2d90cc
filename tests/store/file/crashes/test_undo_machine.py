"""Every change can be undone and redone, across crashes and restarts: a store against one that is obviously right."""

import asyncio
from datetime import date
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from store.errors import StoreError
from store.ids import format_id
from store.models.deliveries import Delivery, Posted
from store.models.tickets import Category, MessageRef, NewTicket, Origin, Priority, Status
from tests.store.factories import NOW
from tests.store.file.disks import RamDisk
from tests.store.file.workload import open_at
from tests.store.reference.memory_store import MemoryStore
from tests.support.counts import count

IDS = st.integers(1, 5).map(format_id)
USERS = st.sampled_from(["U1", "U2"])
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["login bug", "DB down"]),
        "desc": st.sampled_from([None, "all of it"]),
        "res": st.sampled_from([None, "a note", "another"]),
        "cat": st.sampled_from(Category),
        "pri": st.sampled_from(Priority),
        "stat": st.sampled_from(Status),
    },
)


class UndoMachine(RuleBasedStateMachine):
    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed):
        self.loop, self.disk, self.chance = asyncio.new_event_loop(), RamDisk(), Random(seed)
        self.model, self.step = MemoryStore(), 0
        self.reopen(self.disk)

    def do(self, coroutine):
        return self.loop.run_until_complete(coroutine)

    def reopen(self, disk):
        self.disk = disk
        self.store = self.do(open_at(disk, compact_at=2000, segment_size=1500))

    def origin(self, user_id):
        self.step += 1
        channel = "C1" if self.step % 3 else "G1"
        return Origin(f"k{self.step}", user_id, NOW + self.step, channel=channel, private=self.step % 3 == 0)

    def both(self, name, *args, **more):
        """The same asked of both: the same answer, or the same refusal."""
        answers = []
        for store in (self.store, self.model):
            try:
                answers.append(self.do(getattr(store, name)(*args, **more)))
            except StoreError as error:
                answers.append((type(error), str(error)))
        assert answers[0] == answers[1]
        return answers[0]

    @rule(user_id=USERS, pri=st.sampled_from(Priority))
    def create(self, user_id, pri):
        self.both("create", NewTicket("API timeout", date(2024, 9, 24), pri=pri), self.origin(user_id))

    @rule(ticket_id=IDS, values=VALUES, user_id=USERS)
    def update(self, ticket_id, values, user_id):
        self.both("update", ticket_id, values, self.origin(user_id))

    @rule(ids=st.lists(IDS, min_size=1, max_size=3, unique=True), values=VALUES, user_id=USERS)
    def bulk_update(self, ids, values, user_id):
        self.both("bulk_update", dict.fromkeys(ids, values), self.origin(user_id))

    @rule(ticket_id=IDS, user_id=USERS)
    def delete(self, ticket_id, user_id):
        self.both("delete", ticket_id, self.origin(user_id))

    @rule(ticket_id=IDS, user_id=USERS)
    def post(self, ticket_id, user_id):
        self.both("post", ticket_id, "C9", self.origin(user_id), private=False)

    @rule(ticket_id=IDS)
    def show_card(self, ticket_id):
        self.both("accept", Delivery((f"delivery:{self.step}",), NOW, {}))
        posted = Posted(((ticket_id, MessageRef("C1", str(self.step))),))
        self.both("finish", f"delivery:{self.step}", posted=posted)

    @rule(ticket_id=IDS, version=st.integers(1, 8), user_id=USERS)
    def undo(self, ticket_id, version, user_id):
        before = self.do(self.store.change(ticket_id, version))
        answer = self.both("undo", ticket_id, version, self.origin(user_id))
        if not isinstance(answer, tuple) or not hasattr(answer, "record"):
            return
        record = answer.record
        for name, value in before.before.items():
            assert getattr(record.ticket, name) == value
        for name, value in before.metadata_before.items():
            assert getattr(record, name) == value

    @rule(user_id=USERS)
    def undo_the_latest(self, user_id):
        for change in reversed(self.both("latest", user_id)):
            self.both("undo", change.ticket_id, change.version, self.origin(user_id))

    @rule()
    def restart(self):
        self.do(self.store.close())
        self.reopen(self.disk)

    @rule(power=st.booleans())
    def crash(self, power):
        left = self.disk.copy()
        self.do(self.store.close())
        chance = self.chance
        self.reopen(left.after_power_cut(chance.random(), names=True, chance=chance) if power else left)

    @invariant()
    def both_know_the_same(self):
        if not hasattr(self, "store"):
            return
        self.both("scan")
        for user_id in ("U1", "U2"):
            self.both("latest", user_id)
        for number in range(1, 6):
            self.both("history", format_id(number), 1, 100)

    def teardown(self):
        if hasattr(self, "store"):
            self.do(self.store.close())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()


UndoMachine.TestCase.settings = settings(
    max_examples=count(25, 2000),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestUndo = UndoMachine.TestCase
