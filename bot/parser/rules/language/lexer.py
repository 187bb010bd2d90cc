"""Splits a message into tokens: ids, ranges, words, numbers, quotations, code, Slack's entities, emoji, punctuation.

One pass, with bounded backtracking. A token keeps its position, so that titles can be taken from the original text; `word`
is the form for look-ups.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from types import MappingProxyType

from bot.fields import MAX_ID_LENGTH
from bot.parser.rules.language.roles import FIELDS, Role
from bot.parser.text import fold
from store.ids import InvalidIdError, format_id, number_of, parse_id


class Tags(dict[Role, str]):
    """The roles of a word in the lexicon, with its value in each. Never changed."""

    __slots__ = ("roles",)
    __hash__ = object.__hash__  # type: ignore[assignment]  # never changed, so it may be a default

    def __init__(self, values: Mapping[Role, str] = MappingProxyType({})) -> None:
        super().__init__(values)
        self.roles = frozenset(values)


# Contractions typed without an apostrophe: `cant`. Those that are also words, like `its` or `were`, are left out.
_CONTRACTIONS = "can't don't won't isn't aren't wasn't weren't doesn't didn't hasn't haven't hadn't couldn't wouldn't shouldn't that's what's who's where's there's here's i've you're they're"
CONTRACTED = {word.replace("'", ""): word for word in _CONTRACTIONS.split()}
NO_TAGS = Tags()
A_TICKET = Tags({Role.ID: "yes"})
WIDEST_RANGE = 100
MOST_TOKENS = 250  # no command is longer; a longer message is a description


class Kind:
    """Kinds of tokens. ID: one id, or several written together (`T1/T2`, `T1-T5`). BAD: a malformed id."""

    ID, BAD, WORD, NUMBER, QUOTE, CODE = "id", "bad", "word", "number", "quote", "code"
    ENTITY, FORWARD, PICTURE, LINE, MARK = "entity", "forward", "picture", "line", "mark"


@dataclass(slots=True, eq=False)
class Token:
    """`text[start:end]`, with its `tags`. `id_bounds`: an ID's id, or both ends of each range; a BAD token's nearest id."""

    kind: str
    word: str
    start: int
    end: int
    id_bounds: tuple[str, ...] = ()
    tags: Tags = NO_TAGS

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in an ID token, each once. Ranges are expanded only here."""
        if self.kind != Kind.ID:
            return ()
        return self.id_bounds if len(self.id_bounds) == 1 else _expand_ranges(self.id_bounds)

    @property
    def nearest(self) -> str:
        """The id nearest to a BAD token; "" if there is none."""
        return self.id_bounds[0] if self.kind == Kind.BAD and self.id_bounds else ""

    def has(self, *roles: Role) -> bool:
        """Whether the lexicon gives the token one of `roles`."""
        return not self.tags.roles.isdisjoint(roles)

    @property
    def verb(self) -> str:
        """What to do, such as `close`; "" if the token is no command's verb."""
        return self.tags.get(Role.VERB, "")

    @property
    def is_many(self) -> bool:
        """Whether the token means several tickets: `tickets`, `anything`."""
        return self.tags.get(Role.NOUN) == "many"

    def value(self, field: str) -> str:
        """The token's value for the field `stat`, `pri` or `cat`; "" if it has none."""
        return self.tags.get(FIELDS[field], "") if field in FIELDS else ""

    def breaks(self, marks: Container[str]) -> bool:
        """Whether the token ends a clause: a line break, an emoji, or one of `marks`."""
        return self.kind in (Kind.LINE, Kind.PICTURE) or (self.kind == Kind.MARK and self.word in marks)


NO_TOKEN = Token(Kind.MARK, "", 0, 0)  # stands before the first token and after the last


def any_has(tokens: Iterable[Token], *roles: Role) -> bool:
    """Whether the lexicon gives one of `tokens` one of `roles`."""
    wanted = frozenset(roles)
    return bool([token for token in tokens if token.tags.roles & wanted])


def token_at(tokens: Sequence[Token], at: int) -> Token:
    return tokens[at] if 0 <= at < len(tokens) else NO_TOKEN


# The first matching alternative wins. Each is bounded, so scanning takes linear time. A word includes the
# spaces after it: otherwise every alternative would be tried at each space.
_SCAN = re.compile(
    r"""
      (?P<word>(?:(?<!\S)(?:(?:\.{1,2}|~)/){1,9})?+\w++(?:(?:['’\-–‐‑@/+]|\.{1,3}|…)\w++)*+(?:\+\+|\#(?!\w)|(?<=[^\W\d_])\((?!s\))[\w,.*&]*\))?)[ ]*+
    | (?P<quote>"(?:[^"\\\n]|\\.){0,3000}"|[“„«][^“”„«»\n]{0,1000}[”“»]|(?<!\w)['‘][^'‘’\n]{1,300}['’](?!\w))
    | (?P<code>```(?:[^`]|`(?!``)){0,4000}```|`[^`\n]{1,500}`|(?<![\w~])~(?=[^\s~])[^~\n]{1,500}(?<!\s)~(?![\w~]))
    | (?P<entity><(?:[@\#!]|https?:|mailto:|tel:)[^<>\n]{1,3000}>)
    | (?P<forward>(?<![^\n])[ ]*(?:&gt;&gt;&gt;[^\x00]*|-{3,30}[ ]?\w[^\n-]{0,30}(?i:message|nachricht)[ ]?-{3,30}[^\x00]*|(?:&gt;|>)[^\n]*))
    | (?P<picture>(?<!\w):[a-z0-9_+][a-z0-9_+'-]{0,60}:(?!\w)|[\U0001f000-\U0001faff☀-➿⬀-⯿️‍⏏-⏿]+)
    | (?P<escape>&(?:amp;(?:lt|gt|amp|quot|apos|nbsp|\#\d{1,7});|lt;|gt;|amp;))
    | (?P<hash>\#\d{1,3}(?!\w))
    | (?P<line>\n)
    | (?P<arrow>-+>|=>|→|-+&gt;|=&gt;)
    | (?P<mark>--++|\S)
    """,
    re.VERBOSE,
)
_PLAIN_DIGITS = 3  # up to so many digits an id is simply its number
_IDS = tuple(format_id(number) if number else "" for number in range(10**_PLAIN_DIGITS))
_PLAIN = {  # `T007` for `t7`, `t07` and `t007`: covers most ids
    f"t{number:0{digits}}": _IDS[number]
    for number in range(1, len(_IDS))
    for digits in range(1, _PLAIN_DIGITS + 1)
}
_ONE_RANGE = 2  # ends
_LONGEST_LIST = 600  # characters: a hundred ids with slashes between them
_PARTS = re.compile("[/+]")
_ID_LIKE = re.compile(r"(t\w*)(?:(-|\.{2,3}|…)(t?\w+))?")
_BAD_ID = re.compile(r"t[-_]?[0-9o]*[0-9][0-9o]*|tt[0-9]{1,3}|t[0-9]{2,}[a-z]|t[0-9][a-z][0-9a-z]{9,}")


def tokenize(text: str, most: int = MOST_TOKENS) -> list[Token]:
    """The first `most` tokens of `text`, which must be `normalize`d. Escapes and arrows are marks; `#12` is a BAD id, not `#1234`."""
    tokens: list[Token] = []
    add, contracted, special, after_t, ids = tokens.append, CONTRACTED, _SPECIAL, _AFTER_T, _PLAIN
    plain, an_id = Kind.WORD, Kind.ID
    lower = text.lower() if text.isascii() else ""
    for found in islice(_SCAN.finditer(text), most):
        kind = found.lastgroup
        if kind != plain:
            add(_READERS[kind or Kind.MARK](found[0], *found.span()))
            continue
        start, end = found.span(1)  # without the spaces after it
        word = lower[start:end] if lower else fold(found[1]) or found[1]
        if word in contracted:
            word = contracted[word]
        first = word[0]
        if first == "t" and word in ids:
            add(Token(an_id, word, start, end, (ids[word],), A_TICKET))
        elif first in special or (first == "t" and word[1:2] in after_t):
            add(_special(word, start, end))
        else:
            add(Token(plain, word, start, end))
    return tokens


def _special(word: str, start: int, end: int) -> Token:
    """A token that may be more than a WORD, judging by its first character: an id, a number, Slack's italics."""
    word = word.strip("_") or word
    first = word[0]
    if first == "t" and word[1:2] in _AFTER_T and (word[1] != "o" or word[-1] in _DIGITS):
        return _id(word, start, end)
    return Token(Kind.NUMBER if first in _DIGITS and word.isdecimal() else Kind.WORD, word, start, end)


def _id(word: str, start: int, end: int) -> Token:
    """An ID for `t7`, `t7's`, `t1-t5`, `t1/t2`; BAD for a near miss; otherwise a WORD."""
    name = word.removesuffix("'s")
    ends = _list_ends(name) if len(name) <= _LONGEST_LIST else ()
    if ends:
        return Token(Kind.ID, word, start, end, id_bounds=ends, tags=A_TICKET)
    ranged = _ID_LIKE.fullmatch(name)
    if _BAD_ID.fullmatch(name) or (ranged and ranged[2] and all(map(_BAD_ID.fullmatch, _range_ends(ranged)))):
        return Token(Kind.BAD, word, start, end, _nearest(name.replace("tt", "t", 1)), A_TICKET)
    return Token(Kind.WORD, word, start, end)


def _list_ends(name: str) -> tuple[str, ...]:
    """The first and last id of every part of a list; empty if a part is neither an id nor a range."""
    ends: tuple[str, ...] = ()
    for part in _PARTS.split(name):
        more = _ends(part)
        if not more:
            return ()
        ends += more
    return ends


def _ends(part: str) -> tuple[str, ...]:
    """The first and last id of an id or a range; empty if `part` is neither."""
    found = _ID_LIKE.fullmatch(part)
    if not found:
        return ()
    first, last = _range_ends(found) if found[2] else (found[1], "")
    try:
        low = _PLAIN.get(first) or parse_id(first)
        high = (_PLAIN.get(last) or parse_id(last)) if last else low
    except InvalidIdError:
        return ()
    return (low, high) if len(low) <= MAX_ID_LENGTH and len(high) <= MAX_ID_LENGTH else ()


def _range_ends(ranged: re.Match[str]) -> tuple[str, str]:
    """Both ends of a range: `t1` and `t5` for `t1-5`."""
    return ranged[1], ranged[3] if ranged[3][0] == "t" else f"t{ranged[3]}"


def _expand_ranges(ends: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of ranges, given the first and last id of each; stops at about twice `WIDEST_RANGE` ids."""
    if len(ends) == _ONE_RANGE:
        return expand_range(*ends)
    ids: dict[str, None] = {}
    for at in range(0, len(ends), 2):
        if len(ids) <= WIDEST_RANGE:
            ids.update(dict.fromkeys(expand_range(ends[at], ends[at + 1])))
    return tuple(ids)


def expand_range(first: str, last: str) -> tuple[str, ...]:
    """The ids from `first` to `last` in order, at most `WIDEST_RANGE` + 1 of them."""
    low, high = sorted((number_of(first), number_of(last)))
    high = min(high, low + WIDEST_RANGE)
    return _IDS[low : high + 1] if high < len(_IDS) else tuple(map(format_id, range(low, high + 1)))


def _nearest(text: str) -> tuple[str, ...]:
    try:
        nearest = parse_id(text)
    except InvalidIdError as error:
        nearest = error.nearest
    return (nearest,) if nearest and len(nearest) <= MAX_ID_LENGTH else ()


def unquote(token: Token, source: str) -> str:
    """The text inside a quotation's marks."""
    inner = source[token.start + 1 : token.end - 1]
    return inner.replace('\\"', '"').replace("\\\\", "\\") if source[token.start] == '"' else inner


def begins_literal(tokens: list[Token], at: int) -> bool:
    """Whether the sign at `at` belongs to the word after it: `=SUM(A1)`, `.env`, `?utm`, `--force`, `-9`."""
    sign, after = tokens[at], token_at(tokens, at + 1)
    apart = (not at or tokens[at - 1].end < sign.start) and after.start == sign.end
    option = sign.word == "-" and (sign.end - sign.start > 1 or after.word[:1].isdigit())
    return apart and after.kind in (Kind.WORD, Kind.NUMBER) and (option or sign.word in ("=", ".", "?"))


def to_bad_id(number: Token) -> Token:
    """A BAD token for a number that stands for an id."""
    return Token(Kind.BAD, number.word, number.start, number.end, _nearest("T" + number.word), A_TICKET)


def _entity(raw: str, start: int, end: int) -> Token:
    """A link labelled with a ticket id, `<https://…|T041>`, is read as that id."""
    label = raw[1:-1].partition("|")[2].lower() if raw[1] not in "@#!" else ""
    if label in _PLAIN:
        return Token(Kind.ID, label, start, end, (_PLAIN[label],), A_TICKET)
    return Token(Kind.ENTITY, raw, start, end)


def _mark(raw: str, start: int, end: int) -> Token:
    dash = raw in "–—" or raw.startswith("--")
    return Token(Kind.MARK, "-" if dash else ":" if raw == "：" else fold(raw) or raw, start, end)


_DIGITS = frozenset("0123456789")
_SPECIAL = _DIGITS | {"_"}
_AFTER_T = _DIGITS | {"-", "_", "o", "t"}  # `o` is typed for zero, `t` twice
_READERS: dict[str, Callable[[str, int, int], Token]] = {
    "mark": _mark,
    "arrow": lambda _, start, end: Token(Kind.MARK, "->", start, end),
    "escape": lambda raw, start, end: Token(Kind.MARK, raw, start, end),
    "hash": lambda raw, start, end: Token(Kind.BAD, raw, start, end, id_bounds=_nearest(raw), tags=A_TICKET),
    "entity": _entity,
    **{kind: partial(Token, kind) for kind in (Kind.QUOTE, Kind.CODE, Kind.FORWARD, Kind.PICTURE, Kind.LINE)},
}
