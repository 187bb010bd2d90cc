"""Which tickets share most with a text, as SQL; what they are alike is then compared by `store.search`. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from psycopg.sql import SQL, Composed, Placeholder

from store.models.filters import Scope
from store.postgres.queries import AND, quoted, visible
from store.postgres.rows import RECORD

_HOLDING: Final = SQL("""
    WITH looked_at AS MATERIALIZED (SELECT words FROM tickets WHERE {looked_at}),
    total AS (SELECT (SELECT coalesce(sum(count), 0) FROM counts WHERE {counted}) + (SELECT count(*) FROM looked_at)),
    others AS MATERIALIZED (
        SELECT asked.term, count(*) FROM unnest(%(terms)s::text[], %(queries)s::text[]::tsquery[]) AS asked (term, query)
        JOIN looked_at ON words @@ query GROUP BY asked.term
    )
    SELECT 0 AS place, (TABLE total)::bigint UNION ALL
    SELECT asked.place, (
        (SELECT coalesce(sum(count), 0) FROM terms WHERE terms.term = asked.term AND {counted})
        + coalesce((SELECT count FROM others WHERE others.term = asked.term), 0)
    )::bigint FROM unnest(%(terms)s::text[]) WITH ORDINALITY AS asked (term, place) ORDER BY place""")
_CANDIDATES: Final = SQL("""
    WITH found AS MATERIALIZED (SELECT number, words FROM tickets WHERE {seen} AND words @@ %(filter)s::tsquery),
    best AS (SELECT number FROM found ORDER BY {shared} DESC, number DESC LIMIT %(most)s)
    SELECT {record} FROM tickets WHERE number IN (TABLE best)""")
_MOST_TERMS, _MOST_LEAVES = 4, 400


def holding(terms: Sequence[str], scope: Scope) -> tuple[Composed, dict[str, Any]]:
    """The statement that says how many tickets within a scope there are, and then how many hold each of `terms`, each
    beside its number from 1. What is public is counted beforehand; the rest is looked at.
    """
    values: dict[str, Any] = {"terms": list(terms), "queries": [quoted(term) for term in terms]}
    there = SQL("NOT deleted")
    if scope.everything:
        counted, looked_at = SQL("true"), SQL("false").format()
    elif scope.public:
        private = visible(replace(scope, public=False), values)
        counted, looked_at = SQL("NOT private"), AND.join([there, SQL("private"), *private])
    else:
        counted, looked_at = SQL("false"), AND.join([there, *visible(scope, values)])
    return _HOLDING.format(counted=counted, looked_at=looked_at), values


def candidates(weights: Mapping[str, int], scope: Scope) -> tuple[Composed, dict[str, Any]]:
    """The statement that finds the tickets that share most with terms of these weights: at most `most`, of those that
    `filter` lets through, which are still to be given.
    """
    values: dict[str, Any] = {}
    seen = AND.join([SQL("NOT deleted"), *visible(scope, values)])
    shared = []
    for at, (term, weight) in enumerate(weights.items()):
        values[f"term{at}"], values[f"weight{at}"] = quoted(term), weight
        names = Placeholder(f"term{at}"), Placeholder(f"weight{at}")
        shared.append(SQL("CASE WHEN words @@ {}::tsquery THEN {} ELSE 0 END").format(*names))
    return _CANDIDATES.format(record=RECORD, seen=seen, shared=SQL(" + ").join(shared)), values


def sharing(weights: Mapping[str, int], least: int) -> str:
    """A tsquery that lets through every ticket with terms that weigh `least` together, and not many others; "" where
    there can be none. The index then looks up nothing but those.

    It asks for the heaviest terms first, and for few of them at once: all ways to reach a sum can be very many.
    """
    terms = sorted(weights, key=lambda term: (-weights[term], term))
    for depth in range(_MOST_TERMS, 0, -1):
        query = _Sharing([(quoted(term), weights[term]) for term in terms]).reach(0, least, depth)
        if query is not None:
            return query
    return " | ".join(map(quoted, terms))


class _Sharing:
    """Builds the query for terms with their weights, the heaviest first."""

    def __init__(self, terms: Sequence[tuple[str, int]]) -> None:
        self._terms = terms
        # What the terms weigh together from each one on.
        self._left = [sum(weight for _, weight in terms[at:]) for at in range(len(terms) + 1)]
        self._leaves = 0

    def reach(self, first: int, need: int, depth: int) -> str | None:
        """That some of the terms from `first` on weigh `need`, of which at most `depth` are named; None if too long."""
        ways = []
        for at in range(first, len(self._terms)):
            if self._left[at] < need:
                break
            self._leaves += 1
            if self._leaves > _MOST_LEAVES:
                return None
            term, weight = self._terms[at]
            if weight >= need or depth == 1:
                ways.append(term)
            elif self._left[at + 1] >= need - weight:
                more = self.reach(at + 1, need - weight, depth - 1)
                if more is None:
                    return None
                ways.append(f"{term} & ({more})")
        return " | ".join(ways)
