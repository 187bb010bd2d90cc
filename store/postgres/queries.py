"""What a filter and a scope ask for, as SQL: fixed pieces alone, everything that is given goes as a parameter. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

from psycopg.sql import SQL, Composable, Composed

from store.ids import InvalidIdError, number_of, parse_id
from store.models.filters import Filter, Scope
from store.models.tickets import Status
from store.postgres.rows import RECORD
from store.search import parse_query

_REPORTED: Final = "reported_by = %(involving)s"
_STARTED: Final = "started_by = %(involving)s AND started_by <> ''"
AND: Final = SQL(" AND ")
_TIMES: Final = {"created": SQL("created_at"), "closed": SQL("closed_at"), "changed": SQL("changed_at")}
_PAGE: Final = SQL(
    "SELECT total.count, page.* FROM (SELECT {count} AS count) total LEFT JOIN LATERAL"
    " (SELECT {record} FROM tickets WHERE {where} ORDER BY {order} LIMIT %(size)s OFFSET %(start)s) page ON true"
)
# What is not counted beforehand is looked through once, for the count and the page alike.
_FOUND: Final = SQL(
    "WITH found AS MATERIALIZED ({found})"
    " SELECT total.count, page.* FROM (SELECT count(*) FROM found) total LEFT JOIN (SELECT {record}, pri, is_done FROM tickets"
    " WHERE number IN (SELECT number FROM found ORDER BY {order} LIMIT %(size)s OFFSET %(start)s)) page ON true"
    " ORDER BY {order}"
)
# Of nothing but what is in the indexes that hold what filters ask for: no ticket need be looked up.
_NUMBERS: Final = SQL("SELECT number, pri, stat = 'done' AS is_done FROM tickets WHERE {}")
_COUNT: Final = SQL("(SELECT count(*) FROM tickets WHERE {where})")
_SUM: Final = SQL("(SELECT coalesce(sum(count), 0)::bigint FROM all_counts WHERE {where})")


def view(where: Filter, scope: Scope) -> tuple[Composed, dict[str, Any]]:
    """The statement that answers with how many there are in all, and a page of them; `size` and `start` are still to be given.

    There is always a row; its record is null where the page is empty.
    """
    kinds, others, values = _conditions(where)
    seen = visible(scope, values)
    there = AND.join([SQL("NOT deleted"), *kinds, *others, *seen])
    order = _order(where)
    if others or not (scope.everything or scope.public):
        # One after the other, so that each is answered by its own index; what is both is found once.
        either = [_REPORTED, _STARTED] if where.involving else _either(scope)
        parts = [_NUMBERS.format(AND.join([there, SQL(each)])) for each in either or ["true"]]
        return _FOUND.format(record=RECORD, found=SQL(" UNION ").join(parts), order=order), values
    if where.stat and Status.DONE not in where.stat:
        there = AND.join([there, SQL("NOT is_done")])  # so that an index has the page in order
    return _PAGE.format(count=_counted(kinds, scope), record=RECORD, where=there, order=order), values


def _either(scope: Scope) -> list[LiteralString]:
    """Of somebody who sees what is theirs, or in some channels, and nothing else: each by itself."""
    both = not (scope.everything or scope.public) and scope.channels and scope.user_id
    return ["channel = ANY(%(channels)s)", "reported_by = %(user_id)s"] if both else []


def _order(where: Filter) -> SQL:
    """What is not done first; by priority, the oldest first within one. Only done ones: the newest first."""
    if where.stat == (Status.DONE,):
        return SQL("number DESC")
    if where.stat and Status.DONE not in where.stat:
        return SQL("pri, number")
    return SQL("is_done, pri, number")


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
            if not where.stat:  # so that the index by status and time serves
                others.append(SQL("stat IN ('open', 'prog', 'done')"))
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
