"""SQL conditions for the tickets of a filter and of a scope, from fixed pieces only: all values are passed as parameters.
Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

from psycopg.sql import SQL, Composable, Placeholder

from store.ids import number_or_zero
from store.models.filters import Filter, Scope
from store.models.tickets import Status
from store.postgres.queries.facets import INDEXED
from store.postgres.queries.words import WordConditions

AND: Final = SQL(" AND ")
# Of a scope's user, but not in its channels.
ELSEWHERE: Final = "reported_by = %(user_id)s AND channel <> ALL(%(channels)s)"
_TIMES: Final = {"created": SQL("created_at"), "closed": SQL("closed_at"), "changed": SQL("changed_at")}


def filter_conditions(where: Filter) -> tuple[list[Composable], list[Composable], dict[str, Any]]:
    """The conditions on status, priority and category, all others but those of the words, and the values of both."""
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
        values["ids"] = [number for number in map(number_or_zero, where.ids) if number]
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
    return kinds, others, values


def word_condition(words: WordConditions, values: dict[str, Any]) -> SQL:
    """The condition for a ticket to have the words of a search. Adds its value to `values`.

    No index is used for it. The server takes half of the tickets to match: by its own estimate of a beginning, which is far too low,
    it would read and sort all tickets rather than go through them in order.
    """
    values["words"] = words.whole
    return SQL("coalesce(words @@ %(words)s::tsquery, false)" if words.whole else "false")


def lookup_condition(words: WordConditions, values: dict[str, Any]) -> Composable:
    """The condition by which the index of words finds the tickets of a search; those of a row's `blocks`, if it is searched by block.
    Adds its values to `values`."""
    found: list[Composable] = [SQL("blocks")] if words.by_block else []
    for at, query in enumerate(words.indexed):
        values[f"indexed{at}"] = query
        found.append(SQL("{}::tsquery").format(Placeholder(f"indexed{at}")))
    return AND.join(SQL(INDEXED) + SQL(" @@ ") + query for query in found)


def unindexed(condition: Composable) -> Composable:
    """A condition, written so that no index is used for it."""
    return SQL("({} IS TRUE)").format(condition)


def index_conditions(where: Filter) -> list[Composable]:
    """Repeats the status as a condition on `is_done`, so that the ordered indexes, which begin with it, can be used."""
    if where.stat and Status.DONE not in where.stat:
        return [SQL("NOT is_done")]
    return [SQL("is_done")] if where.stat == (Status.DONE,) else []


def scope_conditions(scope: Scope, values: dict[str, Any]) -> list[Composable]:
    """The conditions for a ticket to be in a scope. Adds their values to `values`."""
    if scope.everything:
        return []
    values["channels"], values["user_id"] = sorted(scope.channels), scope.user_id or None
    seen = [SQL("NOT private")] if scope.public else []
    if scope.channels:
        seen.append(SQL("channel = ANY(%(channels)s)"))
    if scope.user_id:
        seen.append(SQL("reported_by = %(user_id)s"))
    return [SQL("({})").format(SQL(" OR ").join(seen))] if seen else [SQL("false")]


def counted_condition(scope: Scope, values: dict[str, Any]) -> LiteralString:
    """The condition for a row of `all_counts`, `terms` or `count_deltas` to count tickets of a scope: public ones, and
    private ones of its channels. Adds its value to `values`."""
    if scope.everything:
        return "true"
    values["audiences"] = [
        *([""] if scope.public else []),
        *(f"#{channel}" for channel in sorted(scope.channels)),
    ]
    return "audience = ANY(%(audiences)s)"


def uncounted_conditions(scope: Scope, values: dict[str, Any]) -> list[LiteralString]:
    """Conditions, of which a ticket meets at most one, for all tickets of a scope that `counted_condition` leaves out: those that its
    user reported elsewhere and, if it has no public tickets, the public ones of its channels. Adds their values to
    `values`."""
    scope_conditions(scope, values)
    found: list[LiteralString] = []
    if not scope.everything and scope.user_id:
        found.append(f"private AND {ELSEWHERE}" if scope.public else ELSEWHERE)
    if not scope.everything and not scope.public and scope.channels:
        found.append("NOT private AND channel = ANY(%(channels)s)")
    return found
