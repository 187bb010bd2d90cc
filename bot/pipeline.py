"""Read first. A message is parsed into one action, the action is run, and what came of it is the answer.

listeners     parser       router           store           replies + views
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from bot import policy
from bot.parser import Parser
from bot.parser.message import Message, Parsed
from bot.requester import Requester
from bot.results import Outcome
from bot.router import Router
from store.models import Origin


class Answer(NamedTuple):
    parsed: Parsed
    outcome: Outcome


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
        recheck: Callable[[], Awaitable[Requester]] | None = None,
    ) -> Answer:
        """`asking` is called if and when the model is, which takes a moment that the rules do not. `recheck` asks anew who
        is there and who reads along, before what cannot easily be taken back."""
        parsed = await self._parser.parse(message, asking)
        if recheck and policy.is_grave(parsed.action):
            requester = await recheck()
        return Answer(parsed, await self._router.act(parsed.action, requester, origin))

    async def is_command(self, message: Message) -> bool:
        """Whether it asks for something, as far as the rules can tell."""
        return (await self._parser.parse(message)).action.action not in ("NONE", "HELP")
