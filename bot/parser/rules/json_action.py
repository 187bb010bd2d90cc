"""Actions that a person types as JSON."""

import json
from typing import Any

from pydantic import ValidationError

from bot.actions import Action, BulkUpdate, Where, read_action
from bot.parser.rules import questions
from bot.parser.text import defuse_markup, unescape

_CURLY = str.maketrans("“”„‟", '""""')
_TEXTS = ("title", "desc", "res", "text")


def read_json_action(text: str) -> Action | None:
    """The action in the JSON `text`; a question if the JSON is not a valid action; None if `text` is not JSON."""
    text = text.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    data = _decoded(text) or _decoded(text.translate(_CURLY))
    if not isinstance(data, dict):
        return questions.unread_json("it is not valid JSON.")
    if "action" not in data:
        return questions.unread_json('"action" is missing.')
    try:
        action = read_action(_defuse_texts(data))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        why = str(first["msg"]).removeprefix("Value error, ")
        return questions.unread_json(f"{where}: {why}." if where else f"{why}.")
    except (ValueError, TypeError):
        return questions.unread_json("there is no such action.")
    unbounded = isinstance(action, BulkUpdate) and action.where == Where()
    return questions.UNBOUNDED if unbounded else action


def _decoded(text: str) -> Any:
    try:
        return json.loads(unescape(text))
    except (ValueError, RecursionError):
        return None


def _defuse_texts(data: dict[str, Any]) -> dict[str, Any]:
    """`data` with its texts cleaned as in a title."""
    told = {key: data[key] for key in _TEXTS if isinstance(data.get(key), str)}
    texts = {key: defuse_markup(value) for key, value in told.items()}
    inner = {"changes": _defuse_texts(data["changes"])} if isinstance(data.get("changes"), dict) else {}
    return {**data, **texts, **inner}
