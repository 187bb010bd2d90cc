"""Counts the bot's round trips to the database, with a proxy in between."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from store.models.deliveries import Delivery, Posted
from store.models.tickets import MessageRef, Origin
from store.postgres import PostgresStore
from tests.store.postgres.server import Server
from tests.support.bot_harness import Office, open_office
from tests.tools.bench.corpus import START, tickets

REST = 5.0  # seconds in which a bot is idle
TIMES = 10  # repetitions of each kind of message


class CountingProxy:
    """Stands between a client and the server's socket, and counts how often the client writes after an answer."""

    def __init__(self, server: Server) -> None:
        self.trips = 0
        self._server = str(server.directory / ".s.PGSQL.5432")
        self._directory = server.directory / "proxy"
        self._serving: set[asyncio.Task[None]] = set()

    def url(self, database: str = "tickets") -> str:
        return f"postgresql://tickets@/{database}?host={self._directory}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["CountingProxy"]:
        self._directory.mkdir(exist_ok=True)
        socket = self._directory / ".s.PGSQL.5432"
        socket.unlink(missing_ok=True)
        async with await asyncio.start_unix_server(self._begin, socket):
            yield self
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_unix_connection(self._server)
        answered = True

        async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, *, asked: bool) -> None:
            nonlocal answered
            while data := await source.read(1 << 16):
                self.trips += asked and answered
                answered = not asked
                target.write(data)
            target.close()  # ends the other direction as well

        try:
            await asyncio.gather(copy(reader, questions, asked=True), copy(answers, writer, asked=False))
        finally:
            writer.close()
            questions.close()

    async def of(self, act: Callable[[], Awaitable[object]]) -> int:
        before = self.trips
        await act()
        return self.trips - before


async def of_one_ticket(server: Server) -> dict[str, int]:
    """Round trips of the store for a message that makes a ticket (accept, create, finish), for its duplicate,
    and for a change.
    """
    made = next(tickets(1, 11))
    delivery = Delivery(("message", "event 1"), START, {})
    twin = Delivery(("message", "event 2"), START, {})
    async with CountingProxy(server).running() as proxy:
        store = await PostgresStore.open(proxy.url())
        counts = {
            "accept": await proxy.of(lambda: store.accept(delivery, "p", START + 60)),
            "its twin": await proxy.of(lambda: store.accept(twin, "p", START + 60)),
            "create": await proxy.of(lambda: store.create(made.new, made.origin)),
        }
        [record] = await store.scan(size=1)
        posted = Posted(((record.ticket.id, MessageRef("C1", "1.1")),))
        counts["finish"] = await proxy.of(lambda: store.finish("message", {}, posted=posted))
        change = Origin("change", "U1", START)
        counts["update"] = await proxy.of(lambda: store.update(record.ticket.id, {"pri": 1}, change))
        await store.close()
    return counts


async def of_messages(
    server: Server, folder: Path, *, rest: float = REST, times: int = TIMES
) -> dict[str, float]:
    """Round trips of a whole bot for each kind of message, said `times` times each, less those of an idle
    bot, measured for some seconds; and the idle bot's, a second.
    """
    async with (
        CountingProxy(server).running() as proxy,
        open_office(folder, "http", store=proxy.url()) as office,
    ):
        first = await office.said("engineer", "support", "@tickets create the first, unlike all that follow")
        before = proxy.trips
        await asyncio.sleep(rest)
        resting = (proxy.trips - before) / rest if rest else 0.0
        counts = {}
        for kind, say in _kinds(office, first).items():
            began, before = asyncio.get_running_loop().time(), proxy.trips
            for number in range(times):
                await say(number)
            seconds = asyncio.get_running_loop().time() - began
            counts[kind] = (proxy.trips - before - resting * seconds) / times
    return counts | {"rest, a second": resting}


def _kinds(office: Office, thread: str) -> dict[str, Callable[[int], Awaitable[object]]]:
    return {
        "a mention that makes a ticket": lambda number: office.said(
            "engineer", "support", f"@tickets create n{number}x"
        ),
        "a reply that changes it": lambda number: office.said(
            "engineer", "support", f"pri {1 + number % 3}", thread
        ),
        "a list": lambda _: office.said("engineer", "support", "@tickets list open"),
        "talk in a ticket's thread": lambda _: office.said("engineer", "support", "see you at 3", thread),
    }
