-- The tables of version 1. Each later version has its own file: see MIGRATIONS in schema.py.
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
    is_done boolean NOT NULL GENERATED ALWAYS AS (stat = 'done') STORED,
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
    card_root text,              -- the ts of the card's thread: the card's own ts unless it was posted in a thread
    words tsvector NOT NULL      -- the words that searches find it by
);
CREATE INDEX tickets_by_priority ON tickets (pri, number) WHERE NOT deleted;
CREATE INDEX tickets_in_order ON tickets (is_done, pri, number) WHERE NOT deleted;
CREATE INDEX tickets_by_status ON tickets (stat, pri, number) WHERE NOT deleted;
CREATE INDEX tickets_by_kind ON tickets (cat, stat, pri, number) WHERE NOT deleted;
-- These contain every column that a filter uses, so that counting needs no access to the table.
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

CREATE TABLE counts (            -- number of tickets of each kind, the sum over its slots; several, so that writers do not wait
    stat text, pri smallint, cat text, private boolean, slot smallint,
    count bigint NOT NULL,
    PRIMARY KEY (stat, pri, cat, private, slot)
) WITH (fillfactor = 40);

CREATE TABLE terms (             -- number of tickets with each term, to weigh it; slots as above
    term text, private boolean, slot smallint,
    count bigint NOT NULL,
    PRIMARY KEY (term, private, slot)
) WITH (fillfactor = 80);

CREATE TABLE changes (           -- the history of all tickets
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
CREATE INDEX changes_in_force ON changes (user_id, seq) WHERE undone_by IS NULL;

CREATE TABLE keys (              -- idempotency keys of recent writes, and the commit that each belongs to
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
    thread text NOT NULL,        -- a delivery waits for the earlier ones of its thread
    begins boolean NOT NULL,
    owner text NOT NULL,
    lease_until double precision NOT NULL,
    attempt uuid NOT NULL        -- id of the latest write, by which a repetition of it is recognized
);
CREATE INDEX deliveries_open ON deliveries (at, seq) WHERE state <> 'done';
CREATE INDEX deliveries_by_thread ON deliveries (thread, at, seq) WHERE state = 'pending' AND thread <> '';
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

CREATE TABLE turns (             -- locks by name: who holds each, and who is next
    name text PRIMARY KEY,
    holder text NOT NULL, held_until double precision NOT NULL,
    number double precision NOT NULL,
    following text NOT NULL, following_until double precision NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE announcements (seq bigint PRIMARY KEY, name text NOT NULL);  -- names of cached things that changed
CREATE TABLE model_calls (user_id text PRIMARY KEY, times double precision[] NOT NULL);
