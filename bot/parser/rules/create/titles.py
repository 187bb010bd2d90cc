"""A new ticket's title and description, and the values given beside them."""

from dataclasses import dataclass, field
from itertools import dropwhile, pairwise

from bot.actions import Ask
from bot.parser.rules import questions
from bot.parser.rules.create import title_bounds, title_lines
from bot.parser.rules.create.inline_fields import InlineFields, read_inline_fields
from bot.parser.rules.create.key_values import take_key_values
from bot.parser.rules.language.lexer import Kind, Token, any_has, unquote
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import Role
from bot.parser.text import to_plain_text

_HEADINGS, _MESSAGES = load_word_sets("headings messages")
_SMALL = frozenset(
    (Role.PRON, Role.GLUE, Role.POLITE, Role.NOUN, Role.TO, Role.ABOUT, Role.CONNECTS, Role.FROM)
)


@dataclass(slots=True)
class Draft:
    """A ticket in the message. `requested`: the request came after the title. `later`: on a condition, or another time."""

    title: str = ""
    desc: str | None = None
    fields: InlineFields = field(default_factory=InlineFields)
    requested: bool = False
    later: bool = False

    @property
    def problem(self) -> Ask | None:
        """A question about a wrong value, if there is one."""
        title = self.title.replace('"', "'") or "login page is slow"
        return questions.wrong_value(*self.fields.wrong, f'create "{title}"') if self.fields.wrong else None


def draft_ticket(tokens: list[Token], source: str) -> Draft:
    """The ticket that `tokens` describe."""
    keyed = any_has(tokens, Role.FIELD, Role.FORM)
    texts, tokens = take_key_values(tokens, source) if keyed else ({}, tokens)
    found = Draft(texts.get("title", ""), texts.get("desc") or None)
    alone = read_inline_fields(tokens)
    if alone and (alone.pri or any_has(tokens, Role.FIELD)):
        found.fields.join(alone)
        return found  # `create pri 1`; a category's name alone can be a title
    tokens = _take_field_lines(tokens, found.fields)
    high = title_bounds.find_end(tokens, 0, len(tokens), found.fields)
    low = title_bounds.find_begin(tokens, high, found.fields)
    high = title_bounds.find_end(tokens, low, high, found.fields) if low else high
    if not found.title and low < high:
        _take_title(tokens[low:high], source, found)
    return found


def _take_field_lines(tokens: list[Token], fields: InlineFields) -> list[Token]:
    """`tokens` without the lines below the first that only set a field by its name: `priority: high`."""
    starts = [at for at, token in enumerate(tokens) if token.kind == Kind.LINE]
    kept = tokens[: starts[0]] if starts else tokens
    for start, end in pairwise([*starts, len(tokens)]):
        line = tokens[start:end]
        words = [*dropwhile(lambda token: token.kind in (Kind.LINE, Kind.MARK), line)]
        named = words and Role.FIELD in words[0].tags
        if kept and named and (found := read_inline_fields(words)):
            fields.join(found)
        else:
            kept = kept + line
    return kept


def _take_title(tokens: list[Token], source: str, found: Draft) -> None:
    """Take the title and the description from the remaining tokens: the best line, then the best clause."""
    first = tokens[0]
    if len(tokens) == 1 and first.kind == Kind.QUOTE:
        found.title = to_plain_text(unquote(first, source))
    elif len(tokens) == 1 and first.kind == Kind.CODE and "\n" not in first.word:
        found.title = to_plain_text(first.word.strip("`"))
    elif any(map(_is_lines, tokens)):
        _take_lines(tokens, source, found)
    else:
        whole = title_lines.trim_title(to_plain_text(_join_source(tokens, source)))
        found.title = title_lines.shorten_title(whole)
        if found.title != whole:
            found.desc = found.desc or whole


def _is_lines(token: Token) -> bool:
    return token.kind in (Kind.LINE, Kind.FORWARD) or (token.kind == Kind.CODE and "\n" in token.word)


def _join_source(tokens: list[Token], source: str) -> str:
    """The source of `tokens`, without the tokens that were taken out between them."""
    pieces, start = [], tokens[0].start
    for before, token in pairwise(tokens):
        if source[before.end : token.start].strip():
            pieces.append(source[start : before.end])
            start = token.start
    pieces.append(source[start : tokens[-1].end])
    return " ".join(pieces)


def _take_lines(tokens: list[Token], source: str, found: Draft) -> None:
    at = next(at for at, token in enumerate(tokens) if _is_lines(token))
    first, below = tokens[:at], title_lines.split_text(_join_source(tokens[at:], source))
    first = first[: title_bounds.find_end(first, 0, at, found.fields)]
    if first and title_lines.begins_with_steps(source[first[0].start :]):
        first, below = [], title_lines.split_text(source[first[0].start : tokens[-1].end])
    words = [token for token in first if token.kind not in (Kind.PICTURE, Kind.MARK)]
    heading = " ".join(token.word for token in words if token.kind == Kind.WORD) in _HEADINGS
    told = [token for token in words if token.word not in _MESSAGES and _SMALL.isdisjoint(token.tags)]
    if told and not heading:  # more than `this mail:`
        whole = title_lines.trim_title(to_plain_text(_join_source(first, source).replace("```", " ")))
        found.title = title_lines.shorten_title(whole)
        below = below if found.title == whole else [whole, *below]
    else:
        found.title = title_lines.pick_title(below)
    text = "\n".join(below)
    if text and text != found.title:
        found.desc = found.desc or text
