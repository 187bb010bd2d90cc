"""Words: how text becomes them, and where each of them is. Pure.

A query's word matches every word that begins with it. In scripts that put no spaces between words, every character
may be a beginning.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from itertools import repeat
from typing import Any

from tinydb.queries import QueryInstance

from store.bits import (
    FEW,
    Chunks,
    Numbers,
    add,
    numbers_of,
    of_plain,
    plain,
    size,
    union_of,
    with_number,
    without_number,
)

_COSTLY = 8  # words that begin so, from which on an answer is kept
_MOST_BROAD = 16
_MOST_NEW = 512
TEXT_FIELDS = ("title", "desc", "res")

_append = array.append

# Letters small, digits as they are, everything else a space: the fastest way to words where there is only ASCII.
_ASCII = bytes(
    ord(chr(code).lower()) if chr(code).isascii() and chr(code).isalnum() else 32 for code in range(256)
)
_WORD = re.compile(r"[^\W_]+")
# Thai, Lao, Tibetan, Burmese, Khmer, kana, Han, and what belongs to them.
_UNSPACED = re.compile(
    r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]{2,}"
)


def fold(text: str) -> str:
    """`text` without the differences that do not matter to who searches: case, accents, width."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def split_words(text: str) -> list[str]:
    if text.isascii():
        return text.encode().translate(_ASCII).decode().split()
    return _WORD.findall(fold(text))


def words_of(doc: Mapping[str, Any], names: Iterable[str] = TEXT_FIELDS) -> set[str]:
    """The words that a ticket is found by, in these of its fields."""
    text = " ".join([part for name in names if isinstance(part := doc.get(name), str)])
    if text.isascii():
        return set(text.encode().translate(_ASCII).decode().split())
    words = set(split_words(text))
    for word in list(words):
        for run in _UNSPACED.finditer(word):
            words.update(word[at:] for at in range(run.start() + 1, run.end()))
    return words


def _difference(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[set[str], set[str]]:
    """The words that a ticket is not found by any more, and at least those that it was not found by before."""
    if before is None or after is None:
        return (words_of(before) if before else set()), (words_of(after) if after else set())
    # Most changes are of a note, or of no text at all.
    changed = [name for name in TEXT_FIELDS if before.get(name) != after.get(name)]
    if not changed:
        return set(), set()
    old, now = words_of(before, changed), words_of(after, changed)
    gone = old - now
    return (gone - words_of(after) if gone else gone), now - old


@lru_cache(1024)
def words(text: str) -> QueryInstance:
    """A TinyDB query: each word of `text`, or a word that begins with it, is in the title, description or note.

    Text without any word matches nothing.
    """
    wanted = tuple(sorted(set(split_words(text))))

    def test(doc: Mapping[str, Any]) -> bool:
        found = words_of(doc)
        return bool(wanted) and all(any(word.startswith(start) for word in found) for start in wanted)

    return QueryInstance(test, ("words", wanted))


class Vocabulary:
    """Words in order, to find those with the same beginning. The latest are apart, and put in order when they are asked for."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._old = sorted(words)
        self._new: list[str] = []
        self._ordered = True

    def add(self, word: str) -> None:
        """Also one that is there already."""
        self._new.append(word)
        self._ordered = False
        if len(self._new) > _MOST_NEW:
            self._old = sorted(self._old + sorted(set(self._new)))  # two runs, which is quick
            self._new.clear()

    def beginning(self, start: str) -> list[str]:
        """A word that was added twice may be there twice."""
        if not self._ordered:
            self._new.sort()
            self._ordered = True
        found = []
        for words in (self._old, self._new):
            first = at = bisect_left(words, start)
            while at < len(words) and words[at].startswith(start):
                at += 1
            found += words[first:at]
        return found


class Words:
    """Which tickets hold which word."""

    def __init__(self) -> None:
        self._tickets: dict[str, Numbers] = {}
        self._arrays: defaultdict[str, array[int]] = defaultdict(partial(array, "I"))  # what is being loaded
        self._array_of = self._arrays.__getitem__
        self._vocabulary = Vocabulary()
        self._broad: dict[str, Chunks] = {}  # answers that were costly, kept up to date
        self._counts: dict[str, int] = {}  # of words that many tickets hold, while that does not change

    def load(self, number: int, doc: Mapping[str, Any]) -> None:
        """As `change` of a new ticket, for many that are given upwards before anything is asked; then `loaded`."""
        # One step for each word, of which there are millions, and none of them in Python.
        deque(map(_append, map(self._array_of, words_of(doc)), repeat(number)), maxlen=0)

    def loaded(self) -> None:
        self._tickets = {word: numbers_of(holding) for word, holding in self._arrays.items()}
        self._vocabulary = Vocabulary(self._arrays)
        self._arrays.clear()

    def image(self) -> Any:
        """See `store.image`."""
        return plain(self._tickets)

    def restore(self, image: Any) -> None:
        self._tickets = of_plain(image)
        self._vocabulary = Vocabulary(self._tickets)

    def change(self, number: int, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        """A ticket is new, other than before, or gone."""
        gone, new = _difference(before, after)
        tickets = self._tickets
        for word in gone:
            self._counts.pop(word, None)
            left = without_number(tickets[word], number)
            if left is None:
                del tickets[word]  # and stays in the vocabulary, where it does no harm
            else:
                tickets[word] = left
        for word in new:
            numbers = tickets.get(word)
            # What most words need is done here, without the steps more that `with_number` takes.
            if isinstance(numbers, array) and number > numbers[-1] and len(numbers) < FEW:
                numbers.append(number)
            elif isinstance(numbers, list):
                add(numbers, number)
                self._counts.pop(word, None)
            else:
                if numbers is None:
                    self._vocabulary.add(word)
                tickets[word] = with_number(numbers, number)
        if self._broad:
            self._keep_broad(number, gone, new)

    def _keep_broad(self, number: int, gone: set[str], there: set[str]) -> None:
        for start in self._broad_starts(gone):
            del self._broad[start]
        for start in self._broad_starts(there):
            add(self._broad[start], number)

    def _broad_starts(self, words: set[str]) -> set[str]:
        lengths = set(map(len, self._broad))
        return {start for word in words for length in lengths if (start := word[:length]) in self._broad}

    def find(self, start: str) -> tuple[list[int] | None, Chunks]:
        """The tickets with a word that begins with `start`: few as a list, upwards, or None and as chunks."""
        broad = self._broad.get(start)
        if broad is not None:
            return None, broad
        tickets = self._tickets
        words = self._vocabulary.beginning(start)
        few, chunks = union_of([tickets[word] for word in words if word in tickets])
        if few is None and len(words) > _COSTLY:
            if len(self._broad) >= _MOST_BROAD:
                del self._broad[next(iter(self._broad))]
            self._broad[start] = chunks
        return few, chunks

    def holding(self, word: str) -> Numbers | None:
        return self._tickets.get(word)

    def count(self, word: str) -> int:
        """How many tickets hold this word."""
        found = self._counts.get(word)
        if found is None:
            found = size(holding := self._tickets.get(word))
            if isinstance(holding, list):
                self._counts[word] = found
        return found
