"""A message for Slack: its blocks, a text with the same content, and the reply as metadata for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.replies import Reply
from bot.views import blocks
from bot.views import text as words

EVENT_TYPE = "ticket_reply"
MARK = "sent"  # key of the sender's mark in the metadata of a message without blocks
# Slack limits metadata but states no figure; the largest list of tickets stays far below this.
METADATA_LIMIT = 8000  # bytes of JSON


@dataclass(frozen=True, slots=True)
class Rendered:
    """`text` has the same content as the blocks, for notifications and screen readers: at most 4,000 characters of
    mrkdwn."""

    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any] | None = None

    def payload(self) -> dict[str, Any]:
        """The arguments for `chat.postMessage`, `chat.update` and `chat.postEphemeral`."""
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
        """The same message with small print below it, such as a receipt. The notes are mrkdwn; empty ones are left out."""
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
        """The same message without buttons and menus."""
        kept = [
            {name: value for name, value in block.items() if name != "accessory"}
            for block in self.blocks
            if block["type"] != "actions"
        ]
        return replace(self, blocks=kept)

    def prepend(self, above: "Rendered") -> "Rendered":
        """`above` and this message in one, with the metadata of this one."""
        taken = {block["block_id"] for block in self.blocks}
        first = [
            {**block, "block_id": f"above.{block['block_id']}"} if block["block_id"] in taken else block
            for block in above.blocks
        ]
        return replace(self, text=words.lines([above.text, self.text]), blocks=[*first, *self.blocks])


def rendered(text: Sequence[str], shown: Sequence[blocks.Block | None]) -> Rendered:
    """A message of the given lines and blocks, without the empty ones."""
    return Rendered(words.lines(text), [block for block in shown if block])


def metadata(reply: Reply) -> dict[str, Any]:
    """The reply's JSON as Slack message metadata, without its data if that exceeds `METADATA_LIMIT`.

    Slack's metadata knows no null, and in lists only objects. So an emptied field becomes "", a plain id becomes
    `{"id": …}`, and `json` holds the unchanged reply as text.
    """
    written = reply.json.encode(errors="replace")  # Slack does not accept lone surrogates
    payload = json.loads(written)
    if payload.get("action") == "several":
        payload = {**payload, "data": [], "json": written.decode()}
    elif "data" in payload:
        flat = _to_slack_types(payload["data"])
        payload |= {"data": flat} if flat == payload["data"] else {"data": flat, "json": written.decode()}
    if len(json.dumps(payload, ensure_ascii=False).encode()) > METADATA_LIMIT:
        payload = {key: value for key, value in payload.items() if key not in ("data", "msg", "json")}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def _to_slack_types(data: Any) -> Any:
    """`data` in the types that Slack's metadata allows."""
    if isinstance(data, list):
        return [_to_slack_types(one if isinstance(one, dict) else {"id": one}) for one in data]
    return {name: "" if value is None else value for name, value in data.items()}
