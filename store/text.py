"""Words: how text becomes them, and where each of them is. Pure.

A query's word matches every word that begins with it. In scripts that put no spaces between words, every character
may be a beginning.
"""

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import log
from typing import Any

from tinydb.queries import QueryInstance

from store.bits import FEW, Chunks, Numbers, chunks_of, union

TEXT_FIELDS = ("title", "desc", "res")

_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
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
        return text.lower().translate(_ASCII).split()
    return _WORD.findall(fold(text))


def words_of(doc: Mapping[str, Any]) -> set[str]:
    """The words that a ticket is found by."""
    parts = [part for name in TEXT_FIELDS if isinstance(part := doc.get(name), str)]
    text = " ".join(parts)
    if text.isascii():
        return set(text.lower().translate(_ASCII).split())
    words = set(split_words(text))
    for word in list(words):
        for run in _UNSPACED.finditer(word):
            words.update(word[at:] for at in range(run.start() + 1, run.end()))
    return words


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


class Words:
    """Which tickets hold which word."""

    def __init__(self) -> None:
        self._tickets: dict[str, Numbers] = {}
        self._sorted: list[str] = []

    def load(self, docs: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        """As `change` for each of many, which come with their numbers upwards, into an empty index."""
        tickets = self._tickets
        for number, doc in docs:
            for word in words_of(doc):
                found = tickets.get(word)
                if found is None:
                    found = tickets[word] = Numbers()
                found.few.append(number)  # type: ignore[union-attr]  # all are arrays until they have settled
        for found in tickets.values():
            found.settle()
        self._sorted = sorted(tickets)

    def change(self, number: int, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        """A ticket is new, other than before, or gone."""
        if before and after and not any(before.get(name) != after.get(name) for name in TEXT_FIELDS):
            return
        old, new = words_of(before) if before else set(), words_of(after) if after else set()
        tickets = self._tickets
        for word in old - new:
            found = tickets[word]
            found.remove(number)
            if not found:
                del tickets[word]
                del self._sorted[bisect_left(self._sorted, word)]
        for word in new - old:
            numbers = tickets.get(word)
            if numbers is None:
                numbers = tickets[word] = Numbers()
                insort(self._sorted, word)
            numbers.add(number)

    def find(self, start: str) -> tuple[list[int] | None, Chunks]:
        """The tickets with a word that begins with `start`: few of them as a sorted list, or all as chunks."""
        ordered, tickets = self._sorted, self._tickets
        at = bisect_left(ordered, start)
        found = []
        while at < len(ordered) and ordered[at].startswith(start):
            found.append(tickets[ordered[at]])
            at += 1
        few = [numbers.few for numbers in found if numbers.few is not None]
        if len(few) == len(found) and sum(map(len, few)) <= FEW:
            return (list(few[0]) if len(few) == 1 else sorted(set().union(*few))), []
        many = [numbers.chunks for numbers in found if numbers.few is None]
        if few:
            many.append(chunks_of(number for numbers in few for number in numbers))
        return None, union(many)

    def weight(self, word: str, total: int) -> float:
        """How much a word says: the more, the fewer of the `total` tickets have it."""
        return log(1 + total / (1 + len(self._tickets.get(word, ()))))

    def holding(self, word: str) -> Numbers | None:
        return self._tickets.get(word)
