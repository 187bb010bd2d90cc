"""Everything that needs no Slack, wired: what `tickets ask` runs on."""

import asyncio
import secrets
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from store.opening import open_store

from bot.parser import Parser
from bot.parser.budget import Budget
from bot.parser.llm import OPENAI, OpenAIModel
from bot.pipeline import Pipeline
from bot.previews import Previews
from bot.router import Router
from bot.settings import Settings
from store.base import TicketStore


class Clocks(Protocol):
    """What time it is, and how to wait. Tests bring their own."""

    def now(self) -> float: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class RealTime:
    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Core:
    store: TicketStore
    parser: Parser
    router: Router
    pipeline: Pipeline


def parser_of(settings: Settings, store: TicketStore | None, clocks: Clocks, stack: AsyncExitStack) -> Parser:
    """Without a store the model's cost is neither limited nor counted."""
    if not settings.has_model:
        return Parser(None, None, "rules")
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    model = OpenAIModel(
        key,
        settings.model,
        clock=clocks.monotonic,
        effort=settings.reasoning,
        prompt=settings.prompt,
        deadline=settings.deadline,
        read=max(6.0, settings.deadline - 2),
        base_url=settings.openai_base_url or OPENAI,
    )
    stack.push_async_callback(model.close)
    budget = (
        Budget(
            store, settings.daily_tokens, clock=clocks.monotonic, today=lambda: _today(settings, clocks.now())
        )
        if store
        else None
    )
    return Parser(model, budget, settings.parser)


def _today(settings: Settings, at: float) -> date:
    return datetime.fromtimestamp(at, settings.zone).date()


async def open_core(settings: Settings, stack: AsyncExitStack, clocks: Clocks | None = None) -> Core:
    clocks = clocks or RealTime()
    store = await open_store(settings.store)
    stack.push_async_callback(store.close)
    parser = parser_of(settings, store, clocks, stack)
    router = Router(store, lambda at: _today(settings, at), Previews(lambda: secrets.token_urlsafe(12)))
    return Core(store, parser, router, Pipeline(parser, router))
