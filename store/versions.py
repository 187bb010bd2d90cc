"""Recognises files that a newer version of this program wrote. Pure."""

import re

VERSION = 2  # of the current format of snapshot, journal segments and deliveries
HEADER_SIZE = 300  # bytes at the beginning of a file that name its version

_HEADER = re.compile(
    rb'(?:\s*\{\s*"_store"\s*:\s*\{\s*"1"\s*:\s*\{[^{}]*"version"'  # a snapshot's
    rb'|[^{\n]{0,80}\{[^{}\n]*"(?:journal|deliveries)")\s*:\s*([0-9]+)\b'  # a line with checksums before it
)


def is_newer(beginning: bytes) -> bool:
    """Whether a newer version wrote the file that begins with these bytes, at least `HEADER_SIZE` of them."""
    found = _HEADER.match(beginning)
    return found is not None and int(found[1]) > VERSION
