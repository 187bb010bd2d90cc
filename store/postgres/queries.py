"""What a filter and a scope ask for, as SQL: fixed pieces alone, everything that is given goes as a parameter. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg.sql import SQL, Composable, Composed

from store.ids import InvalidIdError, number_of, parse_id
from store.models import Filter, Scope, Status
from store.postgres.rows import RECORD
from store.search import parse_query

_AND: Final = SQL(" AND ")
_TIMES: Final = {"created": SQL("created_at"), "closed": SQL("closed_at"), "changed": SQL("changed_at")}
_PAGE: Final = SQL(
    "SELECT total.count, page.* FROM (SELECT {count} AS count) total LEFT JOIN LATERAL"
    " (SELECT {record} FROM tickets WHERE {where} ORDER BY {order} LIMIT %(size)s OFFSET %(start)s) page ON true"
)
_COUNT: Final = SQL("(SELECT count(*) FROM tickets WHERE {where})")
_SUM: Final = SQL("(SELECT coalesce(sum(count), 0)::bigint FROM counts WHERE {where})")


def view(where: Filter, scope: Scope) -> tuple[Composed, dict[str, Any]]:
    """The statement that answers with how many there are in all, and a page of them; `size` and `start` are still to be given.

    There is always a row; its record is null where the page is empty.
    """
    kinds, others, values = _conditions(where)
    seen = _visible(scope, values)
    there = _AND.join([SQL("NOT deleted"), *kinds, *others, *seen])
    order = SQL("number DESC") if where.stat == (Status.DONE,) else SQL("pri, number")
    statement = _PAGE.format(
        count=_COUNT.format(where=there) if others else _counted(kinds, scope, seen),
        record=RECORD,
        where=there,
        order=order,
    )
    return statement, values


def _counted(kinds: Sequence[Composable], scope: Scope, seen: Sequence[Composable]) -> Composable:
    """How many there are of some kinds, without looking at each: only those that are private are looked at."""
    if scope.everything:
        return _SUM.format(where=_AND.join([*kinds, SQL("true")]))
    if not scope.public:
        return _COUNT.format(where=_AND.join([SQL("NOT deleted"), *kinds, *seen]))
    public = _SUM.format(where=_AND.join([SQL("NOT private"), *kinds]))
    if not (scope.channels or scope.user_id):
        return public
    private = [SQL("NOT deleted AND private AND (channel = ANY(%(channels)s) OR reported_by = %(user_id)s)"), *kinds]
    return SQL("({} + {})").format(public, _COUNT.format(where=_AND.join(private)))


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
        (
            "involving",
            where.involving,
            "(reported_by = %(involving)s OR (started_by = %(involving)s AND started_by <> ''))",
        ),
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


def visible(scope: Scope) -> tuple[Composable, dict[str, Any]]:
    """The condition that a ticket is there and within a scope."""
    values: dict[str, Any] = {}
    return _AND.join([SQL("NOT deleted"), *_visible(scope, values)]), values


def to_tsquery(query: Sequence[Sequence[str]], *, prefix: bool = True) -> str:
    """Of every part, that there is a word that is, or begins with, one of it."""
    end = ":*" if prefix else ""
    return " & ".join("(" + " | ".join(f"{_quoted(word)}{end}" for word in part) + ")" for part in query)


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _number(ticket_id: str) -> int:
    try:
        return number_of(parse_id(ticket_id))
    except InvalidIdError:
        return 0
