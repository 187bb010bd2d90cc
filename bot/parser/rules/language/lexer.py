"""A message cut into tokens: ids, ranges, words, numbers, quotes, code, Slack's entities, pictures, punctuation.

One pass, no backtracking over more than a bounded piece. A token remembers where it stood, so that titles can be
taken from what the person wrote; what it is recognised by is in `word`.
"""

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from types import MappingProxyType

from bot.fields import MAX_ID_LENGTH
from bot.parser.rules.language.roles import FIELDS, Role
from bot.parser.text import fold
from store.ids import InvalidIdError, format_id, number_of, parse_id


class Tags(dict[Role, str]):
    """What the vocabulary knows about a word: its roles, and the value that it has in each. Never changed."""

    __slots__ = ("roles",)
    __hash__ = object.__hash__  # type: ignore[assignment]  # never changed, so it may be a default

    def __init__(self, values: Mapping[Role, str] = MappingProxyType({})) -> None:
        super().__init__(values)
        self.roles = frozenset(values)


# Contractions as people type them on a phone: `cant`. Those that are words too, as `its` or `were`, are left alone.
_CONTRACTIONS = """
can't don't won't isn't aren't wasn't weren't doesn't didn't hasn't haven't hadn't couldn't wouldn't shouldn't
that's what's who's where's there's here's i've you're they're
"""
CONTRACTED = {word.replace("'", ""): word for word in _CONTRACTIONS.split()}
NO_TAGS = Tags()
A_TICKET = Tags({Role.ID: "yes"})
WIDEST_RANGE = 100
MOST_TOKENS = 250  # no command is longer; what is, is a description


class Kind:
    """What a token is. ID carries one id or, written together (`T1/T2`, `T1-T5`), several; BAD is meant as an id and is none."""

    ID, BAD, WORD, NUMBER, QUOTE, CODE = "id", "bad", "word", "number", "quote", "code"
    ENTITY, FORWARD, PICTURE, LINE, MARK = "entity", "forward", "picture", "line", "mark"


@dataclass(slots=True, eq=False)
class Token:
    """`text[start:end]`; `tags` is what the vocabulary knows about it. `more`: the id of an ID, or the first and the last of
    each of its ranges; the nearest id of a BAD one.
    """

    kind: str
    word: str
    start: int
    end: int
    more: tuple[str, ...] = ()
    tags: Tags = NO_TAGS

    @property
    def ids(self) -> tuple[str, ...]:
        """The tickets that an ID names, each once; ranges are spelled out only here."""
        if self.kind != Kind.ID:
            return ()
        return self.more if len(self.more) == 1 else _spelled_out(self.more)

    @property
    def nearest(self) -> str:
        """The id that a BAD one comes closest to; "" if none does."""
        return self.more[0] if self.kind == Kind.BAD and self.more else ""

    def has(self, *roles: Role) -> bool:
        """Whether the vocabulary gives it one of `roles`."""
        return not self.tags.roles.isdisjoint(roles)

    def value(self, field: str) -> str:
        """Its value for the field `stat`, `pri` or `cat`; "" if it has none."""
        return self.tags.get(FIELDS[field], "") if field in FIELDS else ""

    def breaks(self, marks: Container[str]) -> bool:
        """Whether a clause ends with it: a line, a picture, or one of `marks`."""
        return self.kind in (Kind.LINE, Kind.PICTURE) or (self.kind == Kind.MARK and self.word in marks)


NO_TOKEN = Token(Kind.MARK, "", 0, 0)  # what stands before the first and behind the last


# The first alternative that fits is taken; each looks at a bounded piece, so that the whole is linear. A word takes the
# spaces after it along: searching on from there would try every alternative at each of them.
_SCAN = re.compile(
    r"""
      (?P<word>\w++(?:(?:['’\-–‐‑@/+]|\.{1,3}|…)\w++)*+(?:\+\+|\#(?!\w))?)[ ]*+
    | (?P<quote>"(?:[^"\\\n]|\\.){0,3000}"|[“„«][^“”„«»\n]{0,1000}[”“»]|(?<!\w)['‘][^'‘’\n]{1,300}['’](?!\w))
    | (?P<code>```(?:[^`]|`(?!``)){0,4000}```|`[^`\n]{1,500}`|(?<![\w~])~(?=[^\s~])[^~\n]{1,500}(?<!\s)~(?![\w~]))
    | (?P<entity><(?:[@\#!]|https?:|mailto:|tel:)[^<>\n]{1,3000}>)
    | (?P<forward>(?<![^\n])[ ]*(?:&gt;&gt;&gt;[^\x00]*|(?:&gt;|>)[^\n]*))
    | (?P<picture>(?<!\w):[a-z0-9_+][a-z0-9_+'-]{0,60}:(?!\w)|[\U0001f000-\U0001faff☀-➿⬀-⯿️‍⏏-⏿]+)
    | (?P<escape>&(?:lt|gt|amp);)
    | (?P<hash>\#\d{1,9}(?!\w))
    | (?P<line>\n)
    | (?P<arrow>-+>|=>|→|-+&gt;|=&gt;)
    | (?P<mark>--++|\S)
    """,
    re.VERBOSE,
)
_PLAIN_DIGITS = 3  # with so many an id is its number
_IDS = tuple(format_id(number) if number else "" for number in range(10**_PLAIN_DIGITS))
_PLAIN = {  # `T007` for `t7`, `t07` and `t007`: most ids that there are
    f"t{number:0{digits}}": _IDS[number]
    for number in range(1, len(_IDS))
    for digits in range(1, _PLAIN_DIGITS + 1)
}
_ONE_RANGE = 2  # ends
_LONGEST_LIST = 600  # characters: a hundred ids with slashes between them
_PARTS = re.compile("[/+]")
_ID_LIKE = re.compile(r"(t\w*)(?:(-|\.{2,3}|…)(t?\w+))?")
_BAD_ID = re.compile(r"t[-_]?[0-9o]*[0-9][0-9o]*|t[0-9]{2,}[a-z]|t[0-9][a-z][0-9a-z]{9,}")


def tokenize(text: str, most: int = MOST_TOKENS) -> list[Token]:
    """The first `most` tokens of a `clean` text. An escape and an arrow are marks; `#12` is a BAD id."""
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
    """What may be more than a WORD, by its first character: an id, a number, Slack's italics."""
    word = word.strip("_") or word
    first = word[0]
    if first == "t" and word[1:2] in _AFTER_T and (word[1] != "o" or word[-1] in _DIGITS):
        return _id(word, start, end)
    return Token(Kind.NUMBER if first in _DIGITS and word.isdecimal() else Kind.WORD, word, start, end)


def _id(word: str, start: int, end: int) -> Token:
    """An ID for `t7`, `t7's`, `t1-t5`, `t1/t2`; BAD for what is almost one; otherwise a word."""
    if word in _PLAIN:  # in italics: `_t7_`
        return Token(Kind.ID, word, start, end, more=(_PLAIN[word],), tags=A_TICKET)
    name = word.removesuffix("'s")
    ends = _listed(name) if len(name) <= _LONGEST_LIST else ()
    if ends:
        return Token(Kind.ID, word, start, end, more=ends, tags=A_TICKET)
    ranged = _ID_LIKE.fullmatch(name)
    if _BAD_ID.fullmatch(name) or (ranged and ranged[2] and all(map(_BAD_ID.fullmatch, _both(ranged)))):
        return Token(Kind.BAD, word, start, end, more=_nearest(name), tags=A_TICKET)
    return Token(Kind.WORD, word, start, end)


def _listed(name: str) -> tuple[str, ...]:
    """The first and the last ticket of every part of a list; nothing if one of them is neither an id nor a range."""
    ends: tuple[str, ...] = ()
    for part in _PARTS.split(name):
        more = _ends(part)
        if not more:
            return ()
        ends += more
    return ends


def _ends(part: str) -> tuple[str, ...]:
    """The first and the last ticket of an id or a range; nothing if it is neither."""
    found = _ID_LIKE.fullmatch(part)
    if not found:
        return ()
    first, last = _both(found) if found[2] else (found[1], "")
    try:
        low = _PLAIN.get(first) or parse_id(first)
        high = (_PLAIN.get(last) or parse_id(last)) if last else low
    except InvalidIdError:
        return ()
    return (low, high) if len(low) <= MAX_ID_LENGTH and len(high) <= MAX_ID_LENGTH else ()


def _both(ranged: re.Match[str]) -> tuple[str, str]:
    """`t1` and `t5` of `t1-5`."""
    return ranged[1], ranged[3] if ranged[3][0] == "t" else f"t{ranged[3]}"


def _spelled_out(ends: tuple[str, ...]) -> tuple[str, ...]:
    """The tickets of ranges, given the first and last of each: no more than about twice `WIDEST_RANGE` of them."""
    if len(ends) == _ONE_RANGE:
        return span(*ends)
    ids: dict[str, None] = {}
    for at in range(0, len(ends), 2):
        if len(ids) <= WIDEST_RANGE:
            ids.update(dict.fromkeys(span(ends[at], ends[at + 1])))
    return tuple(ids)


def span(first: str, last: str) -> tuple[str, ...]:
    """Both ends and all between, in their order; no more than just over `WIDEST_RANGE` of them."""
    low, high = sorted((number_of(first), number_of(last)))
    high = min(high, low + WIDEST_RANGE)
    return _IDS[low : high + 1] if high < len(_IDS) else tuple(map(format_id, range(low, high + 1)))


def _nearest(text: str) -> tuple[str, ...]:
    try:
        nearest = parse_id(text)
    except InvalidIdError as error:
        nearest = error.nearest
    return (nearest,) if nearest and len(nearest) <= MAX_ID_LENGTH else ()


def unquoted(token: Token, source: str) -> str:
    """What stands between a quotation's marks."""
    inner = source[token.start + 1 : token.end - 1]
    return inner.replace('\\"', '"').replace("\\\\", "\\") if source[token.start] == '"' else inner


# Pictures that only say how somebody feels about it; any other may be what it is about (`:new-logo:`).
_FEELINGS = (
    "pray tada fire rocket warning rotating_light sos boom wave eyes heart broken_heart white_check_mark heavy_check_mark "
    "ballot_box_with_check sweat_smile smile smiley grin grinning joy rofl sob cry wink blush thinking_face scream weary "
    "slightly_smiling_face upside_down_face face_palm facepalm exclamation bangbang raised_hands clap muscle crossed_fingers "
    "sweat disappointed rage angry confused neutral_face sunglasses sparkles 100 party_parrot partying_face ticket bug"
)
_FEELING = re.compile(
    rf"(?::(?:{'|'.join(re.escape(name) for name in _FEELINGS.split())}):|[\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a"
    "\U0001f389\U0001f525\U0001f6a8\U0001f680\U0001f4a5\U0001f44b\U0001f440\U0001f494\U0001f44f\U0001f4aa☑✅✔⚠❗❓❤✨️‍])+"
)
_THUMBS = re.compile("(?::(?:\\+1|thumbsup|ok_hand):|[\U0001f44d\U0001f44c\U0001f3fb-\U0001f3ff])+")


def decorates(token: Token, *, after: bool) -> bool:
    """Whether a picture says nothing of what it stands before or, if so, `after`."""
    return token.kind == Kind.PICTURE and bool(
        _FEELING.fullmatch(token.word) or (after and _THUMBS.fullmatch(token.word))
    )


def bad_id(number: Token) -> Token:
    """A number that stands for an id."""
    return Token(
        Kind.BAD, number.word, number.start, number.end, more=_nearest("T" + number.word), tags=A_TICKET
    )


def _entity(raw: str, start: int, end: int) -> Token:
    """A link that shows a ticket's id, `<https://…|T041>`, is that ticket."""
    label = raw[1:-1].partition("|")[2].lower() if raw[1] not in "@#!" else ""
    if label in _PLAIN:
        return Token(Kind.ID, label, start, end, (_PLAIN[label],), A_TICKET)
    return Token(Kind.ENTITY, raw, start, end)


def _mark(raw: str, start: int, end: int) -> Token:
    dash = raw in "–—" or raw.startswith("--")
    return Token(Kind.MARK, "-" if dash else ":" if raw == "：" else fold(raw) or raw, start, end)


_DIGITS = frozenset("0123456789")
_SPECIAL = _DIGITS | {"_"}
_AFTER_T = _DIGITS | {"-", "_", "o"}  # an o is written for a zero
_READERS: dict[str, Callable[[str, int, int], Token]] = {
    "mark": _mark,
    "arrow": lambda _, start, end: Token(Kind.MARK, "->", start, end),
    "escape": lambda raw, start, end: Token(Kind.MARK, raw, start, end),
    "hash": lambda raw, start, end: Token(Kind.BAD, raw, start, end, more=_nearest(raw), tags=A_TICKET),
    "entity": _entity,
    **{kind: partial(Token, kind) for kind in (Kind.QUOTE, Kind.CODE, Kind.FORWARD, Kind.PICTURE, Kind.LINE)},
}
