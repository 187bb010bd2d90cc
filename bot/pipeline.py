"""Read first. A message is parsed into one action, the action is run, and what came of it is the answer.

listeners     parser       router           store           replies + views
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import NamedTuple

from bot import policy
from bot.actions import Action, Create
from bot.parser import Parser
from bot.parser.message import Message, Parsed
from bot.requester import Requester
from bot.results import Outcome
from bot.router import Router
from store.models.tickets import MessageUsage, Origin

Fill = Callable[[Create, Origin], Awaitable[tuple[Action, Origin]]]


class Answer(NamedTuple):
    """`usage` is what the message cost, unless the commit of a change has counted it already."""

    parsed: Parsed
    outcome: Outcome
    usage: MessageUsage | None = None


class Pipeline:
    def __init__(self, parser: Parser, router: Router) -> None:
        self._parser = parser
        self._router = router

    async def answer(
        self,
        message: Message,
        requester: Requester,
        origin: Origin,
        asking: Callable[[], Awaitable[None]] | None = None,
        *,
        recheck: Callable[[], Awaitable[Requester]] | None = None,
        fill: Fill | None = None,
        known: Action | None = None,
    ) -> Answer:
        """`asking` is called if and when the model is, which takes a moment that the rules do not. `recheck` asks anew who
        is there and who reads along, before what cannot easily be taken back; `fill` completes a ticket that is asked for
        of a thread; `known` is what the message means, where that is plain from what was said before it."""
        parsed = (
            self._parser.parse_known(message, known) if known else await self._parser.parse(message, asking)
        )
        if fill and isinstance(parsed.action, Create) and parsed.action.source:
            action, origin = await fill(parsed.action, origin)
            parsed = replace(parsed, action=action)
        if recheck and policy.is_grave(parsed.action):
            requester = await recheck()
        outcome = await self._router.act(parsed.action, requester, replace(origin, usage=parsed.usage))
        first = outcome.parts[0] if outcome.parts else outcome
        counted = bool(first.changes) and not first.repeated
        return Answer(parsed, outcome, None if counted else parsed.usage)

    async def is_command(self, message: Message) -> bool:
        """Whether it asks for something, as far as the rules can tell."""
        return (await self._parser.parse(message)).action.action not in ("NONE", "HELP")
