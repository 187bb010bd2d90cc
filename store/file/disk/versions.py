"""The versions of the store's files. Pure."""

import re

VERSION = 2  # of the current format of snapshot, journal segments and deliveries
HEADER_SIZE = 300  # bytes at the beginning of a file that name its version

_HEADER = re.compile(
    rb'(?:\s*\{\s*"_store"\s*:\s*\{\s*"1"\s*:\s*\{[^{}]*"version"'  # a snapshot's
    rb'|[^{\n]{0,80}\{[^{}\n]*"(?:journal|deliveries)")\s*:\s*([0-9]+)\b'  # a line with checksums before it
)


def version_of(beginning: bytes) -> int:
    """The version of the file with this beginning, at least `HEADER_SIZE` bytes; 0 if it is not one of this program's."""
    found = _HEADER.match(beginning)
    return int(found[1]) if found else 0
