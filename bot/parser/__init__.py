"""From a message to an action: the rules first, then the model, and the rules' best reading where there is none."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from typing import Literal

from bot.actions import Ask, Delete, Export, Nothing, Usage
from bot.parser.budget import Budget, OverBudgetError
from bot.parser.message import Message, Parsed, Reading
from bot.parser.model import Model, ModelError
from bot.parser.plain import is_mentioned
from bot.parser.rules import read as read_by_rules
from bot.parser.rules.format import format_command
from bot.parser.trust import CHANGES, Read, Spell, UnreadableError, accept
from store.base import StoreError

log = logging.getLogger(__name__)

Order = Literal["auto", "llm", "rules"]
Asking = Callable[[], Awaitable[None]]

DOUBTFUL = "I am not sure that I understood you. If this is it, send it as a command."
NO_ANSWER = "The language model did not answer."

__all__ = ["Message", "Order", "Parsed", "Parser", "Reading"]


class Parser:
    """One message in, one action out, with its receipt. What somebody wrote or a model said raises nothing.

    `order`: `auto` asks the model for what the rules are not sure of, `llm` for everything, `rules` for
    nothing; without a model it is always `rules`. Without a budget calls are neither counted nor limited.
    """

    def __init__(
        self,
        model: Model | None = None,
        budget: Budget | None = None,
        order: Order = "auto",
        *,
        read: Read = read_by_rules,
        spell: Spell = format_command,
    ) -> None:
        self._model, self._budget, self._order = model, budget, order
        self._read, self._spell = read, spell

    async def parse(self, message: Message, asking: Asking | None = None) -> Parsed:
        """`asking` is awaited right before the model is called, so that the person can be told that it takes a while."""
        reading = self._read(message)
        if not reading.addressed or (message.surface == "thread" and not is_mentioned(message)):
            # Talk among people: it is never sent anywhere, and only what is sure counts.
            return Parsed(reading.action if reading.sure else Nothing(), "rules")
        if self._model and self._wants(self._model, reading):
            return await self._within_budget(self._model, message, reading, asking)
        return await self._recorded(message, self._by_rules(reading))

    def _wants(self, model: Model, reading: Reading) -> bool:
        if self._order == "rules" or not model.available:
            return False
        if reading.sure and isinstance(reading.action, (Delete, Export, Usage)):
            return False  # these are never taken from a model
        return self._order == "llm" or not reading.sure

    async def _within_budget(
        self, model: Model, message: Message, reading: Reading, asking: Asking | None
    ) -> Parsed:
        try:
            async with self._allowance(message.who):
                if asking:
                    await asking()
                return await self._recorded(message, await self._by_model(model, message, reading))
        except (OverBudgetError, StoreError) as error:
            why = str(error) if isinstance(error, OverBudgetError) else NO_ANSWER
            return await self._recorded(message, self._by_rules(reading, why))

    def _allowance(self, who: str) -> AbstractAsyncContextManager[None]:
        return self._budget.call(who) if self._budget else nullcontext()

    async def _recorded(self, message: Message, parsed: Parsed) -> Parsed:
        """`parsed`, counted. What cannot be counted is still answered: the next call will not be allowed."""
        try:
            if self._budget:
                await self._budget.record(message.who, parsed.via, parsed.tokens, parsed.calls)
        except StoreError:
            log.warning("What a message cost could not be recorded: %d tokens", parsed.tokens)
        return parsed

    async def _by_model(self, model: Model, message: Message, reading: Reading) -> Parsed:
        tokens = 0
        try:
            said, tokens = await model.ask(message, reading.hint)
            action = accept(said, message, reading, self._read, self._spell)
        except ModelError as error:
            return replace(self._by_rules(reading, NO_ANSWER), tokens=error.tokens, calls=error.calls)
        except UnreadableError:
            return replace(self._by_rules(reading), tokens=tokens, calls=1)
        command = "" if isinstance(action, (Ask, Nothing)) else self._spell(action)
        return Parsed(action, "llm", tokens, 1, model.name, command)

    def _by_rules(self, reading: Reading, why: str = "") -> Parsed:
        """What is sure; otherwise the best reading if it changes nothing or only creates, or else a question."""
        if reading.sure:
            return Parsed(reading.action, "rules")
        if isinstance(reading.action, CHANGES):
            asked = Ask(msg=f"{why} {DOUBTFUL}".strip(), hint=self._spell(reading.action))
            return Parsed(asked, "fallback")
        return Parsed(reading.action, "fallback")
