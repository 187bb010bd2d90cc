"""Where people ask for a ticket: first (`create X`), by its name (`ticket: X`), last (`X, please log this`) or in passing."""

from itertools import pairwise

from bot.parser.rules.create import report
from bot.parser.rules.create.inline_fields import Settings, settings
from bot.parser.rules.create.labels import label
from bot.parser.rules.create.opening import Head, connected, head, noun, past_connectors
from bot.parser.rules.create.titles import Draft, draft
from bot.parser.rules.language.lexer import NO_TAGS, Kind, Token
from bot.parser.rules.language.lexicon import REPORTS
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import Utterance

_MOST_BEFORE = 8  # tokens before a request
_TITLED = ("titled", "called", "named", "title", "with the title")
_FEWEST = 2  # a word is no report


def create(utterance: Utterance, *, headed: bool = True) -> Draft | None:
    """The ticket that `said` asks for, if it asks for one; `headed` unless its first word is no verb."""
    before, at = _urgency_first(utterance.body)
    body, source = utterance.body[at:], utterance.source
    if len(body) > 1 and body[0].word in ("i", "we") and Role.WANTS in body[1].tags:
        body = body[1:]
    begun = None
    if headed:
        begun = label(body, threaded=bool(utterance.topic)) or head(
            body, asked=bool(utterance.asked or utterance.wish)
        )
    begun = begun or _named(body)
    if begun and ((begun.title == 1 and _is_new_somebody(utterance, body)) or _is_new_thing(utterance, body)):
        begun = Head(0, begun.said)
    if begun:
        made = _drafted(begun, body, source)
        made.said.join(before)
        return made
    return None if utterance.names_ids and _names_target(body) else _suffixed(body, source)


def _urgency_first(body: list[Token]) -> tuple[Settings, int]:
    """`low priority: create a ticket`, `URGENT create ticket`: what comes before the request, and where that begins."""
    if Role.PRI in body[0].tags:
        for at in range(1, min(_MOST_BEFORE, len(body) - 1)):
            if body[at].tags.get(Role.VERB) == "create" or Role.OPENS in body[at].tags:
                found = settings(body[:at])
                return (found, at) if found else (Settings(), 0)
    return Settings(), 0


def _names_target(body: list[Token]) -> bool:
    """Whether a ticket is named that is more than another one: not `same error as T014`."""
    if body[0].kind in (Kind.ID, Kind.BAD):
        return True
    return any(
        token.kind in (Kind.ID, Kind.BAD) and not before.has(Role.RELATES, Role.BECAUSE)
        for before, token in pairwise(body)
    )


def _is_new_somebody(utterance: Utterance, body: list[Token]) -> bool:
    """`new hire needs a laptop`; `/ticket new laptop` is a command."""
    return (
        body[0].word == "new"
        and utterance.surface != "slash"
        and len(body) > 1
        and Role.NOVEL in body[1].tags
    )


def _is_new_thing(utterance: Utterance, body: list[Token]) -> bool:
    """`New Relic is down`, `Add to cart fails`: a sentence about what is called so; `new: …` and `/ticket new …` are commands."""
    if body[0].word == "report" and len(body) > 3 and body[2].has(Role.KIND) and is_part(body[3]):  # noqa: PLR2004
        return True  # `report a bug button missing`
    if body[0].word not in ("new", "add") or utterance.surface == "slash" or len(body) < 3:  # noqa: PLR2004
        return False
    if any(Role.PILE in token.tags for token in body[1:4]):
        return False  # `add to the backlog: …`
    named = (
        body[1].kind in (Kind.QUOTE, Kind.MARK)
        or body[1].tags.get(Role.NOUN) == "one"
        or body[1].has(Role.ARTICLE, Role.PRON)
    )
    says = any(token.has(Role.AUX, Role.BEHAVES) or token.tags.get(Role.NEG) == "state" for token in body[2:])
    trouble = body[0].word == "add" and body[1].word == "to" and report.is_trouble(utterance.raw)
    return not named and (says or trouble)


def is_part(token: Token) -> bool:
    """Whether it makes the word before it only a name: `bug button`."""
    return Role.PART in REPORTS.words.get(token.word, NO_TAGS)


def has_head(tokens: list[Token]) -> bool:
    """Whether it begins with a request that names a ticket: `create a ticket for …`."""
    begun = head(tokens)
    return begun is not None and begun.title > 1


def names_a_part(tokens: list[Token], at: int) -> bool:
    """Whether the verb at `at` is only the name of something: `close button`, `create user page`; not `list page 2`,
    `show sidebar tickets`.
    """
    if at + 1 >= len(tokens) or not is_part(tokens[at + 1]):
        return False
    after = tokens[at + 2] if at + 2 < len(tokens) else None
    lists = (
        tokens[at].tags.get(Role.VERB) == "view" and after is not None and after.tags.get(Role.NOUN) == "many"
    )
    return not (lists or Role.SEARCH in tokens[at].tags or (after is not None and after.kind == Kind.NUMBER))


def _drafted(begun: Head, tokens: list[Token], source: str) -> Draft:
    at = begun.title
    rest = tokens[at:]
    if rest and at and rest[0].kind == Kind.QUOTE and not settings(rest[1:]):
        put = all(token.has(Role.PILE, Role.GLUE, Role.POLITE) for token in rest[1:])  # `add "X" to the list`
        if put or tokens[at - 1].word in _TITLED:  # `titled "X" for the roadmap team`
            rest = rest[:1]
    found = draft(rest, source)
    found.said.join(begun.said)
    return found


def _named(tokens: list[Token]) -> Head | None:
    """`ticket: X`, `urgent ticket for X`, `Ticket erstellen: X`, `ticket please: X`."""
    named = noun(tokens, 0)
    if not named or named.title + 1 >= len(tokens):
        return None
    at = named.title + 1
    if tokens[named.title].word.startswith("new "):
        return Head(past_connectors(tokens, at), named.said)
    if tokens[at].word in ("in", "up") and Role.LEADS in tokens[min(at + 1, len(tokens) - 1)].tags:
        at += 1  # `can we get a ticket in for …`
    if tokens[at].word in (":", "-"):
        return Head(past_connectors(tokens, at), named.said)
    return _titled(tokens, at, named) if Role.TICKET in tokens[named.title].tags else None


def _titled(tokens: list[Token], at: int, named: Head) -> Head | None:
    """The same where a word that means nothing but a ticket stands before `at`."""
    after = tokens[at]
    begin = past_connectors(tokens, at + 1)
    if after.tags.get(Role.VERB) == "create" or Role.OPENS in after.tags:
        return Head(begin, named.said) if begin > at + 1 else None
    if Role.POLITE in after.tags:
        breaks = at + 2 < len(tokens) and tokens[at + 1].kind in (Kind.MARK, Kind.LINE)
        return Head(begin, named.said) if begin > at + 1 or breaks else None
    if Role.LEADS in after.tags:
        return Head(connected(tokens, *named, articled=True), named.said)
    if at == 1 and (after.kind in (Kind.LINE, Kind.QUOTE) or after.word in ("!", ",")):
        return Head(at if after.kind == Kind.QUOTE else at + 1, named.said)
    return None


class _Request:
    """A request for a ticket, read from its end: whether it is complete."""

    def __init__(self) -> None:
        self.noun = self.verb = self.polite = self.logs = self.piled = False

    def take(self, tokens: list[Token], at: int) -> bool:
        """Take `tokens[at]` in, if it can be part of one."""
        token, tags = tokens[at], tokens[at].tags
        if tags.get(Role.NOUN) == "one" and (
            Role.TICKET in tags or Role.OPENS in tokens[at - 1].tags or Role.ARTICLE in tokens[at - 1].tags
        ):
            self.noun = True
        elif Role.ADDS in tags and self.piled and Role.PRON in tokens[at + 1].tags:
            self.logs = True  # `put that in the tracker`
        elif Role.LOGS in tags and (
            (at + 1 < len(tokens) and Role.PRON in tokens[at + 1].tags)
            or (at and Role.REQUEST in tokens[at - 1].tags)
        ):
            self.logs = True  # `log this`, `can you log?`
        elif Role.LOGGED in tags and at and Role.PRON in tokens[at - 1].tags:
            self.logs = True  # `can we get that logged`
        elif Role.OPENS in tags or tags.get(Role.VERB) == "create" or (Role.WANTS in tags and self.noun):
            self.verb = True
        elif not _around(token):
            return False
        self.polite = self.polite or Role.POLITE in tags or Role.REQUEST in tags
        self.piled = self.piled or Role.PILE in tags
        return True

    @property
    def complete(self) -> bool:
        return (self.noun and (self.verb or self.polite)) or self.logs


def _around(token: Token) -> bool:
    """What may stand in a request beside the verb and the ticket."""
    if token.kind in (Kind.PICTURE, Kind.LINE) or (
        token.kind == Kind.MARK and token.word in ",.!?;:-…" and not token.tags
    ):
        return True
    return Role.ARTICLE in token.tags or not _BESIDE.isdisjoint(token.tags)


_BESIDE = frozenset((
    Role.PILE, Role.REQUEST, Role.WISH, Role.POLITE, Role.GLUE, Role.TO, Role.PRON, Role.AND, Role.PRI,
    Role.FILLER,
))  # fmt: skip


def _suffixed(tokens: list[Token], source: str) -> Draft | None:
    """`X, can you make a ticket`, `X - please log this`, `X. ticket please`."""
    end = _before_quoted(tokens)
    tokens, below = tokens[:end], tokens[end:]
    request, at, start = _Request(), end, 0
    while at > 0:
        at -= 1
        if not request.take(tokens, at):
            break
        token, tags = tokens[at], tokens[at].tags
        breaks = token.breaks(",.!;-…?:") or Role.AND in tags
        if request.complete and (breaks or Role.REQUEST in tags or (request.verb and Role.POLITE in tags)):
            start = at
            if breaks:
                break
    if start < _FEWEST:
        return None
    found = draft([*tokens[:start], *below], source)
    found.said.join(
        Settings(
            pri=next((int(token.tags[Role.PRI]) for token in tokens[start:] if Role.PRI in token.tags), None)
        )
    )
    found.requested = True
    return found if found.title else None


def _before_quoted(tokens: list[Token]) -> int:
    """Where the lines that somebody has pasted below begin: `ticket please`, and then a stack trace."""
    for at, token in enumerate(tokens):
        if (
            at
            and token.kind in (Kind.CODE, Kind.FORWARD)
            and (tokens[at - 1].kind == Kind.LINE or token.kind == Kind.FORWARD)
        ):
            return at - (tokens[at - 1].kind == Kind.LINE)
    return len(tokens)
