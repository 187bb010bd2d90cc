"""The text of blocks, as a person reads it."""

import re
from collections.abc import Iterator
from typing import Any

_ANGLES = re.compile(r"<([^<>]*)>")


def said(blocks: list[dict[str, Any]]) -> str:
    """All words that the blocks show, in order."""
    return " ".join(
        text.replace("\u00a0", " ") if kind == "plain_text" else _plain(text)
        for kind, text in _texts(blocks)
        if text.strip()
    )


def mrkdwns(blocks: list[dict[str, Any]]) -> list[str]:
    """The texts of the blocks that Slack reads as mrkdwn."""
    return [text for kind, text in _texts(blocks) if kind == "mrkdwn"]


def _plain(mrkdwn: str) -> str:
    shown = _ANGLES.sub(lambda found: found[1].rpartition("|")[2], mrkdwn)
    return shown.replace("\u00a0", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _texts(node: Any) -> Iterator[tuple[str, str]]:
    """Kind and text of every text object and rich text run."""
    if isinstance(node, dict):
        if isinstance(node.get("text"), str) and node.get("type") in ("mrkdwn", "plain_text", "text"):
            yield ("mrkdwn" if node["type"] == "mrkdwn" else "plain_text"), node["text"]
        for child in node.values():
            yield from _texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from _texts(child)
