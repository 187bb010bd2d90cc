"""Checks Block Kit like Slack does. slack_sdk's models do most of it; `limits` does the rest."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block as BlockModel
from slack_sdk.models.blocks import Option
from slack_sdk.models.views import View as ViewModel

from bot.local.fakeslack.blockkit import limits
from bot.local.fakeslack.errors import SlackError

MAX_VIEW_BYTES = 250_000
# What slack_sdk's models raise for values of a wrong type.
_UNREADABLE = (SlackObjectFormationError, AttributeError, KeyError, TypeError, ValueError)


def what_is_wrong(blocks: Any, surface: str = "message", pointer: str = "/blocks") -> list[str]:
    """One line per fault. `surface` is `message`, `modal` or `home`."""
    if not isinstance(blocks, list):
        return [f"must be an array [json-pointer:{pointer}]"]
    found = [
        fault for number, block in enumerate(blocks) for fault in _of_block(block, f"{pointer}/{number}")
    ]
    # The limits assume well-formed blocks.
    found = found or list(limits.faults(blocks, surface, pointer))
    return [f"{reason} [json-pointer:{where}]" for reason, where in found]


def _of_block(block: Any, pointer: str) -> Iterator[limits.Violation]:
    if not isinstance(block, dict):
        yield "must be an object", pointer
        return
    try:
        model = BlockModel.parse(block)
        if model is None:
            yield f"unsupported type: {block.get('type')}", f"{pointer}/type"
            return
        found = list(_of_model(model, pointer))
        yield from found or _dropped_parts(block, model.get_non_null_attributes(), pointer)
    except _UNREADABLE as error:
        yield str(error), pointer


def _of_model(model: JsonObject, pointer: str) -> Iterator[limits.Violation]:
    """Validate a model and those within it: a model's own check covers only itself."""
    try:
        model.validate_json()
    except SlackObjectFormationError as error:
        yield str(error), pointer
        return
    for name, part in vars(model).items():
        several = isinstance(part, list | tuple)
        for number, inner in enumerate(part if several else [part]):
            # The models keep the options of a menu as plain dicts.
            unread = name == "options" and part and not isinstance(inner, JsonObject)
            inside = Option(**inner) if unread else inner
            if isinstance(inside, JsonObject):
                place = f"{name.lstrip('_')}/{number}" if several else name.lstrip("_")
                yield from _of_model(inside, f"{pointer}/{place}")


def _dropped_parts(given: Any, read: Any, pointer: str) -> Iterator[limits.Violation]:
    """Report the parts of `given` that the model dropped: Slack does not know them there."""
    if isinstance(given, dict) and isinstance(read, dict):
        for name, part in given.items():
            if part is not None and name not in read:
                yield f"invalid additional property or empty: {name}", pointer
            elif part is not None:
                yield from _dropped_parts(part, read[name], f"{pointer}/{name}")
    elif isinstance(given, list) and isinstance(read, list) and len(given) == len(read):
        for number, (one, other) in enumerate(zip(given, read, strict=True)):
            yield from _dropped_parts(one, other, f"{pointer}/{number}")
    elif given != read or type(given) is not type(read):
        yield "is nothing that can stand here", pointer


def check_message(blocks: Any) -> None:
    """Raises `invalid_blocks_format` and `invalid_blocks`."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if errors := what_is_wrong(blocks):
        raise SlackError.invalid("invalid_blocks", errors)


def check_view(view: Any, *kinds: str) -> None:
    """`kinds` are the view types allowed there. Raises `invalid_arguments` and `view_too_large`."""
    if errors := _of_view(view, kinds):
        raise SlackError.invalid("invalid_arguments", errors)
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        raise SlackError("view_too_large")


def _of_view(view: Any, kinds: tuple[str, ...]) -> list[str]:
    if not isinstance(view, Mapping):
        return ["must be an object [json-pointer:/view]"]
    if view.get("type") not in kinds:
        return [f"must be one of: {', '.join(kinds)} [json-pointer:/view/type]"]
    try:
        model = ViewModel(**view)
        found = [*_of_model(model, "/view"), *limits.of_view(view, model.attributes)]
    except _UNREADABLE as error:
        found = [(str(error), "/view")]
    wrong = what_is_wrong(view.get("blocks"), view["type"], "/view/blocks")
    return wrong or [f"{reason} [json-pointer:{where}]" for reason, where in found]
