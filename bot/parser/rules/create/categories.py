"""Derives a ticket's category from its title by summing the weights of the words in `categories.txt`."""

import re
from operator import itemgetter
from typing import NamedTuple

from bot.parser.rules.language.lexicon import load_sections
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


def _inflect(phrase: str) -> list[str]:
    """The regular plural and verb forms of the last word of `phrase`."""
    word = phrase.rpartition(" ")[2]
    if len(word) < _SHORTEST_INFLECTED or not (word.isascii() and word.isalpha()):
        return []
    stem = phrase.removesuffix("e")
    if word[-1] == "y" and word[-2] not in "aeiou":
        plural = phrase[:-1] + "ies"
    else:
        plural = phrase + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")
    forms = [plural, stem + "ed", stem + "ing"]
    if len(word) <= _LONGEST_DOUBLED and word[-1] in "bdgmnpt" and word[-2] in "aeiou":
        forms += [phrase + word[-1] + "ed", phrase + word[-1] + "ing"]
    return forms


def _table() -> dict[str, Weights]:
    """The weights of every word and phrase, and of their forms where these have no weight of their own."""
    table: dict[str, Weights] = {}
    for section in load_sections("categories"):
        weights: Weights = ((Category(section.role), int(section.value)),)
        for phrase in map(fold, section.phrases):
            table[phrase] = _add(table[phrase], weights) if phrase in table else weights
    for phrase, weights in list(table.items()):
        for form in _inflect(phrase):
            table[form] = _add(table[form], weights) if form in table else weights
    return table


def _add(weights: Weights, others: Weights) -> Weights:
    """`weights` with those of `others` for further categories."""
    known = {category for category, _ in weights}
    return weights + tuple(other for other in others if other[0] not in known)


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
    return [Evidence(key, *weight) for key in _keys(title[:_LONGEST]) for weight in WORDS[key]]


def categorise(title: str) -> Category | None:
    """The category with the highest sum of evidence in `title`; None if that is below the minimum."""
    scores: dict[Category, int] = {}
    for _, category, weight in evidence(title):
        scores[category] = scores.get(category, 0) + weight
    best, score = max(scores.items(), key=itemgetter(1), default=(None, 0))
    return best if score >= _LEAST else None
