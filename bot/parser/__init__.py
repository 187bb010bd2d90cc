"""Turns a message into an action: the rules first, then the model, and the rules' best reading if there is none."""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Literal

from bot.actions import READ_ONLY, Action, Ask, Nothing
from bot.parser.fallback import resolve_reading
from bot.parser.llm.budget import Budget, OverBudgetError
from bot.parser.llm.model import Model, ModelError
from bot.parser.llm.validate import UnreadableError, validate_answer
from bot.parser.mention import is_mentioned
from bot.parser.message import FormatCommand, Message, Parsed, Read, Reading
from bot.parser.rules import format_command
from bot.parser.rules import read as read_by_rules
from bot.parser.text import MAX_MESSAGE_LENGTH
from store.errors import StoreError

Order = Literal["auto", "llm", "rules"]
Asking = Callable[[], Awaitable[None]]

NO_ANSWER = "The language model did not answer."

__all__ = ["Message", "Order", "Parsed", "Parser", "Reading"]


class Parser:
    """Turns one message into one action, with its receipt. Neither a message nor a model's answer makes it raise.

    `order` says when the model is asked: `auto` when the rules are unsure; `llm` always, except for changes and new tickets
    that the rules are sure of; `rules` never. Without a model it is always `rules`. Without a budget, calls are neither
    counted nor limited.
    """

    def __init__(
        self,
        model: Model | None = None,
        budget: Budget | None = None,
        order: Order = "auto",
        *,
        read: Read = read_by_rules,
        format_command: FormatCommand = format_command,
    ) -> None:
        self._model, self._budget, self._order = model, budget, order
        self._read, self._format_command = read, format_command

    async def parse(self, message: Message, asking: Asking | None = None) -> Parsed:
        """Parse `message`. `asking` is awaited right before a model call, to tell the person that it takes a while."""
        message = replace(message, text=message.text[:MAX_MESSAGE_LENGTH])
        reading = self._read(message)
        if not reading.addressed or (message.surface == "thread" and not is_mentioned(message)):
            # People talking to each other: never sent to the model, and only a sure reading counts.
            return Parsed(reading.action if reading.sure else Nothing(), "rules")
        wanted = not reading.sure or (self._order == "llm" and isinstance(reading.action, READ_ONLY))
        if not self._model or self._order == "rules" or not (wanted and self._model.available):
            return self._counted(message, self._by_rules(message, reading))
        try:
            async with self._budget.call(message.who) if self._budget else nullcontext():
                if asking:
                    await asking()
                return self._counted(message, await self._by_model(self._model, message, reading))
        except (OverBudgetError, StoreError) as error:
            why = str(error) if isinstance(error, OverBudgetError) else NO_ANSWER
            return self._counted(message, self._by_rules(message, reading, why))

    def parse_known(self, message: Message, action: Action) -> Parsed:
        """Like `parse`, for a message whose action is already known."""
        return self._counted(message, Parsed(action, "rules"))

    async def _by_model(self, model: Model, message: Message, reading: Reading) -> Parsed:
        tokens, calls = 0, 1
        try:
            said, tokens = await model.ask(message, reading.hint)
            action = validate_answer(said, message, reading, self._read, self._format_command)
        except ModelError as error:
            tokens, calls = error.tokens, error.calls
            return replace(self._by_rules(message, reading, NO_ANSWER), tokens=tokens, calls=calls)
        except UnreadableError:
            model.rate(usable=False)
            return replace(self._by_rules(message, reading), tokens=tokens, calls=calls)
        model.rate(usable=True)
        command = "" if isinstance(action, (Ask, Nothing)) else self._format_command(action)
        return Parsed(action, "llm", tokens, calls, model.name, command)

    def _by_rules(self, message: Message, reading: Reading, why: str = "") -> Parsed:
        action = resolve_reading(reading, message, self._read, self._format_command, why)
        return Parsed(action, "rules" if reading.sure else "fallback")

    def _counted(self, message: Message, parsed: Parsed) -> Parsed:
        if self._budget is None:
            return parsed
        usage = self._budget.count(message.who, parsed.via, parsed.tokens, parsed.calls)
        return replace(parsed, usage=usage)
