"""Everything that works without Slack, wired together; `tickets ask` runs on it."""

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.app.clocks import Clocks, SystemClock, day_of, start_of
from bot.app.parsing import build_parser
from bot.parser import Parser
from bot.parser.llm.model import Model
from bot.parser.rules import format_command
from bot.people import find_people_in
from bot.pipeline import Pipeline
from bot.router import Router
from bot.router.choices import Choices
from bot.router.filters import Calendar
from bot.settings import Settings
from store import open_store
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import Status
from store.protocol import TicketStore


@dataclass(frozen=True, slots=True)
class Core:
    store: TicketStore
    parser: Parser
    router: Router
    pipeline: Pipeline


async def open_core(
    settings: Settings,
    stack: AsyncExitStack,
    clocks: Clocks | None = None,
    wrap: Callable[[Model], Model] = lambda model: model,
    measure: Callable[[TicketStore], TicketStore] = lambda store: store,
) -> Core:
    """`wrap` and `measure` may wrap the model and the store."""
    clocks = clocks or SystemClock()
    opened = await open_store(settings.store)
    stack.push_async_callback(opened.close)
    store = measure(opened)
    parser = build_parser(settings, store, clocks, stack, wrap)
    calendar = Calendar(lambda at: day_of(at, settings.zone), lambda day: start_of(day, settings.zone))
    choices = Choices(store, lambda: secrets.token_urlsafe(12))
    router = Router(store, calendar, choices, find_people_in(store), format_command)
    return Core(store, parser, router, Pipeline(parser, router))


async def count_tickets(store: TicketStore) -> tuple[int, int]:
    """The number of all tickets, and of those that are not done."""
    every = await store.view(Filter(), EVERYTHING, size=1)
    left = await store.view(Filter(stat=(Status.OPEN, Status.PROG)), EVERYTHING, size=1)
    return every.count, left.count


def describe_count(every: int, left: int) -> str:
    """`2 tickets, 1 not done`"""
    return f"{tickets(every)}, {left} not done"


def tickets(count: int) -> str:
    """`1 ticket`"""
    return f"{count} {'ticket' if count == 1 else 'tickets'}"
