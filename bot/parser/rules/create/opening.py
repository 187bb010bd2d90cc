"""How a request for a ticket begins: `create`, `can you open an urgent infra ticket for`, `log this mail as a
bug:`.
"""

from itertools import pairwise
from typing import NamedTuple

from bot.parser.rules.create.inline_fields import Settings, settings
from bot.parser.rules.create.title_bounds import sets_off
from bot.parser.rules.language.lexer import Kind, Token, decorates
from bot.parser.rules.language.roles import Role

CONNECTING_MARKS = frozenset((":", "-", "=", "->"))
_LONGEST_NOUN = 7  # tokens: a brand new high priority infra ticket
_STANDING_FOR_ONE = ("one", "something", "smth", "sth")
_INTRODUCING = (":", "-", "for", "about", "to", ",")
_AS_NOUN = 5  # log this customer mail as a ticket
_MOST_CONNECTORS = 5
_NEAR = 5  # tokens after the verb
_PLAIN = frozenset((Role.NAMES, Role.MEASURES, Role.BEHAVES, Role.NOVEL))  # of words that no command has


class Head(NamedTuple):
    """The index where the title begins, and the values set before it."""

    title: int
    said: Settings


def head(tokens: list[Token], *, asked: bool = False) -> Head | None:
    """The beginning of `tokens`, if it requests a ticket. `asked`: `can you` or the like came before it."""
    tags = tokens[0].tags
    creates = tags.get(Role.VERB) == "create"
    opens = Role.WANTS in tags or (Role.OPENS in tags and (tags[Role.OPENS] == "ticket" or asked))
    if not (creates or opens):
        return None
    at = 1
    while at < len(tokens) and (Role.INDIRECT in tokens[at].tags or _is_polite(tokens[at])):
        at += 1
    if creates and at > 1 and at < len(tokens) and tokens[at].word == "to":
        return Head(0, Settings())  # `add me to the finance group`
    named = noun(tokens, at) or _as_noun(tokens, at)
    if named:
        return Head(connected(tokens, *named, articled=named.title > at), named.said)
    logged = _logged(tokens, at) if opens and Role.OPENS in tags else None
    if logged:
        return logged
    if not creates or _for_a_ticket(tokens, at):
        return None
    articled = at + 1 < len(tokens) and tokens[at].word in ("a", "an") and tokens[at + 1].kind != Kind.MARK
    whole = at < len(tokens) and not sets_off(tokens[at])  # `create me too button …`
    return Head(at + 1 if articled else 1 if whole else at, Settings())


def noun(tokens: list[Token], at: int) -> Head | None:
    """The ticket noun after articles and adjectives (its index as `title`), and the values that these set."""
    said = Settings()
    for index in range(at, min(at + _LONGEST_NOUN, len(tokens))):
        token, tags = tokens[index], tokens[index].tags
        if tags.get(Role.NOUN) == "one" or token.word in _STANDING_FOR_ONE:
            if index + 1 < len(tokens) and tokens[index + 1].word in ("ticket", "issue"):
                continue
            if Role.KIND in tags and Role.CAT in tags:
                said.join(Settings(cat=tags[Role.CAT]))
            return Head(index, said)
        if Role.PRI in tags:
            said.pri = int(tags[Role.PRI])
        elif Role.CAT in tags:
            said.cat = tags[Role.CAT]
        elif not (
            Role.ARTICLE in tags
            or token.word == "1"
            or tags.get(Role.FIELD) in ("pri", "cat")
            or tags.get(Role.STAT) == "open"
        ):
            break
    return None


def _as_noun(tokens: list[Token], at: int) -> Head | None:
    """A noun after `as`: `log this mail as a ticket: …`."""
    if at >= len(tokens) or not (Role.PRON in tokens[at].tags or tokens[at].word in ("the", "this")):
        return None
    for index in range(at, min(at + _AS_NOUN, len(tokens) - 1)):
        if tokens[index].word == "as":
            return noun(tokens, index + 1)
    return None


def _logged(tokens: list[Token], at: int) -> Head | None:
    """Requests without a ticket noun: `log this: …`, `report that …`, `file a p1: …`."""
    if at + 1 >= len(tokens):
        return None
    polite = at + 2 < len(tokens) and _is_polite(tokens[at + 1])  # `file this pls`
    token, after = tokens[at], tokens[at + 1 + polite]
    goes_on = after.word in (":", "-", ",") or (after.word in "?." and at + 2 < len(tokens))
    if Role.PRON in token.tags and (goes_on or after.kind == Kind.LINE):
        return Head(past_connectors(tokens, at + 1 + polite), Settings())
    if Role.PRI in token.tags and token.word[-1].isdigit() and Role.LOGS in tokens[at - 1].tags:
        return Head(at, Settings())  # `log P2 from the Zurich desk: …`
    if token.word == "that" and Role.LOGS in tokens[at - 1].tags:
        return Head(at + 1, Settings())
    if token.word not in ("a", "an", "another"):
        return None
    near = range(at, min(at + _AS_NOUN, len(tokens)))
    end = next((end for end in near if tokens[end].word in (":", "for")), at)
    said = settings(tokens[at:end])
    return Head(past_connectors(tokens, end), said) if said else None


def _for_a_ticket(tokens: list[Token], at: int) -> bool:
    """Whether the verb is about an existing ticket: `add a note to T003`, `new T003`. Not in `create T100
    motor overheats`.
    """
    near = tokens[at : at + _NEAR]
    if near and near[0].kind in (Kind.ID, Kind.BAD):
        explicit = not (Role.ADDS in tokens[0].tags or tokens[0].word == "new")
        return not (explicit and len(near) > 1 and near[1].kind == Kind.WORD and near[1].tags.roles <= _PLAIN)
    field = next((index for index, token in enumerate(near) if Role.FIELD in token.tags), None)
    adds = Role.ADDS in tokens[0].tags
    for before, token in pairwise(near):
        of = (adds and Role.TO in before.tags) or before.word == "of"
        if token.kind in (Kind.ID, Kind.BAD) and (field is not None or of):
            return True
    if field is None or field > 1 or near[field].tags[Role.FIELD] != "res" or field + 1 >= len(near):
        return False  # a note, after an article at most
    return near[field + 1].word in (":", "here", "to") or near[field + 1].kind == Kind.QUOTE


def connected(tokens: list[Token], at: int, said: Settings, *, articled: bool) -> int:
    """Where the title begins after the noun at `at`. Values in between (`with high priority`) go into `said`."""
    the_noun, begin = tokens[at], at + 1
    if begin >= len(tokens):
        return begin
    after = tokens[begin]
    # past `with high priority`, `in infra`, `, urgent`
    ends = range(begin + 1, min(begin + _LONGEST_NOUN, len(tokens)))
    leads = (end for end in ends if Role.LEADS in tokens[end].tags or tokens[end].word in (":", "-"))
    if found := next(((end, fields) for end in leads if (fields := settings(tokens[begin:end]))), None):
        begin, fields = found
        said.join(fields)
    elif Role.KIND in the_noun.tags and Role.WITHIN in after.tags:
        return at  # `report a bug in the export`
    elif not (
        articled or Role.TICKET in the_noun.tags or Role.POLITE in after.tags or after.word in _INTRODUCING
    ):
        return at  # `create issue template`
    return past_connectors(tokens, begin)


def past_connectors(tokens: list[Token], at: int) -> int:
    """The index after connecting words: `for`, `about this:`, `please, titled`."""
    first, last = at, min(len(tokens), at + _MOST_CONNECTORS)
    while at < last:
        token = tokens[at]
        made = at == first and token.tags.get(Role.VERB) == "create"
        told = at > 0 and tokens[at - 1].word == ":" and _is_polite(token)  # `ticket: thank you page …`
        if told or not (made or _connects(token)):
            break
        at += 1
    return at


def _connects(token: Token) -> bool:
    mark = token.kind == Kind.MARK and (token.word in CONNECTING_MARKS or token.word == ",")
    leads = _is_polite(token) or token.has(Role.CONNECTS, Role.UP, Role.ABOUT)
    return mark or leads or token.kind == Kind.LINE or decorates(token, after=False)


def _is_polite(token: Token) -> bool:
    """Whether the token is mere politeness, as `please`; not `team` or `bot`, which may begin a title."""
    return Role.POLITE in token.tags and not token.has(Role.PRI, Role.NAMED)
