"""Reads the whole database as one snapshot, and writes one into an empty database in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from store.commands import undone_versions
from store.errors import StoreError
from store.ids import format_id, number_of
from store.models.tickets import Json, MessageRef
from store.postgres.queries.words import quote
from store.postgres.rows import (
    AUDIENCE,
    card_row,
    from_json,
    ticket_row,
    to_json,
    with_id,
    without_id,
)
from store.progress import Progress
from store.protocol import KEY_LIFETIME
from store.serialization.contents import Contents, replay, without_empty

Columns = Mapping[str, Any]
_AT_ONCE = 5000
_CHANGES = """
    SELECT number, version, seq, commit, change FROM changes WHERE (number, version) > (%s, %s)
    ORDER BY number, version LIMIT %s"""
_COUNTED = ("count_deltas", "counts", "terms")
# Fill the empty tables `counts` and `terms` from the tickets.
COUNT_ALL = (
    SQL("""INSERT INTO counts (audience, stat, pri, cat, count)
        SELECT {} AS audience, stat, pri, cat, count(*) FROM tickets WHERE NOT deleted
        GROUP BY audience, stat, pri, cat""").format(AUDIENCE),
    SQL("""INSERT INTO terms (term, audience, count)
        SELECT term, {} AS audience, count(*) FROM tickets, unnest(tsvector_to_array(words)) AS term WHERE NOT deleted
        GROUP BY term, audience""").format(AUDIENCE),
)
_SHARED = ("announcements", "model_calls")  # short-lived, so never copied
_FILLED = ("tickets", "changes", "keys", "deliveries", "undo_lines", "choices", "people", "usage")


async def read_contents(connection: AsyncConnection, progress: Progress) -> Contents:
    """Call it within a transaction of `connection`."""
    commits = await _commits(connection, progress)
    cards = await _rows(
        connection,
        "SELECT number, card_channel, card_ts, card_thread FROM tickets WHERE card_ts IS NOT NULL ORDER BY number",
    )
    usage = await _rows(
        connection,
        "SELECT day::text, sum(messages)::bigint, sum(by_rules)::bigint, sum(calls)::bigint, sum(tokens)::bigint"
        " FROM usage GROUP BY day ORDER BY day",
    )
    deliveries = await _rows(
        connection,
        "SELECT keys, at, state, payload, reply, failures, reason, thread, begins FROM deliveries ORDER BY seq",
    )
    lines = await _rows(
        connection, "SELECT number, version, channel, ts, thread, at FROM undo_lines ORDER BY seq"
    )
    choices = await _rows(
        connection, "SELECT id, user_id, expires_at, payload, taken, taken_by, reply FROM choices ORDER BY id"
    )
    people = await _rows(connection, "SELECT user_id, learned_at, facts FROM people ORDER BY user_id")
    [(last,)] = await _rows(connection, "SELECT value FROM counters WHERE name = 'tickets'")
    return Contents(
        commits,
        {number: MessageRef(*card) for number, *card in cards},
        {day: counts for day, *counts in usage},
        [_delivery(row) for row in deliveries],
        {
            f"{format_id(number)}/{version}": {"message": [channel, ts, thread], "at": at}
            for number, version, channel, ts, thread, at in lines
        },
        {row[0]: _choice(row[1:]) for row in choices},
        {user_id: {"learned_at": at, "facts": from_json(facts)} for user_id, at, facts in people},
        last,
    )


async def write_contents(connection: AsyncConnection, contents: Contents, progress: Progress) -> None:
    """Call it within a transaction of `connection`. Raises `StoreError` unless the database is empty."""
    await connection.execute("SELECT value FROM counters FOR UPDATE")
    for table in _FILLED:
        if await _rows(connection, SQL("SELECT 1 FROM {} LIMIT 1").format(Identifier(table))):
            raise StoreError("There are tickets in that database already: copy into an empty one.")
    records, changes = replay(contents.commits)
    keys: dict[str, tuple[Any, float]] = {}
    undone = {number: undone_versions(each) for number, each in changes.items()}
    await _fill(connection, "changes", _change_rows(contents.commits, undone, keys, progress))
    await _fill(
        connection, "tickets", (_ticket(number, record, contents) for number, record in records.items())
    )
    newest = max((at for _, at in keys.values()), default=0)
    await _fill(
        connection,
        "keys",
        (
            {"key": key, "commit": commit, "at": at}
            for key, (commit, at) in keys.items()
            if at >= newest - KEY_LIFETIME
        ),
    )
    for statement in COUNT_ALL:
        await connection.execute(statement)
    await _fill_others(connection, contents)
    await connection.execute("UPDATE counters SET value = %s WHERE name = 'tickets'", [contents.last])


async def lock_everything(connection: AsyncConnection) -> None:
    """Block all other readers and writers until the transaction ends."""
    tables = SQL(", ").join(map(Identifier, (*_FILLED, *_COUNTED)))
    await connection.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables))


async def delete_everything(connection: AsyncConnection) -> None:
    """Delete all rows except counters, turns and erasures. Every process then clears its caches, as if it had missed
    announcements."""
    # First, as in `announce`: otherwise the two transactions could deadlock.
    await connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'announcements'")
    for table in (*_FILLED, *_COUNTED, *_SHARED):
        await connection.execute(SQL("DELETE FROM {}").format(Identifier(table)))


async def _fill_others(connection: AsyncConnection, contents: Contents) -> None:
    counts = ("messages", "by_rules", "calls", "tokens")
    await _fill(
        connection,
        "usage",
        (
            {"day": date.fromisoformat(day), "slot": 0, **dict(zip(counts, row, strict=True))}
            for day, row in contents.usage.items()
        ),
    )
    deliveries = [(uuid4(), row) for row in contents.deliveries]
    await _fill(connection, "deliveries", (_delivery_row(identity, row) for identity, row in deliveries))
    pairs = ({"key": key, "id": identity} for identity, row in deliveries for key in row["keys"])
    await _fill(connection, "delivery_keys", pairs)
    await _fill(connection, "undo_lines", map(_undo_line, contents.undo_lines.items()))
    await _fill(
        connection,
        "choices",
        (
            {
                "id": key,
                "user_id": row["user_id"],
                "expires_at": row["expires_at"],
                "payload": to_json(row["payload"]),
                "taken": row.get("taken", ""),
                "taken_by": row.get("taken_by", ""),
                "reply": to_json(row["reply"]) if "reply" in row else None,
            }
            for key, row in contents.choices.items()
        ),
    )
    await _fill(
        connection,
        "people",
        (
            {"user_id": key, "learned_at": row["learned_at"], "facts": to_json(row["facts"])}
            for key, row in contents.people.items()
        ),
    )


async def _fill(connection: AsyncConnection, table: str, rows: Iterator[Columns]) -> None:
    first = next(rows, None)
    if first is None:
        return
    names = SQL(", ").join(map(Identifier, first))
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), names)
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write_row(list(first.values()))
        for row in rows:
            await copy.write_row(list(row.values()))


async def _rows(connection: AsyncConnection, statement: Any) -> list[Any]:
    return await (await connection.execute(statement)).fetchall()


async def _commits(connection: AsyncConnection, progress: Progress) -> list[list[Json]]:
    [(total,)] = await _rows(connection, "SELECT count(*) FROM changes")
    found: list[Any] = []
    while True:
        after = found[-1][:2] if found else (0, 0)
        some = await (await connection.execute(_CHANGES, [*after, _AT_ONCE])).fetchall()
        if not some:
            break
        found += some
        progress(len(found), total)
    # The `seq` values of two simultaneous commits may interleave, so changes are grouped by commit.
    found.sort(key=lambda row: row[2])
    commits: dict[Any, list[Json]] = {}
    for number, _, _, commit, change in found:
        commits.setdefault(commit, []).append(with_id(number, change))
    return list(commits.values())


def _change_rows(
    commits: Sequence[Sequence[Json]],
    undone: Mapping[int, Mapping[int, int]],
    keys: dict[str, tuple[Any, float]],
    progress: Progress,
) -> Iterator[Columns]:
    """Also puts the idempotency key of each commit into `keys`, with the commit's id and time."""
    for done, commit in enumerate(commits, 1):
        identity = uuid4()
        origin = commit[0].get("imported_by") or commit[0]["origin"]
        keys[origin.get("key") or str(identity)] = (identity, origin["at"])
        for row in commit:
            number = number_of(row["id"])
            yield {
                "number": number,
                "version": row["version"],
                "commit": identity,
                "user_id": row["origin"]["by"],
                "undoes": row.get("undoes"),
                "undone_by": undone[number].get(row["version"]),
                "change": without_id(row),
            }
        progress(done, len(commits))


def _ticket(number: int, record: Any, contents: Contents) -> Columns:
    row = dict(ticket_row(number, record))
    row["words"] = " ".join(map(quote, row["words"]))
    card = contents.cards.get(number)
    at = card_row(number, card) if card else {}
    return row | {f"card_{name}": at.get(name) for name in ("channel", "ts", "thread", "root")}


def _delivery(row: Sequence[Any]) -> Json:
    keys, at, state, payload, reply, failures, reason, thread, begins = row
    known = without_empty({"keys": keys, "at": at, "state": state, "failures": failures, "reason": reason})
    known |= without_empty({"thread": thread, "begins": begins})
    known |= {} if payload is None else {"payload": from_json(payload)}
    return known | ({} if reply is None else {"reply": from_json(reply)})


def _delivery_row(identity: Any, row: Json) -> Columns:
    return {
        "id": identity,
        "attempt": identity,
        "keys": list(row["keys"]),
        "at": row["at"],
        "state": row["state"],
        "payload": to_json(row["payload"]) if "payload" in row else None,
        "reply": to_json(row["reply"]) if "reply" in row else None,
        "reason": row.get("reason", ""),
        "failures": row.get("failures", 0),
        "thread": row.get("thread", ""),
        "begins": row.get("begins", False),
        "owner": "",
        "lease_until": 0,
    }


def _undo_line(item: tuple[str, Json]) -> Columns:
    ticket_id, _, version = item[0].partition("/")
    channel, ts, thread = item[1]["message"]
    return {
        "number": number_of(ticket_id),
        "version": int(version),
        "channel": channel,
        "ts": ts,
        "thread": thread,
        "at": item[1]["at"],
    }


def _choice(row: Sequence[Any]) -> Json:
    user_id, expires_at, payload, taken, taken_by, reply = row
    known: Json = {"user_id": user_id, "expires_at": expires_at, "payload": from_json(payload)}
    known |= without_empty({"taken": taken, "taken_by": taken_by})
    return known | ({} if reply is None else {"reply": from_json(reply)})
