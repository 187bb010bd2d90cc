"""What stands before a colon and only says that a ticket follows: `todo:`, `wish from sales:`, `put this on the board please:`."""

from itertools import pairwise

from bot.parser.rules.create.inline_fields import Settings
from bot.parser.rules.create.opening import Head
from bot.parser.rules.language.lexer import Kind, Token
from bot.parser.rules.language.roles import Role

_FARTHEST = 40  # tokens before the colon
_MOST_OF_LABEL = 9
_NEAR = 5
_FORWARDS = ("fw", "forward")  # what is quoted after it is somebody else's
_BREAKS = frozenset(",.;!?-")
_INTO = ("under", "as", "in", "for", "a", "an")
_NAMING = (
    Role.FIELD, Role.PRI, Role.CAT, Role.PILE, Role.NOUN, Role.PRON, Role.ARTICLE, Role.POLITE, Role.GLUE, Role.INDIRECT,
    Role.CONNECTS, Role.ABOUT, Role.TO, Role.FILLER,
)  # fmt: skip


def label(tokens: list[Token], *, threaded: bool) -> Head | None:
    """Where the title begins after such words, and what they say about it; `threaded` where `it` is a ticket already."""
    if Role.BEGINS in tokens[0].tags and len(tokens) > 1 and tokens[1].kind != Kind.MARK:
        return Head(1, Settings())
    for at, token in enumerate(tokens[:_FARTHEST]):
        if token.kind == Kind.MARK and token.word in (":", "-") and 0 < at < len(tokens) - 1:
            begun = _labelled(tokens, at, threaded=threaded)
            if begun or token.word == ":":
                return begun
    return None


def _labelled(tokens: list[Token], colon: int, *, threaded: bool) -> Head | None:
    """The label that ends at `colon`, whole or as the last clause before it."""
    if tokens[colon - 1].has(Role.FIELD) and not tokens[colon - 2].has(Role.PRI):
        return None  # `pri: 1`; not `low severity: …`
    if any(token.kind == Kind.ID for token in tokens[colon : colon + _NEAR]):
        return None  # `log: T003 closed`
    if colon == 1 and tokens[0].has(Role.OPENS) and tokens[1].word == ":":
        return Head(2, Settings())  # `file: …`
    if Role.LABEL in tokens[0].tags and colon <= _MOST_OF_LABEL:
        forwards = tokens[0].word.startswith(_FORWARDS) and tokens[colon + 1].kind == Kind.QUOTE
        return None if forwards else Head(colon + 1, _said(tokens[:colon]))
    for start in range(colon - 1, -1, -1):
        if not (start and _names(tokens[start])) and _sends(tokens[start:colon], threaded=threaded):
            return Head(colon + 1, _said(tokens[start:colon]))
    return None


def _sends(clause: list[Token], *, threaded: bool) -> bool:
    """`put this on the board please`, `make it a separate ticket`, `log this one, low severity`."""
    verb, rest = clause[0], clause[1:]
    if not rest or not all(_names(token) for token in rest):
        return False
    if any(  # `a ticket`, `its own ticket`; not `this ticket`, which is there already
        (token.tags.get(Role.NOUN) == "one" or token.word == "one")
        and (before.has(Role.ARTICLE, Role.PILE, Role.OPENS) or Role.TICKET in token.tags)
        for before, token in pairwise(clause)
    ):
        return verb.has(Role.OPENS, Role.ADDS) or verb.tags.get(Role.VERB) == "create"
    if threaded:
        return False
    if verb.has(Role.OPENS):
        return any(token.has(Role.PRON, Role.CAT, Role.PRI, Role.PILE) for token in rest)
    return verb.has(Role.ADDS) and any(Role.PILE in token.tags for token in rest)


def _names(token: Token) -> bool:
    return token.kind in (Kind.PICTURE, Kind.NUMBER) or token.word == "," or token.has(*_NAMING)


def _said(tokens: list[Token]) -> Settings:
    """What the label says about the ticket."""
    said = Settings()
    for before, token in zip([tokens[0], *tokens], tokens, strict=False):
        if Role.PRI in token.tags and not said.pri:
            said.pri = int(token.tags[Role.PRI])
        elif Role.CAT in token.tags and (before.word in _INTO or before is tokens[0]):
            said.cat = said.cat or token.tags[Role.CAT]
    return said
