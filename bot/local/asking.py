"""A form's fields, asked one after the other in a terminal. Pure."""

from typing import Any

from bot.local import inputs
from bot.local.blockkit.elements import options_of
from bot.local.drawing import Drawing
from bot.local.people import Json

_MANY = ("checkboxes", "multi_static_select", "multi_external_select")


class Form:
    """`values` is what was answered so far, by block id; what was left as it is, is not in it."""

    def __init__(self, view: Json, drawing: Drawing) -> None:
        self._blocks = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
        self._state = inputs.merged(inputs.state_of(view["blocks"]), view["state"]["values"])
        self._drawing = drawing
        self._left = list(self._blocks)
        self.values: dict[str, Any] = {}

    def question(self) -> str:
        """What to ask next, "" when nothing is left."""
        if not self._left:
            return ""
        block = self._blocks[self._left[0]]
        options = options_of(block["element"])
        offered = " ".join(
            f"{number}={self._drawing.text(one['text'])}" for number, one in enumerate(options, 1)
        )
        now = self._now(block)
        parts = (
            self.label(self._left[0]),
            "(optional)" if block.get("optional") else "",
            offered,
            f"[{now}]" if now else "",
        )
        return " ".join(part for part in parts if part) + ":"

    def label(self, block_id: str) -> str:
        return self._drawing.text(self._blocks[block_id]["label"])

    def _now(self, block: Json) -> str:
        if block["block_id"] in self.values:
            return str(self.values[block["block_id"]])
        entered = self._state.get(block["block_id"], {}).get(block["element"]["action_id"], {})
        value = next((part for name, part in entered.items() if name != "type"), None)
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(
            self._drawing.text(one["text"]) if isinstance(one, dict) else str(one) for one in chosen if one
        )

    def answer(self, line: str) -> str:
        """Take the answer to `question`; says what is wrong with it, "" if nothing is."""
        block_id = self._left[0]
        element = self._blocks[block_id]["element"]
        text = line.strip()
        options = options_of(element)
        if text and options:
            words = [word.strip() for word in text.split(",")] if element["type"] in _MANY else [text]
            picked = [self._pick(options, word) for word in words]
            if None in picked:
                return f"{text} is not offered."
            self.values[block_id] = picked if element["type"] in _MANY else picked[0]
        elif text:
            self.values[block_id] = line
        del self._left[0]
        return ""

    def _pick(self, options: list[Json], word: str) -> str | None:
        for number, option in enumerate(options, 1):
            if (
                word in (str(number), option["value"])
                or word.casefold() == self._drawing.text(option["text"]).casefold()
            ):
                return str(option["value"])
        return None

    def ask_again(self, block_id: str) -> None:
        if block_id not in self._left:
            self._left.append(block_id)
