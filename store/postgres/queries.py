"""SQL for a filter and a scope, from fixed pieces only: all values are passed as parameters. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, LiteralString

from psycopg.sql import SQL, Composable, Composed

from store.ids import number_or_zero
from store.models.filters import Filter, Scope
from store.models.tickets import Priority, Status
from store.postgres.rows import RECORD
from store.postgres.words import WordConditions, build_conditions

# At most this many tickets are counted one by one: nobody turns a hundred pages, and counting a million takes long. It
# is more than the limit of a bulk change, so that whoever exceeds that limit is told.
MOST_COUNTED = 1_000
# A search that finds up to this many times as many sorts them. Only for more it walks an ordered index, which then finds a page
# soon: it reads a ticket in about the same time as a search. If its words alone say that there are more, it counts no further.
_SORTED = 4
_UNLIMITED = 10**12  # instead of a limit: more than there are tickets

_REPORTED: Final = "reported_by = %(involving)s"
_STARTED: Final = "started_by = %(involving)s AND started_by <> ''"
AND: Final = SQL(" AND ")
OR: Final = SQL(" OR ")
UNION: Final = SQL(" UNION ")
_COUNT_LIMIT: Final = SQL("%(most)s + 1")
_PAGE_LIMIT: Final = SQL("%(size)s OFFSET %(start)s")
_TIMES: Final = {"created": SQL("created_at"), "closed": SQL("closed_at"), "changed": SQL("changed_at")}
# For lists whose count is the sum of rows in `all_counts`.
_PRECOUNTED_LIST: Final = SQL("""
    SELECT total.count, false, page.* FROM (SELECT {count} AS count) total LEFT JOIN LATERAL (
        SELECT {record} FROM tickets WHERE {where} ORDER BY {order} LIMIT %(size)s OFFSET %(start)s
    ) page ON true""")
# For other lists: finds the first tickets in page order, one more than are counted.
_COUNTED_LIST: Final = SQL("""
    WITH found AS MATERIALIZED ({found}), total AS (SELECT count(*) FROM found)
    SELECT least(total.count, %(most)s), total.count > %(most)s, page.* FROM total LEFT JOIN (
        SELECT {record}, pri, is_done FROM tickets
        WHERE number IN (SELECT number FROM found ORDER BY {order} LIMIT %(size)s OFFSET %(start)s)
    ) page ON true ORDER BY {order}""")
_IN_ORDER: Final = SQL(
    "(SELECT number, pri, is_done FROM tickets WHERE {where} ORDER BY {order} LIMIT {limit})"
)
# For a time range. The indexes on times hold the tickets of each status and priority in blocks of 8192 numbers, ordered
# by time within a block: the scan reads matching tickets only, and can stop after the first ones in page order.
_IN_TIME_RANGE: Final = SQL("""
    SELECT number, pri, is_done FROM (
        SELECT stat, stat = 'done' AS is_done, pri, block FROM unnest(%(stats)s::text[]) stat, unnest(%(pris)s::smallint[]) pri,
            generate_series(0, (SELECT max(number) >> 13 FROM tickets)) block ORDER BY {blocks}
    ) part CROSS JOIN LATERAL (
        SELECT number FROM tickets WHERE stat = part.stat AND pri = part.pri AND number >> 13 = part.block AND {where} OFFSET 0
    ) ticket ORDER BY {blocks}, {order} LIMIT {limit}""")
# For words, whose index has no order: finds any tickets, one more than are sorted. Only if there are more is the page
# looked for by walking an ordered index; matches are then so frequent that few tickets are read.
_SEARCH: Final = SQL("""
    WITH found AS MATERIALIZED ({found}), total AS MATERIALIZED (SELECT count(*) FROM found),
    page AS (
        (SELECT number FROM found WHERE (SELECT count FROM total) <= %(sorted)s ORDER BY {order} LIMIT %(size)s OFFSET %(start)s)
        UNION ALL
        (SELECT number FROM ({walked}) walked WHERE (SELECT count FROM total) > %(sorted)s)
    )
    SELECT least(total.count, %(most)s), total.count > %(most)s, page.* FROM total LEFT JOIN (
        SELECT {record}, pri, is_done FROM tickets WHERE number IN (SELECT number FROM page)
    ) page ON true ORDER BY {order}""")
_IN_ANY_ORDER: Final = SQL("(SELECT number, pri, is_done FROM tickets WHERE {where} LIMIT %(sorted)s + 1)")
_COUNT: Final = SQL("(SELECT count(*) FROM tickets WHERE {where})")
_SUM: Final = SQL("(SELECT coalesce(sum(count), 0)::bigint FROM all_counts WHERE {where})")


def select_page(
    where: Filter, scope: Scope, terms: Iterable[tuple[str, str, int]] = (), *, exact: bool = False
) -> tuple[Composed, dict[str, Any]]:
    """The statement for one page of a list. The caller adds the values `size` and `start`. Each row has the count,
    whether there are more tickets than were counted (never if `exact`), and a record. `terms` are the rows of `words.TERMS`
    for the text of `where`; without them a search finds whole words only.

    There is always a row; if the page is empty, its record is null.
    """
    words = build_conditions(where.text, terms) if where.text else None
    kinds, others, values = _conditions(where, words)
    there = AND.join(
        [SQL("NOT deleted"), *kinds, *_index_conditions(where), *others, *scope_conditions(scope, values)]
    )
    order, blocks = _order(where)
    parts: dict[str, Composable] = {"record": RECORD, "order": order}
    widely = scope.everything or scope.public
    if widely and not others:
        return _PRECOUNTED_LIST.format(count=_precounted(kinds, scope, values), where=there, **parts), values
    values["most"] = _UNLIMITED if exact else MOST_COUNTED
    values["sorted"] = _SORTED * values["most"]
    if words and words.most > values["sorted"] and widely and where == Filter(text=where.text):
        values["sorted"] = values["most"]
    both: Sequence[LiteralString] = ()
    ordered = _IN_ORDER
    if where.involving:
        both = _REPORTED, _STARTED
    elif not widely:
        both = _scope_branches(scope)
    elif (where.since or where.until) and not (where.ids or where.by or where.started_by):
        ordered = _IN_TIME_RANGE
        values["stats"] = [each.value for each in where.stat or Status]
        values["pris"] = [each.value for each in where.pri or Priority]
    # A UNION, so that each part uses its own index; a ticket that matches both is found once.
    either = [AND.join([there, SQL(each)]) for each in both] or [there]
    found = _IN_ANY_ORDER if where.text else ordered
    parts["found"] = UNION.join(
        found.format(where=each, order=order, blocks=blocks, limit=_COUNT_LIMIT) for each in either
    )
    if not where.text:
        return _COUNTED_LIST.format(**parts), values
    whole = SQL("({})").format(OR.join(either))
    walked = ordered.format(where=whole, order=order, blocks=blocks, limit=_PAGE_LIMIT)
    return _SEARCH.format(walked=walked, **parts), values


def _scope_branches(scope: Scope) -> Sequence[LiteralString]:
    """The two conditions of a scope that has a user and channels but no public tickets; () for other scopes."""
    both = scope.channels and scope.user_id
    return ("channel = ANY(%(channels)s)", "reported_by = %(user_id)s") if both else ()


def _order(where: Filter) -> tuple[SQL, SQL]:
    """The order of tickets and of their blocks: done ones last, then by priority and age. If only done ones are asked
    for, the newest come first."""
    if where.stat == (Status.DONE,):
        return SQL("number DESC"), SQL("block DESC")
    if where.stat and Status.DONE not in where.stat:
        return SQL("pri, number"), SQL("pri, block")
    return SQL("is_done, pri, number"), SQL("is_done, pri, block")


def _index_conditions(where: Filter) -> list[Composable]:
    """Repeats the status as a condition on `is_done`, so that the ordered indexes, which begin with it, can be used."""
    if where.stat and Status.DONE not in where.stat:
        return [SQL("NOT is_done")]
    return [SQL("is_done")] if where.stat == (Status.DONE,) else []


def _precounted(kinds: Sequence[Composable], scope: Scope, values: dict[str, Any]) -> Composable:
    """The number of tickets of some kinds: the sum of `all_counts`, and of those that are counted one by one."""
    counted = _SUM.format(where=AND.join([SQL(counted_condition(scope, values)), *kinds]))
    others = [SQL("NOT deleted AND {}").format(SQL(each)) for each in uncounted_conditions(scope, values)]
    ones = [_COUNT.format(where=AND.join([each, *kinds])) for each in others]
    return SQL("({})").format(SQL(" + ").join([counted, *ones]))


def _conditions(
    where: Filter, words: WordConditions | None
) -> tuple[list[Composable], list[Composable], dict[str, Any]]:
    """The conditions on status, priority and category, all other conditions, and the values of both."""
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
    if words:
        values["words"], values["beginnings"] = words.indexed, words.others
        others.append(SQL("words @@ %(words)s::tsquery" if words.indexed else "false"))
        if words.others:  # written so that no index is used
            others.append(SQL("(words @@ %(beginnings)s::tsquery) IS TRUE"))
    return kinds, others, values


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
        elsewhere: LiteralString = "reported_by = %(user_id)s AND channel <> ALL(%(channels)s)"
        found.append(f"private AND {elsewhere}" if scope.public else elsewhere)
    if not scope.everything and not scope.public and scope.channels:
        found.append("NOT private AND channel = ANY(%(channels)s)")
    return found
