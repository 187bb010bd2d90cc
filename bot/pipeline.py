"""Read this first. A message is parsed into one action, the router runs the action, and its outcome is the answer.

listeners     parser       router           store           replies + views
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import NamedTuple

from bot import policy
from bot.actions import Action, Create, Undo
from bot.parser import Parser
from bot.parser.message import Message, Parsed
from bot.results import Outcome
from bot.router import Router
from bot.router.requester import Requester
from store.models.tickets import MessageUsage, Origin

Fill = Callable[[Create | Undo, Origin], Awaitable[tuple[Action, Origin]]]


class Answer(NamedTuple):
    """`usage` is what the message cost; None if the commit of a change has already counted it."""

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
        before_model_call: Callable[[], Awaitable[None]] | None = None,
        *,
        recheck: Callable[[], Awaitable[Requester]] | None = None,
        fill: Fill | None = None,
        known_action: Action | None = None,
    ) -> Answer:
        """Parse `message`, run its action and return the outcome.

        `before_model_call` is called before a model call, which takes longer than the rules. `recheck` looks up the
        person and the room's readers again, after a model call and before actions that are hard to take back. `fill` completes or replaces a
        CREATE or an UNDO. `known_action` is the action if an earlier message already settled it; the parser is
        then not asked."""
        parsed = (
            self._parser.parse_known(message, known_action)
            if known_action
            else await self._parser.parse(message, before_model_call)
        )
        if fill and isinstance(parsed.action, Create | Undo):
            action, origin = await fill(parsed.action, origin)
            parsed = replace(parsed, action=action)
        if recheck and (parsed.calls or policy.is_grave(parsed.action)):
            requester = await recheck()
        outcome = await self._router.act(parsed.action, requester, replace(origin, usage=parsed.usage))
        first = outcome.parts[0] if outcome.parts else outcome
        counted = bool(first.changes) and not first.repeated
        return Answer(parsed, outcome, None if counted else parsed.usage)

    async def is_command(self, message: Message) -> bool:
        """Whether the message asks for something, as far as the rules can tell without the model."""
        return (await self._parser.parse(message)).action.action not in ("NONE", "HELP")
