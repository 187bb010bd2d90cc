"""A ticket that is named by its words: `close the login bug`, `set the priority of the invoice one to high`, `is the VPN ticket done?`"""

from collections.abc import Callable
from dataclasses import replace

from bot.actions import Action, Ask, Close, Update, View, read_action, write_action
from bot.parser.message import Reading
from bot.parser.rules.language.lexer import A_TICKET, Kind, Token, unquoted
from bot.parser.rules.language.roles import Role
from bot.parser.rules.questions import offer
from bot.parser.rules.utterance import Utterance
from bot.parser.text import plain

_STAND_IN = "T999"  # the ticket, while its words are looked at as if they were an id
_THE = frozenset(
    ("the", "that", "this", "our", "my", "your", "their", "das", "den", "die", "el", "la", "le", "o", "those")
)
_SOME = frozenset((
    "a", "an", "another", "new", "some", "one", "any", "ein", "eine", "un", "una", "um", "uma", "no", "every",
    "each", "all",
))  # fmt: skip
_ARTICLES = frozenset(
    ("a", "an", "ein", "eine", "un", "una", "um", "uma")
)  # of a new one: `abrir um chamado`
_EMPTY = frozenset(("ticket", "one", "thing", "item", "task", "request", "case"))  # say nothing about which
_LEADING = frozenset(("about", "for", "with", "regarding", "on", "concerning", "re", "of"))
_ORDINALS = frozenset(
    ("first", "second", "third", "last", "latest", "next", "previous", "other", "same", "old", "newest")
)
_OTHER = (
    Role.STAT,
    Role.PRI,
    Role.FIELD,
    Role.ALL,
    Role.MINE,
    Role.PRON,
    Role.GLUE,
    Role.POLITE,
    Role.FILLER,
)  # no words of a title, by themselves
_BEHIND = (
    Role.GLUE, Role.AUX, Role.TO, Role.STAT, Role.PRI, Role.POLITE, Role.BECAUSE, Role.UP, Role.VERB,
    Role.WONDER, Role.FIELD, Role.CAT, Role.SHUT, Role.NEG, Role.BUT, Role.COND, Role.TIME,
)  # fmt: skip
_VERBS = frozenset(("close", "start", "reopen", "update", "view", "create"))
_MOST = 6  # words


def named_by_words(utterance: Utterance, read: Callable[[Utterance], Reading | None]) -> Reading | None:
    """What is to be done with the ticket that words name, or the list of those that they find; None where none is named so."""
    lead = utterance.lead
    if (
        utterance.names_ids
        or lead.has(Role.WANTS)
        or (lead.has(Role.OPENS) and lead.tags.get(Role.VERB) in (None, "create"))
    ):
        return None
    found = _object(utterance.body)
    if not found:
        return None
    start, end, words = found
    body = utterance.body
    stand_in = Token(Kind.ID, _STAND_IN.lower(), body[start].start, body[end - 1].end, (_STAND_IN,), A_TICKET)
    reading = read(replace(utterance, body=[*body[:start], stand_in, *body[end:]], topic=None))
    if reading is None or not reading.sure:
        return None
    about = plain(
        unquoted(words[0], utterance.source)
        if words[0].kind == Kind.QUOTE
        else utterance.source[words[0].start : words[-1].end]
    )[:200]
    action = _about(reading.action, about)
    asks = lead.tags.get(Role.VERB) == "view" or lead.has(Role.WH, Role.AUX, Role.COUNT) or utterance.question
    if isinstance(action, View) and not asks:
        return None
    return reading._replace(action=action) if action else None


def _about(action: Action, words: str) -> Action | None:
    match action:
        case Close() | Update() if action.id == _STAND_IN:
            data = write_action(action)
            del data["id"]
            return read_action(data | {"about": words})
        case View() if action.id == _STAND_IN:
            return View(text=words)
        case Ask(choices=(Close() | Update() as first,)) if action == offer(first):
            return _about(first, words)
        case Ask(choices=(_, *_)):
            return Ask(msg=action.msg)  # when it is time, it has to be said
    return None


def _object(body: list[Token]) -> tuple[int, int, list[Token]] | None:
    """Where the words that name a ticket stand, its noun included, and those of them that say which."""
    for at, token in enumerate(body):
        pointing = token.has(Role.PRON) and token.word.endswith((" one", " ticket"))
        if not (pointing or token.tags.get(Role.NOUN) == "one" or (token.word in ("one", "thing") and at)):
            continue
        start = at
        first = int(Role.VERB in body[0].tags)
        while start > first and at - start < _MOST and _is_content(body[start - 1]):
            start -= 1
        words = body[start:at]
        if words and (words[0].word in _SOME or any(word.word in _ARTICLES for word in words)):
            return None
        the = start > 0 and body[start - 1].word in _THE
        begin = start - 1 if the else start
        if begin and body[begin - 1].word in _SOME:
            return None
        end = at + 1
        if not any(_tells(word) for word in words):
            words, end = _behind(body, at)
        elif words[-1].kind == Kind.QUOTE:
            words = words[-1:]
        elif token.word not in _EMPTY:
            words = body[start : at + 1]
        if words and _goes_on(body, end):
            return begin, end, words
    return None


def _is_content(token: Token) -> bool:
    if token.kind in (Kind.NUMBER, Kind.QUOTE):
        return True
    return (
        token.kind == Kind.WORD
        and token.word not in _THE
        and not (
            token.has(Role.TO, Role.FIELD, Role.AUX, Role.AND, Role.REQUEST, Role.WH)
            or token.tags.get(Role.VERB) in _VERBS
        )
    )


def _tells(token: Token) -> bool:
    return not token.has(*_OTHER) and token.word not in _ORDINALS


def _behind(body: list[Token], at: int) -> tuple[list[Token], int]:
    """The words after `the ticket about`."""
    begin = at + 1
    if begin >= len(body) or body[begin].word not in _LEADING:
        return [], at + 1
    begin += 1
    while begin < len(body) and body[begin].word in _THE:
        begin += 1
    end = begin
    while (
        end < len(body)
        and end - begin < _MOST
        and body[end].kind in (Kind.WORD, Kind.NUMBER)
        and not body[end].has(Role.TO, Role.AUX, Role.BECAUSE, Role.POLITE)
    ):
        end += 1
    return (body[begin:end], end) if any(_tells(token) for token in body[begin:end]) else ([], at + 1)


def _goes_on(body: list[Token], end: int) -> bool:
    """Whether what follows can follow a ticket: not `the issue template`."""
    return (
        end >= len(body) or body[end].kind in (Kind.MARK, Kind.LINE, Kind.PICTURE) or body[end].has(*_BEHIND)
    )
