"""One message in the form that the recognisers read."""

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile

from bot.actions import Action
from bot.parser.message import Message, Read, Reading, Surface, ThreadTicket
from bot.parser.rules.language.lexer import Kind, Token
from bot.parser.rules.language.roles import Role


@dataclass(slots=True)
class Utterance:
    """`raw`: the tokens as written; `body`: those after greetings and politeness, each known phrase as one.

    `asked`: after `can you`. `wish`: "want" after `I'd like to`, "have" after `can we have`, "may" after `can we`, `I
    need to`. `permission`: after `feel free to`. `question`: with a final `?`. `overheard`: not addressed to the bot."""

    source: str
    surface: Surface
    thread: ThreadTicket | None
    raw: list[Token]
    body: list[Token]
    asked: bool
    wish: str
    permission: bool
    question: bool
    today: date | None
    overheard: bool = False
    lead: Token = field(init=False)  # the first token of the body
    roles: frozenset[Role] = field(init=False)  # all roles of all words of the body
    names_ids: bool = field(init=False)  # the body names a ticket id, or a malformed one

    def __post_init__(self) -> None:
        self.lead = self.body[0] if self.body else _NOBODY
        self.roles = _NO_ROLES.union(*[token.tags.roles for token in self.body])
        self.names_ids = Role.ID in self.roles


_NO_ROLES: frozenset[Role] = frozenset()
_NOBODY = Token(Kind.WORD, "", 0, 0)
ENDING = frozenset(("close", "reopen", "delete"))
CHANGING = frozenset(("close", "start", "reopen", "update", "raise", "lower", "rename", "note"))
_SECOND = CHANGING | {"delete", "cannot", "view"}
_NEAR = 4  # tokens after a verb that may hold its object


def commands_again(tokens: list[Token], at: int, marks: str = "") -> bool:
    """Whether a second command with its own ticket begins at `at`: after one of `marks` ("": any), `and` or `please`."""
    token, before = tokens[at], tokens[at - 1]
    near = [*takewhile(lambda other: not other.breaks(",;.!"), tokens[at + 1 : at + 1 + _NEAR])]
    mark = before.kind == Kind.LINE or (before.kind == Kind.MARK and (before.word in marks or not marks))
    begins = mark or at == 0 or before.has(Role.AND, Role.FILLER, Role.POLITE, Role.REQUEST)
    verb, it = token.verb, bool(near) and Role.PRON in near[0].tags
    named = Role.REFERS not in token.tags and any(other.kind == Kind.ID for other in near)
    of_it = it and (verb == "cannot" or (not marks and verb in ENDING))
    return begins and (of_it or (verb in _SECOND and named))


def read_alone(text: str, message: Message, read: Read) -> Action | None:
    """The action that a part of the message asks for by itself; None if that is not sure."""
    reading = read(replace(message, text=text, surface="slash" if message.surface == "slash" else "dm"))
    return reading.action if reading.sure else None


def sure(action: Action) -> Reading:
    return Reading(action, sure=True)


def unsure(action: Action, hint: str = "") -> Reading:
    return Reading(action, sure=False, hint=hint)
