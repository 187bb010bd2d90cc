"""Which tickets are like a text: by the words that they share, where a rare word says more than a common one. Pure."""

from collections.abc import Callable, Iterable, Mapping
from math import sqrt
from typing import Any

from store.text import Words, split_words, words_of

THRESHOLD = 0.5
_MOST_COMPARED = 200


def most_alike(
    text: str,
    words: Words,
    total: int,
    doc_of: Callable[[int], Mapping[str, Any] | None],
    seen: Callable[[int], bool],
) -> list[tuple[int, float]]:
    """The numbers of those of `total` tickets that are like `text` and may be `seen`, with how much: 1 is the same words.

    Best first. Only tickets that share one of its rarer words are compared.
    """
    wanted = {word: words.weight(word, total) for word in split_words(text)}
    if not wanted:
        return []
    whole = sum(wanted.values())
    shared: dict[int, float] = {}
    for word in sorted(wanted, key=wanted.__getitem__, reverse=True):
        found = words.holding(word)
        if found is None:
            continue
        if found.few is not None:
            for number in found.few:
                shared[number] = shared.get(number, 0.0) + wanted[word]
        elif shared:
            for number in shared:
                if number in found:
                    shared[number] += wanted[word]
        else:
            shared = dict.fromkeys(list(found)[-_MOST_COMPARED:], wanted[word])
    candidates = sorted(shared, key=lambda number: (-shared[number], number))[:_MOST_COMPARED]
    alike = []
    for number in candidates:
        doc = doc_of(number)
        if doc is None or not seen(number):
            continue
        score = max(
            _likeness(wanted, whole, part, words, total)
            for part in (words_of({"title": doc.get("title")}), words_of(doc))
        )
        if score >= THRESHOLD:
            alike.append((number, score))
    return sorted(alike, key=lambda found: (-found[1], found[0]))


def _likeness(
    wanted: Mapping[str, float], whole: float, theirs: Iterable[str], words: Words, total: int
) -> float:
    shared = all_of_theirs = 0.0
    for word in theirs:
        all_of_theirs += words.weight(word, total)
        shared += wanted.get(word, 0.0)
    return shared / sqrt(whole * all_of_theirs) if shared else 0.0
