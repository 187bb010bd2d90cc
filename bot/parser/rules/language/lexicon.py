"""The lexicon: what words mean, read once from the word files in `bot/parser/lexicon`.

A section of such a file begins with `[role value]`, such as `[verb close]`; each line below it is a word or
phrase with that role. `roles` explains the roles. Values of `verb`: view create close start reopen update
raise lower rename note undo redo history help delete export usage cannot. Values of `stat`, `pri`, `cat` and
`field` are the field's own.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bot.parser.rules.language.lexer import CONTRACTED, NO_TAGS, Kind, Tags, Token, tokenize
from bot.parser.rules.language.roles import Role
from bot.parser.text import fold

Phrase = tuple[tuple[str, ...], Tags]

_ROLES = {role.name.lower(): role for role in Role if role.name}
# Earlier languages take precedence: the first that knows a word decides its meaning.
LANGUAGES = ("en", "de", "es", "fr", "pt", "it", "nl", "create")


class LexiconError(ValueError):
    """A word file is invalid; the message names the file and line."""


class Entry(NamedTuple):
    """One line of a word file; `name` is the file name without its suffix."""

    name: str
    number: int
    role: str
    value: str
    phrase: str

    @property
    def where(self) -> str:
        """File and line: `en.txt:12`."""
        return f"{self.name}.txt:{self.number}"


def load_entries(*names: str) -> Iterator[Entry]:
    """The entries of the named word files, in order."""
    for name in names:
        text = (files("bot.parser") / "lexicon" / f"{name}.txt").read_text(encoding="utf-8")
        yield from read_entries(name, text)


def read_entries(name: str, text: str) -> Iterator[Entry]:
    """The entries of one word file. Raises `LexiconError` for a word before the first section."""
    role = value = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("["):
            role, _, value = line.strip("[]").partition(" ")
        elif line and not line.startswith("# "):
            if not role:
                raise LexiconError(f"{name}.txt:{number}: a word before the first [role value]")
            yield Entry(name, number, role, value, line)


def key_of(phrase: str) -> tuple[str, ...]:
    """The words of `phrase` as the lexer produces them."""
    # Most lines are words of letters alone, which the lexer only folds: skipping it makes the bot start faster.
    if phrase.replace(" ", "").isalpha():
        words = phrase.lower().split() if phrase.isascii() else map(fold, phrase.split())
        if CONTRACTED.keys().isdisjoint(key := tuple(words)):
            return key
    return tuple(token.word for token in tokenize(phrase))


class Dictionary:
    """Words by their text, and phrases by their first and second word, longest first."""

    def __init__(self, lines: Iterable[Entry]) -> None:
        self.words: dict[str, Tags] = {}
        self.known: set[str] = set()  # every word, including those in phrases
        self.phrases: dict[str, dict[str, list[Phrase]]] = {}
        shared: dict[tuple[tuple[Role, str], ...], Tags] = {}  # many words have the same meaning
        for key, values in _meanings(lines).items():
            meaning = tuple(values.items())
            tags = shared.get(meaning) or shared.setdefault(meaning, Tags(values))
            self.known.update(key)
            if len(key) == 1:
                self.words[key[0]] = tags
            else:
                self.phrases.setdefault(key[0], {}).setdefault(key[1], []).append((key[1:], tags))
        for seconds in self.phrases.values():
            for several in seconds.values():
                several.sort(key=lambda phrase: -len(phrase[0]))

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


def _meanings(lines: Iterable[Entry]) -> dict[tuple[str, ...], dict[Role, str]]:
    meanings: dict[tuple[str, ...], dict[Role, str]] = {}
    for entry in lines:
        key, role = key_of(entry.phrase), _ROLES[entry.role]
        meanings.setdefault(key, {}).setdefault(role, entry.value)
        if len(key) > 1 and key[-1] == "but":  # `annoying, but`
            meanings.setdefault((*key[:-1], ",", "but"), {}).setdefault(role, entry.value)
    return meanings


_SETS = tuple(load_entries("sets"))


def load_word_set(name: str) -> frozenset[str]:
    """The words under `[name]` in `sets.txt`: words that one rule uses, without a role. Raises `LexiconError`."""
    words = frozenset(" ".join(key_of(entry.phrase)) for entry in _SETS if entry.role == name)
    if not words:
        raise LexiconError(f"sets.txt: there is no [{name}]")
    return words


COMMANDS = Dictionary(load_entries(*LANGUAGES))
REPORTS = Dictionary(load_entries("reports"))
TALK = Dictionary(load_entries("smalltalk"))


@cache
def english_words() -> dict[str, Tags]:
    """The meanings of English words. Built on first use: only unknown words need it."""
    return Dictionary(load_entries("en")).words
