"""A new ticket's title and description, and the values given beside them."""

from dataclasses import dataclass, field
from itertools import pairwise

from bot.actions import Ask
from bot.parser.rules import questions
from bot.parser.rules.create import title_bounds
from bot.parser.rules.create.inline_fields import Settings, settings
from bot.parser.rules.create.key_values import Keyed, keyed
from bot.parser.rules.create.title_lines import is_steps, shortened, telling, text_lines, trimmed
from bot.parser.rules.language.lexer import Kind, Token, unquoted
from bot.parser.rules.language.lexicon import word_set
from bot.parser.rules.language.roles import Role
from bot.parser.text import plain

_NO_ROLES: frozenset[str] = frozenset()
_KEYS = frozenset((Role.FIELD, Role.FORM))
_MAY_BE_LINES = frozenset((Kind.LINE, Kind.FORWARD, Kind.CODE))
_MESSAGES = frozenset(("mail", "email", "e-mail", "message", "thread", "below", "attached"))
_HEADINGS = word_set("headings")
_SMALL = frozenset(
    (Role.PRON, Role.GLUE, Role.POLITE, Role.NOUN, Role.TO, Role.ABOUT, Role.CONNECTS, Role.FROM)
)


@dataclass(slots=True)
class Draft:
    """A ticket as found in the message. `requested`: the request came after the title."""

    title: str = ""
    desc: str | None = None
    said: Settings = field(default_factory=Settings)
    requested: bool = False

    @property
    def problem(self) -> Ask | None:
        """A question about a wrong value, if there is one."""
        title = self.title.replace('"', "'") or "login page is slow"
        return questions.wrong_value(*self.said.wrong, f'create "{title}"') if self.said.wrong else None


def draft(tokens: list[Token], source: str) -> Draft:
    """The ticket that `tokens` describe."""
    roles = _NO_ROLES.union(*[token.tags.roles for token in tokens])
    given = keyed(tokens, source) if not roles.isdisjoint(_KEYS) else Keyed(rest=tokens)
    found = Draft(given.title, given.desc)
    tokens = given.rest
    alone = settings(tokens)
    if alone and (alone.pri or any(Role.FIELD in token.tags for token in tokens)):
        found.said.join(alone)
        return found  # `create pri 1`; a category's name alone can be a title
    high = title_bounds.end(tokens, 0, len(tokens), found.said)
    low = title_bounds.begin(tokens, high, found.said)
    high = title_bounds.end(tokens, low, high, found.said) if low else high
    if not found.title and low < high:
        _title(tokens[low:high], source, found)
    return found


def _title(tokens: list[Token], source: str, found: Draft) -> None:
    """Take the title and the description from the remaining tokens: the best line, then the best clause."""
    first = tokens[0]
    if len(tokens) == 1 and first.kind == Kind.QUOTE:
        found.title = plain(unquoted(first, source))
    elif len(tokens) == 1 and first.kind == Kind.CODE and "\n" not in first.word:
        found.title = plain(first.word.strip("`"))
    elif not _MAY_BE_LINES.isdisjoint([token.kind for token in tokens]) and any(map(_is_lines, tokens)):
        _from_lines(tokens, source, found)
    else:
        whole = trimmed(plain(_pieces(tokens, source)))
        found.title = shortened(whole)
        if found.title != whole:
            found.desc = found.desc or whole


def _is_lines(token: Token) -> bool:
    return token.kind in (Kind.LINE, Kind.FORWARD) or (token.kind == Kind.CODE and "\n" in token.word)


def _pieces(tokens: list[Token], source: str) -> str:
    """The source of `tokens`, without the tokens that were taken out between them."""
    pieces, start = [], tokens[0].start
    for before, token in pairwise(tokens):
        if source[before.end : token.start].strip():
            pieces.append(source[start : before.end])
            start = token.start
    pieces.append(source[start : tokens[-1].end])
    return " ".join(pieces)


def _from_lines(tokens: list[Token], source: str, found: Draft) -> None:
    at = next(at for at, token in enumerate(tokens) if _is_lines(token))
    first, below = tokens[:at], text_lines(source[tokens[at].start : tokens[-1].end])
    empty = (Kind.PICTURE, Kind.MARK)
    if first and is_steps(source[first[0].start :]):
        first, below = [], text_lines(source[first[0].start : tokens[-1].end])
    if " ".join(
        token.word for token in first if token.kind == Kind.WORD
    ) not in _HEADINGS and any(  # more than `this mail:`
        token.kind not in empty and token.word not in _MESSAGES and _SMALL.isdisjoint(token.tags)
        for token in first
    ):
        whole = trimmed(plain(_pieces(first, source).replace("```", " ")))
        found.title = shortened(whole)
        below = below if found.title == whole else [whole, *below]
    else:
        found.title = telling(below)
    text = "\n".join(below)
    if text and text != found.title:
        found.desc = found.desc or text
