"""A message cut into tokens: ids, ranges, words, numbers, quotes, code, Slack's entities, pictures, punctuation.

One pass, no backtracking over more than a bounded piece. A token remembers where it stood, so that titles can be
taken from what the person wrote; what it is recognised by is in `word`.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.parser.text import fold
from store.ticket import InvalidIdError, id_of, number_of, parse_id

Tags = Mapping[str, str]
NO_TAGS: Tags = MappingProxyType({})
WIDEST_RANGE = 100

# Kinds of token. ID carries one id or, written together (`T1/T2`, `T1-T5`), several; BAD is meant as an id and is none.
ID, BAD, WORD, NUMBER = "id", "bad", "word", "number"
QUOTE, CODE, ENTITY, FORWARD, PICTURE, LINE, MARK = "quote", "code", "entity", "forward", "picture", "line", "mark"


class Token:
    """`text[start:end]`; `tags` is what the vocabulary knows about it, `note` the nearest id of a BAD one."""

    __slots__ = ("end", "ids", "kind", "note", "start", "tags", "word")

    def __init__(self, kind: str, word: str, start: int, end: int) -> None:
        self.kind, self.word, self.start, self.end = kind, word, start, end
        self.tags: Tags = NO_TAGS
        self.ids: tuple[str, ...] = ()
        self.note = ""

    def __repr__(self) -> str:
        return f"{self.kind}:{self.word}{dict(self.tags) or ''}"


_SCAN = re.compile(
    r"""
      (?P<code>```(?:[^`]|`(?!``)){0,4000}```|`[^`\n]{1,500}`)
    | (?P<entity><(?:[@\#!]|https?:|mailto:|tel:)[^<>\n]{1,3000}>)
    | (?P<forward>(?<![^\n])[ ]*(?:&gt;&gt;&gt;[^\x00]*|(?:&gt;|>)[^\n]*))
    | (?P<quote>"(?:[^"\\\n]|\\.){0,3000}"|[“„«][^“”„«»\n]{0,1000}[”“»]|(?<!\w)['‘][^'‘’\n]{1,300}['’](?!\w))
    | (?P<picture>(?<!\w):[a-z0-9_+][a-z0-9_+'-]{0,60}:(?!\w)|[\U0001f000-\U0001faff☀-➿⬀-⯿️‍⏏-⏿]+)
    | (?P<escape>&(?:lt|gt|amp);)
    | (?P<hash>\#\d{1,9}(?!\w))
    | (?P<word>\w+(?:(?:['’\-–‐‑@/+_]|\.{1,3}|…)\w+)*(?:\+\+|\#(?!\w))?)
    | (?P<line>\n)
    | (?P<arrow>-+>|=>|→|-+&gt;|=&gt;)
    | (?P<mark>\S)
    """,
    re.VERBOSE,
)
_ID_LIKE = re.compile(r"(t\w*)(?:(-|\.{2,3}|…)(t?\w+))?")
_BAD_ID = re.compile(r"t[-_]?[0-9o]*[0-9][0-9o]*|t[0-9o][0-9o]+|t[0-9]{2,}[a-z]")


def tokenize(text: str) -> list[Token]:
    """The tokens of a `clean` text. `escape` and arrow are marks; `hash` is a BAD id."""
    tokens = []
    for found in _SCAN.finditer(text):
        kind = found.lastgroup or MARK
        start, end = found.span()
        raw = found[0]
        if kind == WORD:
            token = _word(raw, start, end)
        elif kind == MARK:
            token = Token(MARK, "-" if raw in "–—" else ":" if raw == "：" else fold(raw), start, end)
        elif kind == "arrow":
            token = Token(MARK, "->", start, end)
        elif kind == "escape":
            token = Token(MARK, raw, start, end)
        elif kind == "hash":
            token = Token(BAD, raw, start, end)
            token.note = _nearest(raw)
        else:
            token = Token(kind, raw, start, end)
        tokens.append(token)
    return tokens


def _word(raw: str, start: int, end: int) -> Token:
    word = fold(raw)
    if word[0] == "t" and len(word) > 1 and (word[1] in "0123456789-_" or (word[1] == "o" and word[-1] in "0123456789o")):
        return _id(word, start, end)
    if word[0] in "0123456789" and word.isdecimal():
        return Token(NUMBER, word, start, end)
    return Token(WORD, word, start, end)


def _id(word: str, start: int, end: int) -> Token:
    """An ID for `t7`, `t7's`, `t1-t5`, `t1/t2`; BAD for what is almost one; otherwise a word."""
    name = word.removesuffix("'s")
    ids: tuple[str, ...] = ()
    for part in name.split("/"):
        found = _ID_LIKE.fullmatch(part)
        more = _ids(found) if found else ()
        if not more:
            break
        ids += more
    else:
        token = Token(ID, word, start, end)
        token.ids = ids
        return token
    token = Token(WORD, word, start, end)
    if _BAD_ID.fullmatch(name):
        token.kind, token.note = BAD, _nearest(name)
    return token


def _ids(found: re.Match[str]) -> tuple[str, ...]:
    try:
        first = parse_id(found[1])
        if not found[2]:
            return (first,)
        last = found[3] if found[3][0] == "t" else "t" + found[3]
        return span(first, parse_id(last))
    except InvalidIdError:
        return ()


def span(first: str, last: str) -> tuple[str, ...]:
    """Both ends and all between, in their order; no more than just over `WIDEST_RANGE` of them."""
    low, high = sorted((number_of(first), number_of(last)))
    return tuple(map(id_of, range(low, min(high, low + WIDEST_RANGE) + 1)))


def _nearest(text: str) -> str:
    try:
        return parse_id(text)
    except InvalidIdError as error:
        return error.nearest
