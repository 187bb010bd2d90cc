"""Copies of a store in a file: made while it is in use, and put in its place."""

from store.backup.copying import Done, backup, copy
from store.backup.erasing import erase, erase_from_database, find_leftovers
from store.backup.reading import opened_to_read
from store.backup.restoring import restore

__all__ = [
    "Done",
    "backup",
    "copy",
    "erase",
    "erase_from_database",
    "find_leftovers",
    "opened_to_read",
    "restore",
]
