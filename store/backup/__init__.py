"""Copies of a store in a file: made while it is in use, and put in its place."""

from store.backup.copying import Done, backup
from store.backup.erasing import erase, find_leftovers
from store.backup.reading import opened_to_read
from store.backup.restoring import restore

__all__ = ["Done", "backup", "erase", "find_leftovers", "opened_to_read", "restore"]
