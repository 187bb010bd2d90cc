"""The server's plan for each query of the store: which indexes it uses, and whether it reads a whole table."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg.sql import SQL

from store.models.filters import EVERYTHING, Filter, Scope
from store.models.tickets import Category, Priority, Status
from store.postgres import PostgresStore
from store.postgres.connection.database import SESSION, WALKING, Database
from store.postgres.connection.statements import BoundStatement, Row, Statement, Values
from tests.tools.bench.corpus import DAY, START, WORDS

# Tables that stay small however many tickets there are may be read whole: they hold counts.
_LARGE = frozenset({"tickets", "changes", "terms", "deliveries", "delivery_keys", "keys"})
_TIMEOUT = 60.0  # seconds: slow statements are examined as well
_SHORTEST = 3  # letters

SOMEONE = Scope(channels=frozenset({"G0000001", "G0000002"}), user_id="U0000007")
GUEST = Scope(public=False, channels=frozenset({"C0000001"}), user_id="U0000007")
MONDAY = START + 700 * DAY
_OPEN = (Status.OPEN, Status.PROG)

# The index that each kind of list must use.
LISTS: tuple[tuple[str, Filter, Scope], ...] = (
    ("tickets_in_order", Filter(stat=(Status.DONE,)), SOMEONE),
    ("tickets_by_reporter", Filter(stat=(Status.DONE,), by="U0000007"), SOMEONE),
    ("tickets_by_channel", Filter(stat=(Status.DONE,)), GUEST),
    ("tickets_by_reporter", Filter(by="U0000008"), GUEST),
    ("tickets_pkey", Filter(ids=("T001", "T002")), SOMEONE),
    ("tickets_in_order", Filter(), SOMEONE),
    ("tickets_in_order", Filter(stat=(Status.OPEN,)), EVERYTHING),
    ("tickets_private_by_reporter", Filter(stat=_OPEN, pri=(Priority.HIGH,)), SOMEONE),
    ("tickets_in_order", Filter(stat=(Status.OPEN,), cat=(Category.INFRA,)), EVERYTHING),
    ("tickets_by_reporter", Filter(by="U0000007"), SOMEONE),
    ("tickets_by_reporter", Filter(involving="U0000007", stat=_OPEN), SOMEONE),
    ("tickets_by_starter", Filter(involving="U0000007", stat=_OPEN), SOMEONE),
    ("tickets_by_starter", Filter(started_by="U0000007", stat=(Status.PROG,)), SOMEONE),
    ("tickets_by_channel", Filter(), GUEST),
    ("tickets_by_reporter", Filter(), GUEST),
    ("tickets_by_creation", Filter(stat=_OPEN, since=MONDAY), SOMEONE),
    ("tickets_by_creation", Filter(since=MONDAY, until=MONDAY + DAY), SOMEONE),
    ("tickets_by_closing", Filter(stat=(Status.DONE,), time="closed", since=MONDAY), SOMEONE),
    ("tickets_by_change", Filter(stat=_OPEN, time="changed", until=START + 90 * DAY), SOMEONE),
    ("tickets_by_words", Filter(text=WORDS[-1]), SOMEONE),
    ("tickets_by_words", Filter(text=WORDS[-1][:4], stat=_OPEN), EVERYTHING),
)


class Plan(NamedTuple):
    """`indexes` are those used; `whole` are large tables that are read completely; `read` is the number of rows that were read after
    indexes of words found them."""

    indexes: frozenset[str]
    whole: frozenset[str]
    read: int


class RecordingDatabase(Database):
    """A database that records statements which only read."""

    def __init__(self, url: str) -> None:
        super().__init__(url, timeout=_TIMEOUT)
        self.asked: list[tuple[Statement, Values]] = []

    async def read(self, statement: Statement, values: Values = (), *, varied: bool = False) -> list[Row]:
        self.asked.append((statement, values))
        return await super().read(statement, values, varied=varied)

    async def search(
        self, first: BoundStatement, then: Callable[[list[Row]], Sequence[BoundStatement]]
    ) -> list[Row]:
        def noted(rows: list[Row]) -> Sequence[BoundStatement]:
            statements = then(rows)
            self.asked.append(statements[-1])
            return statements

        return await super().search(first, noted)


def is_selective(where: Filter) -> bool:
    """Whether an index helps: not for one or two letters, since most tickets have a word that begins with them."""
    return not 0 < len(where.text) < _SHORTEST


async def open_recording(url: str) -> tuple[PostgresStore, RecordingDatabase]:
    database = RecordingDatabase(url)
    await database.open()
    return PostgresStore(database), database


class Explainer:
    """Explains statements in the database at `url`, with the settings of the store's connections."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        for setting in (*SESSION, "SET plan_cache_mode = force_custom_plan"):  # a plan for the given values
            self._connection.execute(setting)

    def explain(self, statement: Statement, values: Values) -> Plan:
        whole = SQL("EXPLAIN (ANALYZE, FORMAT JSON) ") + (
            SQL(statement) if isinstance(statement, str) else statement
        )
        with self._connection.transaction():
            if "words" in values and "indexed0" not in values:
                self._connection.execute(WALKING)
            [(found,)] = self._connection.execute(whole, values).fetchall()
        nodes = list(_nodes(found[0]["Plan"]))
        read = [each for each in nodes if each["Node Type"] == "Bitmap Heap Scan" and each["Actual Loops"]]
        return Plan(
            frozenset(each["Index Name"] for each in nodes if "Index Name" in each),
            frozenset(each["Relation Name"] for each in nodes if each["Node Type"] == "Seq Scan") & _LARGE,
            sum(each["Actual Rows"] + each.get("Rows Removed by Filter", 0) for each in read),
        )

    def close(self) -> None:
        self._connection.close()


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)
