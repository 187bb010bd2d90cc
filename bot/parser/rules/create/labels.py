"""Requests for a ticket around its title: before a colon (`todo:`, `put this on the board please:`) or at the end."""

from bot.parser.rules.create.inline_fields import InlineFields
from bot.parser.rules.create.opening import TitleStart
from bot.parser.rules.language.lexer import Kind, Token
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import FUNCTION_WORDS, Role

_FARTHEST = 40  # tokens before the colon
_MOST_OF_LABEL = 9
_NEAR = 5
_PURPOSE, _FOLLOWING, _INTO = load_word_sets("purposes following label_values")
_LONGEST_PURPOSE = 9  # tokens
_FORWARDS = ("fw", "forward")  # a quotation after these is somebody else's
# Roles that a request may contain besides its verb and the word ticket.
_BESIDE = (
    *FUNCTION_WORDS, Role.BACKLOG, Role.TO, Role.PRI, Role.FIELD, Role.CAT, Role.INDIRECT, Role.CONNECTS, Role.ABOUT, Role.ENOUGH,
)  # fmt: skip


def find_label(tokens: list[Token], *, threaded: bool) -> TitleStart | None:
    """Where the title begins after a label, and the label's values. `threaded`: `it` means the thread's ticket."""
    if Role.BEGINS in tokens[0].tags and len(tokens) > 1 and tokens[1].kind != Kind.MARK:
        return TitleStart(1, InlineFields())
    for at, token in enumerate(tokens[:_FARTHEST]):
        within = token.kind == Kind.MARK and 0 < at < len(tokens) - 1
        if within and token.word in (":", "-") and tokens[at + 1].word not in ")(":
            begun = _read_label(tokens, at, threaded=threaded)
            if begun or token.word == ":":
                return begun
    return None


def _read_label(tokens: list[Token], colon: int, *, threaded: bool) -> TitleStart | None:
    """The label that ends at `colon`: everything before it, or only the last clause."""
    if tokens[colon - 1].has(Role.FIELD) and not tokens[colon - 2].has(Role.PRI):
        return None  # `pri: 1`; not `low severity: …`
    if any(token.kind == Kind.ID for token in tokens[colon : colon + _NEAR]):
        return None  # `log: T003 closed`
    if colon == 1 and tokens[0].has(Role.CREATE_VERB) and tokens[1].word == ":":
        return TitleStart(2, InlineFields())  # `file: …`
    if Role.LABEL in tokens[0].tags and colon <= _MOST_OF_LABEL:
        forwards = tokens[0].word.startswith(_FORWARDS) and tokens[colon + 1].kind == Kind.QUOTE
        return None if forwards else TitleStart(colon + 1, _read_label_fields(tokens[:colon]))
    start, request = find_final_request(tokens[:colon])
    if start == colon or (threaded and not request.noun):
        return None
    return TitleStart(colon + 1, _read_label_fields(tokens[start:colon]))


def _read_label_fields(tokens: list[Token]) -> InlineFields:
    """The values that the label sets."""
    fields = InlineFields()
    words = [token for token in tokens if token is tokens[0] or Role.ARTICLE not in token.tags]
    for before, token in zip([tokens[0], *words], words, strict=False):
        if Role.PRI in token.tags and not fields.pri:
            fields.pri = int(token.tags[Role.PRI])
        elif Role.CAT in token.tags and (before.word in _INTO or before is tokens[0]):
            fields.cat = fields.cat or token.tags[Role.CAT]
    return fields


def find_final_request(tokens: list[Token]) -> tuple[int, "_Request"]:
    """Where the request that ends `tokens` begins, and the request; `len(tokens)` if there is none."""
    request, start = _Request(), len(tokens)
    near = range(len(tokens) - 1, max(0, len(tokens) - _LONGEST_PURPOSE), -1)
    # `please log so somebody fixes it`
    if purpose := next((at for at in near if tokens[at].word in _PURPOSE), 0):
        begun, asked = find_final_request(tokens[:purpose])
        if begun < purpose:
            return begun, asked
    for at in range(len(tokens) - 1, -1, -1):
        if not request.take(tokens, at):
            break
        token = tokens[at]
        begins = at == 0 or token.breaks(",.!;-…?:") or token.has(Role.REQUEST)
        begins = begins or (Role.AND in token.tags and token.word != "plus")  # `ne marche plus`
        if request.complete and (begins or (request.verb and Role.POLITE in token.tags)):
            start = at
    return start, request


class _Request:
    """A request for a ticket, read backwards from its end."""

    def __init__(self) -> None:
        self.noun = self.verb = self.polite = self.logs = self.piled = False

    def take(self, tokens: list[Token], at: int) -> bool:
        """Add `tokens[at]`. Returns whether it can be part of a request."""
        token, before, last = tokens[at], tokens[at - 1], at + 1 >= len(tokens)
        it = not last and (tokens[at + 1].has(Role.PRON) or tokens[at + 1].word in _FOLLOWING)
        it = it or bool(at and before.word in _FOLLOWING)
        puts = self.piled and token.has(Role.ADDS) and (it or not at)  # `put that in the tracker`
        asked = at and (before.has(Role.REQUEST) or (last and before.has(Role.POLITE)))
        logs = token.has(Role.LOGS) and (it or asked)  # `log this`, `can you log?`, `please raise`
        logged = token.has(Role.LOGGED) and at and before.has(Role.PRON)  # `can we get that logged`
        wants = self.noun and token.has(Role.WANTS, Role.ADDS)
        if token.tags.get(Role.NOUN) == "one":
            self.noun = True
            if before.word == "the" and not tokens[at - 2].has(Role.VERB, Role.CREATE_VERB):
                return False  # `close T014 - the issue, please`
        elif puts or logs or logged:
            self.logs = True
        elif wants or token.verb == "create" or token.has(Role.CREATE_VERB):
            self.verb = True
        elif not (token.has(*_BESIDE) or (token.breaks(",.!?;:-…") and not token.tags)):
            return False
        priced = token.has(Role.PRI) and not self.noun  # `X. ticket, p1`
        self.polite = self.polite or priced or token.has(Role.POLITE, Role.REQUEST)
        self.piled = self.piled or token.has(Role.BACKLOG)
        return True

    @property
    def complete(self) -> bool:
        return (self.noun and (self.verb or self.polite)) or self.logs
