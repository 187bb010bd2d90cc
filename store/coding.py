"""JSON as the store writes it: compact, UTF-8, and back."""

import json
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json


def encode(value: Any) -> bytes:
    """`value` as JSON on one line.

    Raises `TypeError` or `ValueError` when it is no JSON.
    """
    try:
        return to_json(value)
    except (PydanticSerializationError, UnicodeEncodeError):
        # Half a surrogate pair cannot be UTF-8; as an escape it can be kept.
        return json.dumps(value, separators=(",", ":")).encode()


def decode(data: bytes) -> Any:
    """Raises `ValueError`."""
    try:
        return from_json(data)
    except ValueError:
        return json.loads(data)


def row_line(key: str, row: Any) -> bytes:
    """A row as it is in a snapshot: one line, its line break and comma left out."""
    return encode(key) + b":" + encode(row)


def plain(value: Any) -> Any:
    """`value` as it will be when it has been written and read again: keys are text, tuples are lists.

    Raises `TypeError` or `ValueError` when it is no JSON.
    """
    return json.loads(json.dumps(value))
