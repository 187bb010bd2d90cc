"""Block Kit as plain text. Pure.

What cannot be drawn is named, so that nothing that the app sent goes unseen.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.local.fakeslack.blockkit.elements import options_of
from bot.local.fakeslack.payloads.escaping import Lookup, to_plain
from bot.local.fakeslack.workspace.people import Json

# Everything but the line feed: people can type these into a title, and none of them is seen.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RULE = "─" * 24


def _nobody(_identity: str) -> str | None:
    return None


def clean(text: str) -> str:
    return _CONTROL.sub("", text)


class Drawing:
    """`name_of` gives the name behind a user id."""

    def __init__(self, name_of: Lookup = _nobody) -> None:
        self._name_of = name_of

    def message(self, message: Mapping[str, Any]) -> str:
        """Its blocks, or its text where it has none."""
        blocks = message.get("blocks")
        drawn = self.blocks(blocks) if blocks else self.mrkdwn(str(message.get("text", "")))
        names = [f"[file {file['name']}]" for file in message.get("files", [])]
        reactions = [f":{one['name']}: {one['count']}" for one in message.get("reactions", [])]
        return "\n".join(part for part in (drawn, *names, "  ".join(reactions)) if part)

    def view(self, view: Mapping[str, Any]) -> str:
        title = self.text(view["title"]) if view.get("title") else ""
        return "\n".join(
            part for part in (f"═ {title} ═" if title else "", self.blocks(view["blocks"])) if part
        )

    def blocks(self, blocks: Iterable[Json]) -> str:
        return "\n".join(self.block(block) for block in blocks)

    def block(self, block: Json) -> str:
        draw = _BLOCKS.get(str(block.get("type")))
        return draw(self, block) if draw else f"(a {block.get('type')} block, which is not drawn here)"

    def mrkdwn(self, text: str) -> str:
        return clean(to_plain(text, self._name_of))

    def text(self, part: Any) -> str:
        """A text object."""
        if not isinstance(part, dict):
            return ""
        words = str(part.get("text", ""))
        return self.mrkdwn(words) if part.get("type") == "mrkdwn" else clean(words)

    def element(self, element: Json) -> str:
        kind = str(element.get("type"))
        if kind in ("mrkdwn", "plain_text"):
            return self.text(element)
        if kind in ("button", "workflow_button", "icon_button"):
            return f"[{self.text(element.get('text'))}]"
        if kind == "image":
            return f"(image: {clean(str(element.get('alt_text', '')))})"
        if kind == "overflow":
            return f"[… {self._offered(element)}]"
        if options_of(element):
            return f"[{self._chosen(element) or self.text(element.get('placeholder')) or 'choose'} ▾ {self._offered(element)}]"
        return f"({kind})"

    def _offered(self, element: Json) -> str:
        return " | ".join(self.text(option["text"]) for option in options_of(element))

    def _chosen(self, element: Json) -> str:
        chosen = element.get("initial_option") or element.get("initial_options") or []
        return ", ".join(self.text(one["text"]) for one in ([chosen] if isinstance(chosen, dict) else chosen))

    def section(self, block: Json) -> str:
        fields = [self.text(field) for field in block.get("fields", [])]
        accessory = self.element(block["accessory"]) if block.get("accessory") else ""
        first = "  ".join(part for part in (self.text(block.get("text")), accessory) if part)
        return "\n".join(part for part in (first, *fields) if part)

    def row(self, block: Json) -> str:
        return "  ".join(self.element(element) for element in block["elements"])

    def input(self, block: Json) -> str:
        element = block["element"]
        offered = f": {self._offered(element)}" if options_of(element) else ""
        return f"{self.text(block['label'])}{' (optional)' if block.get('optional') else ''}{offered}"

    def table(self, block: Json) -> str:
        rows = [
            [self.rich_text(cell) if "elements" in cell else clean(str(cell["text"])) for cell in row]
            for row in block["rows"]
        ]
        return "\n".join(" | ".join(row) for row in rows)

    def rich_text(self, block: Json) -> str:
        return "\n".join(self._rich(part) for part in block["elements"])

    def _rich(self, part: Json) -> str:
        """A section, a list, a quotation or preformatted text."""
        kind, inside = part["type"], part["elements"]
        if kind == "rich_text_list":
            marks = [
                f"{number}." if part["style"] == "ordered" else "•" for number in range(1, len(inside) + 1)
            ]
            margin = "  " * part.get("indent", 0)
            return "\n".join(
                f"{margin}{mark} {self._rich(one)}" for mark, one in zip(marks, inside, strict=True)
            )
        text = "".join(self._inline(one) for one in inside)
        return "\n".join(f"> {line}" for line in text.split("\n")) if kind == "rich_text_quote" else text

    def _inline(self, part: Json) -> str:
        kind = part["type"]
        if kind == "text":
            return clean(part["text"])
        if kind == "link":
            label = clean(part.get("text") or "")
            url = clean(part["url"])
            return f"{label} ({url})" if label and label not in url else label or url
        if kind == "user":
            return self.mrkdwn(f"<@{part['user_id']}>")
        if kind == "emoji":
            codes = str(part.get("unicode", "")).split("-")
            return "".join(chr(int(code, 16)) for code in codes) if codes != [""] else f":{part['name']}:"
        shown = {
            "broadcast": "range",
            "channel": "channel_id",
            "usergroup": "usergroup_id",
            "date": "fallback",
        }
        return clean(str(part.get(shown.get(kind, "value"), kind)))


_BLOCKS: dict[str, Callable[[Drawing, Json], str]] = {
    "section": Drawing.section,
    "header": lambda drawing, block: drawing.text(block["text"]).upper(),
    "divider": lambda _drawing, _block: _RULE,
    "context": Drawing.row,
    "actions": Drawing.row,
    "context_actions": Drawing.row,
    "input": Drawing.input,
    "image": lambda drawing, block: drawing.element({**block, "type": "image"}),
    "markdown": lambda _drawing, block: clean(str(block["text"])),
    "table": Drawing.table,
    "rich_text": Drawing.rich_text,
}
