-- From version 1 to 2: indexes that are quicker to write, or hold all that lists are filtered and ordered by, and what was erased, and
-- what is counted later.

DROP INDEX tickets_by_reporter, tickets_by_starter, tickets_by_channel, tickets_by_creation, tickets_by_closing, tickets_by_change,
    tickets_by_words, tickets_by_card_thread, tickets_by_priority;  -- for the last, tickets_in_order does as well
-- So that what is counted need not be looked up.
CREATE INDEX tickets_by_reporter ON tickets (reported_by, stat, pri, number)
    INCLUDE (cat, private, channel, created_at, changed_at, closed_at) WHERE NOT deleted;
CREATE INDEX tickets_by_starter ON tickets (started_by, stat, pri, number)
    INCLUDE (cat, private, channel, reported_by, created_at, changed_at, closed_at) WHERE NOT deleted AND started_by <> '';
CREATE INDEX tickets_by_channel ON tickets (channel, stat, pri, number)
    INCLUDE (cat, private, reported_by, created_at, changed_at, closed_at) WHERE NOT deleted;
CREATE INDEX tickets_by_creation ON tickets (stat, created_at)
    INCLUDE (number, pri, cat, private, channel, reported_by) WHERE NOT deleted;
CREATE INDEX tickets_by_closing ON tickets (stat, closed_at)
    INCLUDE (number, pri, cat, private, channel, reported_by) WHERE NOT deleted AND closed_at IS NOT NULL;
CREATE INDEX tickets_by_change ON tickets (stat, changed_at)
    INCLUDE (number, pri, cat, private, channel, reported_by) WHERE NOT deleted;
CREATE INDEX tickets_by_card_thread ON tickets (card_channel, card_root) WHERE card_channel IS NOT NULL;
-- The words of some hundred tickets wait in a list, which every search looks at, and are put in place together: one ticket's
-- words alone are in twenty places.
CREATE INDEX tickets_by_words ON tickets USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 64) WHERE NOT deleted;

CREATE TABLE erasures (          -- that a person was taken out, and not whom: when (seconds since 1970), by whom, and of how much
    at double precision NOT NULL,
    done_by text NOT NULL,       -- who ran the command, on their machine
    role text NOT NULL DEFAULT session_user,
    tickets bigint NOT NULL, changes bigint NOT NULL
);

-- What tickets came and went that `counts` and `terms` do not count yet: each kind, and with which words. To write a row here
-- is quicker than to count some twenty words at once; now and then somebody counts all of them together.
CREATE TABLE count_deltas (
    stat text NOT NULL, pri smallint NOT NULL, cat text NOT NULL, private boolean NOT NULL,
    words tsvector NOT NULL,
    delta smallint NOT NULL      -- 1 for a ticket more, -1 for one less
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE VIEW all_counts AS
    SELECT stat, pri, cat, private, count FROM counts UNION ALL SELECT stat, pri, cat, private, delta FROM count_deltas;
INSERT INTO counters VALUES ('counting', 0);  -- whoever locks this row counts
