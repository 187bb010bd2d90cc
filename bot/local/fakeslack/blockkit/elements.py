"""Helpers for the parts of blocks, and the defaults that Slack adds to blocks. Pure."""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Block = dict[str, Any]


def walk(part: Any, pointer: str) -> Iterator[tuple[Block, str]]:
    """Every object within `part`, including itself, with its JSON pointer."""
    if isinstance(part, dict):
        yield part, pointer
        for name, inner in part.items():
            yield from walk(inner, f"{pointer}/{name}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from walk(inner, f"{pointer}/{number}")


def placed(block: Block) -> Iterator[tuple[Block, str]]:
    """The elements of a block and their place in it. The parts of rich text do not count."""
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            yield block[name], name
    inner = block.get("elements")
    if isinstance(inner, list) and block.get("type") != "rich_text":
        yield from ((one, f"elements/{number}") for number, one in enumerate(inner) if isinstance(one, dict))


def elements_of(block: Block) -> list[Block]:
    return [element for element, _ in placed(block)]


def options_of(element: Mapping[str, Any]) -> list[Block]:
    """All options of a menu, including those in groups."""
    groups = element.get("option_groups") or []
    grouped = [one for group in groups if isinstance(group, dict) for one in group.get("options") or []]
    return [one for one in [*(element.get("options") or []), *grouped] if isinstance(one, dict)]


def add_defaults(blocks: list[Block], make_id: Callable[[], str]) -> list[Block]:
    """A copy with what Slack adds: missing ids, and the defaults of `emoji` and `verbatim`."""
    made = copy.deepcopy(blocks)
    for block in made:
        block.setdefault("block_id", make_id())
        for element in elements_of(block):
            if element.get("type") not in ("image", "mrkdwn", "plain_text"):
                element.setdefault("action_id", make_id())
    for part, _ in walk(made, ""):
        if part.get("type") == "plain_text":
            part.setdefault("emoji", True)
        elif part.get("type") == "mrkdwn":
            part.setdefault("verbatim", False)
    return made
