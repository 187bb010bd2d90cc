"""The server goes away, hangs, comes back or refuses: nothing is lost, nothing is done twice, nobody waits long."""

import asyncio
import contextlib
import logging
import time

import psycopg
import pytest

from store import open_store
from store.errors import StoreError, UnavailableError, UnwritableError
from store.models.deliveries import Choice, Delivery
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import MessageUsage, Status
from store.postgres import PostgresStore
from store.postgres.connection.database import _GRACE, TIMEOUT
from tests.store.factories import NOW, TODAY, count_tickets, new_ticket, origin

SOON = 1.5  # seconds that the stores of these tests may take


@pytest.fixture
async def store(postgres_server):
    postgres_server.empty()
    store = await PostgresStore.open(postgres_server.url, timeout=SOON)
    yield store
    await store.close()


async def until_done(act, *, tries: int = 40):
    """Ask again, as Slack and the bot do, until it is done."""
    for _ in range(tries):
        with contextlib.suppress(StoreError):
            return await act()
        await asyncio.sleep(0.05)
    raise AssertionError("it never came back")


async def everything(store) -> list[str]:
    found, page = [], 1
    while True:
        answer = await store.view(Filter(), EVERYTHING, page, 50)
        found += [record.ticket.title for record in answer.records]
        if page == answer.pages:
            return found
        page += 1


# in the middle of work


async def test_connections_that_are_killed_lose_nothing_and_double_nothing(postgres_server, store):
    async def create(number: int):
        return await until_done(lambda: store.create(new_ticket(f"n{number}"), origin(key=f"k{number}")))

    async def kill() -> None:
        for _ in range(6):
            await asyncio.sleep(0.04)
            await asyncio.to_thread(postgres_server.kill_backends)

    written, _ = await asyncio.gather(asyncio.gather(*map(create, range(60))), kill())
    assert sorted(await everything(store)) == sorted(f"n{number}" for number in range(60))
    assert len({each.record.ticket.id for each in written}) == 60


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_server_that_is_restarted_in_the_middle_keeps_what_it_confirmed(postgres_server, store, mode):
    confirmed = []

    async def work(worker: int) -> None:
        for number in range(12):
            name = f"{worker}.{number}"
            delivery = Delivery((name,), NOW, {"text": name})
            await until_done(lambda delivery=delivery: store.accept(delivery, "p1", NOW + 60))
            await until_done(lambda name=name: store.create(new_ticket(name), origin(key=name)))
            usage = MessageUsage(TODAY, "U1", "rules")
            await until_done(lambda name=name, usage=usage: store.finish(name, {"done": name}, usage=usage))
            confirmed.append(name)

    async def restart() -> None:
        await asyncio.sleep(0.1)
        await asyncio.to_thread(postgres_server.restart, mode)

    await asyncio.gather(*map(work, range(4)), restart())
    assert sorted(await everything(store)) == sorted(confirmed)
    assert len(confirmed) == 48
    assert await store.pending() == []
    assert (await store.usage(1))[0].messages == 48
    assert await count_tickets(store) == 48


def forget_the_end(store, monkeypatch) -> None:
    """The connection is lost right after the next commit, before anybody hears of it."""
    give_back, lost = store._database._pool.putconn, []

    async def lose(connection: psycopg.AsyncConnection) -> None:
        await give_back(connection)
        if not lost:
            lost.append(True)
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(store._database._pool, "putconn", lose)


async def test_a_ticket_whose_commit_was_not_heard_is_made_once_and_told_as_made(store, monkeypatch):
    forget_the_end(store, monkeypatch)
    written = await store.create(
        new_ticket(), origin(key="once", usage=MessageUsage(TODAY, "U1", "rules", 7, 1))
    )
    assert (written.record.ticket.id, written.repeated) == ("T001", False)
    assert (await store.create(new_ticket(), origin(key="once"))).repeated
    assert await count_tickets(store) == 1
    assert await store.tokens_used(TODAY) == 7


async def test_a_change_without_a_key_whose_commit_was_not_heard_is_made_once(store, monkeypatch):
    await store.create(new_ticket(), origin())
    forget_the_end(store, monkeypatch)
    written = await store.update("T001", {"pri": 1}, origin(key=""))
    assert (written.record.version, written.repeated) == (2, False)
    assert (await store.history("T001"))[1] == 2


async def test_a_delivery_whose_commit_was_not_heard_is_still_new_to_whoever_brought_it(store, monkeypatch):
    forget_the_end(store, monkeypatch)
    assert (await store.accept(Delivery(("E1", "m:1"), NOW, {}), "p1", NOW + 9)).new
    assert not (await store.accept(Delivery(("E2", "m:1"), NOW, {}))).new


def give_up_after(monkeypatch, sent: int):
    """What is done within is given up when it has sent so many statements."""
    execute, left = psycopg.AsyncConnection.execute, sent

    async def give_up_after_some(connection, *arguments, **named):
        nonlocal left
        left -= 1
        if left < 0:
            raise asyncio.CancelledError
        return await execute(connection, *arguments, **named)

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", give_up_after_some)


@pytest.mark.parametrize("sent", range(10))
async def test_a_delivery_that_is_given_up_while_it_is_sent_is_kept_whole_or_not_at_all(
    store, monkeypatch, sent
):
    """Kept without its keys, it could never be finished."""
    with monkeypatch.context() as patched, contextlib.suppress(asyncio.CancelledError):
        give_up_after(patched, sent)
        await store.accept(Delivery(("a", "b"), NOW, {}), "p1", NOW + 60)
    for delivery in await store.pending():
        await store.finish(delivery.keys[0])
    assert await store.pending() == []


@pytest.mark.parametrize("sent", range(8))
async def test_an_undoing_that_is_given_up_while_it_is_sent_is_done_whole_or_not_at_all(
    store, monkeypatch, sent
):
    await store.create(new_ticket(), origin())
    await store.update("T001", {"pri": 1}, origin())
    with monkeypatch.context() as patched, contextlib.suppress(asyncio.CancelledError):
        give_up_after(patched, sent)
        await store.undo("T001", 2, origin())
    version = (await store.get("T001")).version
    assert (await store.change("T001", 2)).undone_by == (3 if version == 3 else None)


async def test_what_was_claimed_is_not_lost_with_the_answer(store, monkeypatch):
    await store.accept(Delivery(("E1",), NOW, {}))
    forget_the_end(store, monkeypatch)
    assert [delivery.keys for delivery in await store.claim("p1", NOW, NOW + 9)] == [("E1",)]
    assert await store.claim("p2", NOW, NOW + 9) == []


async def test_no_more_is_claimed_than_was_asked_for_whatever_the_server_knows_of_the_table(
    postgres_server, store
):
    await store.accept(Delivery(("E0",), NOW, {}))
    postgres_server.execute("ANALYZE deliveries", "tickets")  # it plans for one row from now on
    for number in range(1, 5):
        await store.accept(Delivery((f"E{number}",), NOW + number, {}))
    assert [each.keys for each in await store.claim("p1", NOW, NOW + 9, limit=2)] == [("E0",), ("E1",)]


@pytest.mark.parametrize(
    "act",
    [
        lambda store, usage: store.finish("E1", {"ok": 1}, usage=usage),
        lambda store, usage: store.fail("E1", "boom", park=False, usage=usage),
        lambda store, usage: store.record_usage(usage),
    ],
)
async def test_what_a_message_cost_is_counted_once_also_where_the_commit_was_not_heard(
    store, monkeypatch, act
):
    await store.accept(Delivery(("E1",), NOW, {}))
    forget_the_end(store, monkeypatch)
    await act(store, MessageUsage(TODAY, "U1", "llm", 5, 1))
    assert [(day.messages, day.tokens) for day in await store.usage(1)] == [(1, 5)]


async def test_a_failure_and_a_press_are_counted_once_where_the_commit_was_not_heard(store, monkeypatch):
    await store.accept(Delivery(("E1",), NOW, {}))
    await store.add_choice(Choice("c", "U1", NOW + 600, {}))
    forget_the_end(store, monkeypatch)
    assert await store.fail("E1", "boom", park=True) == 1
    forget_the_end(store, monkeypatch)
    assert (await store.take_choice("c", "U1", "yes", "press", NOW)).taken == "yes"
    assert (await store.take_choice("c", "U1", "no", "other", NOW)).taken_by == "press"
    forget_the_end(store, monkeypatch)
    await store.retry_parked("E1")
    assert len(await store.pending()) == 1


@pytest.mark.parametrize("code", ["40001", "40P01", "57P01", "08006", "25006"])
async def test_what_the_server_could_not_do_this_time_is_tried_again(postgres_server, store, code):
    postgres_server.execute(
        f"""
        CREATE SEQUENCE attempts;
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('attempts') < 3 THEN RAISE EXCEPTION 'not now' USING ERRCODE = '{code}'; END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER refusing BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION refuse();
        """,
        "tickets",
    )
    try:
        written = await store.create(new_ticket(), origin())
    finally:
        postgres_server.execute("DROP FUNCTION refuse() CASCADE; DROP SEQUENCE attempts", "tickets")
    assert (written.record.ticket.id, written.repeated) == ("T001", False)
    assert await count_tickets(store) == 1


async def test_what_the_server_refuses_for_good_is_one_sentence_without_what_was_written(store, caplog):
    with pytest.raises(UnwritableError, match="cannot keep this"):
        await store.create(new_ticket(), origin(user_id="U\x00secret"))
    with pytest.raises(UnwritableError) as refused:
        await store.create(new_ticket(), origin(user_id="U\ud800secret"))
    assert "secret" not in str(refused.value)
    assert await count_tickets(store) == 0
    assert (await store.create(new_ticket(), origin())).record.ticket.id == "T001"


# down, or hanging


async def test_a_server_that_is_down_is_told_soon_and_found_again_when_it_is_back(postgres_server, store):
    await store.create(new_ticket(), origin())
    postgres_server.stop()
    try:
        for act, failure in (
            (lambda: store.create(new_ticket(), origin(key="later")), UnwritableError),
            (lambda: store.get("T001"), StoreError),
            (lambda: store.accept(Delivery(("E1",), NOW, {})), UnwritableError),
        ):
            began = time.monotonic()
            with pytest.raises(failure, match="database"):
                await act()
            assert time.monotonic() - began < SOON + 3 * _GRACE
    finally:
        postgres_server.start()
    began = time.monotonic()
    await until_done(lambda: store.create(new_ticket(), origin(key="later")))
    assert time.monotonic() - began < 5
    assert await count_tickets(store) == 2


async def test_calls_that_are_given_up_again_and_again_take_no_connection_with_them(postgres_server, store):
    for _ in range(2):
        await asyncio.to_thread(postgres_server.freeze)
        try:
            done = await asyncio.gather(*(count_tickets(store) for _ in range(30)), return_exceptions=True)
        finally:
            await asyncio.to_thread(postgres_server.thaw)
        assert {type(each) for each in done} == {UnavailableError}
    assert await until_done(lambda: asyncio.gather(*(count_tickets(store) for _ in range(30)))) == [0] * 30


async def test_whoever_gives_up_at_whatever_moment_leaves_no_connection_that_answers_nothing(
    store, monkeypatch
):
    """A busy program is interrupted at more moments, also when its connection has just entered pipeline mode."""
    monkeypatch.setattr(psycopg.waiting, "MAX_BUSY_TIME", -1.0)
    made = await store.create(new_ticket("printer jam"), origin(key="made"))
    for steps in range(60):
        given_up = asyncio.create_task(store.accept(Delivery((f"m{steps}",), NOW, {}), "p1", NOW + 60))
        for _ in range(steps):
            await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        noted = await store.update(made.record.ticket.id, {"res": f"n{steps}"}, origin(key=f"u{steps}"))
        assert noted.record.ticket.res == f"n{steps}"
        await store.accept(Delivery((f"other {steps}",), NOW, {}))
        claimed = await store.claim("p2", NOW, NOW + 60)
        assert f"other {steps}" in [each.keys[0] for each in claimed]


async def test_a_server_that_hangs_holds_nobody_and_serves_again_by_itself(postgres_server, store):
    await store.create(new_ticket(), origin())
    await asyncio.to_thread(postgres_server.freeze)
    try:
        began = time.monotonic()
        done = await asyncio.gather(*(store.get("T001") for _ in range(30)), return_exceptions=True)
        assert time.monotonic() - began < SOON + 4 * _GRACE
        assert {type(each) for each in done} == {UnavailableError}
        with pytest.raises(UnwritableError):
            await store.update("T001", {"pri": 1}, origin(key="stuck"))
    finally:
        await asyncio.to_thread(postgres_server.thaw)
    await until_done(lambda: store.update("T001", {"pri": 1}, origin(key="stuck")))
    assert (await store.history("T001"))[1] == 2


async def test_who_gives_up_while_the_server_hangs_need_not_wait_longer_than_who_does_not(
    postgres_server, store
):
    await count_tickets(store)
    await asyncio.to_thread(postgres_server.freeze)
    try:
        began = time.monotonic()
        asked = asyncio.create_task(count_tickets(store))
        await asyncio.sleep(0.1)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert time.monotonic() - began < SOON + 2 * _GRACE
    finally:
        await asyncio.to_thread(postgres_server.thaw)
    assert await until_done(lambda: count_tickets(store)) == 0


async def test_who_gives_up_at_the_moment_when_a_connection_becomes_free_gives_up(store):
    """A bot that is stopping would otherwise go on, and be killed."""
    pool = store._database._pool
    taken = [await pool.getconn() for _ in range(pool.max_size)]
    asked = asyncio.create_task(count_tickets(store))
    for _ in range(10):
        await asyncio.sleep(0)
    assert pool.get_stats()["requests_waiting"] == 1
    await pool.putconn(taken.pop())
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    for connection in taken:
        await pool.putconn(connection)
    assert await count_tickets(store) == 0
    assert pool.get_stats()["pool_available"] == pool.get_stats()["pool_size"]


def test_nobody_waits_five_seconds():
    assert TIMEOUT + 3 * _GRACE < 5


async def test_two_who_undo_at_once_undo_once_and_one_of_them_is_told(postgres_server, store):
    other = await PostgresStore.open(postgres_server.url)
    await store.create(new_ticket(), origin())
    await store.update("T001", {"stat": "done"}, origin())
    done = await asyncio.gather(
        *(each.undo("T001", 2, origin()) for each in (store, other)), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["NothingToUndoError", "Written"]
    assert (await other.get("T001")).ticket.stat is Status.OPEN
    await other.close()


# the address


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://tickets:hunter2@127.0.0.1:1/tickets",
        "postgresql://tickets:hunter2@/tickets?host=/nonexistent",
        "postgresql://tickets:hunter2@no-such-host.invalid/tickets",
        "postgresql://tickets:hunter2@host/tickets?colour=hunter2",
        "postgresql://tickets:hunter2@host:port/tickets",
    ],
)
async def test_no_error_and_no_log_line_holds_the_password(url, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(StoreError) as error:
        await PostgresStore.open(url, timeout=0.5)
    assert "hunter2" not in str(error.value) + repr(error.value) + caplog.text
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


async def test_an_error_of_connecting_names_the_server_and_one_next_step():
    with pytest.raises(StoreError) as error:
        await PostgresStore.open("postgresql://bot@127.0.0.1:1/helpdesk", timeout=0.5)
    assert str(error.value) == (
        "The database helpdesk on 127.0.0.1:1 does not answer, or does not let the bot in (Connection refused); "
        "check its address, its password, and whether it runs."
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda url: url.replace("/tickets?", "/helpdesk?"), 'database "helpdesk" does not exist'),
        (lambda url: url.replace("//tickets@", "//nobody@"), 'role "nobody" does not exist'),
    ],
)
async def test_an_error_of_connecting_says_why_the_server_refused(postgres_server, change, reason):
    with pytest.raises(StoreError) as error:
        await PostgresStore.open(change(postgres_server.url), timeout=0.5)
    assert f"does not let the bot in ({reason}); check" in str(error.value)


async def test_of_several_servers_the_one_that_writes_is_found(postgres_server):
    postgres_server.empty()
    url = postgres_server.url.replace("host=", "host=/nonexistent,") + "&target_session_attrs=read-write"
    store = await PostgresStore.open(url)
    await store.create(new_ticket(), origin())
    await store.close()
    postgres_server.execute("ALTER DATABASE tickets SET default_transaction_read_only = on")
    try:
        with pytest.raises(StoreError, match="does not answer"):
            await PostgresStore.open(url, timeout=1)
    finally:
        postgres_server.execute("ALTER DATABASE tickets RESET default_transaction_read_only")


async def test_what_is_opened_for_reading_only_is_read_and_never_written(postgres_server):
    postgres_server.empty()
    writer = await PostgresStore.open(postgres_server.url)
    await writer.create(new_ticket(), origin())
    reader = await open_store(postgres_server.url, read_only=True)
    assert (await reader.get("T001")) == (await writer.get("T001"))
    for act in (
        lambda: reader.create(new_ticket(), origin()),
        lambda: reader.take_turn("C1", "p1", NOW, NOW + 1),
        lambda: reader.accept(Delivery(("E1",), NOW, {})),
    ):
        with pytest.raises(StoreError, match="reading only"):
            await act()
    for store in (writer, reader):
        await store.close()


async def test_the_store_is_opened_by_its_address(postgres_server):
    store = await open_store(postgres_server.url)
    assert isinstance(store, PostgresStore)
    await store.close()
