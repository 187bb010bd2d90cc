"""Is this Block Kit as Slack takes it? And the form in which Slack then keeps it."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from bot.local.fakeslack.blockkit.blocks import BLOCKS, MARKDOWN_IN_ALL, MOST_BLOCKS, ONLY_IN_MESSAGES, VIEWS
from bot.local.fakeslack.blockkit.schema import items, note, typed
from bot.local.fakeslack.errors import SlackError

MOST_VIEW_BYTES = 250_000
Block = dict[str, Any]
MakeId = Callable[[], str]


def what_is_wrong(blocks: Any, surface: str = "message", pointer: str = "/blocks") -> list[str]:
    """One line for each fault, in Slack's words, none if there is none.

    `surface` is `message`, `modal` or `home`.
    """
    errors: list[str] = []
    shapes = {
        kind: shape for kind, shape in BLOCKS.items() if surface == "message" or kind not in ONLY_IN_MESSAGES
    }
    items(typed(shapes), MOST_BLOCKS[surface], least=0)(blocks, pointer, errors)
    if not isinstance(blocks, list):
        return errors
    sound = [block if isinstance(block, dict) else {} for block in blocks]
    _unique("block_id", [(block, f"{pointer}/{number}") for number, block in enumerate(sound)], errors)
    for number, block in enumerate(sound):
        _unique("action_id", list(_placed(block, f"{pointer}/{number}")), errors)
    if sum(block.get("type") == "table" for block in sound) > 1:
        note(errors, "no more than 1 table allowed", pointer)
    written = [len(str(block.get("text", ""))) for block in sound if block.get("type") == "markdown"]
    if sum(written) > MARKDOWN_IN_ALL >= max(written):
        note(errors, f"must be less than {MARKDOWN_IN_ALL + 1} characters of markdown in all", pointer)
    focused = [element for block in sound for element in elements_of(block) if element.get("focus_on_load")]
    if len(focused) > 1:
        note(errors, "only one element may have focus_on_load", pointer)
    return errors


def check_message(blocks: Any) -> None:
    """Raises `invalid_blocks_format` and `invalid_blocks`."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if errors := what_is_wrong(blocks):
        raise SlackError.invalid("invalid_blocks", errors)


def check_view(view: Any, *kinds: str) -> None:
    """`kinds` are the types that fit where it is to be shown. Raises `invalid_arguments` and `view_too_large`."""
    errors: list[str] = []
    VIEWS(view, "/view", errors)
    if not errors and view["type"] not in kinds:
        note(errors, f"must be one of: {', '.join(kinds)}", "/view/type")
    if not errors:
        errors = what_is_wrong(view["blocks"], view["type"], "/view/blocks")
        if _asks(view["blocks"]) and view["type"] == "modal" and not view.get("submit"):
            note(errors, "missing required field: submit", "/view")
    if errors:
        raise SlackError.invalid("invalid_arguments", errors)
    if len(json.dumps(view)) > MOST_VIEW_BYTES:
        raise SlackError("view_too_large")


def _asks(blocks: Any) -> bool:
    return isinstance(blocks, list) and any(
        isinstance(one, dict) and one.get("type") == "input" for one in blocks
    )


def _unique(name: str, objects: list[tuple[Block, str]], errors: list[str]) -> None:
    seen: set[str] = set()
    for one, pointer in objects:
        identity = one.get(name)
        if not isinstance(identity, str) or not identity:
            continue
        if identity in seen:
            note(errors, f'`{name}` "{identity}" already exists', f"{pointer}/{name}")
        seen.add(identity)


def _placed(block: Block, pointer: str) -> Iterator[tuple[Block, str]]:
    """The interactive elements of a block and where they are."""
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            yield block[name], f"{pointer}/{name}"
    inner = block.get("elements")
    for number, one in enumerate(inner if isinstance(inner, list) else []):
        if isinstance(one, dict):
            yield one, f"{pointer}/elements/{number}"


def elements_of(block: Block) -> list[Block]:
    """The elements of a block that can be acted on, and images."""
    if block.get("type") == "rich_text":
        return []
    return [element for element, _ in _placed(block, "")]


def kept(blocks: list[Block], make_id: MakeId) -> list[Block]:
    """A copy as Slack keeps it: with the ids that were left out, and `emoji` and `verbatim` spelled out."""
    made = copy.deepcopy(blocks)
    for block in made:
        block.setdefault("block_id", make_id())
        for element in elements_of(block):
            if element.get("type") not in ("image", "mrkdwn", "plain_text"):
                element.setdefault("action_id", make_id())
        _spell_out(block)
    return made


def _spell_out(part: Any) -> None:
    if isinstance(part, dict):
        if part.get("type") == "plain_text" and isinstance(part.get("text"), str):
            part.setdefault("emoji", True)
        elif part.get("type") == "mrkdwn":
            part.setdefault("verbatim", False)
        for inner in part.values():
            _spell_out(inner)
    elif isinstance(part, list):
        for inner in part:
            _spell_out(inner)
