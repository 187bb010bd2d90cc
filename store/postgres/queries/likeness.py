"""SQL for the tickets that share most terms with a text; `store.search` then scores their likeness. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg.sql import SQL, Composed, Placeholder

from store.models.filters import Filter, Scope
from store.postgres.queries.conditions import (
    AND,
    counted_condition,
    scope_conditions,
    uncounted_conditions,
    unindexed,
)
from store.postgres.queries.facets import INDEXED, owner_facets
from store.postgres.queries.words import quote
from store.postgres.rows import RECORD

_TERM_COUNTS: Final = SQL("""
    WITH uncounted AS MATERIALIZED ({uncounted}),
    share AS MATERIALIZED (SELECT count(*) / %(looked_at)s + 1 AS step FROM uncounted),
    looked_at AS MATERIALIZED (
        SELECT words, (SELECT step FROM share) AS count FROM tickets
        WHERE number = ANY(ARRAY(SELECT number FROM uncounted WHERE number %% (SELECT step FROM share) = 0))
        UNION ALL SELECT words, delta FROM count_deltas WHERE {counted}
    ),
    total AS (SELECT (SELECT coalesce(sum(count), 0) FROM counts WHERE {counted}) + (SELECT coalesce(sum(count), 0) FROM looked_at)),
    others AS MATERIALIZED (
        SELECT asked.term, sum(count) AS count FROM unnest(%(terms)s::text[], %(queries)s::text[]::tsquery[]) AS asked (term, query)
        JOIN looked_at ON words @@ query GROUP BY asked.term
    )
    SELECT -1 AS place, value FROM counters WHERE name = 'tickets' UNION ALL SELECT 0, (TABLE total)::bigint UNION ALL
    SELECT asked.place, (
        (SELECT coalesce(sum(count), 0) FROM terms WHERE terms.term = asked.term AND {counted})
        + coalesce((SELECT count FROM others WHERE others.term = asked.term), (SELECT step / 2 FROM share))
    )::bigint FROM unnest(%(terms)s::text[]) WITH ORDINALITY AS asked (term, place) ORDER BY place""")
# Some of a scope's tickets that are not counted by their audience. An index alone finds them: there may be few among many.
_UNCOUNTED: Final = SQL("SELECT number FROM tickets WHERE NOT deleted AND {}")
_CANDIDATES: Final = SQL("""
    WITH found AS MATERIALIZED (
        SELECT number, length(words) AS terms, {shared} AS shared FROM tickets WHERE {seen} AND {indexed} @@ %(filter)s::tsquery LIMIT %(read)s
    ), best AS (SELECT * FROM found ORDER BY shared / {weight} DESC, number DESC LIMIT %(most)s)
    SELECT shared / {weight}, shared %% {weight}, terms, is_done, {record} FROM best JOIN tickets USING (number)""")
_MOST_LOOKED_AT = 200  # tickets whose words are counted one by one; of more, only as many, evenly chosen
_WEIGHT = 100_000  # one sum holds both: the shared weight times this, plus the number of shared terms
_MOST_TOGETHER, _MOST_LEAVES = 4, 400  # limits of the query that `build_filter` builds: nesting and size
# Sums of weights that fewer tickets than this are expected to share are ignored: a long text has very many sums.
_HARDLY_ANY = 0.001
_MOST_ENTRIES = 100_000  # of the index of words; looking them up takes about 5 ms
# A level is chosen where this many times the compared tickets are expected to share at least so much.
_ENOUGH = (1.5, 6)
_MOST_READ = 2_500  # tickets, of those that the index finds for a level; reading them takes 5 to 10 ms


def count_terms(terms: Sequence[str], scope: Scope) -> tuple[Composed, dict[str, Any]]:
    """The statement that counts all tickets (place -1), those in a scope (place 0), and those there that hold each of `terms`.
    Public tickets and private ones of the scope's channels are already counted in tables; the others are counted one by
    one: what somebody reported elsewhere and, for a scope without public tickets, the public ones of its channels. If
    these are very many, only one in `step` of them is looked at and counts for all in between; a term that none of
    those has is taken to be in half as many.
    """
    values: dict[str, Any] = {"terms": list(terms), "queries": [quote(term) for term in terms]}
    values["looked_at"] = _MOST_LOOKED_AT
    counted, conditions = SQL(counted_condition(scope, values)), uncounted_conditions(scope, values)
    uncounted = SQL(" UNION ALL ").join(_UNCOUNTED.format(SQL(each)) for each in conditions or ["false"])
    return _TERM_COUNTS.format(counted=counted, uncounted=uncounted), values


def select_candidates(weights: Mapping[str, int], scope: Scope) -> tuple[Composed, dict[str, Any]]:
    """The statement for the tickets that share the greatest weight of terms. The caller adds the values `most` (how
    many at most) and `filter` (a tsquery that they match). Each row is the shared weight, the number of shared terms, the
    number of the ticket's terms, whether it is done, and its record.
    """
    values: dict[str, Any] = {"read": _MOST_READ}
    there = [SQL("NOT deleted"), *map(unindexed, scope_conditions(scope, values))]
    for at, group in enumerate(owner_facets(Filter(), scope)):
        values[f"facets{at}"] = " | ".join(map(quote, group))
        there.append(SQL(INDEXED) + SQL(" @@ {}::tsquery").format(Placeholder(f"facets{at}")))
    shared = []
    for at, (term, weight) in enumerate(weights.items()):
        values[f"term{at}"], values[f"weight{at}"] = quote(term), weight * _WEIGHT + 1
        names = Placeholder(f"term{at}"), Placeholder(f"weight{at}")
        shared.append(SQL("CASE WHEN words @@ {}::tsquery THEN {}::bigint ELSE 0 END").format(*names))
    parts = {
        "record": RECORD,
        "seen": AND.join(there),
        "indexed": SQL(INDEXED),
        "shared": SQL(" + ").join(shared),
        "weight": SQL(str(_WEIGHT)),
    }
    return _CANDIDATES.format(**parts), values


def choose_levels(
    weights: Mapping[str, int], held: Mapping[str, int], total: int, least: int, most: int
) -> list[int]:
    """Weights that tickets must share, in descending order, to be tried until `most` tickets are found. The last one is
    `least`: it alone would find all of them, but very many tickets may share it. `held` is the number of tickets with
    each term, `total` that of all tickets.
    """
    chances = {0: 1.0}  # probability of each shared weight, if terms occurred independently
    for term, weight in weights.items():
        if not held[term]:
            continue
        chance, before = held[term] / max(total, 1), chances
        chances = {shared: each * (1 - chance) for shared, each in before.items()}
        for shared, each in before.items():
            if each * chance * total > _HARDLY_ANY:
                chances[shared + weight] = chances.get(shared + weight, 0.0) + each * chance
    found, wanted, expected = [least], [times * most for times in _ENOUGH], 0.0
    for shared in sorted(chances, reverse=True):
        expected += chances[shared] * total
        while wanted and expected >= wanted[0] and shared > least:
            found.append(shared)
            del wanted[0]
    return sorted(set(found), reverse=True)


def choose_terms(held: Mapping[str, int], share: float) -> list[str]:
    """The rarest terms, whose entries the index reads soon enough. Those of terms that most tickets have take long to read, and
    tell little of likeness. `share`: of all tickets, those in the scope, to which the numbers in `held` belong."""
    chosen: list[str] = []
    entries = 0.0
    for term in sorted(held, key=lambda term: held[term]):
        entries += held[term] / share
        if chosen and entries > _MOST_ENTRIES:
            break
        chosen.append(term)
    return chosen


def build_filter(weights: Mapping[str, int], least: int) -> str:
    """A tsquery that matches every ticket whose terms together weigh `least`, and few others, so that the index reads
    few tickets; "" if all the terms weigh less.

    It names the heaviest terms first, and at most `_MOST_TOGETHER` together: there can be very many ways to reach a sum.
    """
    terms = sorted(weights, key=lambda term: (-weights[term], term))
    for depth in range(_MOST_TOGETHER, 0, -1):
        query = _FilterBuilder([(quote(term), weights[term]) for term in terms]).reach(0, least, depth)
        if query is not None:
            return query
    return " | ".join(map(quote, terms))


class _FilterBuilder:
    """Builds the query for terms with their weights, the heaviest first."""

    def __init__(self, terms: Sequence[tuple[str, int]]) -> None:
        self._terms = terms
        # The total weight of the terms from each position on.
        self._left = [sum(weight for _, weight in terms[at:]) for at in range(len(terms) + 1)]
        self._leaves = 0

    def reach(self, first: int, need: int, depth: int) -> str | None:
        """A query for terms from position `first` on that together weigh `need`, at most `depth` of them at once; None
        if it gets too long."""
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
