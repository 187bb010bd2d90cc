"""The store on PostgreSQL, for bots on more than one machine: see README.md."""

from store.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
