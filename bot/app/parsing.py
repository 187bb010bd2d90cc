"""Builds the parser and the model according to the settings."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bot.app.clocks import Clocks, day_of
from bot.parser import Parser
from bot.parser.llm.budget import Budget
from bot.parser.llm.model import Model
from bot.settings import Settings
from store.protocol import TicketStore

if TYPE_CHECKING:
    from bot.parser.llm.client import OpenAIModel


def build_parser(
    settings: Settings,
    store: TicketStore | None,
    clocks: Clocks,
    stack: AsyncExitStack,
    wrap: Callable[[Model], Model] = lambda model: model,
) -> Parser:
    """Without a store, the model's usage is neither limited nor counted. `wrap` may wrap the model."""
    budget = None
    if store:
        budget = Budget(
            store,
            settings.daily_tokens,
            now=clocks.now,
            today=lambda: day_of(clocks.now(), settings.zone),
        )
    if not settings.has_model:
        return Parser(None, budget, "rules")
    model = build_model(settings, clocks)
    stack.push_async_callback(model.close)
    return Parser(wrap(model), budget, settings.parser)


def build_model(settings: Settings, clocks: Clocks) -> "OpenAIModel":
    """The configured model. The caller must close it."""
    from bot.parser.llm.client import OPENAI, OpenAIModel  # noqa: PLC0415  # costs 0.7 s and 60 MB, so only if there is a model

    return OpenAIModel(
        settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none",
        settings.model,
        clock=clocks.monotonic,
        effort=settings.reasoning,
        prompt=settings.prompt,
        deadline=settings.deadline,
        read=max(6.0, settings.deadline - 2),
        base_url=settings.openai_base_url or OPENAI,
    )
