"""SQL for the words of a search: how often they occur, and the queries for the index of words. Pure."""

import sys
from collections.abc import Iterable, Mapping, Sequence
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
# The index finds two terms one after the other sooner than either of them at once: this many of the most frequent are looked up alone.
_ALONE = 12
# Besides the rarest word, those are looked up that begin up to this many terms, and that up to this many times as many tickets have.
_FEW = 4
# Microseconds, about, to read an entry of the index of words, with a term or with a beginning, and to read a ticket.
_ENTRY, _BEGUN_ENTRY, _TICKET = 0.15, 0.3, 4.0
# At most this many matches are counted one by one: nobody turns a hundred pages, and counting a million takes long. It
# is more than the limit of a bulk change, so that whoever exceeds that limit is told.
MOST_COUNTED = 1_000
# A search that finds up to this many times as many sorts them. Only if there are more, the first ones are looked for in order.
SORTED = 4
_WORTH = 0.4  # facets of a greater share of all tickets are not looked up, only checked
MOST_IN_RANGE = 10_000  # so many tickets are counted in a time range
_NEWEST = 400  # tickets that are looked at to know how many match
IN_RANGE = "in range"  # the term of a row of `TERMS` with the number of tickets in a time range
_BEGINNING = ":*"  # ends a word of a tsquery that stands for all that begin with it


class WordConditions(NamedTuple):
    """Tsqueries for the words of a search: tickets match if they match `whole`, which is "" for a text without words. They then
    also match one of `indexed`, which the index finds sooner. There is none if so many tickets match, or so few are in the time
    range, that reading one after the other is quicker.

    `plenty`: so many tickets are expected to match that the first ones are soon found in order.
    """

    whole: str
    indexed: Sequence[str] = ()
    plenty: bool = False


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
    if first.many:
        entries = max(first.tickets, numbers.matching)
        matching = numbers.matching or entries
    else:
        entries = first.tickets
        matching = (
            min(numbers.matching, entries) or entries
        )  # some newest tickets can mislead about a rare word
    matching *= numbers.kinds
    plenty = not owners and matching > SORTED * MOST_COUNTED  # how many are of somebody is not known
    if not exact and numbers.walk() < numbers.look_up(entries, many=bool(first.many), plenty=plenty):
        return WordConditions(whole, (), plenty)
    groups = [*owners, *([kinds] if kinds and numbers.kinds < _WORTH else [])]
    together = [_either(map(quote, group)) for group in groups]
    together += [
        part.either
        for part in rest
        if not part.many and len(part.terms) <= _FEW and part.tickets <= _FEW * first.tickets
    ]
    return WordConditions(whole, [" & ".join([each, *together]) for each in first.alternatives()], plenty)


class _Numbers(NamedTuple):
    """What is known of the tickets of a search: how many are expected to match the words (0: hardly any), the shares of those that
    match the words and of the kinds that are searched for, and how many are in the time range, None if not fewer than `MOST_IN_RANGE`."""

    matching: float
    share: float
    kinds: float
    everything: int
    in_range: int | None

    @classmethod
    def of(cls, numbers: Mapping[str, int]) -> "_Numbers":
        everything = max(numbers.get("all", 0), 1)
        share = numbers.get("share", 0) / 1000
        in_range = numbers.get(IN_RANGE, MOST_IN_RANGE)
        return cls(
            share * everything,
            max(share, 0.001),
            numbers.get("kinds", 0) / everything,
            everything,
            in_range if in_range < MOST_IN_RANGE else None,
        )

    def walk(self) -> float:
        """Microseconds to find enough tickets by reading one after the other."""
        return (
            min(MOST_COUNTED / self.share, self.everything if self.in_range is None else self.in_range)
            * _TICKET
        )

    def look_up(self, entries: float, *, many: bool, plenty: bool) -> float:
        """Microseconds to find enough tickets with the index, which has so many `entries` for the words."""
        enough = MOST_COUNTED if plenty else SORTED * MOST_COUNTED
        if self.in_range is not None:
            enough *= int(self.everything * self.kinds / max(self.in_range, 1)) + 1
        return entries * (_BEGUN_ENTRY if many else _ENTRY) + min(entries * self.kinds, enough) * _TICKET


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

    @property
    def either(self) -> str:
        return _either([*map(quote, self.terms), *(quote(word) + _BEGINNING for word in self.many)])

    def alternatives(self) -> list[str]:
        """Queries of which a ticket with this part matches at least one."""
        if self.many:
            return [self.either]
        ordered = sorted(self.terms, key=lambda term: -self.terms[term])
        rest = ordered[_ALONE:]
        return [*map(quote, ordered[:_ALONE]), *([_either(map(quote, rest))] if rest else [])]


def _either(queries: Iterable[str]) -> str:
    return f"({' | '.join(queries)})"


def quote(word: str) -> str:
    """A word or term as it is written in a tsquery or a tsvector."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
