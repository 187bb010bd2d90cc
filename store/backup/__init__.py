"""Operations on a whole store: backing up (also while it is in use), restoring, copying, erasing a person."""

from store.backup.copying import copy_between
from store.backup.erasing import erase, erase_from_database, find_leftovers
from store.backup.files import check_existing, local_path, open_read_only, verify
from store.backup.restoring import backup, restore

__all__ = [
    "backup",
    "check_existing",
    "copy_between",
    "erase",
    "erase_from_database",
    "find_leftovers",
    "local_path",
    "open_read_only",
    "restore",
    "verify",
]
