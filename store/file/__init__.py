"""The file store: TinyDB's documents in memory, and on disk, for a store at `data/tickets.json`:

    tickets.json              the snapshot: everything durable up to a place in the journal; stock TinyDB reads it
    tickets.json.journal/     the journal, in segments: the whole history, and the changes since the snapshot
    tickets.json.deliveries   temporary data: accepted and finished deliveries, choices, people, undo lines
    tickets.json.lock         held by the one process that writes
    tickets.json.new          a snapshot being written; likewise for segments and deliveries (there also `.repaired`)
    tickets.json.v1, .v0      the files before a migration from the first version or from stock TinyDB

A write goes `store` -> `commands` (makes the change) -> `executor` (stages it) -> `writer` (appends it durably to the
journal) -> `state` (TinyDB's table, metadata) -> `index`. Reads use `state` and `index`; histories use the journal.
"""
