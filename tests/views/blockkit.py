"""What Slack accepts, as a check: every message and view that the bot can send goes through it.

`check_message` and `check_view` raise `AssertionError` with the reason. They ask slackblocks and slack_sdk's
models, and look for what neither of them catches: ids used twice, an `initial_option` that is no option, a
missing fallback text, a live mention, a link to an unknown place, broken entities.
"""

import json
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import slackblocks
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View as SdkView
from slackblocks.errors import InvalidUsageError

from tests.views.as_slackblocks import slackblock

TEXT_LIMIT = 4000
METADATA_LIMIT = 8000
VALUE_LIMIT = 2000
BLOCKS_LIMIT = {"message": 50, "modal": 100, "home": 100}
# Everything between < and > in mrkdwn must be one of these: a date with its fallback, or a link.
_DATE = re.compile(r"!date\^\d+\^[^|<>]*\{[^|<>]+\}[^|<>]*\|[^|<>]+")
_LINK = re.compile(r"https?://[^|<>\s]+\|[^|<>]+")
_ANGLES = re.compile(r"<([^<>]*)>")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
# Control characters, and those that turn the direction of the text around them.
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_EVENT_TYPE = re.compile(r"[a-z0-9_]+")


def check_message(payload: Mapping[str, Any]) -> None:
    """`payload`: what `chat.postMessage`, `chat.update`, `chat.postEphemeral` or a `response_url` is sent."""
    text = payload.get("text")
    assert isinstance(text, str), "a message has a text beside its blocks"
    assert text.strip(), "the text says something"
    assert len(text) <= TEXT_LIMIT, f"the text has {len(text)} characters, {TEXT_LIMIT} are allowed"
    _check_mrkdwn(text, "text")
    assert not payload.get("reply_broadcast"), "nothing is broadcast from a thread"
    if "blocks" in payload:
        _check_blocks(payload["blocks"], "message")
        shown = [_slackblock(block) for block in payload["blocks"]]
        _accepted(lambda: slackblocks.Message(channel="C1", text=text, blocks=shown), "slackblocks")
    if payload.get("metadata") is not None:
        _check_metadata(payload["metadata"])


def check_view(view: Mapping[str, Any]) -> None:
    """`view`: what `views.open`, `views.push`, `views.update` or `views.publish` is sent, or a response action."""
    kind = view.get("type")
    assert kind in ("modal", "home"), f"a view is a modal or a home, not {kind!r}"
    _check_blocks(view.get("blocks"), kind)
    known = {"type", "callback_id", "title", "submit", "close", "private_metadata", "blocks", "external_id"}
    assert not set(view) - known, f"unknown: {set(view) - known}"
    assert len(view.get("private_metadata") or "") <= 3000, "private_metadata is too long"
    assert len(view.get("callback_id") or "") <= 255, "callback_id is too long"
    if kind == "modal":
        assert "title" in view, "a modal has a title"
        for name in ("title", "submit", "close"):
            if name in view:
                _check_text(view[name], name, 24, plain=True)
        inputs = any(block["type"] == "input" for block in view["blocks"])
        assert not inputs or "submit" in view, "a form can be submitted"
    shown = [_slackblock(block) for block in view["blocks"]]
    rest = {name: view.get(name) for name in ("private_metadata", "callback_id", "external_id")}
    if kind == "modal":
        labels = {name: view[name]["text"] if name in view else None for name in ("title", "submit", "close")}
        _accepted(lambda: slackblocks.ModalView(blocks=shown, **labels, **rest).to_dict(), "slackblocks")
    else:
        _accepted(lambda: slackblocks.HomeTabView(blocks=shown, **rest).to_dict(), "slackblocks")
    _accepted(lambda: SdkView(**dict(view)).to_dict(), "slack_sdk")


def _every(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _every(child)
    elif isinstance(node, list):
        for child in node:
            yield from _every(child)


def _once(names: list[str], what: str) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    assert not twice, f"{what} used twice: {twice}"


def _check_blocks(blocks: Any, surface: str) -> None:
    assert isinstance(blocks, list), "blocks are a list"
    assert blocks, "there are blocks"
    assert len(blocks) <= BLOCKS_LIMIT[surface], f"{len(blocks)} blocks, {BLOCKS_LIMIT[surface]} are allowed"
    _once([block["block_id"] for block in blocks if "block_id" in block], "block_id")
    _once([node["action_id"] for node in _every(blocks) if "action_id" in node], "action_id")
    for node in _every(blocks):
        for name in ("block_id", "action_id"):
            assert 0 < len(node.get(name, "?")) <= 255, f"{name} has the wrong length"
    for block in blocks:
        _CHECKS.get(block.get("type"), _unknown)(block)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            _accepted(lambda block=block: _sdk(block), "slack_sdk")
    try:
        json.dumps(blocks, ensure_ascii=False).encode()
    except (TypeError, UnicodeEncodeError) as error:
        raise AssertionError(f"this is no JSON: {error}") from None


def _sdk(block: dict[str, Any]) -> None:
    parsed = SdkBlock.parse(block)
    assert parsed is not None, f"slack_sdk does not know {block['type']}"
    parsed.validate_json()
    assert parsed.to_dict().keys() == block.keys(), f"slack_sdk reads other keys in {block}"


def _accepted(make: Any, by: str) -> None:
    try:
        make()
    except (SlackObjectFormationError, InvalidUsageError, TypeError, ValueError) as error:
        raise AssertionError(f"{by}: {error}") from error


def _unknown(block: dict[str, Any]) -> None:
    raise AssertionError(f"{block.get('type')!r} is none of the blocks that we use")


def _check_mrkdwn(text: str, where: str) -> None:
    for inside in _ANGLES.findall(text):
        assert _DATE.fullmatch(inside) or _LINK.fullmatch(inside), f"<{inside}> is live in {where}"
    rest = _ANGLES.sub("", text)
    assert not set("<>") & set(rest), f"unescaped < or > in {where}: {text!r}"
    assert not _ENTITY.search(rest), f"a broken entity in {where}: {text!r}"
    assert not _HIDDEN.search(text), f"hidden characters in {where}: {text!r}"


def _check_text(text: Any, where: str, limit: int, *, plain: bool = False) -> None:
    assert isinstance(text, dict), f"{where} is a text object"
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    assert text.get("type") in kinds, f"{where} is one of {kinds}"
    assert isinstance(text.get("text"), str), f"{where} has a text"
    assert 0 < len(text["text"]) <= limit, (
        f"{where} has {len(text['text'])} characters, 1–{limit} are allowed"
    )
    assert text["text"].strip(), f"{where} is blank"
    assert not _HIDDEN.search(text["text"]), f"hidden characters in {where}"
    if text["type"] == "mrkdwn":
        assert text.get("verbatim") is True, f"{where} lets Slack make links and mentions of its own"
        assert set(text) == {"type", "text", "verbatim"}, f"unknown keys in {where}"
        _check_mrkdwn(text["text"], where)
    else:
        assert set(text) <= {"type", "text", "emoji"}, f"unknown keys in {where}"


def _check_section(block: dict[str, Any]) -> None:
    assert set(block) <= {"type", "block_id", "text", "accessory"}, f"unknown keys in {block}"
    _check_text(block.get("text"), "a section", 3000)
    if "accessory" in block:
        _check_element(block["accessory"])


def _check_context(block: dict[str, Any]) -> None:
    assert 1 <= len(block["elements"]) <= 10, "a context has 1 to 10 elements"
    for element in block["elements"]:
        _check_text(element, "a context", 3000)


def _check_actions(block: dict[str, Any]) -> None:
    assert 1 <= len(block["elements"]) <= 25, "actions have 1 to 25 elements"
    for element in block["elements"]:
        _check_element(element)
    primary = [one for one in block["elements"] if one.get("style") == "primary"]
    assert len(primary) <= 1, "one button of a row stands out at most"


def _check_header(block: dict[str, Any]) -> None:
    _check_text(block.get("text"), "a header", 150, plain=True)


def _check_divider(block: dict[str, Any]) -> None:
    assert set(block) <= {"type", "block_id"}, "a divider has nothing in it"


def _check_input(block: dict[str, Any]) -> None:
    assert set(block) <= {"type", "block_id", "label", "element", "optional", "hint"}, "unknown keys"
    assert block.get("block_id"), "an input has a name"
    _check_text(block.get("label"), "a label", 2000, plain=True)
    if "hint" in block:
        _check_text(block["hint"], "a hint", 2000, plain=True)
    _check_element(block["element"])


def _check_rich(block: dict[str, Any]) -> None:
    assert block["elements"], "rich text has a line"
    for part in block["elements"]:
        assert part["type"] in ("rich_text_section", "rich_text_quote", "rich_text_preformatted"), part[
            "type"
        ]
        assert part["elements"], "a line has something in it"
        for run in part["elements"]:
            assert run["type"] == "text", f"{run['type']} is none of the runs that we use"
            assert isinstance(run["text"], str), "a run has a text"
            assert run["text"], "a run says something"
            hidden = _HIDDEN.search(run["text"].replace("\n", ""))
            assert not hidden, f"hidden characters in {run['text']!r}"
            assert all(value is True for value in run.get("style", {}).values()), (
                "a style is true or not there"
            )


def _check_element(element: dict[str, Any]) -> None:
    assert element.get("action_id"), f"an element has an action_id: {element}"
    match element["type"]:
        case "button":
            known = {"type", "action_id", "text", "value", "style", "accessibility_label"}
            assert not set(element) - known, f"unknown keys in {element}"
            _check_text(element["text"], "a button", 75, plain=True)
            assert 0 < len(element["value"]) <= VALUE_LIMIT, "a button's value is too long"
            assert len(element.get("accessibility_label", "")) <= 75, "an accessibility label is too long"
            assert element.get("style", "primary") in ("primary", "danger"), "no such style"
        case "static_select":
            _check_select(element)
        case "conversations_select":
            _check_text(element["placeholder"], "a placeholder", 150, plain=True)
            included = set(element["filter"]["include"])
            assert included <= {"im", "mpim", "private", "public"}, "no such kind of conversation"
        case "plain_text_input":
            longest = element.get("max_length", 3000)
            assert 1 <= longest <= 3000, "max_length is 1 to 3000"
            given = element.get("initial_value")
            assert given is None or 0 < len(given) <= longest, "initial_value is longer than max_length"
            assert element.get("min_length", 0) <= longest, "min_length is more than max_length"
            if "placeholder" in element:
                _check_text(element["placeholder"], "a placeholder", 150, plain=True)
        case other:
            raise AssertionError(f"{other!r} is none of the elements that we use")


def _check_select(element: dict[str, Any]) -> None:
    assert ("options" in element) != ("option_groups" in element), "a select has options or groups of them"
    _check_text(element["placeholder"], "a placeholder", 150, plain=True)
    groups = element.get("option_groups", [{"options": element.get("options")}])
    assert 1 <= len(groups) <= 100, "a select has 1 to 100 groups"
    options = []
    for group in groups:
        if "label" in group:
            _check_text(group["label"], "a group", 75, plain=True)
        assert 1 <= len(group["options"]) <= 100, "a group has 1 to 100 options"
        options += group["options"]
    for option in options:
        _check_text(option["text"], "an option", 75, plain=True)
        assert 0 < len(option["value"]) <= 150, "an option's value has the wrong length"
    _once([option["value"] for option in options], "an option's value")
    if "initial_option" in element:
        assert element["initial_option"] in options, "initial_option is none of the options"


def _check_metadata(metadata: Mapping[str, Any]) -> None:
    """Slack's own types: strings, numbers and booleans; objects of these, and lists of such objects."""
    assert set(metadata) == {"event_type", "event_payload"}, "metadata is a type and a payload"
    assert _EVENT_TYPE.fullmatch(metadata["event_type"]), "an event type is a-z, 0-9 and _"
    payload = metadata["event_payload"]
    assert isinstance(payload, dict), "the payload is an object"
    for name, value in payload.items():
        objects = (
            value if isinstance(value, list) else [value] if isinstance(value, dict) else [{name: value}]
        )
        assert all(isinstance(one, dict) for one in objects), f"{name} is a list of objects or none"
        plain = all(isinstance(held, str | int | float) for one in objects for held in one.values())
        assert plain, f"{name} holds strings, numbers and booleans"
    size = len(json.dumps(payload, ensure_ascii=False).encode())
    assert size <= METADATA_LIMIT, f"the metadata have {size} bytes, {METADATA_LIMIT} are allowed"
    _accepted(lambda: Metadata(**dict(metadata)).to_dict(), "slack_sdk")


def _slackblock(block: dict[str, Any]) -> Any:
    built: list[Any] = []
    _accepted(lambda: built.append(slackblock(block)), "slackblocks")
    return built[0]


_CHECKS = {
    "section": _check_section,
    "context": _check_context,
    "actions": _check_actions,
    "header": _check_header,
    "divider": _check_divider,
    "input": _check_input,
    "rich_text": _check_rich,
}
