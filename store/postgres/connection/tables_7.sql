-- From version 6 to 7: the index of words holds a facet for each ticket's block of 16384 numbers as well, so that a search for a common
-- word can stop after some blocks. Processes of version 6 may go on; their searches are slow.

DROP INDEX tickets_by_words;
CREATE INDEX tickets_by_words ON tickets USING gin ((words || array_to_tsvector(array_remove(ARRAY[
    '#' || stat, '#' || pri::text, '#' || cat, '#' || stat || pri::text, '#' || stat || cat, '#' || pri::text || cat,
    '#' || stat || pri::text || cat, '#by ' || reported_by, '#started ' || started_by, '#in ' || channel,
    '#block ' || (number >> 14)::text], '#started '))))
    WITH (fastupdate = on, gin_pending_list_limit = 64) WHERE NOT deleted;
ALTER INDEX tickets_by_words ALTER COLUMN 1 SET STATISTICS 400;
