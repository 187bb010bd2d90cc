"""All of a store at once: in a file that is made while it is in use, in another store, and in a store's place."""

from store.backup.copying import copy_between
from store.backup.erasing import erase, erase_from_database, find_leftovers
from store.backup.reading import opened_to_read
from store.backup.restoring import backup, restore

__all__ = [
    "backup",
    "copy_between",
    "erase",
    "erase_from_database",
    "find_leftovers",
    "opened_to_read",
    "restore",
]
