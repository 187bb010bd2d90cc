"""One message as the recognisers see it."""

from dataclasses import dataclass, field

from bot.actions import Action
from bot.parser.message import Reading, Surface, Topic
from bot.parser.tokens import Token


@dataclass(slots=True)
class Said:
    """`raw` are the tokens as they stand; in `tokens` the vocabulary has joined its phrases, and `body` is what of them
    follows greetings and politeness.

    `asked` is set after `can you …`, `wish` after `I'd like to …` (want) or `can we …`, `I need to …` (may); `question`
    when it ends with a question mark.
    """

    source: str
    surface: Surface
    topic: Topic | None
    raw: list[Token]
    tokens: list[Token]
    body: list[Token] = field(default_factory=list)
    asked: bool = False
    wish: str = ""
    question: bool = False
    names_ids: bool = False  # some ticket's id, or what is meant as one, stands in it
    roles: frozenset[str] = frozenset()  # every role of any of its words

    def __post_init__(self) -> None:
        self.roles = frozenset().union(*[token.tags.roles for token in self.body])
        self.names_ids = "id" in self.roles

    @property
    def lead(self) -> Token:
        return self.body[0]


CHANGING = frozenset(("close", "start", "reopen", "update", "raise", "lower", "rename", "note"))


def sure(action: Action) -> Reading:
    return Reading(action, sure=True)


def unsure(action: Action, hint: str = "") -> Reading:
    return Reading(action, sure=False, hint=hint)
