-- From version 2 to 3: private tickets are counted by channel, and the index of words can be combined with others. What a process of
-- version 2 then writes or counts is refused: it would not say in which channel a private ticket is.

LOCK TABLE tickets IN ACCESS EXCLUSIVE MODE;  -- in the order in which a write locks the tables
DROP VIEW all_counts;
DROP TABLE count_deltas, counts, terms;

-- `audience`: '' for public tickets, which everybody sees; '#' and the channel for private ones.
CREATE TABLE counts (            -- number of tickets of each kind
    audience text, stat text, pri smallint, cat text,
    count bigint NOT NULL,
    PRIMARY KEY (audience, stat, pri, cat)
) WITH (fillfactor = 40);
CREATE TABLE terms (             -- number of tickets with each term, to weigh it
    term text COLLATE "C", audience text,
    count bigint NOT NULL,
    PRIMARY KEY (term, audience)
) WITH (fillfactor = 80);
-- Added and removed tickets, with their kind and words, that `counts` and `terms` do not include yet. Writing a row here is quicker
-- than updating the counts of some twenty words; a process moves all rows there after every 64 changes.
CREATE TABLE count_deltas (
    audience text NOT NULL, stat text NOT NULL, pri smallint NOT NULL, cat text NOT NULL,
    words tsvector NOT NULL,
    delta smallint NOT NULL      -- 1 for a ticket more, -1 for one less
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE VIEW all_counts AS
    SELECT audience, stat, pri, cat, count FROM counts UNION ALL SELECT audience, stat, pri, cat, delta FROM count_deltas;
INSERT INTO counts (audience, stat, pri, cat, count)
    SELECT CASE WHEN private THEN '#' || channel ELSE '' END AS audience, stat, pri, cat, count(*) FROM tickets
    WHERE NOT deleted GROUP BY audience, stat, pri, cat;
INSERT INTO terms (term, audience, count)
    SELECT term, CASE WHEN private THEN '#' || channel ELSE '' END AS audience, count(*)
    FROM tickets, unnest(tsvector_to_array(words)) AS term WHERE NOT deleted GROUP BY term, audience;
DROP INDEX tickets_private_by_channel;  -- nothing is counted with it any more

-- It includes deleted tickets: the planner never combines two partial indexes of the same condition, so a search for a common word
-- among open tickets would read every ticket with that word.
DROP INDEX tickets_by_words;
CREATE INDEX tickets_by_words ON tickets USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 64);
