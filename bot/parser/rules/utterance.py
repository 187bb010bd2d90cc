"""One message as the recognisers see it."""

from dataclasses import dataclass, field
from datetime import date

from bot.actions import Action
from bot.parser.message import Reading, Surface, Topic
from bot.parser.rules.language.lexer import Kind, Token
from bot.parser.rules.language.roles import Role


@dataclass(slots=True)
class Utterance:
    """`raw` are the tokens as they stand; in `body`, which follows greetings and politeness, known phrases are one token.

    `asked` is set after `can you …`, `wish` after `I'd like to …` (want) or `can we …`, `I need to …` (may), `leave` after
    `feel free to …`; `question` when it ends with a question mark; `overheard` in a thread without the bot's mention.
    """

    source: str
    surface: Surface
    topic: Topic | None
    raw: list[Token]
    body: list[Token]
    asked: bool
    wish: str
    leave: bool
    question: bool
    today: date | None
    overheard: bool = False
    lead: Token = field(init=False)  # the body's first
    roles: frozenset[Role] = field(init=False)  # every role of any of its words
    names_ids: bool = field(init=False)  # some ticket's id, or what is meant as one, stands in it

    def __post_init__(self) -> None:
        self.lead = self.body[0] if self.body else _NOBODY
        self.roles = _NO_ROLES.union(*[token.tags.roles for token in self.body])
        self.names_ids = Role.ID in self.roles


_NO_ROLES: frozenset[Role] = frozenset()
_NOBODY = Token(Kind.WORD, "", 0, 0)
ENDING = frozenset(("close", "reopen", "delete"))
CHANGING = frozenset(("close", "start", "reopen", "update", "raise", "lower", "rename", "note"))


def sure(action: Action) -> Reading:
    return Reading(action, sure=True)


def unsure(action: Action, hint: str = "") -> Reading:
    return Reading(action, sure=False, hint=hint)
