"""Clauses that only set a new ticket's priority or category: `high priority`, `and make it urgent`, `cat infra`."""

from dataclasses import dataclass

from bot.parser.rules.language.lexer import NO_TOKEN, Kind, Token, token_at
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import Role
from bot.parser.rules.questions import NOT_OPEN
from store.models.tickets import Category

CATEGORY_NAMES = frozenset((*Category, "infrastructure", "docs", "documentation"))
_LONGEST_END = 6  # tokens of values without a separator before them
_FIELDS = ("pri", "cat", "stat")
_CURT = frozenset(_FIELDS)  # field names that are not used in sentences

_AT_ONCE, _NEGATING, _DEGREES, _OF_IT = load_word_sets("at_once negating degrees of_it")
_LED, _HEDGES, _WHY = load_word_sets("it_is hedges why")
_CLAUSE_BREAKS = ",.;!?-("


@dataclass(slots=True)
class InlineFields:
    pri: int | None = None
    cat: str | None = None
    wrong: tuple[str, Token] | None = None  # a field, and a token that is no valid value for it
    stat: bool = False  # a status was given; a new ticket is always open

    def join(self, other: "InlineFields") -> None:
        """Take over values from `other` that are missing here."""
        self.pri = self.pri or other.pri
        self.cat = self.cat or other.cat
        self.wrong = self.wrong or other.wrong

    def __bool__(self) -> bool:
        return bool(self.pri or self.cat or self.wrong or self.stat)


def read_inline_fields(tokens: list[Token]) -> InlineFields | None:
    """The values that `tokens` set, if they do nothing else."""
    found, field = InlineFields(), ""
    if any(map(_negates, tokens)) and (calmed := _read_negated(tokens)):
        return calmed
    for at, token in enumerate(tokens):
        name = token.tags.get(Role.FIELD, "")
        if name in _FIELDS and not token.value(field):
            field = name
        elif take_value(found, token, field):
            continue
        elif at and at == len(tokens) - 1 and tokens[at - 1].word in _CURT:
            found.wrong = found.wrong or (field, token)  # `cat bananas`
        elif not _may_accompany(token):
            return None
    return found or None


def _negates(token: Token) -> bool:
    """`nothing urgent`, `not overly urgent`. The phrase `not urgent` is one token and needs no negation."""
    return (token.tags.get(Role.NEG) == "order" or token.word in _NEGATING) and Role.PRI not in token.tags


def _read_negated(tokens: list[Token]) -> InlineFields | None:
    """The priority if the tokens only deny one: 3 for `not urgent`, and 2 for `not low`."""
    others = (one for one in tokens if not (one.word in _DEGREES or one.has(Role.PRI) or _may_accompany(one)))
    denied = {token.tags.get(Role.PRI) for token in tokens}
    if not denied & {"1", "3"} or not all(map(_negates, others)):
        return None
    return InlineFields(pri=3 if "1" in denied else 2)


def take_value(found: InlineFields, token: Token, field: str) -> bool:
    """Store `token` in `found` if it is a value, of `field` or on its own. Returns whether it is."""
    tags = token.tags
    if token.kind == Kind.NUMBER:
        if field == "pri" and token.word in ("1", "2", "3"):
            found.pri = int(token.word)
        elif field == "pri":
            found.wrong = found.wrong or (field, token)
        return field == "pri"
    if Role.PRI in tags:
        found.pri = int(tags[Role.PRI])
        return True
    if Role.CAT in tags and (field == "cat" or token.word in CATEGORY_NAMES):
        found.cat = tags[Role.CAT]
        return True
    if field == "stat" and Role.STAT in tags:
        found.stat = True
        if tags[Role.STAT] != "open":
            found.wrong = found.wrong or (NOT_OPEN, token)
        return True
    return False


def _may_accompany(token: Token) -> bool:
    mark = token.kind == Kind.MARK and token.word in ":=()[]!*.,~_"
    beside = token.has(Role.BESIDE, Role.POLITE, Role.REQUEST) or token.verb == "update"
    return mark or beside or token.kind == Kind.PICTURE


def find_closing_fields(tokens: list[Token], low: int, high: int) -> tuple[int, InlineFields] | None:
    """Values at the end of `tokens[low:high]` without a separator, and where they begin: `pri 1`, `is urgent`."""
    opening = (at for at in range(max(low + 1, high - _LONGEST_END), high) if _opens(tokens, at, high))
    ended = next(((at, found) for at in opening if (found := read_inline_fields(tokens[at:high]))), None)
    while ended and ended[0] > low + 1 and tokens[ended[0] - 1].word in _HEDGES:
        ended = ended[0] - 1, ended[1]  # `so kinda urgent`
    return ended


def _opens(tokens: list[Token], start: int, high: int) -> bool:
    """Whether values without a separator can begin at `start`: `pri 1`, `with high priority`, `is urgent`."""
    token, before = tokens[start], tokens[start - 1]
    field = token.tags.get(Role.FIELD)
    if before.word == ":" and token_at(tokens, start - 2).tags.get(Role.FIELD, "pri") not in _FIELDS:
        return False  # `note: urgent`
    if field in _FIELDS:
        return field != "stat" or (token.word in _CURT and high - start > 1)
    if token.word in ("doc", "infra"):  # not everyday words
        return start + 1 < high and tokens[start + 1].word[-1].isdigit()  # `doc p3`
    if Role.BRINGS in token.tags:
        return any(Role.FIELD in after.tags or _strong(after) for after in tokens[start + 1 : high])
    while start and (tokens[start - 1].word in _DEGREES or tokens[start - 1].has(Role.ARTICLE)):
        start -= 1
    if start and _negates(tokens[start - 1]):
        return False  # negated
    alone = not before.has(Role.USES) if _strong(token) else not before.has(Role.MEASURES, Role.AUX)
    return Role.PRI in token.tags and alone


def _strong(token: Token) -> bool:
    """Whether the token is a priority and not also an everyday adjective."""
    return Role.PRI in token.tags and Role.WEAK_PRIORITY not in token.tags


def read_leading_priority(tokens: list[Token], low: int, high: int) -> tuple[int, InlineFields] | None:
    """Where the title begins after a value without a separator, and that value: `p1 login broken`, `cat:doc login guide`."""
    signed = token_at(tokens, low + 1).word in (":", "=")
    named = tokens[low].tags.get(Role.FIELD) in ("pri", "cat") and (signed or tokens[low].word in _CURT)
    end = low + 2 + signed
    if named and end < high and (found := read_inline_fields(tokens[low:end])) and not found.wrong:
        return end, found
    at = low + 1 if tokens[low].word in ("a", "an") and low + 1 < high else low
    if at + 1 >= high or Role.PRI not in tokens[at].tags:
        return None
    token, after = tokens[at], tokens[at + 1]
    named = Role.NAMES in after.tags and not token.word[-1:].isdigit()
    named = named or (Role.FIELD in after.tags and token_at(tokens, at + 2).word not in (":", "="))
    if named or Role.BUT in after.tags or not (_strong(token) or Role.KIND in after.tags):
        return None
    return at + 1, InlineFields(pri=int(token.tags[Role.PRI]))


def find_priority(tokens: list[Token]) -> int | None:
    """The priority that a clause of its own sets; elsewhere the word is part of the report: `mails flagged as urgent`."""
    denied = False
    alone = False  # the clause has only such words so far
    for at, token in enumerate(tokens):
        after = token_at(tokens, at + 1)
        ends = after.breaks(_CLAUSE_BREAKS) or after.word in _WHY or after.tags.get(Role.FIELD) == "pri"
        ends = ends or after is NO_TOKEN
        at_once = token.word in _AT_ONCE and Role.NAMES not in after.tags  # `the Asap font`
        if Role.PRI in token.tags and at and (at_once or (alone and ends)):
            return 3 if denied else int(token.tags[Role.PRI])
        denied = _negates(token) or (denied and token.word in _DEGREES)
        alone = token.breaks(_CLAUSE_BREAKS) or (alone and token.word in _OF_IT) or token.word in _LED
    return None
