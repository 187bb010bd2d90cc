"""The store's files on disk: framing, appending, replacing and verifying."""
