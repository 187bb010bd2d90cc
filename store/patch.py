"""JSON merge patches (RFC 7396): only what changed. Pure."""

import json
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


class NoPatchError(ValueError):
    """A merge patch cannot say this: in it, null means "take away"."""


def merge(old: Any, patch: Mapping[str, Any]) -> Json:
    """`old` with `patch` applied, as a new object; `old` stays as it is."""
    new: Json = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            new.pop(key, None)
        elif isinstance(value, dict):
            new[key] = merge(new.get(key), value)
        else:
            new[key] = value
    return new


def diff(old: Any, new: Mapping[str, Any]) -> Json:
    """The patch that makes `old` into `new`, both plain JSON.

    Raises `NoPatchError` when `new` holds a null that the patch would have to say.
    """
    before: Mapping[str, Any] = old if isinstance(old, dict) else {}
    patch: Json = {key: None for key in before if key not in new}
    for key, value in new.items():
        if key in before and _same(before[key], value):
            continue
        if value is None:
            raise NoPatchError(key)
        patch[key] = diff(before.get(key), value) if isinstance(value, dict) else value
    return patch


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON, where 1, 1.0 and true are three values."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (dict, list, float)):
        return json.dumps(one) == json.dumps(other)
    return bool(one == other)
