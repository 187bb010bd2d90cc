"""What a filter and a scope ask for, as SQL: fixed pieces alone, everything that is given goes as a parameter. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

from psycopg.sql import SQL, Composable, Composed

from store.ids import InvalidIdError, number_of, parse_id
from store.models.filters import Filter, Scope
from store.models.tickets import Priority, Status
from store.postgres.rows import RECORD
from store.search import parse_query

# Tickets that are counted one by one at most: nobody turns a hundred pages, and to look at all of a million takes long. It is more
# than are changed at once, so that who wants to change more is told.
MOST_COUNTED = 1_000
_EVERY = 10**12  # more than there are

_REPORTED: Final = "reported_by = %(involving)s"
_STARTED: Final = "started_by = %(involving)s AND started_by <> ''"
AND: Final = SQL(" AND ")
OR: Final = SQL(" OR ")
UNION: Final = SQL(" UNION ")
_MOST: Final = SQL("%(most)s + 1")
_OF_PAGE: Final = SQL("%(size)s OFFSET %(start)s")
_TIMES: Final = {"created": SQL("created_at"), "closed": SQL("closed_at"), "changed": SQL("changed_at")}
# Of what is counted beforehand.
_PAGE: Final = SQL("""
    SELECT total.count, false, page.* FROM (SELECT {count} AS count) total LEFT JOIN LATERAL (
        SELECT {record} FROM tickets WHERE {where} ORDER BY {order} LIMIT %(size)s OFFSET %(start)s
    ) page ON true""")
# Of everything else: as many are found as are counted, and one more, in the order that the page has.
_FOUND: Final = SQL("""
    WITH found AS MATERIALIZED ({found}), total AS (SELECT count(*) FROM found)
    SELECT least(total.count, %(most)s), total.count > %(most)s, page.* FROM total LEFT JOIN (
        SELECT {record}, pri, is_done FROM tickets
        WHERE number IN (SELECT number FROM found ORDER BY {order} LIMIT %(size)s OFFSET %(start)s)
    ) page ON true ORDER BY {order}""")
_IN_ORDER: Final = SQL(
    "(SELECT number, pri, is_done FROM tickets WHERE {where} ORDER BY {order} LIMIT {limit})"
)
# Of some days: an index holds the tickets of each status and priority block by block, and those of a block by their time, so
# that no others are looked at and the first ones are found first.
_OF_DAYS: Final = SQL("""
    SELECT number, pri, is_done FROM (
        SELECT stat, stat = 'done' AS is_done, pri, block FROM unnest(%(stats)s::text[]) stat, unnest(%(pris)s::smallint[]) pri,
            generate_series(0, (SELECT max(number) >> 13 FROM tickets)) block ORDER BY {blocks}
    ) part CROSS JOIN LATERAL (
        SELECT number FROM tickets WHERE stat = part.stat AND pri = part.pri AND number >> 13 = part.block AND {where} OFFSET 0
    ) ticket ORDER BY {blocks}, {order} LIMIT {limit}""")
# Words are in no such order: as many are found as are counted, whichever they are. Only where there are more, the page is
# looked for in its order; its tickets are then not far from one another.
_SEARCH: Final = SQL("""
    WITH found AS MATERIALIZED ({found}), total AS MATERIALIZED (SELECT count(*) FROM found),
    page AS (
        (SELECT number FROM found WHERE (SELECT count FROM total) <= %(most)s ORDER BY {order} LIMIT %(size)s OFFSET %(start)s)
        UNION ALL
        (SELECT number FROM ({walked}) walked WHERE (SELECT count FROM total) > %(most)s)
    )
    SELECT least(total.count, %(most)s), total.count > %(most)s, page.* FROM total LEFT JOIN (
        SELECT {record}, pri, is_done FROM tickets WHERE number IN (SELECT number FROM page)
    ) page ON true ORDER BY {order}""")
_IN_ANY_ORDER: Final = SQL("(SELECT number, pri, is_done FROM tickets WHERE {where} LIMIT {limit})")
_COUNT: Final = SQL("(SELECT count(*) FROM tickets WHERE {where})")
_SUM: Final = SQL("(SELECT coalesce(sum(count), 0)::bigint FROM all_counts WHERE {where})")


def view(where: Filter, scope: Scope, *, exact: bool = False) -> tuple[Composed, dict[str, Any]]:
    """The statement that answers with how many there are, whether there are more than were counted, and a page of them; `size`
    and `start` are still to be given.

    There is always a row; its record is null where the page is empty.
    """
    kinds, others, values = _conditions(where)
    there = AND.join([SQL("NOT deleted"), *kinds, *_in_order(where), *others, *visible(scope, values)])
    order, blocks = _order(where)
    parts: dict[str, Composable] = {"record": RECORD, "order": order}
    widely = scope.everything or scope.public
    if widely and not others:
        return _PAGE.format(count=_counted(kinds, scope), where=there, **parts), values
    values["most"] = _EVERY if exact else MOST_COUNTED
    both: Sequence[LiteralString] = ()
    ordered = _IN_ORDER
    if where.involving:
        both = _REPORTED, _STARTED
    elif not widely:
        both = _either(scope)
    elif (where.since or where.until) and not (where.ids or where.by or where.started_by):
        ordered = _OF_DAYS
        values["stats"] = [each.value for each in where.stat or Status]
        values["pris"] = [each.value for each in where.pri or Priority]
    # One after the other, so that each is answered by its own index; what is both is found once.
    either = [AND.join([there, SQL(each)]) for each in both] or [there]
    found = _IN_ANY_ORDER if where.text else ordered
    parts["found"] = UNION.join(
        found.format(where=each, order=order, blocks=blocks, limit=_MOST) for each in either
    )
    if not where.text:
        return _FOUND.format(**parts), values
    whole = SQL("({})").format(OR.join(either))
    walked = ordered.format(where=whole, order=order, blocks=blocks, limit=_OF_PAGE)
    return _SEARCH.format(walked=walked, **parts), values


def _either(scope: Scope) -> Sequence[LiteralString]:
    """Of somebody who sees what is theirs, or in some channels, and nothing else: each by itself."""
    both = scope.channels and scope.user_id
    return ("channel = ANY(%(channels)s)", "reported_by = %(user_id)s") if both else ()


def _order(where: Filter) -> tuple[SQL, SQL]:
    """What is not done first; by priority, the oldest first within one. Only done ones: the newest first. And the blocks of
    tickets in the same order."""
    if where.stat == (Status.DONE,):
        return SQL("number DESC"), SQL("block DESC")
    if where.stat and Status.DONE not in where.stat:
        return SQL("pri, number"), SQL("pri, block")
    return SQL("is_done, pri, number"), SQL("is_done, pri, block")


def _in_order(where: Filter) -> list[Composable]:
    """What a status says again as the indexes have it that hold a page in its order."""
    if where.stat and Status.DONE not in where.stat:
        return [SQL("NOT is_done")]
    return [SQL("is_done")] if where.stat == (Status.DONE,) else []


def _counted(kinds: Sequence[Composable], scope: Scope) -> Composable:
    """How many there are of some kinds, without looking at each: only those that are private are looked at."""
    if scope.everything:
        return _SUM.format(where=AND.join([*kinds, SQL("true")]))
    counted: list[Composable] = [_SUM.format(where=AND.join([SQL("NOT private"), *kinds]))]
    if scope.channels:
        counted.append(_private("channel = ANY(%(channels)s)", kinds))
    if scope.user_id:
        counted.append(_private("reported_by = %(user_id)s AND channel <> ALL(%(channels)s)", kinds))
    return SQL("({})").format(SQL(" + ").join(counted))


def _private(which: LiteralString, kinds: Sequence[Composable]) -> Composable:
    return _COUNT.format(where=AND.join([SQL("NOT deleted AND private"), SQL(which), *kinds]))


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
    if where.text:
        query = parse_query(where.text)
        values["words"] = to_tsquery(query)
        others.append(SQL("words @@ %(words)s::tsquery" if query else "false"))
    return kinds, others, values


def visible(scope: Scope, values: dict[str, Any]) -> list[Composable]:
    """The conditions that say that a ticket is within a scope; what they ask for is put into `values`."""
    if scope.everything:
        return []
    values["channels"], values["user_id"] = sorted(scope.channels), scope.user_id or None
    seen = [SQL("NOT private")] if scope.public else []
    if scope.channels:
        seen.append(SQL("channel = ANY(%(channels)s)"))
    if scope.user_id:
        seen.append(SQL("reported_by = %(user_id)s"))
    return [SQL("({})").format(SQL(" OR ").join(seen))] if seen else [SQL("false")]


def to_tsquery(query: Sequence[Sequence[str]], *, prefix: bool = True) -> str:
    """Of every part, that there is a word that is, or begins with, one of it."""
    end = ":*" if prefix else ""
    return " & ".join("(" + " | ".join(f"{quoted(word)}{end}" for word in part) + ")" for part in query)


def quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def number_or_zero(ticket_id: str) -> int:
    """0, which no ticket has, for what is no id."""
    try:
        return number_of(parse_id(ticket_id))
    except InvalidIdError:
        return 0
