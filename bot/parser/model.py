"""The model's port: what the parser asks of a language model, and how it is told that there is no answer."""

from typing import Literal, NamedTuple, Protocol

from bot.parser.message import Message

Reason = Literal["resting", "late", "down", "busy", "denied", "refused", "cut", "nonsense"]


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
    """Both calls end within the model's deadline, with an answer or a `ModelError`."""

    @property
    def name(self) -> str: ...

    @property
    def available(self) -> bool:
        """False while it is left alone: a call would fail at once."""
        ...

    @property
    def healthy(self) -> bool:
        """Whether its latest calls went well: false is no time for what is only nice to have."""
        ...

    async def ask(self, message: Message, hint: str = "") -> Answer:
        """The message as a command in the grammar's own language."""
        ...

    async def categorise(self, title: str) -> Answer:
        """The category of a ticket: `code`, `infra`, `doc` or `other`."""
        ...
