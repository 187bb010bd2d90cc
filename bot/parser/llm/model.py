"""The model's port: what the parser asks of a language model, and how it is told that there is no answer."""

from typing import Literal, NamedTuple, Protocol

from bot.parser.message import Message

Reason = Literal[
    "resting",  # left alone for a while: no call was made
    "late",  # no answer within the deadline
    "unreachable",  # no connection
    "down",  # the server failed
    "loading",  # the server is still loading the model
    "busy",  # too many requests
    "quota",  # no credit left
    "denied",  # the key is not accepted
    "unknown model",
    "no such path",  # the address serves no chat completions
    "rejected",  # the server does not accept the request
    "refused",  # the model or a filter will not answer this message
    "cut",  # the answer's tokens ended before its command did
    "nonsense",  # an answer, but no command in it
]


class ModelError(Exception):
    """No usable answer, and why. `tokens` were spent all the same; `calls` were made (0 or 1)."""

    def __init__(self, reason: Reason, tokens: int = 0, calls: int = 1) -> None:
        self.reason, self.tokens, self.calls = reason, tokens, calls
        super().__init__(reason)


class Answer(NamedTuple):
    """What the model said, unchecked, and the tokens that it cost in all."""

    text: str
    tokens: int


class Model(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def available(self) -> bool:
        """False while it is left alone: a call would fail at once."""
        ...

    async def ask(self, message: Message, hint: str = "") -> Answer:
        """The message as a command in the language that people type; ends within the model's deadline.

        Raises `ModelError`. An answer is to be rated.
        """
        ...

    def rate(self, *, usable: bool) -> None:
        """Say whether its latest answer was a command. After too many in a row that were none it is left alone."""
        ...
