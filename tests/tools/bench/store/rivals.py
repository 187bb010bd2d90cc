"""What the store's writes are compared with: the minimum for durability, and SQLite."""

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

COLUMNS = ("id", "title", "desc", "cat", "pri", "stat", "created", "res")


class RawLog:
    """Append and fdatasync."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def append(self, line: bytes) -> None:
        os.write(self._fd, line)
        os.fdatasync(self._fd)

    def close(self) -> None:
        os.close(self._fd)


class Sqlite:
    """The same tables, with the indexes that the queries need, full-text search, WAL and synchronous=FULL."""

    SCHEMA = """
        PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
        CREATE TABLE tickets (number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, "desc" TEXT, cat TEXT, pri INTEGER,
                              stat TEXT, created TEXT, res TEXT);
        CREATE INDEX by_status ON tickets (stat, pri, number);
        CREATE TABLE changes (number INTEGER PRIMARY KEY, id TEXT, kind TEXT, by TEXT, at REAL, text TEXT, "before" TEXT,
                              "after" TEXT);
        CREATE TABLE keys (key TEXT PRIMARY KEY, change INTEGER) WITHOUT ROWID;
        CREATE VIRTUAL TABLE words USING fts5(title, "desc", res, content='tickets', content_rowid='number', prefix='2 3');
        CREATE TRIGGER created AFTER INSERT ON tickets BEGIN
            INSERT INTO words (rowid, title, "desc", res) VALUES (new.number, new.title, new."desc", new.res); END;
        CREATE TRIGGER changed AFTER UPDATE OF title, "desc", res ON tickets BEGIN
            INSERT INTO words (words, rowid, title, "desc", res)
                VALUES ('delete', old.number, old.title, old."desc", old.res);
            INSERT INTO words (rowid, title, "desc", res) VALUES (new.number, new.title, new."desc", new.res); END;
    """
    INSERT = "INSERT INTO tickets VALUES (?,?,?,?,?,?,?,?,?)"

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(self.SCHEMA)

    def load(self, rows: Iterable[tuple[int, dict[str, Any]]]) -> None:
        self._db.execute("BEGIN")
        values = ((number, *(row.get(name) for name in COLUMNS)) for number, row in rows)
        self._db.executemany(self.INSERT, values)
        self._db.execute("COMMIT")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def create(self, number: int, row: dict[str, Any], key: str) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(self.INSERT, (number, *(row.get(name) for name in COLUMNS)))
        self._log(row["id"], "created", key, row["title"])
        self._db.execute("COMMIT")

    def update(self, ticket_id: str, stat: str, res: str, key: str) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("UPDATE tickets SET stat=?, res=? WHERE id=?", (stat, res, ticket_id))
        self._log(ticket_id, "updated", key, res)
        self._db.execute("COMMIT")

    def _log(self, ticket_id: str, kind: str, key: str, text: str) -> None:
        done = self._db.execute(
            'INSERT INTO changes (id, kind, by, at, text, "before", "after") VALUES (?,?,?,?,?,?,?)',
            (ticket_id, kind, "U0000001", 1.7e9, text, "{}", "{}"),
        )
        self._db.execute("INSERT INTO keys VALUES (?,?)", (key, done.lastrowid))

    def close(self) -> None:
        self._db.close()
