"""Deliveries, and the ways of carrying them to the app."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.local.fakeslack.workspace.people import Json

Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """`retry` is 0 for the first attempt; `reason` says why the previous one failed."""

    retry: int = 0
    reason: str = ""


@dataclass(slots=True)
class Delivery:
    """`outcomes` has one word per attempt: `ok`, or the reason that Slack sends with the next one."""

    kind: Kind
    payload: Json
    outcomes: list[str] = field(default_factory=list)
    answer: Any = None

    @property
    def done(self) -> bool:
        return self.outcomes[-1:] == ["ok"]


class UndeliveredError(Exception):
    """`reason` is Slack's word for it: `http_error`, `connection_failed`, `http_timeout`, `timeout`.

    `final`: the app asked for no retry.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        self.reason, self.final = reason, final
        super().__init__(reason)


class Carrier(Protocol):
    timeout_reason: str

    async def carry(self, delivery: Delivery, attempt: Attempt) -> Any:
        """The app's answer; None if it is empty. Raises `UndeliveredError`. The dispatcher enforces the deadline."""
        ...
