"""SQL for one page of a list, from fixed pieces only: all values are passed as parameters. Pure."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString, NamedTuple

from psycopg.sql import SQL, Composable, Composed

from store.models.filters import Filter, Scope
from store.models.tickets import Priority, Status
from store.postgres.queries.conditions import (
    AND,
    ELSEWHERE,
    counted_condition,
    filter_conditions,
    index_conditions,
    lookup_condition,
    scope_conditions,
    uncounted_conditions,
    unindexed,
    word_condition,
)
from store.postgres.queries.words import (
    IN_RANGE,
    MOST_COUNTED,
    MOST_IN_RANGE,
    SORTED,
    TERMS,
    WordConditions,
    term_values,
)
from store.postgres.rows import RECORD

_UNLIMITED = 10**12  # instead of a limit: more than there are tickets

UNION_ALL: Final = SQL(" UNION ALL ")
_CROSS_JOIN: Final = SQL(" CROSS JOIN ")
_WHOLE: Final = SQL("(SELECT) AS whole")  # an item of FROM with one row, for what has no parts
# For lists whose count is the sum of rows in `all_counts`.
_PRECOUNTED_LIST: Final = SQL("""
    SELECT total.count, false, page.* FROM (SELECT {count} AS count) total LEFT JOIN (
        SELECT {record}, pri, is_done FROM tickets WHERE number IN (SELECT number FROM ({first}) first)
    ) page ON true ORDER BY {order}""")
# For other lists: finds any tickets, one more than are sorted. Only if there are more, the page is looked for in page order;
# matches are then so frequent that few tickets are read.
_COUNTED_LIST: Final = SQL("""
    WITH found AS MATERIALIZED ({found} LIMIT %(sorted)s + 1), total AS MATERIALIZED (SELECT count(*) FROM found),
    page AS (
        (SELECT number FROM found WHERE (SELECT count FROM total) <= %(sorted)s ORDER BY {order} LIMIT %(size)s OFFSET %(start)s)
        UNION ALL
        (SELECT number FROM ({first}) first WHERE (SELECT count FROM total) > %(sorted)s)
    )
    SELECT least(total.count, %(most)s), total.count > %(most)s, page.* FROM total LEFT JOIN (
        SELECT {record}, pri, is_done FROM tickets WHERE number IN (SELECT number FROM page)
    ) page ON true ORDER BY {order}""")
_FOUND: Final = SQL("SELECT number, pri, is_done FROM tickets WHERE {where}")
# The index of words is asked for groups of blocks (see `facets.py`), the newest first and each larger than the one before, so that few
# blocks too many are read if many tickets match, and there are few groups if few do.
_IN_BLOCKS: Final = SQL("""
    SELECT ticket.* FROM (
        SELECT string_agg('''#block ' || block || '''', ' | ')::tsquery AS blocks
        FROM (SELECT max(number) >> 14 AS newest FROM tickets) last CROSS JOIN generate_series(0, newest) block
        WHERE {there} GROUP BY floor(sqrt(2 * (newest - block))) ORDER BY floor(sqrt(2 * (newest - block)))
    ) part CROSS JOIN LATERAL ({found} OFFSET 0) ticket""")
# Whether a block has tickets in the time range.
_BLOCK_IN_RANGE: Final = SQL("""EXISTS (
    SELECT FROM unnest(%(stats)s::text[]) stat, unnest(%(pris)s::smallint[]) pri CROSS JOIN LATERAL (
        SELECT FROM tickets WHERE NOT deleted AND stat = stat.stat AND pri = pri.pri AND number >> 14 = block AND {times} LIMIT 1
    ) ticket)""")
_FIRST: Final = SQL("SELECT number FROM ({tickets}) ticket ORDER BY {order} LIMIT %(size)s OFFSET %(start)s")
# The first tickets of each part of an index, which are there in page order.
_FIRST_OF_EACH: Final = SQL("""
    SELECT ticket.* FROM {parts} CROSS JOIN LATERAL (
        SELECT number, pri, is_done FROM tickets WHERE {where} ORDER BY {order} LIMIT %(size)s::bigint + %(start)s
    ) ticket""")
# For a time range. The indexes on times hold the tickets of each status and priority in blocks of 16384 numbers, ordered
# by time within a block: the scan reads matching tickets only, block by block in page order.
_IN_TIME_RANGE: Final = SQL("""
    SELECT number, pri, is_done, block FROM (
        SELECT stat, stat = 'done' AS is_done, pri, block FROM unnest(%(stats)s::text[]) stat, unnest(%(pris)s::smallint[]) pri,
            generate_series(0, (SELECT max(number) >> 14 FROM tickets)) block ORDER BY {blocks}
    ) part CROSS JOIN LATERAL (
        SELECT number FROM tickets WHERE stat = part.stat AND pri = part.pri AND number >> 14 = part.block AND {where} OFFSET 0
    ) ticket""")
_COUNT_IN_RANGE: Final = SQL(
    "UNION ALL SELECT '', %(term)s, count(*) FROM (SELECT FROM ({}) ticket LIMIT %(most_in_range)s) counted"
)
_COUNT: Final = SQL("(SELECT count(*) FROM tickets WHERE {where})")
_SUM: Final = SQL("(SELECT coalesce(sum(count), 0)::bigint FROM all_counts WHERE {where})")


class _Part(NamedTuple):
    """Values for each of which an index holds its tickets in page order: an item of FROM, and the condition for a ticket to have
    the item's value."""

    item: LiteralString
    condition: LiteralString


class _Source(NamedTuple):
    """Some of the listed tickets: the condition for them, and the parts in whose order an index holds them."""

    condition: LiteralString
    parts: Sequence[_Part] = ()


_ALL: Final = (_Source("true"),)
# No ticket is in two of these.
_INVOLVED: Final = (
    _Source("reported_by = %(involving)s"),
    _Source("started_by = %(involving)s AND started_by <> '' AND reported_by <> %(involving)s"),
)
_OF_CHANNELS: Final = _Source(
    "channel = ANY(%(channels)s)",
    [_Part("unnest(%(channels)s::text[]) AS place (channel)", "channel = place.channel")],
)
_REPORTED_ELSEWHERE: Final = _Source(ELSEWHERE)
# Every ordered index holds its tickets in the order of their numbers within these.
_BY_NUMBER: Final = (
    _Part("unnest(%(states)s::boolean[]) AS state (is_done)", "is_done = state.is_done"),
    _Part("unnest(%(pris)s::smallint[]) AS urgency (pri)", "pri = urgency.pri"),
)


def select_page(
    where: Filter, scope: Scope, words: WordConditions | None = None, *, exact: bool = False
) -> tuple[Composed, dict[str, Any]]:
    """The statement for one page of a list. The caller adds the values `size` and `start`. Each row has the count,
    whether there are more tickets than were counted (never if `exact`), and a record. `words` are the conditions for the text of
    `where`, if it has one.

    There is always a row; if the page is empty, its record is null.
    """
    kinds, others, values = _conditions(where)
    widely = scope.everything or scope.public
    seen: Sequence[Composable] = scope_conditions(scope, values)
    sources: Sequence[_Source] = _INVOLVED if where.involving else _ALL
    if not (widely or _names_tickets(where)) and (scope.channels or scope.user_id):
        sources, seen = _visible(scope), []
    # No index is used for the scope and the words.
    seen = [*map(unindexed, seen), *([word_condition(words, values)] if words else [])]
    there = [SQL("NOT deleted"), *kinds, *index_conditions(where), *others, *seen]
    order, blocks = _order(where)
    parts: dict[str, Composable] = {"record": RECORD, "order": order}
    in_range = _in_range(where, there) if _is_in_range(where, scope) else None
    # Tickets with a searched word are read one by one until there are enough: not more than enough of each part.
    parts["first"] = (
        _FIRST.format(tickets=in_range, order=SQL("{}, {}").format(blocks, order))
        if in_range
        else _first(sources, there, order, () if words else _BY_NUMBER)
    )
    if widely and not (others or words):
        return _PRECOUNTED_LIST.format(count=_precounted(kinds, scope, values), **parts), values
    values["most"] = values["sorted"] = _UNLIMITED if exact else MOST_COUNTED
    if words and words.indexed:
        values["sorted"] *= 1 if words.plenty else SORTED
        looked_up = [lookup_condition(words, values), *map(unindexed, [*kinds, *others]), *seen]
        found: Composable = _FOUND.format(where=AND.join([SQL("NOT deleted"), *looked_up]))
        if words.by_block:
            there_too = _BLOCK_IN_RANGE.format(times=AND.join(others)) if in_range else SQL("true")
            found = _IN_BLOCKS.format(found=found, there=there_too)
    elif in_range:
        found = in_range
    else:
        found = UNION_ALL.join(_FOUND.format(where=AND.join([*there, SQL(one.condition)])) for one in sources)
    return _COUNTED_LIST.format(found=found, **parts), values


def select_terms(where: Filter, scope: Scope) -> tuple[Composed, dict[str, Any]]:
    """The statement `TERMS` for a filter with words. If it has a time range as well, there is a row with the term `IN_RANGE` and
    the number of tickets that meet all conditions but those of the words, up to `MOST_IN_RANGE`."""
    kinds, others, values = _conditions(where)
    values |= term_values(where.text)
    more: Composable = SQL("")
    if _is_in_range(where, scope):
        there = [SQL("NOT deleted"), *kinds, *others, *map(unindexed, scope_conditions(scope, values))]
        more = _COUNT_IN_RANGE.format(_in_range(where, there))
        values |= {"term": IN_RANGE, "most_in_range": MOST_IN_RANGE}
    return TERMS.format(more=more, kinds=AND.join(kinds or [SQL("true")])), values


def _conditions(where: Filter) -> tuple[list[Composable], list[Composable], dict[str, Any]]:
    """What `filter_conditions` returns, with the values that the parts of indexes are for."""
    kinds, others, values = filter_conditions(where)
    values["stats"] = [each.value for each in dict.fromkeys(where.stat or Status)]
    values["pris"] = [each.value for each in dict.fromkeys(where.pri or Priority)]
    values["states"] = sorted({stat is Status.DONE for stat in where.stat or Status})
    return kinds, others, values


def _names_tickets(where: Filter) -> bool:
    """Whether a filter names people or tickets, so that it finds few."""
    return bool(where.ids or where.by or where.started_by or where.involving)


def _is_in_range(where: Filter, scope: Scope) -> bool:
    """Whether the tickets of a list are found by their time."""
    bounded = where.since is not None or where.until is not None
    return bounded and (scope.everything or scope.public) and not _names_tickets(where)


def _in_range(where: Filter, there: Sequence[Composable]) -> Composed:
    return _IN_TIME_RANGE.format(where=AND.join(there), blocks=_order(where)[1])


def _visible(scope: Scope) -> list[_Source]:
    """The sources of a scope without public tickets."""
    return [*([_OF_CHANNELS] if scope.channels else []), *([_REPORTED_ELSEWHERE] if scope.user_id else [])]


def _first(
    sources: Sequence[_Source], there: Sequence[Composable], order: SQL, split: Sequence[_Part]
) -> Composed:
    """The page's tickets in some sources, of those that meet the conditions `there`; each source is `split` into more parts."""
    found = []
    for one in sources:
        parts = [*one.parts, *split]
        conditions = [*(each.condition for each in parts), *([] if one.parts else [one.condition])]
        found.append(
            _FIRST_OF_EACH.format(
                parts=_CROSS_JOIN.join(SQL(each.item) for each in parts) if parts else _WHOLE,
                where=AND.join([*there, *map(SQL, conditions)]),
                order=order,
            )
        )
    return _FIRST.format(tickets=UNION_ALL.join(found), order=order)


def _order(where: Filter) -> tuple[SQL, SQL]:
    """The order of tickets and of their blocks: done ones last, then by priority and age. If only done ones are asked
    for, the newest come first."""
    if where.stat == (Status.DONE,):
        return SQL("number DESC"), SQL("block DESC")
    if where.stat and Status.DONE not in where.stat:
        return SQL("pri, number"), SQL("pri, block")
    return SQL("is_done, pri, number"), SQL("is_done, pri, block")


def _precounted(kinds: Sequence[Composable], scope: Scope, values: dict[str, Any]) -> Composable:
    """The number of tickets of some kinds: the sum of `all_counts`, and of those that are counted one by one."""
    counted = _SUM.format(where=AND.join([SQL(counted_condition(scope, values)), *kinds]))
    others = [SQL("NOT deleted AND {}").format(SQL(each)) for each in uncounted_conditions(scope, values)]
    ones = [_COUNT.format(where=AND.join([each, *kinds])) for each in others]
    return SQL("({})").format(SQL(" + ").join([counted, *ones]))
