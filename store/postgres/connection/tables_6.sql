-- From version 5 to 6: the index of words holds facets as well, which stand for a ticket's status, priority, category, people and
-- channel (see facets.py). A search then reads only the tickets that meet its other conditions. Processes of version 5 may go on;
-- their searches are slow.

DROP INDEX tickets_by_words;
CREATE INDEX tickets_by_words ON tickets USING gin ((words || array_to_tsvector(array_remove(ARRAY[
    '#' || stat, '#' || pri::text, '#' || cat, '#' || stat || pri::text, '#' || stat || cat, '#' || pri::text || cat,
    '#' || stat || pri::text || cat, '#by ' || reported_by, '#started ' || started_by, '#in ' || channel], '#started '))))
    WITH (fastupdate = on, gin_pending_list_limit = 64) WHERE NOT deleted;
-- How often a term occurs decides whether the planner uses this index.
ALTER INDEX tickets_by_words ALTER COLUMN 1 SET STATISTICS 400;
ALTER TABLE tickets ALTER COLUMN words SET STATISTICS -1;
