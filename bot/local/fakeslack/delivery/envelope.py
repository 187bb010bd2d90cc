"""What is delivered, and what can come of it."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.local.fakeslack.workspace.people import Json

Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """`retry` counts from 0, the first delivery being none; `reason` says what went wrong with the last one."""

    retry: int = 0
    reason: str = ""


@dataclass(slots=True)
class Delivery:
    """`outcomes` is one word an attempt: `ok`, or the reason that Slack gives for the next one."""

    kind: Kind
    payload: Json
    outcomes: list[str] = field(default_factory=list)
    answer: Any = None

    @property
    def done(self) -> bool:
        return self.outcomes[-1:] == ["ok"]


class UndeliveredError(Exception):
    """`reason` is Slack's word for it: `http_error`, `connection_failed`, `http_timeout`, `timeout`.

    `final` is when the app said that it wants no retry.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        self.reason, self.final = reason, final
        super().__init__(reason)


class Carrier(Protocol):
    timeout_reason: str

    async def carry(self, delivery: Delivery, attempt: Attempt) -> Any:
        """The app's answer, None for an empty one. Raises `UndeliveredError`. Has no deadline of its own."""
        ...
