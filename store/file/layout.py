"""The paths of a store's files, next to its snapshot at `path`."""

import re

from store.errors import NewerVersionError
from store.file.disk.filesystem import Filesystem, opened
from store.file.disk.versions import HEADER_SIZE, VERSION, version_of

JOURNAL, DELIVERIES_FILE = ".journal", ".deliveries"
FIRST_VERSION = re.compile(r"\.\d+\.journal")


def parts(files: Filesystem, path: str) -> list[str]:
    """The suffixes of `path` for which files of a store exist, the first version's included: first its journals, then
    the segments (newest last), the deliveries, and the snapshot."""
    folder, _, name = path.rpartition("/")
    ends = [each.removeprefix(name) for each in files.names(folder or "/") if each.startswith(name)]
    found = sorted(end for end in ends if FIRST_VERSION.fullmatch(end))
    if files.exists(path + JOURNAL):
        found += [f"{JOURNAL}/{each}" for each in sorted(files.names(path + JOURNAL)) if each.isdigit()]
    return found + [end for end in (DELIVERIES_FILE, "") if files.exists(path + end)]


def refuse_newer(files: Filesystem, path: str) -> None:
    """Raises `NewerVersionError` if a newer version has written to the store."""
    newest = parts(files, path)[-3:]  # the newest segment, the deliveries, the snapshot
    for end in newest:
        with opened(files, path + end) as fd:
            if version_of(files.pread(fd, HEADER_SIZE, 0)) > VERSION:
                raise NewerVersionError(path.rpartition("/")[2])
