"""Derives a ticket's category from its title by summing the weights of the words in `categories.txt`."""

import re
from operator import itemgetter
from typing import NamedTuple

from bot.parser.rules.language.lexicon import load_entries
from bot.parser.text import fold
from store.models.tickets import Category

_WORD = re.compile(r"[\w]+(?:['’/.-]\w+)*")
_ELISION = re.compile(r"\b[cdjlmnst]'")  # l'imprimante
_LEAST = 2  # a lower sum counts as no evidence
_SHORTEST_INFLECTED = 3
_LONGEST_DOUBLED = 5  # `drop`, `dropped`
_LONGEST_PHRASE = 4  # words
_LONGEST = 400  # characters that are searched


class Evidence(NamedTuple):
    words: str
    category: Category
    weight: int


Weights = tuple[tuple[Category, int], ...]


def _forms(word: str) -> list[str]:
    """A word and its regular plural and verb forms."""
    if len(word) < _SHORTEST_INFLECTED or not (word.isascii() and word.isalpha()):
        return [word]
    stem = word.removesuffix("e")
    if word.endswith("y") and word[-2] not in "aeiou":
        plural = word.removesuffix("y") + "ies"
    else:
        plural = word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")
    forms = [word, plural, stem + "ed", stem + "ing"]
    if len(word) <= _LONGEST_DOUBLED and word[-1] in "bdgmnpt" and word[-2] in "aeiou":
        forms += [word + word[-1] + "ed", word + word[-1] + "ing"]
    return forms


def _table() -> dict[str, Weights]:
    table: dict[str, dict[Category, int]] = {}
    exact: set[tuple[str, Category]] = set()
    for entry in load_entries("categories"):
        category, weight = Category(entry.role), int(entry.value)
        before, space, last = fold(entry.phrase).rpartition(" ")
        for form in _forms(last):
            key = f"{before}{space}{form}"
            if form == last:
                table.setdefault(key, {})[category] = weight
                exact.add((key, category))
            elif (key, category) not in exact:
                table.setdefault(key, {}).setdefault(category, weight)
    return {key: tuple(weights.items()) for key, weights in table.items()}


WORDS = _table()
_BEGINNINGS = frozenset(key.split(" ")[0] for key in WORDS if " " in key)
_ENDINGS = tuple(key[1:] for key in WORDS if key.startswith("-"))  # `.md`, `exception`


def _keys(title: str) -> list[str]:
    """The entries of the table in `title`, each once; a phrase takes precedence over its words."""
    flat = title.lower() if title.isascii() else fold(title)
    words = _WORD.findall(_ELISION.sub("", flat) if "'" in flat else flat)
    found: dict[str, None] = {}
    at, last = 0, len(words) - 1
    while at <= last:
        word = words[at]
        at += 1
        ends = range(min(at - 1 + _LONGEST_PHRASE, last + 1), at, -1) if word in _BEGINNINGS else ()
        if end := next((end for end in ends if " ".join(words[at - 1 : end]) in WORDS), 0):
            found[" ".join(words[at - 1 : end])] = None
            at = end
        elif word in WORDS:
            found[word] = None
        elif word.endswith(_ENDINGS):
            found.update((f"-{end}", None) for end in _ENDINGS if word.endswith(end))
        elif "-" in word:  # `Jenkins-Build`
            found.update(dict.fromkeys(part for part in word.split("-") if part in WORDS))
    return list(found)


def evidence(title: str) -> list[Evidence]:
    """All entries in `title` that count for a category."""
    return [
        Evidence(key, category, weight) for key in _keys(title[:_LONGEST]) for category, weight in WORDS[key]
    ]


def categorise(title: str) -> Category | None:
    """The category with the highest sum of evidence in `title`; None if that is below the minimum."""
    scores: dict[Category, int] = {}
    for _, category, weight in evidence(title):
        scores[category] = scores.get(category, 0) + weight
    best, score = max(scores.items(), key=itemgetter(1), default=(None, 0))
    return best if score >= _LEAST else None
