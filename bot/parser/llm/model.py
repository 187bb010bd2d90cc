"""The model port: what the parser needs from a language model, and how a missing answer is reported."""

from typing import Literal, NamedTuple, Protocol

from bot.parser.message import Message

Reason = Literal[
    "resting",  # left alone for a while: no call was made
    "late",  # no answer within the deadline
    "unreachable",  # no connection
    "down",  # the circuit breaker is open: no call was made
    "loading",  # the server is still loading the model
    "busy",  # too many requests
    "quota",  # no credit left
    "denied",  # the key is not accepted
    "unknown model",
    "no such path",  # the address serves no chat completions
    "rejected",  # the server does not accept the request
    "refused",  # the model or a filter will not answer this message
    "cut",  # the token limit cut the answer off before its command was complete
    "nonsense",  # an answer, but no command in it
]


class ModelError(Exception):
    """No usable answer; `reason` says why. `tokens` were spent anyway; `calls` (0 or 1) were made."""

    def __init__(self, reason: Reason, tokens: int = 0, calls: int = 1) -> None:
        self.reason, self.tokens, self.calls = reason, tokens, calls
        super().__init__(reason)


class Answer(NamedTuple):
    """The model's unchecked answer, and the tokens that the call cost."""

    text: str
    tokens: int


class Model(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def available(self) -> bool:
        """False while the circuit breaker is open: a call would fail at once."""
        ...

    async def ask(self, message: Message, hint: str = "") -> Answer:
        """Translate `message` into a typed command within the deadline; `rate` the answer. Raises `ModelError`."""
        ...

    def rate(self, *, usable: bool) -> None:
        """Report whether the latest answer was a command. Too many unusable ones in a row open the circuit breaker."""
        ...
