"""SQL for the words of a search: how often they occur, and the queries for the index of words. Pure."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from math import inf, sqrt
from typing import Any, Final, NamedTuple

from psycopg.sql import SQL

from store.search import parse_query

# The terms that begin with each searched word, one row each, and one more than `_MOST_TERMS` of a word that has so many; with the
# number of tickets that have it. Each step finds the next term in the index, which has a row for each audience of it.
# Rows without a word have other numbers: how many in a thousand of the newest tickets match; how many tickets are counted for everybody,
# of all kinds and of those searched for; and what is `more`.
TERMS: Final = SQL("""
    WITH RECURSIVE asked AS (SELECT word, word || %(last)s AS ending, query
        FROM unnest(%(words)s::text[], %(queries)s::text[]::tsquery[]) AS asked (word, query)),
    known AS (
        SELECT word, ending, 1 AS at, (SELECT min(term) FROM terms WHERE term >= word AND term < ending) AS term FROM asked
        UNION ALL
        SELECT word, ending, at + 1, (SELECT min(terms.term) FROM terms WHERE terms.term > known.term AND terms.term < ending)
        FROM known WHERE term IS NOT NULL AND at <= %(most)s
    )
    SELECT '', 'share', (1000 * count(*) FILTER (WHERE words @@ %(whole)s::tsquery) / greatest(count(*), 1))::bigint
    FROM tickets WHERE number > (SELECT value FROM counters WHERE name = 'tickets') - %(newest)s
    UNION ALL SELECT '', unnest(ARRAY['all', 'kinds']), unnest(ARRAY[coalesce(sum(count), 0), coalesce(sum(count) FILTER (WHERE {kinds}), 0)])::bigint
    FROM counts WHERE audience = ''
    UNION ALL SELECT word, term, (SELECT sum(count) FROM terms WHERE terms.term = known.term)::bigint FROM known WHERE term IS NOT NULL
    UNION ALL SELECT word, term, count(*) FROM asked JOIN count_deltas ON words @@ query, unnest(tsvector_to_array(words)) AS term
        WHERE starts_with(term, word) GROUP BY word, term {more}""")
# A word that begins more terms than these is searched for as a beginning.
_MOST_TERMS = 32
# Besides the rarest word, those are looked up that begin up to this many terms, and that up to this many times as many tickets have.
_FEW_TERMS, _TIMES_AS_MANY = 8, 12
# Microseconds, about, to read an entry of the index of words, with a term or with a beginning, and to skip it because a rarer term has
# no such entry; to find a term in the index; and to read a ticket that the index found, or one after the other in order.
_ENTRY, _BEGUN_ENTRY, _SKIPPED_ENTRY, _TERM, _TICKET, _WALKED = 0.15, 0.5, 0.006, 50.0, 2.0, 2.2
# At most this many matches are counted one by one: nobody turns a hundred pages, and counting a million takes long. It
# is more than the limit of a bulk change, so that whoever exceeds that limit is told.
MOST_COUNTED = 1_000
# A search that finds up to this many times as many sorts them. Only if there are more, the first ones are looked for in order.
SORTED = 4
_WORTH = 0.4  # facets of a greater share of all tickets are not looked up, only checked
MOST_IN_RANGE = 3_000  # so many tickets are counted in a time range
_BLOCK = 16384  # tickets, of a block of numbers in the index
_NEWEST = 400  # tickets that are looked at to know how many match
IN_RANGE = "in range"  # the term of a row of `TERMS` with the number of tickets in a time range
_BEGINNING = ":*"  # ends a word of a tsquery that stands for all that begin with it


class WordConditions(NamedTuple):
    """Tsqueries for the words of a search: tickets match if they match `whole`, which is "" for a text without words. They then
    also match each of `indexed`, which the index finds sooner. There is none if so many tickets match, or so few are in the time
    range, that reading one after the other is quicker.

    `plenty`: so many tickets are expected to match that the first ones are soon found in order. `by_block`: enough are found sooner
    if the index is asked for a few blocks of tickets after the other.
    """

    whole: str
    indexed: Sequence[str] = ()
    plenty: bool = False
    by_block: bool = False


def term_values(text: str) -> dict[str, Any]:
    """The values of `TERMS` for a search text."""
    parts = parse_query(text)
    words = list(dict.fromkeys(word for part in parts for word in part))
    queries = [quote(word) + _BEGINNING for word in words]
    whole = " & ".join(_either(quote(word) + _BEGINNING for word in part) for part in parts)
    values = {"words": words, "queries": queries, "last": chr(sys.maxunicode), "most": _MOST_TERMS}
    return values | {"whole": whole, "newest": _NEWEST}


def build_conditions(
    text: str,
    terms: Iterable[tuple[str, str, int]],
    kinds: Sequence[str] = (),
    owners: Sequence[Sequence[str]] = (),
    *,
    exact: bool = False,
) -> WordConditions:
    """The conditions of a search text. `terms` are the rows of `TERMS`; `kinds` and each of `owners` are facets of which a ticket must
    have one. `exact`: all matches will be counted, not only some."""
    held: dict[str, dict[str, int]] = {}  # word → terms that begin with it → number of tickets
    for word, term, count in terms:
        of_word = held.setdefault(word, {})
        of_word[term] = of_word.get(term, 0) + count
    numbers = _Numbers.of(held.pop("", {}))
    parts = [_Part.of(part, held) for part in parse_query(text)]
    whole = " & ".join(part.either for part in parts)
    if not whole:
        return WordConditions(whole)
    first, *rest = sorted(parts, key=lambda part: (bool(part.many), part.tickets))
    matching = numbers.matching(first, alone=not rest)
    plenty = not owners and matching > numbers.plenty()  # how many are of somebody is not known
    others = [part for part in rest if part.is_worth_looking_up(first)]
    # The tickets of somebody are so few that their kinds are checked sooner than looked up.
    groups = owners or ([kinds] if kinds and numbers.kinds < _WORTH else [])
    lengths = [float(part.tickets) for part in others]
    if groups and not owners:
        lengths.append(numbers.kinds * numbers.everything)
    at_once, by_block = numbers.look_up(first, lengths, plenty=plenty), inf
    if plenty and not first.many:  # the index reads all entries of a beginning each time
        by_block = numbers.look_up_by_block(first, lengths, matching)
    if not exact and numbers.walk() < min(at_once, by_block):
        return WordConditions(whole, (), plenty)
    together = [
        first.either,
        *(_either(map(quote, group)) for group in groups),
        *(part.either for part in others),
    ]
    return WordConditions(whole, together, plenty, by_block=not exact and by_block < at_once)


class _Numbers(NamedTuple):
    """What is known of the tickets of a search: how many there are for everybody; the shares of those that match the words, and of the
    kinds that are searched for; how many are in the time range, None if not fewer than `MOST_IN_RANGE`, and whether there is one."""

    everything: int
    share: float
    kinds: float
    in_range: int | None
    ranged: bool

    @classmethod
    def of(cls, numbers: Mapping[str, int]) -> "_Numbers":
        everything = max(numbers.get("all", 0), 1)
        in_range = numbers.get(IN_RANGE, MOST_IN_RANGE)
        return cls(
            everything,
            numbers.get("share", 0) / 1000,
            numbers.get("kinds", 0) / everything,
            in_range if in_range < MOST_IN_RANGE else None,
            IN_RANGE in numbers,
        )

    def matching(self, first: "_Part", *, alone: bool) -> float:
        """How many tickets are expected to match the words, of which `first` is the rarest, and to be of the kinds."""
        expected = self.share * self.everything
        if first.many:
            return (expected or first.tickets) * self.kinds
        # Some newest tickets can mislead about a rare word.
        expected = expected or (first.tickets if alone else self.everything / _NEWEST)
        return min(expected, first.tickets) * self.kinds

    def plenty(self) -> float:
        """So many tickets must match that the first ones are found in order sooner than all are read and sorted. That takes
        reading about as many of the kinds as are between ten that match."""
        return max(1.2 * MOST_COUNTED, sqrt(10 * self.everything * self.kinds * _WALKED / _TICKET))

    def walk(self) -> float:
        """Microseconds to find enough tickets by reading one after the other."""
        if self.in_range is not None:
            return self.in_range * _WALKED
        # The indexes of times know no categories, so tickets of others are read as well.
        times = 2 if self.ranged else 1
        return times * min(MOST_COUNTED / max(self.share, 0.001), self.everything) * _WALKED

    def look_up(self, first: "_Part", lengths: Sequence[float], *, plenty: bool) -> float:
        """Microseconds to find enough tickets with the index, of all that `first` finds."""
        enough = MOST_COUNTED if plenty else SORTED * MOST_COUNTED
        if first.many:
            entries = max(first.tickets, self.share * self.everything)
            return entries * _BEGUN_ENTRY + self._read(entries, enough)
        return self._entries(first, lengths) + self._read(first.tickets, enough)

    def look_up_by_block(self, first: "_Part", lengths: Sequence[float], matching: float) -> float:
        """Microseconds to find enough tickets with the index, block by block until there are enough."""
        part = min(MOST_COUNTED * self._outside() / matching, 1)
        groups = sqrt(2 * self.everything / _BLOCK)
        entries = self._entries(first, lengths) + self.everything * _SKIPPED_ENTRY
        return part * (entries + groups * len(first.terms) * _TERM) + self._read(first.tickets, MOST_COUNTED)

    def _entries(self, first: "_Part", lengths: Sequence[float]) -> float:
        """Microseconds to find the entries that are in all of some lists of the index."""
        shortest = min(first.tickets, *lengths) if lengths else first.tickets
        return (
            shortest * _ENTRY * (1 + len(first.terms) / 10) + (first.tickets + sum(lengths)) * _SKIPPED_ENTRY
        )

    def _read(self, entries: float, enough: float) -> float:
        """Microseconds to read the tickets that some entries of the index name, until there are enough."""
        return min(entries * self.kinds, enough * self._outside()) * _TICKET

    def _outside(self) -> float:
        """Of so many tickets of the kinds one is in the time range."""
        if self.in_range is None:
            return 3 if self.ranged else 1  # in a range of unknown size: a guess
        return max(self.everything * self.kinds / max(self.in_range, 1), 1)


class _Part(NamedTuple):
    """A part of a search text, with the terms of which a ticket must have one and the number of tickets with each; `many` if some of
    its words begin so many terms that they are searched for as beginnings. Of these, only some tickets are counted."""

    terms: dict[str, int]
    many: Sequence[str]
    tickets: int

    @classmethod
    def of(cls, words: Sequence[str], held: dict[str, dict[str, int]]) -> "_Part":
        many = [word for word in words if len(held.get(word, ())) > _MOST_TERMS]
        terms: dict[str, int] = {}
        for word in words:
            if word not in many:
                # A word that begins no term stands for itself, which no ticket has.
                terms |= held.get(word, {word: 0})
        return cls(terms, many, sum(count for word in words for count in held.get(word, {}).values()))

    def is_worth_looking_up(self, rarest: "_Part") -> bool:
        """Whether the index finds this part too, rather than that it is checked for the tickets with a rarer one."""
        return (
            not self.many
            and len(self.terms) <= _FEW_TERMS
            and self.tickets <= _TIMES_AS_MANY * rarest.tickets
        )

    @property
    def either(self) -> str:
        return _either([*map(quote, self.terms), *(quote(word) + _BEGINNING for word in self.many)])


def _either(queries: Iterable[str]) -> str:
    return f"({' | '.join(queries)})"


def quote(word: str) -> str:
    """A word or term as it is written in a tsquery or a tsvector."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
