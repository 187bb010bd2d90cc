"""A message as it goes to Slack: the blocks, a text that says the same, and the reply for programs to read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.replies import Reply
from bot.views import blocks
from bot.views import text as words

EVENT_TYPE = "ticket_reply"
MARK = "sent"  # in the metadata of a message without blocks
# Slack states no figure for metadata, only that there is one; the largest list of tickets stays far below this.
METADATA_LIMIT = 8000  # bytes of JSON


@dataclass(frozen=True, slots=True)
class Rendered:
    """`text` says what the blocks say, for notifications and screen readers: at most 4,000 characters of mrkdwn."""

    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any] | None = None

    def payload(self) -> dict[str, Any]:
        """As arguments of `chat.postMessage`, `chat.update` and `chat.postEphemeral`."""
        whole: dict[str, Any] = {"text": self.text, "blocks": self.blocks}
        return whole | ({"metadata": self.metadata} if self.metadata else {})

    def with_metadata(self, reply: Reply) -> "Rendered":
        """The same message, with `reply` as its metadata."""
        return replace(self, metadata=metadata(reply))

    def with_mark(self, mark: str) -> "Rendered":
        """The same message, with `mark` in its metadata."""
        marked = self.metadata or {"event_type": EVENT_TYPE, "event_payload": {}}
        return replace(self, metadata={**marked, "event_payload": {**marked["event_payload"], MARK: mark}})

    def with_footnotes(self, *notes: str) -> "Rendered":
        """The same message with small print below it: mrkdwn, such as a receipt; what is "" is left out."""
        kept = [note for note in notes if note]
        if not kept:
            return self
        print_id = f"notes.{len(self.blocks)}"
        return replace(
            self,
            text=words.lines([self.text, *kept]),
            blocks=[*self.blocks, blocks.context(print_id, *kept)],
        )

    def without_buttons(self) -> "Rendered":
        """The same message with nothing to press in it."""
        kept = [
            {name: value for name, value in block.items() if name != "accessory"}
            for block in self.blocks
            if block["type"] != "actions"
        ]
        return replace(self, blocks=kept)

    def prepend(self, above: "Rendered") -> "Rendered":
        """The same message below another; its own metadata stays."""
        return replace(self, text=words.lines([above.text, self.text]), blocks=[*above.blocks, *self.blocks])


def rendered(text: Sequence[str], shown: Sequence[blocks.Block | None]) -> Rendered:
    """A message of the lines and blocks that there are."""
    return Rendered(words.lines(text), [block for block in shown if block])


def metadata(reply: Reply) -> dict[str, Any]:
    """The reply's own JSON as Slack message metadata; without its data where that is more than metadata holds.

    Slack's types for metadata know no null, and in lists nothing but objects: a field that was emptied is "" there,
    an id on its own `{"id": …}`, and the reply as it is stands beside them as text, in `json`.
    """
    written = reply.json.encode(errors="replace")  # half a character is no text that Slack takes
    payload = json.loads(written)
    if payload.get("action") == "several":
        payload = {**payload, "data": [], "json": written.decode()}
    elif "data" in payload:
        flat = _flat(payload["data"])
        payload |= {"data": flat} if flat == payload["data"] else {"data": flat, "json": written.decode()}
    if len(json.dumps(payload, ensure_ascii=False).encode()) > METADATA_LIMIT:
        payload = {key: value for key, value in payload.items() if key not in ("data", "msg", "json")}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def _flat(data: Any) -> Any:
    """As Slack's types have it."""
    if isinstance(data, list):
        return [_flat(one if isinstance(one, dict) else {"id": one}) for one in data]
    return {name: "" if value is None else value for name, value in data.items()}
