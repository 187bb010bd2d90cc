"""The tables, and how a database gets them: created and migrated by whichever process comes first."""

from psycopg import AsyncConnection, AsyncCursor, errors

from store.protocol import StoreError

_TABLES = """
CREATE TABLE tickets (
    number bigint PRIMARY KEY,
    version integer NOT NULL,
    ticket text NOT NULL,        -- its eight fields, as JSON
    origin text NOT NULL,        -- who made it, when, where and in which words, as JSON
    reported_by text NOT NULL,
    created_at double precision NOT NULL,
    changed_at double precision NOT NULL,
    closed_at double precision,
    started_by text NOT NULL,
    stat text NOT NULL,
    pri smallint NOT NULL,
    cat text NOT NULL,
    channel text NOT NULL,
    private boolean NOT NULL,
    deleted boolean NOT NULL,
    origin_channel text NOT NULL,
    origin_thread text NOT NULL,
    card_channel text,
    card_ts text,
    card_thread text,
    card_root text,              -- the ts of the thread that belongs to the card: its own where it stands in none
    words tsvector NOT NULL      -- what it is found by
);
CREATE INDEX tickets_by_priority ON tickets (pri, number) WHERE NOT deleted;
CREATE INDEX tickets_by_status ON tickets (stat, pri, number) WHERE NOT deleted;
CREATE INDEX tickets_by_age ON tickets (stat, number) WHERE NOT deleted;
CREATE INDEX tickets_by_kind ON tickets (cat, stat, pri, number) WHERE NOT deleted;
-- These hold all that a filter asks for, so that what is counted need not be looked up.
CREATE INDEX tickets_by_reporter ON tickets (reported_by, stat, pri, number)
    INCLUDE (cat, private, channel) WHERE NOT deleted;
CREATE INDEX tickets_by_starter ON tickets (started_by, stat, pri, number)
    INCLUDE (cat, private, channel, reported_by) WHERE NOT deleted AND started_by <> '';
CREATE INDEX tickets_by_channel ON tickets (channel, stat, pri, number)
    INCLUDE (cat, private, reported_by) WHERE NOT deleted;
CREATE INDEX tickets_private_by_reporter ON tickets (reported_by, stat, pri, cat, channel) WHERE NOT deleted AND private;
CREATE INDEX tickets_private_by_channel ON tickets (channel, stat, pri, cat, reported_by) WHERE NOT deleted AND private;
CREATE INDEX tickets_by_creation ON tickets (created_at) WHERE NOT deleted;
CREATE INDEX tickets_by_closing ON tickets (closed_at) WHERE NOT deleted AND closed_at IS NOT NULL;
CREATE INDEX tickets_by_change ON tickets (changed_at) WHERE NOT deleted;
CREATE INDEX tickets_by_origin_thread ON tickets (origin_channel, origin_thread);
CREATE INDEX tickets_by_card_thread ON tickets (card_channel, card_root);
CREATE INDEX tickets_by_words ON tickets USING gin (words) WITH (fastupdate = off) WHERE NOT deleted;

CREATE TABLE counts (            -- how many tickets there are of each kind; several rows of one, so that nobody waits
    stat text, pri smallint, cat text, private boolean, slot smallint,
    count bigint NOT NULL,
    PRIMARY KEY (stat, pri, cat, private, slot)
) WITH (fillfactor = 40);

CREATE TABLE terms (             -- how many tickets hold each term, to weigh it; several rows of one, as above
    term text, private boolean, slot smallint,
    count bigint NOT NULL,
    PRIMARY KEY (term, private, slot)
) WITH (fillfactor = 80);

CREATE TABLE changes (           -- every change that there ever was
    number bigint NOT NULL,
    version integer NOT NULL,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    commit uuid NOT NULL,
    user_id text NOT NULL,
    undoes integer,
    undone_by integer,
    change text NOT NULL,        -- as JSON
    PRIMARY KEY (number, version)
);
CREATE INDEX changes_by_commit ON changes (commit);
CREATE INDEX changes_in_force ON changes (user_id, seq) WHERE undoes IS NULL AND undone_by IS NULL;

CREATE TABLE keys (              -- what was asked for lately, and which commit did it
    key text PRIMARY KEY,
    commit uuid NOT NULL,
    at double precision NOT NULL
);
CREATE INDEX keys_by_age ON keys (at);

CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    keys text[] NOT NULL,
    at double precision NOT NULL,
    state text NOT NULL,
    payload text,
    reply text,
    reason text NOT NULL DEFAULT '',
    failures integer NOT NULL DEFAULT 0,
    owner text NOT NULL,
    lease_until double precision NOT NULL,
    attempt uuid NOT NULL        -- of the latest write: a repetition of it is known by this
);
CREATE INDEX deliveries_open ON deliveries (at, seq) WHERE state <> 'done';
CREATE INDEX deliveries_done ON deliveries (at) WHERE state = 'done';
CREATE TABLE delivery_keys (
    key text PRIMARY KEY,
    id uuid NOT NULL REFERENCES deliveries ON DELETE CASCADE
);
CREATE INDEX delivery_keys_by_id ON delivery_keys (id);

CREATE TABLE undo_lines (
    number bigint, version integer,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    channel text NOT NULL, ts text NOT NULL, thread text NOT NULL,
    at double precision NOT NULL,
    PRIMARY KEY (number, version)
);
CREATE INDEX undo_lines_by_thread ON undo_lines (channel, thread);
CREATE INDEX undo_lines_by_age ON undo_lines (at);

CREATE TABLE choices (
    id text PRIMARY KEY,
    user_id text NOT NULL,
    expires_at double precision NOT NULL,
    payload text NOT NULL,
    taken text NOT NULL DEFAULT '',
    taken_by text NOT NULL DEFAULT '',
    reply text
);
CREATE INDEX choices_by_age ON choices (expires_at);

CREATE TABLE people (
    user_id text PRIMARY KEY,
    learned_at double precision NOT NULL,
    facts text NOT NULL
);

CREATE TABLE usage (
    day date, slot smallint,
    messages bigint NOT NULL, by_rules bigint NOT NULL, calls bigint NOT NULL, tokens bigint NOT NULL,
    PRIMARY KEY (day, slot)
) WITH (fillfactor = 50);

CREATE TABLE turns (channel text PRIMARY KEY, next_at double precision NOT NULL) WITH (fillfactor = 50);
CREATE TABLE drawn_cards (number bigint PRIMARY KEY, version integer NOT NULL);
CREATE TABLE model_calls (user_id text PRIMARY KEY, times double precision[] NOT NULL);
"""
# What brings a database from each version to the next; a new one goes through all of them.
MIGRATIONS = (_TABLES,)
VERSION = len(MIGRATIONS)

# Two who begin at once may both find no table: the slower one is told by one of these, and looks again.
_RACES = (errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateObject)


async def migrate(connection: AsyncConnection) -> None:
    """Bring the database to `VERSION`, once, whoever else begins at the same time.

    Nothing but reading is done where it is there already, so that the bot's own role need not own the tables. The
    lock is a row and no advisory one, which some databases that speak PostgreSQL's protocol do not have.
    Raises `StoreError` for a database of a newer version.
    """
    if await _version(connection) == VERSION:
        return
    for last in (False, True):
        try:
            async with connection.transaction():
                await connection.execute(
                    "CREATE TABLE IF NOT EXISTS counters (name text PRIMARY KEY, value bigint)"
                )
                await connection.execute(
                    "INSERT INTO counters VALUES ('schema', 0), ('tickets', 0) ON CONFLICT DO NOTHING"
                )
            break
        except _RACES:
            if last:
                raise
    async with connection.transaction():
        found = await connection.execute("SELECT value FROM counters WHERE name = 'schema' FOR UPDATE")
        for statements in MIGRATIONS[_known(await found.fetchone()) :]:
            await connection.execute(statements)
        await connection.execute("UPDATE counters SET value = %s WHERE name = 'schema'", [VERSION])


async def check(connection: AsyncConnection) -> None:
    """Raises `StoreError` unless the tables are those of `VERSION`."""
    if await _version(connection) < VERSION:
        raise StoreError(
            "there are no tables of this version in that database; the bot makes them when it starts"
        )


async def _version(connection: AsyncConnection) -> int:
    found: AsyncCursor = await connection.execute("SELECT to_regclass('counters')::text")
    row = await found.fetchone()
    if row is None or row[0] is None:
        return 0
    found = await connection.execute("SELECT value FROM counters WHERE name = 'schema'")
    return _known(await found.fetchone())


def _known(row: tuple[int] | None) -> int:
    version = row[0] if row else 0
    if version > VERSION:
        raise StoreError(
            f"The database was made by a newer version of the bot (tables {version}, this one knows {VERSION}): "
            "run that version."
        )
    return version
