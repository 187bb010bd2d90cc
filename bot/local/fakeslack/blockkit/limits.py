"""What Slack rejects but slack_sdk's models and slackblocks (which the tests use) accept. Expects blocks that slack_sdk's
models could read.

Source: docs.slack.dev, reference/block-kit and reference/views.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.local.fakeslack.blockkit.elements import Block, options_of, placed, walk

Violation = tuple[str, str]  # the reason, and a JSON pointer to the place

MARKDOWN_IN_ALL = 12_000
MAX_BLOCKS = 50  # of a message; slackblocks checks it, too, but is not installed when the local Slack runs
_ONLY_IN_MESSAGES = ("markdown", "table", "file", "context_actions")
_PLAIN = {"header": "text", "button": "text", "input": "label", "static_select": "placeholder"}
_FIELDS = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")
_ONLY_IN_FORMS = (*_FIELDS, "file_input")
_TEXTS = ("mrkdwn", "plain_text")
# By part of a block: the element types that are not allowed there.
_MISPLACED = {
    "accessory": (*_ONLY_IN_FORMS, *_TEXTS),
    "actions": (*_ONLY_IN_FORMS, *_TEXTS, "image"),
    "input": ("button", "overflow", "image", *_TEXTS),
}
_RUNS = ("text", "link", "user", "usergroup", "channel", "team", "emoji", "broadcast", "color", "date")
_PARTS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
_LOOKS = {"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"}
_SWITCHES = ("emoji", "verbatim", "optional", "multiline", "dispatch_action", "focus_on_load")


def faults(blocks: list[Block], surface: str, pointer: str) -> Iterator[Violation]:
    """`surface` is `message`, `modal` or `home`."""
    if surface == "message" and len(blocks) > MAX_BLOCKS:
        yield f"no more than {MAX_BLOCKS} items allowed", pointer
    at = [(block, f"{pointer}/{number}") for number, block in enumerate(blocks)]
    yield from _used_twice("block_id", at)
    for block, where in at:
        if surface != "message" and block["type"] in _ONLY_IN_MESSAGES:
            yield f"unsupported type: {block['type']}", f"{where}/type"
        yield from _of_block(block, where)
        for part, place in walk(block, where):
            yield from _of_part(part, place)
    yield from _over_all(blocks, pointer)


def _over_all(blocks: list[Block], pointer: str) -> Iterator[Violation]:
    kinds = [block["type"] for block in blocks]
    if kinds.count("table") > 1:
        yield "no more than 1 table allowed", pointer
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_IN_ALL:
        yield f"must be less than {MARKDOWN_IN_ALL + 1} characters of markdown in all", pointer
    if sum(bool(part.get("focus_on_load")) for part, _ in walk(blocks, "")) > 1:
        yield "only one element may have focus_on_load", pointer


def _used_twice(name: str, parts: list[tuple[Block, str]]) -> Iterator[Violation]:
    seen: set[str] = set()
    for part, pointer in parts:
        identity = part.get(name)
        if identity is not None and not isinstance(identity, str):
            yield "must be a string", f"{pointer}/{name}"
        elif identity and identity in seen:
            yield f'`{name}` "{identity}" already exists', f"{pointer}/{name}"
        else:
            seen.add(identity or "")


def _of_block(block: Block, pointer: str) -> Iterator[Violation]:
    inside = [(one, f"{pointer}/{place}", place) for one, place in placed(block)]
    yield from _used_twice("action_id", [(one, where) for one, where, _ in inside])
    for one, where, place in inside:
        if one.get("type") in _MISPLACED.get("accessory" if place == "accessory" else block["type"], ()):
            yield f"unsupported type: {one['type']}", f"{where}/type"
    if block["type"] == "rich_text":
        yield from _of_rich_text(block, pointer)


def _of_rich_text(block: Block, pointer: str) -> Iterator[Violation]:
    for part, where in walk(block["elements"], f"{pointer}/elements"):
        kind = part.get("type")
        if kind is None:
            if not set(part) <= _LOOKS or not where.endswith("/style"):
                yield "invalid additional property", where
        elif kind not in (*_RUNS, *_PARTS):
            yield f"unsupported type: {kind}", f"{where}/type"
        elif kind == "rich_text_list" and part.get("style") not in ("bullet", "ordered"):
            yield "missing required field: style", where


def _of_part(part: Block, pointer: str) -> Iterator[Violation]:
    kind = part.get("type")
    plain = part.get(_PLAIN.get(str(kind), ""))
    if isinstance(plain, dict) and plain.get("type") == "mrkdwn":
        yield "unsupported type: mrkdwn", f"{pointer}/{_PLAIN[str(kind)]}/type"
    for name in _SWITCHES:
        if not isinstance(part.get(name, False), bool):
            yield "must be a boolean", f"{pointer}/{name}"
    if kind == "image" and ("image_url" in part) == ("slack_file" in part):
        yield "must define exactly one of `image_url` or `slack_file`", pointer
    longest, given = part.get("max_length"), part.get("initial_value")
    if isinstance(longest, int) and isinstance(given, str) and len(given) > longest:
        yield f"must be less than {longest + 1} characters", f"{pointer}/initial_value"
    yield from _of_choice(part, pointer)


def _of_choice(part: Block, pointer: str) -> Iterator[Violation]:
    """The preselected options must be among the options, with identical text."""
    offered = [(one.get("value"), one.get("text")) for one in options_of(part)]
    for name in ("initial_option", "initial_options") if offered else ():
        chosen = part.get(name) or []
        picked = chosen if isinstance(chosen, list) else [chosen]
        if not all((one.get("value"), one.get("text")) in offered for one in picked):
            yield "must be one of the provided options", f"{pointer}/{name}"


def of_view(view: Mapping[str, Any], known: set[str]) -> Iterator[Violation]:
    """`known` are the fields of slack_sdk's model of a view."""
    for name in sorted(set(view) - known - {"submit_disabled"}):
        yield f"invalid additional property: {name}", "/view"
    if view["type"] == "modal" and not view.get("title"):
        yield "missing required field: title", "/view"
