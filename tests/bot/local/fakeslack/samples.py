"""Small Block Kit samples that several tests post."""

from typing import Any


def words(text: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": text}


def button(label: str = "Start", action_id: str = "start", value: str = "T001") -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": words(label), "value": value}


def actions(*elements: dict[str, Any], block_id: str = "buttons") -> dict[str, Any]:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def section(text: str = "a *line*", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": words(text, "mrkdwn"), **more}


def option(value: str, label: str = "") -> dict[str, Any]:
    return {"text": words(label or value.title()), "value": value}


def menu(*values: str, kind: str = "static_select", action_id: str = "pick", **more: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": action_id, "options": [option(value) for value in values], **more}


def asked(block_id: str = "title", element: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    text = {"type": "plain_text_input", "action_id": "value"}
    return {
        "type": "input",
        "block_id": block_id,
        "label": words(block_id.title()),
        "element": element or text,
        **more,
    }


def modal(*blocks: dict[str, Any], callback_id: str = "form", **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": words("A form"),
        "submit": words("Send"),
        "blocks": list(blocks or [asked()]),
        **more,
    }


def home(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "home", "blocks": list(blocks or [section("the queue")])}
