"""What the store is measured against."""

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where
from tinydb.middlewares import CachingMiddleware
from tinydb.storages import JSONStorage

from store.rows import read_ticket
from store.ticket import Ticket

Row = dict[str, Any]

COLUMNS = ("id", "title", "desc", "cat", "pri", "stat", "created", "res")


class RawLog:
    """Append and fdatasync: what durability costs at least."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def append(self, line: bytes) -> None:
        os.write(self._fd, line)
        os.fdatasync(self._fd)

    def close(self) -> None:
        os.close(self._fd)


class Sqlite:
    """The same tables with the indexes that the questions need, full-text search, WAL and synchronous=FULL."""

    SCHEMA = """
        PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
        CREATE TABLE tickets (number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, "desc" TEXT, cat TEXT, pri INTEGER,
                              stat TEXT, created TEXT, res TEXT);
        CREATE INDEX by_status ON tickets (stat, pri, number);
        CREATE INDEX by_priority ON tickets (stat, number);
        CREATE TABLE log (number INTEGER PRIMARY KEY, id TEXT, kind TEXT, who TEXT, at REAL, text TEXT, "before" TEXT,
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

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(self.SCHEMA)

    def load(self, rows: Iterable[tuple[int, Row]]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT INTO tickets VALUES (?,?,?,?,?,?,?,?,?)",
            ((number, *(row.get(name) for name in COLUMNS)) for number, row in rows),
        )
        self._db.execute("COMMIT")
        self._db.execute("ANALYZE")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def create(self, number: int, row: Row, key: str) -> None:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        db.execute(
            "INSERT INTO tickets VALUES (?,?,?,?,?,?,?,?,?)", (number, *(row.get(name) for name in COLUMNS))
        )
        self._log(row["id"], "created", key, row["title"])
        db.execute("COMMIT")

    def update(self, ticket_id: str, stat: str, res: str, key: str) -> None:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE tickets SET stat=?, res=? WHERE id=?", (stat, res, ticket_id))
        self._log(ticket_id, "updated", key, res)
        db.execute("COMMIT")

    def _log(self, ticket_id: str, kind: str, key: str, text: str) -> None:
        done = self._db.execute(
            'INSERT INTO log (id, kind, who, at, text, "before", "after") VALUES (?,?,?,?,?,?,?)',
            (ticket_id, kind, "U0000001", 1.7e9, text, "{}", "{}"),
        )
        self._db.execute("INSERT INTO keys VALUES (?,?)", (key, done.lastrowid))

    def get(self, ticket_id: str) -> Ticket | None:
        found = self._db.execute("SELECT * FROM tickets WHERE id=?", (ticket_id,)).fetchone()
        return _ticket(found) if found else None

    def _page(self, where: str, values: tuple[Any, ...]) -> tuple[int, list[Ticket]]:
        count = self._db.execute(f"SELECT count(*) FROM tickets WHERE {where}", values).fetchone()[0]
        rows = self._db.execute(f"SELECT * FROM tickets WHERE {where} ORDER BY pri, number LIMIT 10", values)
        return count, [_ticket(row) for row in rows]

    def filtered(self, stat: str, pri: int) -> tuple[int, list[Ticket]]:
        return self._page("stat=? AND pri=?", (stat, pri))

    def by_priority(self, stat: str) -> tuple[int, list[Ticket]]:
        return self._page("stat=?", (stat,))

    def text(self, text: str) -> tuple[int, list[Ticket]]:
        match = " ".join(f'"{word}"*' for word in text.split())
        return self._page("number IN (SELECT rowid FROM words WHERE words MATCH ?)", (match,))

    def close(self) -> None:
        self._db.close()


def _ticket(values: tuple[Any, ...]) -> Ticket:
    return read_ticket(
        {name: value for name, value in zip(COLUMNS, values[1:], strict=True) if value is not None}
    )


class Stock:
    """TinyDB as it is, with the tickets alone; `cached` writes to the disk now and then."""

    def __init__(self, path: Path, *, cached: bool = False) -> None:
        self._db = TinyDB(path, storage=CachingMiddleware(JSONStorage) if cached else JSONStorage)
        self._table = self._db.table("tickets")

    def create(self, row: Row) -> None:
        self._table.insert(row)

    def update(self, number: int, stat: str) -> None:
        self._table.update({"stat": stat}, doc_ids=[number])

    def get(self, number: int) -> Ticket:
        return read_ticket(dict(self._table.get(doc_id=number)))

    def filtered(self, stat: str, pri: int) -> list[Ticket]:
        self._table.clear_cache()
        found = self._table.search((where("stat") == stat) & (where("pri") == pri))
        return [read_ticket(dict(row)) for row in sorted(found, key=lambda row: row.doc_id)[:10]]

    def text(self, text: str) -> list[Ticket]:
        self._table.clear_cache()
        words = text.split()
        fields = ("title", "desc", "res")

        def test(row: Row) -> bool:
            found = [word for name in fields for word in row.get(name, "").lower().split()]
            return all(any(word.startswith(start) for word in found) for start in words)

        found = [row for row in self._table if test(row)]
        return [
            read_ticket(dict(row)) for row in sorted(found, key=lambda row: (row["pri"], row.doc_id))[:10]
        ]

    def close(self) -> None:
        self._db.close()
