"""The store in a file: TinyDB's documents in memory, and on disk, for a store at `data/tickets.json`:

    tickets.json              the snapshot: everything durable up to a place in the journal; stock TinyDB reads it
    tickets.json.journal/     the journal of changes, in segments: what came after the snapshot, and the whole history
    tickets.json.deliveries   what is temporary: accepted and finished deliveries, choices, people, undo lines
    tickets.json.lock         held by the one process that writes
    tickets.json.new          a snapshot while it is written; likewise beside the deliveries, and `.repaired` there
    tickets.json.v1, .v0      what was there before, of the first version or of stock TinyDB, after a migration

A write goes `store` -> `commands` (what changes) -> `executor` (staged) -> `writer` (one durable line of the journal) ->
`state` (TinyDB's table, metadata) -> `index`. A read is of `state` and `index`, and a history of the journal.
"""
