"""The store on PostgreSQL: the promises of `store.protocol`, for any number of processes at once."""

from store.postgres.database import TIMEOUT, Database
from store.postgres.deliveries import Deliveries
from store.postgres.reading import Reading
from store.postgres.shown import Shown
from store.postgres.turns import Turns
from store.postgres.writing import Writing
from store.protocol import TicketStore


class PostgresStore(Reading, Writing, Deliveries, Shown, Turns, TicketStore):
    """To be made with `open`. Every call ends within `timeout` seconds but for `import_tickets`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    async def open(cls, url: str, *, timeout: float = TIMEOUT) -> "PostgresStore":
        """The store in the database at `url`, whose tables are made if there are none. Raises `StoreError`."""
        database = Database(url, timeout=timeout)
        await database.open()
        return cls(database)

    async def close(self) -> None:
        await self._database.close()
