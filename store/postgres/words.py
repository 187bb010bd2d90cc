"""SQL for the words of a search: which terms begin with them, and the queries for the index of words. Pure."""

import sys
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from psycopg.sql import SQL

from store.search import parse_query

# The terms that begin with each searched word, one row each, and one more than `_MOST_TERMS` of a word that has so many; with the
# number of tickets that have it. Each step finds the next term in the index, which has a row for each audience of it.
TERMS: Final = SQL("""
    WITH RECURSIVE asked AS (SELECT word, word || %(last)s AS ending, query
        FROM unnest(%(words)s::text[], %(queries)s::text[]::tsquery[]) AS asked (word, query)),
    known AS (
        SELECT word, ending, 1 AS at, (SELECT min(term) FROM terms WHERE term >= word AND term < ending) AS term FROM asked
        UNION ALL
        SELECT word, ending, at + 1, (SELECT min(terms.term) FROM terms WHERE terms.term > known.term AND terms.term < ending)
        FROM known WHERE term IS NOT NULL AND at <= %(most)s
    )
    SELECT word, term, (SELECT sum(count) FROM terms WHERE terms.term = known.term)::bigint FROM known WHERE term IS NOT NULL
    UNION ALL SELECT word, term, count(*) FROM asked JOIN count_deltas ON words @@ query, unnest(tsvector_to_array(words)) AS term
        WHERE starts_with(term, word) GROUP BY word, term""")
# A word that begins more terms than these is searched for as a beginning.
_MOST_TERMS = 32
_BEGINNING = ":*"  # ends a word of a tsquery that stands for all that begin with it


class WordConditions(NamedTuple):
    """Two tsqueries that a ticket with the words of a search matches, the second "" if the first says everything; both are "" for a
    text without words, which no ticket matches. The index finds few given terms much sooner than all that begin with a word. So if
    some words begin few terms, the first has only those.

    `most` is about how many tickets match, at most; of a word that begins many terms, only some are counted.
    """

    indexed: str
    others: str
    most: int


def term_values(text: str) -> dict[str, Any]:
    """The values of `TERMS` for a search text."""
    words = list(dict.fromkeys(word for part in parse_query(text) for word in part))
    queries = [quote(word) + _BEGINNING for word in words]
    return {"words": words, "queries": queries, "last": chr(sys.maxunicode), "most": _MOST_TERMS}


def build_conditions(text: str, terms: Iterable[tuple[str, str, int]]) -> WordConditions:
    """The conditions of a search text. `terms` are the rows of `TERMS`."""
    held: dict[str, dict[str, int]] = {}  # word → terms that begin with it → number of tickets
    for word, term, count in terms:
        of_word = held.setdefault(word, {})
        of_word[term] = of_word.get(term, 0) + count
    indexed: list[str] = []
    others: list[str] = []
    totals: list[int] = []
    for part in parse_query(text):
        totals.append(sum(count for word in part for count in held.get(word, {}).values()))
        many = [word for word in part if len(held.get(word, ())) > _MOST_TERMS]
        # A word that begins no term stands for itself, which no ticket has.
        few = [term for word in part if word not in many for term in held.get(word, [word])]
        either = " | ".join([*map(quote, few), *(quote(word) + _BEGINNING for word in many)])
        (others if many else indexed).append(f"({either})")
    if not indexed:
        indexed, others = others, []
    return WordConditions(" & ".join(indexed), " & ".join(others), min(totals, default=0))


def quote(word: str) -> str:
    """A word or term as it is written in a tsquery or a tsvector."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
