"""The store in a file: TinyDB's documents in memory, a journal of changes beside the file, both durable."""
