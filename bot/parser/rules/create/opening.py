"""How a request for a ticket begins: `create`, `can you open an urgent infra ticket for`, `log this mail as a bug:`."""

from typing import NamedTuple

from bot.parser.rules.create.inline_fields import Settings, settings
from bot.parser.rules.language.lexer import Kind, Token, decorates
from bot.parser.rules.language.roles import Role

CONNECTING_MARKS = frozenset((":", "-", "=", "->"))
_LONGEST_NOUN = 7  # tokens: a brand new high priority infra ticket
_STANDING_FOR_ONE = ("one", "something", "smth", "sth")
_AS_NOUN = 5  # log this customer mail as a ticket
_MOST_CONNECTORS = 5


class Head(NamedTuple):
    """Where the title begins, and what was said about the ticket before it."""

    title: int
    said: Settings


def head(tokens: list[Token], *, asked: bool = False) -> Head | None:
    """What begins `tokens`, if it is a request for a ticket; `asked`: `can you` or the like came before it."""
    tags = tokens[0].tags
    creates = tags.get(Role.VERB) == "create"
    opens = Role.WANTS in tags or (Role.OPENS in tags and (tags[Role.OPENS] == "ticket" or asked))
    if not (creates or opens):
        return None
    at = _past_objects(tokens, 1)
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
    articled = at + 1 < len(tokens) and tokens[at].word in ("a", "an")
    return Head(at + 1 if articled else at, Settings())


def _past_objects(tokens: list[Token], at: int) -> int:
    while at < len(tokens):
        tags = tokens[at].tags
        if not (Role.INDIRECT in tags or (Role.POLITE in tags and Role.PRI not in tags)):
            break
        at += 1
    return at


def noun(tokens: list[Token], at: int) -> Head | None:
    """The ticket noun after articles and adjectives (its index for `title`), and what these set."""
    said = Settings()
    for index in range(at, min(at + _LONGEST_NOUN, len(tokens))):
        token, tags = tokens[index], tokens[index].tags
        if tags.get(Role.NOUN) == "one" or token.word in _STANDING_FOR_ONE:
            after = tokens[index + 1] if index + 1 < len(tokens) else None
            if (after and after.word in ("ticket", "issue")) or not _is_one(token, after, first=index == at):
                continue
            if Role.KIND in tags and Role.CAT in tags:
                said.join(Settings(cat=tags[Role.CAT]))
            return Head(index, said)
        if Role.PRI in tags:
            said.pri = int(tags[Role.PRI])
        elif Role.CAT in tags:
            said.cat = tags[Role.CAT]
        elif is_level(token, tokens[index - 1]):
            said.pri = int(token.word)
        elif not _adjectival(token):
            break
    return None


def _is_one(token: Token, after: Token | None, *, first: bool) -> bool:
    """A ticket's noun, or what stands for it: `something for …`, `another one about …`, `one for us`."""
    if token.tags.get(Role.NOUN) == "one":
        return True
    leads = after is not None and (Role.LEADS in after.tags or after.word.startswith("for "))
    return leads and (first or token.word == "one")


def is_level(token: Token, before: Token) -> bool:
    """`priority 1`"""
    return (
        token.kind == Kind.NUMBER and token.word in ("1", "2", "3") and before.tags.get(Role.FIELD) == "pri"
    )


def _adjectival(token: Token) -> bool:
    tags = token.tags
    return (
        Role.ARTICLE in tags
        or tags.get(Role.FIELD) in ("pri", "cat")
        or tags.get(Role.STAT) == "open"
        or token.word in (",", "-", "/")
    )


def _as_noun(tokens: list[Token], at: int) -> Head | None:
    """`log this mail as a ticket: …`"""
    if at >= len(tokens) or not (Role.PRON in tokens[at].tags or tokens[at].word in ("the", "this")):
        return None
    for index in range(at, min(at + _AS_NOUN, len(tokens) - 1)):
        if tokens[index].word == "as":
            return noun(tokens, index + 1)
    return None


def _logged(tokens: list[Token], at: int) -> Head | None:
    """`log this: …`, `report that …`, `file a p1: …`"""
    if at + 1 >= len(tokens):
        return None
    token, after = tokens[at], tokens[at + 1]
    goes_on = after.word in (":", "-", ",") or (after.word in "?." and at + 2 < len(tokens))
    if Role.PRON in token.tags and (goes_on or after.kind == Kind.LINE):
        return Head(past_connectors(tokens, at + 1), Settings())
    if token.word == "that" and Role.LOGS in tokens[at - 1].tags:
        return Head(at + 1, Settings())
    if token.word == "with":  # `raise with facilities that …`
        for that in range(at + 2, min(at + _AS_NOUN, len(tokens) - 1)):
            if tokens[that].word == "that":
                return Head(that + 1, Settings())
    if token.word not in ("a", "an", "another"):
        return None
    end = next(
        (end for end in range(at, min(at + _AS_NOUN, len(tokens))) if tokens[end].word in (":", "for")), at
    )
    said = settings(tokens[at:end])
    return Head(past_connectors(tokens, end), said) if said else None


def _for_a_ticket(tokens: list[Token], at: int) -> bool:
    """`add a note to T003`, `new T003`: not a new ticket."""
    near = tokens[at : at + 5]
    if not near:
        return False
    if near[0].kind in (Kind.ID, Kind.BAD):
        return True
    fields = [index for index, token in enumerate(near) if Role.FIELD in token.tags]
    adds = Role.ADDS in tokens[0].tags
    for index, token in enumerate(near):
        before = near[index - 1]
        if token.kind in (Kind.ID, Kind.BAD) and (
            fields or (adds and Role.TO in before.tags) or before.word == "of"
        ):
            return True
    notes = fields and fields[0] < 2 and near[fields[0]].tags[Role.FIELD] == "res"  # noqa: PLR2004  # after an article at most
    after = near[fields[0] + 1] if notes and fields[0] + 1 < len(near) else None
    return after is not None and (after.word in (":", "here", "to") or after.kind == Kind.QUOTE)


def connected(tokens: list[Token], at: int, said: Settings, *, articled: bool) -> int:
    """Where the title begins after the ticket noun at `at`; settings on the way (`with high priority`) go into `said`."""
    the_noun, begin = tokens[at], at + 1
    if begin >= len(tokens):
        return begin
    after = tokens[begin]
    end = _settings_end(tokens, begin)
    if end:
        said.join(settings(tokens[begin:end]) or Settings())
        begin = end
    elif Role.KIND in the_noun.tags and Role.WITHIN in after.tags:
        return at  # `report a bug in the export`
    elif not (
        Role.TICKET in the_noun.tags
        or articled
        or after.word in (":", "-", "for", "about", "to", ",")
        or after.kind in (Kind.QUOTE, Kind.LINE)
        or Role.POLITE in after.tags
    ):
        return at  # `create issue template`
    return past_connectors(tokens, begin)


def _settings_end(tokens: list[Token], at: int) -> int:
    """Where `with high priority`, `in infra`, `, urgent` ends, if what leads to a title follows it; 0 if not."""
    for end in range(at + 1, min(at + _LONGEST_NOUN, len(tokens))):
        token = tokens[end]
        if (Role.LEADS in token.tags or token.word in (":", "-") or token.kind == Kind.LINE) and settings(
            tokens[at:end]
        ):
            return end
    return 0


def past_connectors(tokens: list[Token], at: int) -> int:
    """Past `for`, `about this:`, `please, titled`."""
    last = min(len(tokens), at + _MOST_CONNECTORS)
    first = at
    while at < last:
        token = tokens[at]
        made = at == first and token.tags.get(Role.VERB) == "create"
        if not (_connects(token) or made):
            break
        at += 1
        if token.word == ":":
            break
    return at


def _connects(token: Token) -> bool:
    tags = token.tags
    if (
        token.kind == Kind.LINE
        or decorates(token, after=False)
        or (token.kind == Kind.MARK and (token.word in CONNECTING_MARKS or token.word == ","))
    ):
        return True
    return (
        Role.CONNECTS in tags
        or Role.UP in tags
        or Role.ABOUT in tags
        or (Role.POLITE in tags and Role.PRI not in tags)
    )
