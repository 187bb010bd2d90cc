"""Reads tickets and their history, each call but `similar` in one snapshot: with one statement, or two for a search."""

from collections.abc import Mapping, Sequence
from typing import Final

from psycopg.sql import SQL

from store import search
from store.errors import NotFoundError
from store.ids import format_id, number_of, number_or_zero, parse_id
from store.models.filters import PAGE_SIZE, Filter, Match, Page, Scope
from store.models.tickets import Change, Record
from store.postgres.connection.database import WALKING, Database
from store.postgres.connection.statements import BoundStatement, Row
from store.postgres.queries import likeness, lists
from store.postgres.queries.facets import kind_facets, owner_facets
from store.postgres.queries.words import WordConditions, build_conditions
from store.postgres.rows import CHANGE, RECORD, RECORD_WIDTH, change_of, record_of, title_of

_GET: Final = SQL("SELECT {} FROM tickets WHERE number = %s AND NOT deleted").format(RECORD)
_SCAN: Final = SQL(
    "SELECT {} FROM tickets WHERE number > %s AND NOT deleted ORDER BY number LIMIT %s"
).format(RECORD)
_CHANGE: Final = SQL("SELECT {} FROM changes WHERE number = %s AND version = %s").format(CHANGE)
_TOGETHER: Final = SQL(
    "SELECT {} FROM changes WHERE commit = (SELECT commit FROM changes WHERE number = %s AND version = %s) ORDER BY seq"
).format(CHANGE)
_LATEST_OF: Final = SQL("""
    SELECT {} FROM changes WHERE commit = (
        SELECT commit FROM changes WHERE user_id = %s AND undone_by IS NULL{}
        AND (%s::bigint IS NULL OR number = %s) ORDER BY seq DESC LIMIT 1
    ) ORDER BY seq""")
_LATEST: Final = {  # key: whether undoings count as well
    False: _LATEST_OF.format(CHANGE, SQL(" AND undoes IS NULL")),
    True: _LATEST_OF.format(CHANGE, SQL("")),
}
# A ticket's versions have no gaps, so the number of its changes follows from the first and the newest.
_HISTORY: Final = SQL("""
    SELECT t.count, {} FROM (
        SELECT *, least(%(page)s, (count + %(size)s - 1) / %(size)s) AS page FROM (
            SELECT number, version, version + 1 - (SELECT min(version) FROM changes WHERE number = %(number)s) AS count
            FROM tickets WHERE number = %(number)s) counted
    ) t JOIN changes ON changes.number = t.number
        AND changes.version <= t.version - (t.page - 1) * %(size)s AND changes.version > t.version - t.page * %(size)s
    ORDER BY changes.version DESC""").format(CHANGE)

_INTEGERS = 2**31


class Reading:
    """A mixin that needs `_database`; see `store.protocol` for the methods."""

    _database: Database

    async def get(self, ticket_id: str) -> Record | None:
        rows = await self._database.read(_GET, [number_or_zero(ticket_id)])
        return record_of(rows[0]) if rows else None

    async def view(
        self, where: Filter, scope: Scope, page: int = 1, size: int = PAGE_SIZE, *, exact: bool = False
    ) -> Page:
        page = max(1, min(page, _INTEGERS))
        while True:
            rows = await self._page(where, scope, {"size": size, "start": (page - 1) * size}, exact=exact)
            count, more = rows[0][:2]
            pages = -(-count // size) or 1
            if page <= pages:
                records = tuple(record_of(row[2 : 2 + RECORD_WIDTH]) for row in rows if row[2] is not None)
                return Page(records, count, page, pages, more)
            page = pages

    async def _page(self, where: Filter, scope: Scope, part: Mapping[str, int], *, exact: bool) -> list[Row]:
        def ask(words: WordConditions | None = None) -> BoundStatement:
            statement, values = lists.select_page(where, scope, words, exact=exact)
            return statement, {**values, **part}

        def search_for(terms: list[Row]) -> list[BoundStatement]:
            words = build_conditions(
                where.text, terms, kind_facets(where), owner_facets(where, scope), exact=exact
            )
            return [ask(words)] if words.indexed else [(WALKING, ()), ask(words)]

        if where.text:
            return await self._database.search(lists.select_terms(where, scope), search_for)
        return await self._database.read(*ask(), varied=True)

    async def similar(self, text: str, scope: Scope, limit: int = 3) -> list[Match]:
        terms = sorted(search.terms(text))
        if not terms:
            return []
        (_, newest), (_, total), *counts = await self._database.read(
            *likeness.count_terms(terms, scope), varied=True
        )
        held = {term: row[1] for term, row in zip(terms, counts, strict=True)}
        weights = {term: search.weigh(count, total) for term, count in held.items()}
        compared = search.Likeness(weights)
        # A ticket that shares less than `least` would be below the threshold, so leaving it out here changes nothing.
        least, most = max(compared.least, 1), search.MOST_COMPARED
        statement, values = likeness.select_candidates(weights, scope)
        looked_up = {
            term: weights[term] for term in likeness.choose_terms(held, max(total, 1) / max(newest, 1))
        }
        least = max(least - compared.whole + sum(looked_up.values()), 1)
        found: dict[int, Row] = {}
        for level in likeness.choose_levels(looked_up, held, total, least, most):
            if tsquery := likeness.build_filter(looked_up, level):
                asked = {**values, "filter": tsquery, "most": most}
                rows = await self._database.read(statement, asked, varied=True)
                found |= {row[4]: row for row in rows}
            if sum(row[0] >= level for row in found.values()) >= most:
                break
        candidates = [
            search.Candidate(number, row[3], search.Shared(*row[:2]), row[2]) for number, row in found.items()
        ]
        best = search.rank_alike(compared, candidates, lambda number: title_of(found[number][4:]), limit)
        return [Match(record_of(found[number][4:]), score) for number, score in best]

    async def change(self, ticket_id: str, version: int) -> Change | None:
        rows = await self._database.read(_CHANGE, [number_or_zero(ticket_id), _integer(version)])
        return change_of(rows[0]) if rows else None

    async def latest(
        self, user_id: str, ticket_id: str = "", *, undoings: bool = False
    ) -> tuple[Change, ...]:
        number = number_or_zero(ticket_id) if ticket_id else None
        rows = await self._database.read(_LATEST[undoings], [user_id, number, number])
        return tuple(map(change_of, rows))

    async def changes_together(self, ticket_id: str, version: int) -> tuple[Change, ...]:
        rows = await self._database.read(_TOGETHER, [number_or_zero(ticket_id), _integer(version)])
        return tuple(map(change_of, rows))

    async def history(
        self, ticket_id: str, page: int = 1, size: int = PAGE_SIZE
    ) -> tuple[tuple[Change, ...], int]:
        page = max(1, min(page, _INTEGERS // size - 1))
        values = {"number": number_or_zero(ticket_id), "page": page, "size": size}
        rows = await self._database.read(_HISTORY, values)
        if not rows:
            raise NotFoundError(ticket_id)
        return tuple(change_of(row[1:]) for row in rows), rows[0][0]

    async def scan(self, after: str = "", size: int = 500) -> list[Record]:
        rows = await self._database.read(_SCAN, [number_of(parse_id(after)) if after else 0, size])
        return [record_of(row) for row in rows]

    async def existing_ids(self, ids: Sequence[str]) -> list[str]:
        numbers = {ticket_id: number_of(parse_id(ticket_id)) for ticket_id in ids}
        statement = "SELECT number FROM tickets WHERE number = ANY(%s)"
        rows = await self._database.read(statement, [list(numbers.values())])
        there = {row[0] for row in rows}
        return [ticket_id for ticket_id in ids if numbers[ticket_id] in there]

    async def find_by_thread(self, channel: str, thread: str) -> str | None:
        statement = """
            SELECT min(number) FROM tickets WHERE NOT deleted AND
            ((origin_channel = %(channel)s AND origin_thread = %(thread)s)
            OR (origin_channel = %(channel)s AND origin_message = %(thread)s AND origin_message <> '')
            OR (card_channel = %(channel)s AND card_root = %(thread)s))"""
        if not thread:
            return None
        [(number,)] = await self._database.read(statement, {"channel": channel, "thread": thread})
        return format_id(number) if number else None

    async def list_by_thread(self, channel: str, thread: str) -> tuple[str, ...]:
        statement = """
            SELECT number FROM tickets WHERE
            (origin_channel = %(channel)s AND origin_thread = %(thread)s)
            OR (origin_channel = %(channel)s AND origin_message = %(thread)s AND origin_message <> '')
            OR (card_channel = %(channel)s AND card_root = %(thread)s) ORDER BY number"""
        if not thread:
            return ()
        rows = await self._database.read(statement, {"channel": channel, "thread": thread})
        return tuple(format_id(row[0]) for row in rows)


def _integer(version: int) -> int:
    return version if 0 <= version < _INTEGERS else 0
