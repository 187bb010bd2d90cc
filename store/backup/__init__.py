"""Copies of a store in a file: made while it is in use, and put in its place."""

from store.backup.copying import Done, backup, copy
from store.backup.restoring import restore

__all__ = ["Done", "backup", "copy", "restore"]
