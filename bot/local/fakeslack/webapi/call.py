"""One call of the Web API, with typed access to its arguments."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.platform import Platform
from bot.local.fakeslack.workspace.people import Json


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    args: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Raises `invalid_arguments` if it is missing."""
        value = self.args.get(name)
        if value is None or value == "":
            raise SlackError.invalid(
                "invalid_arguments", [f"missing required field: {name} [json-pointer:/{name}]"]
            )
        return str(value)

    def maybe(self, name: str) -> str:
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """Raises `invalid_arguments` if it is not an integer."""
        value = self.args.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            raise SlackError.invalid(
                "invalid_arguments", [f"must be an integer [json-pointer:/{name}]"]
            ) from None

    def data(self, name: str, broken: str = "invalid_arguments") -> Any:
        """A JSON value, which a form carries as text. None if it is missing. Raises `broken` if it is invalid."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(broken) from None


Method = Callable[[Platform, Call], Json]


def page(found: list[Any], call: Call, most: int = 1000) -> tuple[list[Any], Json]:
    """The page that `limit` and `cursor` ask for, and the metadata with the next cursor."""
    cursor = call.maybe("cursor")
    if cursor and not cursor.isdigit():
        raise SlackError("invalid_cursor")
    start, size = int(cursor or 0), max(1, min(call.number("limit", 100), most))
    following = str(start + size) if start + size < len(found) else ""
    return found[start : start + size], {"next_cursor": following}
