"""What Slack accepts, as a check: every message and view that the bot can send goes through it.

`check_message` and `check_view` raise `AssertionError` with the reason. They ask slackblocks, slack_sdk's models and the
local Slack's own limits, and then what this bot promises beyond them: no live mention, no link to an unknown place, no
broken entity, no hidden character, and nothing that the local workspace could not draw.
"""

import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import slackblocks
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.metadata import Metadata
from slackblocks.errors import InvalidUsageError

from bot.local.fakeslack.blockkit import check
from bot.local.fakeslack.blockkit.elements import options_of
from bot.local.fakeslack.errors import SlackError
from tests.support.blockkit.as_slackblocks import slackblock

TEXT_LIMIT = 4000
METADATA_LIMIT = 8000
USED = {"section", "context", "actions", "header", "divider", "input", "rich_text"}
USED_ELEMENTS = {"button", "static_select", "conversations_select", "plain_text_input"}
USED_PARTS = {"rich_text_section", "rich_text_quote", "rich_text_preformatted", "text"}
# In mrkdwn, everything between < and > must be one of these: a date with its fallback, or a link.
_DATE = re.compile(r"!date\^\d+\^[^|<>]*\{[^|<>]+\}[^|<>]*\|[^|<>]+")
_LINK = re.compile(r"https?://[^|<>\s]+\|[^|<>]+")
_ANGLES = re.compile(r"<([^<>]*)>")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
# Control characters, and characters that change the direction of the text around them.
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_EVENT_TYPE = re.compile(r"[a-z0-9_]+")


def check_message(payload: Mapping[str, Any]) -> None:
    """Check the payload of `chat.postMessage`, `chat.update`, `chat.postEphemeral` or a `response_url`."""
    text = payload.get("text")
    assert isinstance(text, str), "a message has a text beside its blocks"
    assert text.strip(), "the text says something"
    assert len(text) <= TEXT_LIMIT, f"the text has {len(text)} characters, {TEXT_LIMIT} are allowed"
    _check_mrkdwn(text, "text")
    assert not payload.get("reply_broadcast"), "nothing is broadcast from a thread"
    if "blocks" in payload:
        _accepted("the local Slack", lambda: check.check_message(payload["blocks"]))
        shown = _check_blocks(payload["blocks"])
        _accepted("slackblocks", lambda: slackblocks.Message(channel="C1", text=text, blocks=shown))
    if payload.get("metadata") is not None:
        _check_metadata(payload["metadata"])


def check_view(view: Mapping[str, Any]) -> None:
    """Check a view for `views.open`, `views.push`, `views.update`, `views.publish` or a response action."""
    _accepted("the local Slack", lambda: check.check_view(dict(view), "modal", "home"))
    shown = _check_blocks(view["blocks"])
    names = ("title", "submit", "close")
    labels = {name: view[name]["text"] if name in view else None for name in names}
    rest = {name: view.get(name) for name in ("private_metadata", "callback_id", "external_id")}
    if view["type"] == "modal":
        _accepted("slackblocks", lambda: slackblocks.ModalView(blocks=shown, **labels, **rest).to_dict())
    else:
        _accepted("slackblocks", lambda: slackblocks.HomeTabView(blocks=shown, **rest).to_dict())
    for name in names:
        _check_text(view.get(name, {}), name)


def _accepted(by: str, make: Callable[[], Any]) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return make()
    except SlackError as error:
        raise AssertionError(f"{by}: {error} {error.details.get('errors')}") from error
    except (SlackObjectFormationError, InvalidUsageError, LookupError, TypeError, ValueError) as error:
        raise AssertionError(f"{by}: {error!r}") from error


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


def _check_blocks(blocks: list[dict[str, Any]]) -> list[Any]:
    """The blocks as slackblocks builds them."""
    assert blocks, "there are blocks"
    _once([node["action_id"] for node in _every(blocks) if "action_id" in node], "action_id")
    for block in blocks:
        assert block["type"] in USED, f"{block['type']!r} is none of the blocks that we use"
        elements = [
            *block.get("elements", ()),
            *(block[name] for name in ("accessory", "element") if name in block),
        ]
        for element in elements:
            _check_element(element)
        primary = [one for one in elements if one.get("style") == "primary"]
        assert len(primary) <= 1, "one button of a row stands out at most"
        assert block["type"] != "input" or block.get("block_id"), "an input has a name"
    for node in _every(blocks):
        _check_text(node, str(node))
    _accepted("JSON", lambda: json.dumps(blocks, ensure_ascii=False).encode())
    return [_accepted("slackblocks", lambda block=block: slackblock(block)) for block in blocks]


def _check_element(element: dict[str, Any]) -> None:
    kind = element["type"]
    if kind.startswith("rich_text"):
        assert element["elements"], "a line has something in it"
        assert {part["type"] for part in _every(element) if "type" in part} <= USED_PARTS, (
            "none of the runs that we use"
        )
        styles = [value for part in _every(element) for value in part.get("style", {}).values()]
        assert all(value is True for value in styles), "a style is true or not there"
    elif kind not in ("plain_text", "mrkdwn"):
        assert kind in USED_ELEMENTS, f"{kind!r} is none of the elements that we use"
        assert element.get("action_id"), f"an element has an action_id: {element}"
        assert kind != "button" or element.get("value"), "a button has a value"
        _once([option["value"] for option in options_of(element)], "an option's value")


def _check_text(node: dict[str, Any], where: str) -> None:
    if node.get("type") not in ("plain_text", "mrkdwn", "text"):
        return
    text = node["text"]
    assert text.strip() or node["type"] == "text", f"{where} is blank"
    assert not _HIDDEN.search(text.replace("\n", "")), f"hidden characters in {where}"
    if node["type"] == "mrkdwn":
        assert node.get("verbatim") is True, f"{where} lets Slack make links and mentions of its own"
        _check_mrkdwn(text, where)


def _check_mrkdwn(text: str, where: str) -> None:
    for inside in _ANGLES.findall(text):
        assert _DATE.fullmatch(inside) or _LINK.fullmatch(inside), f"<{inside}> is live in {where}"
    rest = _ANGLES.sub("", text)
    assert not set("<>") & set(rest), f"unescaped < or > in {where}: {text!r}"
    assert not _ENTITY.search(rest), f"a broken entity in {where}: {text!r}"
    assert not _HIDDEN.search(text), f"hidden characters in {where}: {text!r}"


def _check_metadata(metadata: Mapping[str, Any]) -> None:
    """Slack allows strings, numbers and booleans, objects of these, and lists of such objects."""
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
    _accepted("slack_sdk", lambda: Metadata(**dict(metadata)).to_dict())
