"""The lexicon: what words mean, read once from the word files in `bot/parser/lexicon`.

A section of such a file begins with `[role value]`, such as `[verb close]`; each line below it is a word or phrase with that
role. `roles` explains the roles. Values of `verb`: view create close start reopen update raise lower rename note undo redo
history help delete export usage cannot. Values of `stat`, `pri`, `cat` and `field` are the field's own.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bot.parser.rules.language.lexer import CONTRACTED, NO_TAGS, Kind, Tags, Token, tokenize
from bot.parser.rules.language.roles import Role
from bot.parser.text import fold

Phrase = tuple[tuple[str, ...], Tags]

_CONTRACTED = frozenset(CONTRACTED)
_ROLES = {role.name.lower(): role for role in Role if role.name}
# Earlier languages take precedence: the first that knows a word decides its meaning.
LANGUAGES = ("en", "de", "es", "fr", "pt", "it", "nl", "create")


class LexiconError(ValueError):
    """A word file is invalid; the message names the file and line."""


class Section(NamedTuple):
    """The words and phrases under one `[role value]` of a word file; `name` is the file name without its suffix."""

    name: str
    role: str
    value: str
    phrases: list[str]


def load_sections(*names: str) -> Iterator[Section]:
    """The sections of the named word files, in order."""
    for name in names:
        text = (files("bot.parser") / "lexicon" / f"{name}.txt").read_text(encoding="utf-8")
        yield from read_sections(name, text)


def read_sections(name: str, text: str) -> Iterator[Section]:
    """The sections of one word file. Raises `LexiconError` for a word before the first section."""
    head, *sections = f"\n{text}".split("\n[")
    for number, line in enumerate(head.split("\n")):
        if line and not line.startswith("# "):
            raise LexiconError(f"{name}.txt:{number}: a word before the first [role value]")
    for section in sections:
        heading, *lines = section.split("\n")
        role, _, value = heading.rstrip("]").partition(" ")
        yield Section(name, role, value, [line for line in lines if line and not line.startswith("# ")])


def key_of(phrase: str) -> tuple[str, ...]:
    """The words of `phrase` as the lexer produces them."""
    # Most lines are words of letters alone, which the lexer only folds: skipping it makes the bot start faster.
    if phrase.replace(" ", "").isalpha():
        key = tuple(phrase.lower().split() if phrase.isascii() else map(fold, phrase.split()))
        if _CONTRACTED.isdisjoint(key):
            return key
    return tuple(token.word for token in tokenize(phrase))


class Dictionary:
    """Words by their text, and phrases by their first and second word, longest first."""

    def __init__(self, sections: Iterable[Section]) -> None:
        self.words: dict[str, Tags] = {}
        self.known: set[str] = set()  # every word, including those in phrases
        self.phrases: dict[str, dict[str, list[Phrase]]] = {}
        meanings = _meanings(sections)
        self.known.update(*meanings)
        for key in sorted(meanings, key=len, reverse=True):
            if len(key) == 1:
                self.words[key[0]] = meanings[key]
            else:
                seconds = self.phrases.setdefault(key[0], {})
                seconds.setdefault(key[1], []).append((key[1:], meanings[key]))

    def tag(self, tokens: list[Token]) -> list[Token]:
        """Set the tags of `tokens`, joining each known phrase into one token."""
        tagged, words, at = [], self.words, 0
        while at < len(tokens):
            token = tokens[at]
            longer = self._phrase(tokens, at) if token.kind in (Kind.WORD, Kind.MARK) else None
            if longer:
                rest, tags = longer
                at += len(rest)
                word = f"{token.word} {' '.join(rest)}"
                token = Token(Kind.WORD, word, token.start, tokens[at].end, tags=tags)
            elif token.kind in (Kind.WORD, Kind.MARK):
                token.tags = words.get(token.word, NO_TAGS)
            at += 1
            tagged.append(token)
        return tagged

    def find(self, tokens: list[Token]) -> list[tuple[int, int, Tags]]:
        """Start, end and tags of each known word or phrase in the source; the tokens keep their own tags."""
        found, words, at = [], self.words, 0
        while at < len(tokens):
            token, longer = tokens[at], self._phrase(tokens, at)
            at += len(longer[0]) if longer else 0
            if longer or token.word in words:
                found.append((token.start, tokens[at].end, longer[1] if longer else words[token.word]))
            at += 1
        return found

    def _phrase(self, tokens: list[Token], at: int) -> Phrase | None:
        """The longest phrase that begins at `at`, without its first word."""
        seconds = self.phrases.get(tokens[at].word)
        if not seconds or at + 1 >= len(tokens):
            return None
        for phrase in seconds.get(tokens[at + 1].word, ()):
            rest = phrase[0]
            if len(rest) == 1 or tuple(token.word for token in tokens[at + 1 : at + 1 + len(rest)]) == rest:
                return phrase
        return None


def _meanings(sections: Iterable[Section]) -> dict[tuple[str, ...], Tags]:
    meanings: dict[tuple[str, ...], Tags] = {}
    # Many words have the same meaning.
    join = cache(lambda before, role, value: Tags({**before, role: value}))
    for section in sections:
        role, value = _ROLES[section.role], section.value
        alone = join(NO_TAGS, role, value)
        for key in _keys(section):
            before = meanings.setdefault(key, alone)
            if before is not alone and role not in before:
                meanings[key] = join(before, role, value)
    return meanings


def _keys(section: Section) -> list[tuple[str, ...]]:
    keys = list(map(key_of, section.phrases))  # and for `annoying but` also `annoying, but`
    return keys + [(*key[:-1], ",", "but") for key in keys if len(key) > 1 and key[-1] == "but"]


_SETS = {section.role: section.phrases for section in load_sections("sets")}


def load_word_set(name: str) -> frozenset[str]:
    """The words under `[name]` in `sets.txt`: words that one rule uses, without a role. Raises `LexiconError`."""
    words = frozenset(" ".join(key_of(phrase)) for phrase in _SETS.get(name, ()))
    if not words:
        raise LexiconError(f"sets.txt: there is no [{name}]")
    return words


def load_word_sets(names: str) -> Iterator[frozenset[str]]:
    """The sets named in `names`, which spaces separate."""
    return map(load_word_set, names.split(" "))


_FEELINGS = load_word_set("feelings")
_FACES = re.compile("[\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a\U0001f389\U0001f525\U0001f6a8\U0001f680\U0001f4a5\U0001f44b\U0001f440\U0001f494\U0001f44f\U0001f4aa☑✅✔⚠❗❓❤✨️‍]+")  # fmt: skip
_THUMBS = re.compile("(?::(?:\\+1|thumbsup|ok_hand):|[\U0001f44d\U0001f44c\U0001f3fb-\U0001f3ff])+")


def decorates(token: Token, *, after: bool) -> bool:
    """Whether the token is an emoji that adds nothing to the text next to it. `after`: it stands behind the text."""
    found = token.word.strip(":") in _FEELINGS or _FACES.fullmatch(token.word)
    return token.kind == Kind.PICTURE and bool(found or (after and _THUMBS.fullmatch(token.word)))


COMMANDS = Dictionary(load_sections(*LANGUAGES))
REPORTS = Dictionary(load_sections("reports"))
TALK = Dictionary(load_sections("smalltalk"))


def has_in_report(token: Token, role: Role) -> bool:
    """Whether the token has `role` in a report."""
    return role in REPORTS.words.get(token.word, NO_TAGS)


@cache
def english_words() -> dict[str, Tags]:
    """The meanings of English words. Built on first use: only unknown words need it."""
    return Dictionary(load_sections("en")).words
