"""Command words that command nothing: denied, to a colleague, limited to a place or time, about part of a ticket."""

from itertools import takewhile

from bot.parser.rules.language.lexer import Kind, Token, token_at
from bot.parser.rules.language.lexicon import REPORTS, has_in_report, load_word_sets
from bot.parser.rules.language.roles import FIELDS, Role
from bot.parser.rules.utterance import CHANGING

_SEPARATORS = frozenset(",:-;(.!…?")
_AIMLESS, _WHERE, _TAKING = load_word_sets("aimless where taking")
_RESPECTS, _TAKEN_AS, _YET = load_word_sets("respects taken_as before_what_is_to_do")
_LAST_DENIALS = ("nicht", "niet", "pas", "non", "not")
_LONGEST_NAME = 3  # words: `Sam and Ada`
_PARTICIPLES = ("ed", "ing")  # `Rebooted`
_LIKE_PARTICIPLES = ("hmed", "hamed", "mmed", "eed")  # `Ahmed`
_SHORTEST_PARTICIPLE = 5  # letters; `Fred`, `Ming`


def addresses_somebody(body: list[Token], source: str) -> bool:
    """Whether the message begins with a name: `Marta, close T014`; not `Rebooted, close T014`, which says what was done."""
    end = next((at for at, token in enumerate(body) if token.breaks(_SEPARATORS)), 0)
    if lacks_object(body, 0):
        return end == 1  # `Mark, close T014`
    alone = sum(token.kind == Kind.WORD for token in body[:end]) == 1
    called = (alone or source[token.start].isupper() for token in body[:end])
    return 0 < end <= _LONGEST_NAME and all(map(_may_be_name, body[:end], called))


def _may_be_name(token: Token, called: bool) -> bool:  # noqa: FBT001  # one of two lists
    word = token.word
    if token.kind == Kind.ENTITY or Role.AND in token.tags or word == "@":
        return True
    known = token.tags or (word in REPORTS.known and not has_in_report(token, Role.TASK))
    ends = word.endswith(_PARTICIPLES) and not word.endswith(_LIKE_PARTICIPLES)
    participle = ends and len(word) >= _SHORTEST_PARTICIPLE
    return called and token.kind == Kind.WORD and not (known or participle)


def lacks_object(body: list[Token], at: int) -> bool:
    """Whether the verb at `at` has no object: `closing in on T014`, `close to T014`; or is a name: `Mark, close T014`."""
    verb, after = body[at].verb, token_at(body, at + 1)
    return (verb == "update" and after.word == ",") or (verb == "close" and after.word in _AIMLESS)


def limits_status(body: list[Token], at: int) -> bool:
    """Whether the status holds only somewhere or for some time: `closed in Jira`, `open since 3 May`, `but done`."""
    token = body[at]
    beyond = at + 1
    while beyond < len(body) and Role.ARTICLE in body[beyond].tags:
        beyond += 1
    if beyond >= len(body):
        return False
    before, after = body[at - 1], body[beyond]
    if token.word == "since":
        return before.has(Role.STAT) and before.tags.get(Role.STAT) != "done"
    named_so = Role.NOUN in token.tags and Role.TICKET not in token.tags
    if (
        (token.word in _TAKEN_AS and body[0].word in _TAKING)  # `take T014 as a template`
        or (token.word.endswith(" with") and Role.CAT in after.tags)  # `T014 done with infra`
        or (Role.EXCEPT in token.tags and Role.STAT in after.tags)
        or (before.kind == Kind.ID and named_so and Role.STAT in after.tags)  # `T014 jira done`
        or (token.tags.get(Role.BECAUSE) == "how" and Role.TO not in token.tags and Role.CAT in after.tags)
    ):
        return True
    if body[0].kind == before.kind == Kind.ID and token.word in _YET and Role.VERB in after.tags:
        return Role.STAT not in after.tags  # `T014 to close`
    named = Role.NOUN in after.tags and not after.has(*FIELDS.values(), Role.FIELD, Role.PRON)
    if Role.STAT in token.tags and (beyond > at + 1 or after.word == "there"):
        return named or beyond == at + 1  # `solved my problem`, `done there`
    return token.word in _WHERE and (named or after.word in _RESPECTS)


def names_part(body: list[Token], at: int) -> bool:
    """Whether only a part is done: `fixed the title`, `finished docs`, `priority fixed`; not `done pri 1`, `cat doc done`."""
    first, beyond = body[at], at + 1
    while Role.ARTICLE in token_at(body, beyond).tags:
        beyond += 1
    second, after = token_at(body, beyond), token_at(body, beyond + 1)
    if first.tags.get(Role.STAT) == "done":
        sets = after.word in (":", "=") or after.kind == Kind.NUMBER or after.has(Role.TO, *FIELDS.values())
        return _is_part(second) and not sets
    ends = after.kind in (Kind.MARK, Kind.LINE, Kind.PICTURE)
    valued = token_at(body, at - 1).has(Role.FIELD) or token_at(body, at - 1).word in (":", "=")
    return _is_part(first) and second.tags.get(Role.STAT) == "done" and ends and not valued


def _is_part(token: Token) -> bool:
    whole = Role.NOUN in token.tags or token.tags.get(Role.FIELD) == "stat"
    return token.has(Role.CAT, Role.FIELD) and not whole


def describes_state(body: list[Token], at: int) -> bool:
    """Whether the word at `at` describes a state, reason included, and sets none: `is not fixed`, `is open`."""
    told = " " in body[at].word or (at > 0 and Role.AUX in body[at - 1].tags)
    return told and body[at].tags.get(Role.STAT) == "open"


def is_denied_behind_ids(body: list[Token]) -> bool:
    """Whether a command is denied after its ids: `T012 nicht schließen, wir warten noch`, `T012: don't close`."""
    at = next((at for at, token in enumerate(body) if not _leads_to_denial(token)), len(body))
    near = body[at + 1 : at + 3]
    behind = any(token.kind == Kind.ID for token in body[:at]) or any(token.kind == Kind.ID for token in near)
    denied = at < len(body) and Role.NEG in body[at].tags
    return denied and behind and any(token.verb in CHANGING for token in near)


def _leads_to_denial(token: Token) -> bool:
    if token.kind != Kind.WORD:
        return token.kind == Kind.ID or token.breaks(":,-")
    return token.has(Role.AND, Role.FILLER, Role.WONDER, Role.POLITE) and Role.NEG not in token.tags


def is_denied_last(body: list[Token]) -> bool:
    """Whether the negation ends the first clause: `sluit T014 niet`, `T014 schließen wir nicht, es klemmt noch`."""
    clause = takewhile(lambda token: token.kind not in (Kind.MARK, Kind.LINE), body)
    said = [token for token in clause if not token.has(Role.POLITE)]
    changes = any(token.verb in CHANGING for token in said[:3])
    return changes and said[-1].word in _LAST_DENIALS
