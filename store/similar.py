"""Which tickets are like a text: by the words that they share, where a rare word says more than a common one. Pure."""

from collections.abc import Callable, Iterable, Mapping
from math import log, sqrt
from operator import and_
from typing import Any

from store.bits import CHUNK, SHIFT, Chunks, chunks_of, downwards, few, walk
from store.text import Words, split_words, words_of

THRESHOLD = 0.5
_MOST_COMPARED = 25

Doc = Mapping[str, Any]


class Likeness:
    """How like tickets are to `text`, from 0 to 1, which is the same words; `total` is how many tickets there are."""

    def __init__(self, text: str, words: Words, total: int) -> None:
        self._words, self._total = words, total
        self._weights: dict[str, float] = {}
        self._wanted = dict.fromkeys(split_words(text), 0.0)
        for word in self._wanted:
            self._wanted[word] = self._weight(word)
        self._whole = sum(self._wanted.values())

    def _weight(self, word: str) -> float:
        """How much a word says: the more, the fewer tickets have it."""
        found = self._weights.get(word)
        if found is None:
            found = self._weights[word] = log(1 + self._total / (1 + self._words.count(word)))
        return found

    def candidates(self) -> list[int]:
        """The tickets that share most with the text, among those that share one of its rarer words."""
        shared: dict[int, float] = {}
        best: Chunks = []
        left = self._whole
        for word in sorted(self._wanted, key=self._wanted.__getitem__, reverse=True):
            weight, holding = self._wanted[word], self._words.holding(word)
            numbers: Iterable[int] | None = few(holding)
            if isinstance(holding, list):
                # From here on the words are common ones, and add to those that are ahead alone.
                best = best or self._best(shared, holding)
                numbers = _in_both(best, holding)
            elif numbers and (best or left < self._whole * THRESHOLD**2):
                numbers = shared.keys() & set(numbers)  # who shares only what is left cannot be alike enough
            for number in numbers or ():
                shared[number] = shared.get(number, 0.0) + weight
            left -= weight
        return sorted(shared, key=lambda number: (-shared[number], number))[:_MOST_COMPARED]

    def _best(self, shared: dict[int, float], holding: Chunks) -> Chunks:
        """Those that share most until now; if there are none, the latest that hold a common word."""
        ahead = sorted(shared, key=shared.__getitem__, reverse=True)[: 8 * _MOST_COMPARED]
        return chunks_of(sorted(ahead or _latest(holding, _MOST_COMPARED)))

    def of(self, doc: Doc) -> float:
        title = words_of({"title": doc.get("title")})
        return max(self._cosine(title), self._cosine(words_of(doc)))

    def _cosine(self, theirs: set[str]) -> float:
        shared = sum(self._wanted.get(word, 0.0) for word in theirs)
        return shared / sqrt(self._whole * sum(map(self._weight, theirs))) if shared else 0.0


def most_alike(
    likeness: Likeness, doc_of: Callable[[int], Doc | None], seen: Callable[[int], bool]
) -> list[tuple[int, float]]:
    """The numbers of the tickets that may be `seen` and are alike enough, with how much; the most alike first."""
    alike = []
    for number in likeness.candidates():
        doc = doc_of(number)
        if doc is not None and seen(number) and (score := likeness.of(doc)) >= THRESHOLD:
            alike.append((number, score))
    return sorted(alike, key=lambda found: (-found[1], found[0]))


def _in_both(one: Chunks, other: Chunks) -> list[int]:
    numbers: list[int] = []
    walk([list(map(and_, one, other))], None, 0, CHUNK, numbers)
    return numbers


def _latest(chunks: Chunks, most: int) -> list[int]:
    numbers: list[int] = []
    for at in range(len(chunks) - 1, -1, -1):
        numbers += downwards(chunks[at], at << SHIFT, 0, most - len(numbers))
    return numbers
