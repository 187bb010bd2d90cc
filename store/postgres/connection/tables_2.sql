-- From version 1 to 2: indexes that are quicker to write or contain every column that lists are filtered and ordered by; and the
-- tables `erasures` and `count_deltas`.

DROP INDEX tickets_by_reporter, tickets_by_starter, tickets_by_channel, tickets_by_creation, tickets_by_closing, tickets_by_change,
    tickets_by_words, tickets_by_card_thread, tickets_in_order,
    tickets_by_priority;  -- not created again: tickets_in_order serves as well
-- These contain every column that a filter uses, in page order, so that only the tickets of the page are read from the table.
CREATE INDEX tickets_in_order ON tickets (is_done, pri, number) INCLUDE (stat, cat, private, channel, reported_by) WHERE NOT deleted;
CREATE INDEX tickets_by_reporter ON tickets (reported_by, is_done, pri, number)
    INCLUDE (stat, cat, private, channel, created_at, changed_at, closed_at) WHERE NOT deleted;
CREATE INDEX tickets_by_starter ON tickets (started_by, is_done, pri, number)
    INCLUDE (stat, cat, private, channel, reported_by, created_at, changed_at, closed_at) WHERE NOT deleted AND started_by <> '';
CREATE INDEX tickets_by_channel ON tickets (channel, is_done, pri, number)
    INCLUDE (stat, cat, private, reported_by, created_at, changed_at, closed_at) WHERE NOT deleted;
-- The tickets of each status and priority in blocks of 8192 numbers, ordered by time within a block. A page, which is ordered by
-- number, is found block by block, reading only the time range in each.
CREATE INDEX tickets_by_creation ON tickets (stat, pri, (number >> 13), created_at)
    INCLUDE (number, is_done, cat, private, channel, reported_by) WHERE NOT deleted;
CREATE INDEX tickets_by_closing ON tickets (stat, pri, (number >> 13), closed_at)
    INCLUDE (number, is_done, cat, private, channel, reported_by) WHERE NOT deleted AND closed_at IS NOT NULL;
CREATE INDEX tickets_by_change ON tickets (stat, pri, (number >> 13), changed_at)
    INCLUDE (number, is_done, cat, private, channel, reported_by) WHERE NOT deleted;
CREATE INDEX tickets_by_card_thread ON tickets (card_channel, card_root) WHERE card_channel IS NOT NULL;
-- The words of some hundred tickets wait in a pending list (64 kB), which every search reads, and are then inserted together:
-- those of a single ticket belong in some twenty places of the index.
CREATE INDEX tickets_by_words ON tickets USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 64) WHERE NOT deleted;
-- The planner decides by a word's frequency whether to use this index or walk an ordered one: keep statistics of some thousand words.
ALTER TABLE tickets ALTER COLUMN words SET STATISTICS 400;

CREATE TABLE erasures (          -- one row per erased person, without naming them: when (seconds since 1970), by whom, and how much is left
    at double precision NOT NULL,
    done_by text NOT NULL,       -- who ran the command, on their machine
    role text NOT NULL DEFAULT session_user,
    tickets bigint NOT NULL, changes bigint NOT NULL
);

-- Added and removed tickets, with their kind and words, that `counts` and `terms` do not include yet. Writing a row here is quicker
-- than updating the counts of some twenty words; a process moves all rows there after every 64 changes.
CREATE TABLE count_deltas (
    stat text NOT NULL, pri smallint NOT NULL, cat text NOT NULL, private boolean NOT NULL,
    words tsvector NOT NULL,
    delta smallint NOT NULL      -- 1 for a ticket more, -1 for one less
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE VIEW all_counts AS
    SELECT stat, pri, cat, private, count FROM counts UNION ALL SELECT stat, pri, cat, private, delta FROM count_deltas;
INSERT INTO counters VALUES ('counting', 0);  -- a process locks this row to move `count_deltas` into `counts` and `terms`
