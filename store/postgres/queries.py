"""What a filter and a scope ask for, as SQL: fixed pieces alone, everything that is given goes as a parameter. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, LiteralString

from psycopg.sql import SQL, Composable, Composed, Placeholder

from store.ids import InvalidIdError, number_of, parse_id
from store.models import Filter, Scope, Status
from store.postgres.rows import RECORD
from store.search import parse_query

_REPORTED: Final = "reported_by = %(involving)s"
_STARTED: Final = "started_by = %(involving)s AND started_by <> ''"
_AND: Final = SQL(" AND ")
_TIMES: Final = {"created": SQL("created_at"), "closed": SQL("closed_at"), "changed": SQL("changed_at")}
_PAGE: Final = SQL(
    "SELECT total.count, page.* FROM (SELECT {count} AS count) total LEFT JOIN LATERAL"
    " (SELECT {record} FROM tickets WHERE {where} ORDER BY {order} LIMIT %(size)s OFFSET %(start)s) page ON true"
)
# What is not counted beforehand is looked through once, for the count and the page alike.
_FOUND: Final = SQL(
    "WITH found AS MATERIALIZED ({found})"
    " SELECT total.count, page.* FROM (SELECT count(*) FROM found) total LEFT JOIN (SELECT {record}, pri FROM tickets"
    " WHERE number IN (SELECT number FROM found ORDER BY {order} LIMIT %(size)s OFFSET %(start)s)) page ON true"
    " ORDER BY {order}"
)
_NUMBERS: Final = SQL("SELECT number, pri FROM tickets WHERE {}")
_COUNT: Final = SQL("(SELECT count(*) FROM tickets WHERE {where})")
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
_SUM: Final = SQL("(SELECT coalesce(sum(count), 0)::bigint FROM counts WHERE {where})")


def view(where: Filter, scope: Scope) -> tuple[Composed, dict[str, Any]]:
    """The statement that answers with how many there are in all, and a page of them; `size` and `start` are still to be given.

    There is always a row; its record is null where the page is empty.
    """
    kinds, others, values = _conditions(where)
    seen = _visible(scope, values)
    there = _AND.join([SQL("NOT deleted"), *kinds, *others, *seen])
    order = SQL("number DESC") if where.stat == (Status.DONE,) else SQL("pri, number")
    if where.involving:
        # One after the other, so that each is answered by its own index; who is both is found once.
        parts = [_NUMBERS.format(there + SQL(" AND ") + SQL(each)) for each in (_REPORTED, _STARTED)]
        return _FOUND.format(record=RECORD, found=SQL(" UNION ").join(parts), order=order), values
    if others or not (scope.everything or scope.public):
        return _FOUND.format(record=RECORD, found=_NUMBERS.format(there), order=order), values
    return _PAGE.format(count=_counted(kinds, scope), record=RECORD, where=there, order=order), values


def _counted(kinds: Sequence[Composable], scope: Scope) -> Composable:
    """How many there are of some kinds, without looking at each: only those that are private are looked at."""
    if scope.everything:
        return _SUM.format(where=_AND.join([*kinds, SQL("true")]))
    counted = [_SUM.format(where=_AND.join([SQL("NOT private"), *kinds]))]
    if scope.channels:
        counted.append(_private("channel = ANY(%(channels)s)", kinds))
    if scope.user_id:
        counted.append(_private("reported_by = %(user_id)s AND channel <> ALL(%(channels)s)", kinds))
    return SQL("({})").format(SQL(" + ").join(counted))


def _private(which: LiteralString, kinds: Sequence[Composable]) -> Composable:
    return _COUNT.format(where=_AND.join([SQL("NOT deleted AND private"), SQL(which), *kinds]))


def _conditions(where: Filter) -> tuple[list[Composable], list[Composable], dict[str, Any]]:
    """What a filter says of the kind of a ticket, and what else."""
    kinds: list[Composable] = []
    others: list[Composable] = []
    values: dict[str, Any] = {}
    several: Mapping[str, Sequence[Any]] = {"stat": where.stat, "pri": where.pri, "cat": where.cat}
    for name, wanted in several.items():
        if wanted:
            plain = [each.value for each in wanted]
            one = len(plain) == 1
            values[name] = plain[0] if one else plain
            kinds.append(SQL(f"{name} = %({name})s" if one else f"{name} = ANY(%({name})s)"))
    if where.ids:
        values["ids"] = [number for number in map(_number, where.ids) if number]
        others.append(SQL("number = ANY(%(ids)s)"))
    for name, person, condition in (
        ("by", where.by, "reported_by = %(by)s"),
        ("started_by", where.started_by, "started_by = %(started_by)s AND started_by <> ''"),
        ("involving", where.involving, "true"),
    ):
        if person:
            values[name] = person
            others.append(SQL(condition))
    for name, moment, sign in (("since", where.since, ">="), ("until", where.until, "<")):
        if moment is not None:
            values[name] = moment
            others.append(_TIMES[where.time] + SQL(f" {sign} %({name})s"))
    if where.text:
        query = parse_query(where.text)
        values["words"] = to_tsquery(query)
        others.append(SQL("words @@ %(words)s::tsquery" if query else "false"))
    return kinds, others, values


def _visible(scope: Scope, values: dict[str, Any]) -> list[Composable]:
    if scope.everything:
        return []
    values["channels"], values["user_id"] = sorted(scope.channels), scope.user_id or None
    seen = [SQL("NOT private")] if scope.public else []
    if scope.channels:
        seen.append(SQL("channel = ANY(%(channels)s)"))
    if scope.user_id:
        seen.append(SQL("reported_by = %(user_id)s"))
    return [SQL("({})").format(SQL(" OR ").join(seen))] if seen else [SQL("false")]


def holding(terms: Sequence[str], scope: Scope) -> tuple[Composed, dict[str, Any]]:
    """The statement that says how many tickets within a scope there are, and then how many hold each of `terms`, each
    beside its number from 1. What is public is counted beforehand; the rest is looked at.
    """
    values: dict[str, Any] = {"terms": list(terms), "queries": [quoted(term) for term in terms]}
    seen = _AND.join([SQL("NOT deleted"), *_visible(scope, values)])
    counted, looked_at = SQL("true"), SQL("false")
    if not scope.everything:
        counted = SQL("NOT private") if scope.public else SQL("false")
        looked_at = seen
    if scope.public and not scope.everything:
        private = _visible(replace(scope, public=False), values)
        looked_at = _AND.join([SQL("NOT deleted AND private"), *private])
    return _HOLDING.format(counted=counted, looked_at=looked_at), values


def candidates(terms: Mapping[str, int], scope: Scope) -> tuple[Composed, dict[str, Any]]:
    """The statement that finds the tickets that share most with these terms and their weights: at most `most`, of those
    that `filter` lets through, which are still to be given.
    """
    values: dict[str, Any] = {}
    seen = _AND.join([SQL("NOT deleted"), *_visible(scope, values)])
    weights = [
        SQL("CASE WHEN words @@ {}::tsquery THEN {} ELSE 0 END").format(
            Placeholder(f"term{at}"), Placeholder(f"weight{at}")
        )
        for at in range(len(terms))
    ]
    for at, term in enumerate(terms):
        values[f"term{at}"], values[f"weight{at}"] = quoted(term), terms[term]
    return _CANDIDATES.format(record=RECORD, seen=seen, shared=SQL(" + ").join(weights)), values


def sharing(weights: Mapping[str, int], least: int) -> str:
    """A tsquery that lets through what holds terms that weigh `least` together, and not much else; "" where nothing can.

    It asks for a few terms at most, the heaviest first: with all of them it would be as long as there are ways to
    reach a sum.
    """
    terms = sorted(weights, key=lambda term: (-weights[term], term))
    left = [sum(weights[term] for term in terms[at:]) for at in range(len(terms) + 1)]
    for most in range(_MOST_TERMS, 0, -1):
        leaves = [_MOST_LEAVES]
        try:
            return _sharing(terms, weights, left, 0, least, most, leaves)
        except _TooLongError:
            continue
    return to_tsquery([terms], prefix=False)


class _TooLongError(Exception):
    pass


def _sharing(
    terms: Sequence[str], weights: Mapping[str, int], left: Sequence[int], first: int, need: int, most: int, leaves: list[int]
) -> str:
    """Of the terms from the `first` on, those that weigh what is needed; of `most` of them at most it is asked."""
    ways = []
    for at in range(first, len(terms)):
        if left[at] < need:
            break
        leaves[0] -= 1
        if not leaves[0]:
            raise _TooLongError
        missing = need - weights[terms[at]]
        more = "" if missing <= 0 or most == 1 else _sharing(terms, weights, left, at + 1, missing, most - 1, leaves)
        if more or missing <= 0 or most == 1:
            if missing <= 0 or left[at + 1] >= missing:
                ways.append(f"{quoted(terms[at])} & ({more})" if more else quoted(terms[at]))
    return " | ".join(ways)


def to_tsquery(query: Sequence[Sequence[str]], *, prefix: bool = True) -> str:
    """Of every part, that there is a word that is, or begins with, one of it."""
    end = ":*" if prefix else ""
    return " & ".join("(" + " | ".join(f"{quoted(word)}{end}" for word in part) + ")" for part in query)


def quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _number(ticket_id: str) -> int:
    try:
        return number_of(parse_id(ticket_id))
    except InvalidIdError:
        return 0
