"""Odd and damaged payloads: what Slack never sends."""

import copy
import random
from typing import Any

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, 10**30, "", " ", "x", "T0LOCAL", "\x00", "\u202e", "é" * 50, "🔥", "<!channel>", "a" * 5_000,
    [], {}, [None], [[]], {"id": None}, {"id": "C0SUPPORT"}, ["T0LOCAL"], {"": ""}, "null", "[]", "1.1", "9" * 400,
)  # fmt: skip
GONE = object()


def places(value: Any) -> list[tuple[Any, Any]]:
    """Each container in `value`, with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        inside = waiting.pop()
        keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        found += [(inside, key) for key in keys]
        waiting += [inside[key] for key in keys if isinstance(inside[key], dict | list)]
    return found


def mutate(chance: random.Random, payload: dict[str, Any]) -> Any:
    """The payload with one to three oddities."""
    odd = copy.deepcopy(payload)
    for _ in range(chance.randint(1, 3)):
        there = places(odd)
        if not there:
            break
        inside, key = chance.choice(there)
        match chance.randrange(5):
            case 0:
                del inside[key]
            case 1 if isinstance(inside, dict):
                added = chance.choice(("type", "command", "event", "team", "view", "ssl_check", "x"))
                inside[added] = copy.deepcopy(chance.choice(ODD))
            case 2:
                inside[key] = {"deeper": inside[key]}
            case _:
                inside[key] = copy.deepcopy(chance.choice(ODD))
    return odd


def one_odd_thing(payload: dict[str, Any], place: int, odd: Any) -> dict[str, Any]:
    """The payload with one place replaced by `odd`, or removed if `odd` is `GONE`."""
    changed = copy.deepcopy(payload)
    inside, key = places(changed)[place]
    if odd is GONE:
        del inside[key]
    else:
        inside[key] = copy.deepcopy(odd)
    return changed


def damage(chance: random.Random, body: bytes) -> bytes:
    """`body` cut off, or with some bytes changed."""
    if not body or chance.random() < 0.3:
        return body[: chance.randint(0, len(body))]
    changed = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)
