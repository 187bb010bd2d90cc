"""SQL for the words of a search: how often they occur, and the queries for the index of words. Pure."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from psycopg.sql import SQL

from store.search import parse_query

# The terms that begin with each searched word, one row each, and one more than `_MOST_TERMS` of a word that has so many; with the
# number of tickets that have it. Each step finds the next term in the index, which has a row for each audience of it.
# Rows without a word have other numbers: how many in a thousand of the newest tickets match, and what is `more`.
TERMS: Final = SQL("""
    WITH RECURSIVE asked AS (SELECT word, word || %(last)s AS ending, query
        FROM unnest(%(words)s::text[], %(queries)s::text[]::tsquery[]) AS asked (word, query)),
    known AS (
        SELECT word, ending, 1 AS at, (SELECT min(term) FROM terms WHERE term >= word AND term < ending) AS term FROM asked
        UNION ALL
        SELECT word, ending, at + 1, (SELECT min(terms.term) FROM terms WHERE terms.term > known.term AND terms.term < ending)
        FROM known WHERE term IS NOT NULL AND at <= %(most)s
    )
    SELECT '', %(share)s, (1000 * count(*) FILTER (WHERE words @@ %(whole)s::tsquery) / greatest(count(*), 1))::bigint
    FROM tickets WHERE number > (SELECT value FROM counters WHERE name = 'tickets') - %(newest)s
    UNION ALL SELECT word, term, (SELECT sum(count) FROM terms WHERE terms.term = known.term)::bigint FROM known WHERE term IS NOT NULL
    UNION ALL SELECT word, term, count(*) FROM asked JOIN count_deltas ON words @@ query, unnest(tsvector_to_array(words)) AS term
        WHERE starts_with(term, word) GROUP BY word, term {more}""")
# A word that begins more terms than these is searched for as a beginning.
_MOST_TERMS = 32
# The index finds two terms one after the other sooner than either of them at once: this many of the most frequent are looked up alone.
_ALONE = 12
# Besides the rarest word, those are looked up that begin up to this many terms, and that up to this many times as many tickets have.
_FEW = 4
# If so many in a thousand tickets match, enough are found soonest by reading one ticket after the other.
_FREQUENT = 120
_NEWEST = 400  # tickets that are looked at to know this
_SHARE = "share"
# The term of a row that says how many tickets are in a time range, up to a number. If there are fewer, they are read one by one.
IN_RANGE = "in range"
MOST_IN_RANGE = 8000
_BEGINNING = ":*"  # ends a word of a tsquery that stands for all that begin with it


class WordConditions(NamedTuple):
    """Tsqueries for the words of a search: tickets match if they match `whole`, which is "" for a text without words. They then
    also match one of `indexed`, which the index finds sooner. There is none if so many tickets match, or so few are in the time
    range, that reading one after the other is quicker.
    """

    whole: str
    indexed: Sequence[str] = ()


def term_values(text: str) -> dict[str, Any]:
    """The values of `TERMS` for a search text."""
    parts = parse_query(text)
    words = list(dict.fromkeys(word for part in parts for word in part))
    queries = [quote(word) + _BEGINNING for word in words]
    whole = " & ".join(_either(quote(word) + _BEGINNING for word in part) for part in parts)
    values = {"words": words, "queries": queries, "last": chr(sys.maxunicode), "most": _MOST_TERMS}
    return values | {"whole": whole, "share": _SHARE, "newest": _NEWEST}


def build_conditions(
    text: str,
    terms: Iterable[tuple[str, str, int]],
    facets: Sequence[Sequence[str]] = (),
    *,
    exact: bool = False,
) -> WordConditions:
    """The conditions of a search text. `terms` are the rows of `TERMS`; `facets` are groups of terms of which a ticket must have one
    each. `exact`: all matches will be counted, not only some."""
    held: dict[str, dict[str, int]] = {}  # word → terms that begin with it → number of tickets
    for word, term, count in terms:
        of_word = held.setdefault(word, {})
        of_word[term] = of_word.get(term, 0) + count
    others = held.pop("", {})
    parts = [_Part.of(part, held) for part in parse_query(text)]
    whole = " & ".join(part.either for part in parts)
    frequent = others.get(_SHARE, 0) > _FREQUENT and not exact
    if not whole or frequent or others.get(IN_RANGE, MOST_IN_RANGE) < MOST_IN_RANGE:
        return WordConditions(whole)
    first, *rest = sorted(parts, key=lambda part: (bool(part.many), part.tickets))
    selective = [
        part.either
        for part in rest
        if not part.many and len(part.terms) <= _FEW and part.tickets <= _FEW * first.tickets
    ]
    together = [*selective, *(_either(map(quote, group)) for group in facets)]
    return WordConditions(whole, [" & ".join([each, *together]) for each in first.alternatives()])


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
