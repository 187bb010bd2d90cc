"""Logs one line for each request: what it was, who made it, and its outcome. It never quotes people's messages."""

import json
import logging
from dataclasses import dataclass
from typing import Any

from bot.listeners.incoming.identity import REACTIONS, classify_event
from bot.pipeline import Answer

log = logging.getLogger(__name__)

MAX_IDS = 5  # tickets listed by id; for more than that, only their number is logged


@dataclass(slots=True)
class EventLine:
    """The fields of a request's log line, filled in while it is handled."""

    action: str = ""
    parser: str = ""
    tokens: int = 0
    outcome: str = ""
    ticket: str = ""

    def record_answer(self, answer: Answer) -> None:
        parsed, outcome = answer.parsed, answer.outcome
        self.action, self.parser, self.tokens = parsed.action.action, parsed.via, parsed.tokens
        self.outcome = outcome.reply.kind
        self.ticket = _format_ids([record.ticket.id for record in outcome.records])

    def write(
        self, body: dict[str, Any], bot: str, delivery: str, seconds: float, told: dict[str, Any] | None
    ) -> dict[str, Any] | None:
        """Log the line at INFO and return its fields; None for talk among people, which is not logged. `told` is what the
        listener returned, `seconds` how long it took."""
        surface = surface_of(body, bot)
        if not surface or (surface in ("thread", "reaction") and not delivery):
            return None
        self._read_reply(told)
        fields = {
            "delivery": delivery,
            "surface": surface,
            "who": _user_of(body),
            "action": self.action or _control_of(body),
            "ticket": self.ticket,
            "parser": self.parser,
            "tokens": self.tokens,
            "ms": round(seconds * 1000),
            "outcome": self.outcome or "done",
        }
        text = " ".join(f"{name}={value}" for name, value in fields.items() if value != "")
        log.info("%s", text, extra={"event": fields})
        return fields

    def _read_reply(self, told: dict[str, Any] | None) -> None:
        """Fill in what the pipeline did not, from the compressed JSON that the listener returned."""
        if self.outcome or not told or "json" not in told:
            return
        reply = json.loads(told["json"])
        self.outcome = str(reply.get("action") or reply["status"])
        data = reply.get("data")
        rows = data if isinstance(data, list) else [data]
        self.ticket = _format_ids(
            [str(row.get("id", "") if isinstance(row, dict) else row) for row in rows if row]
        )


def _format_ids(ids: list[str]) -> str:
    named = [one for one in ids if one]
    return ",".join(named) if len(named) <= MAX_IDS else f"{len(named)} tickets"


def surface_of(body: dict[str, Any], bot: str) -> str:
    """mention, dm, thread, reaction, home, slash, button, form or shortcut; "" for a message that is not for the bot."""
    if body.get("type") == "event_callback":
        event = body.get("event") or {}
        if event.get("type") in REACTIONS:
            return "reaction"
        return "home" if event.get("type") == "app_home_opened" else classify_event(event, bot) or ""
    if "command" in body:
        return "slash"
    return {"block_actions": "button", "view_submission": "form"}.get(str(body.get("type")), "shortcut")


def _user_of(body: dict[str, Any]) -> str:
    user = (body.get("event") or {}).get("user") or body.get("user_id") or body.get("user") or ""
    return str(user.get("id", "") if isinstance(user, dict) else user)


def _control_of(body: dict[str, Any]) -> str:
    """The id of the button, form or shortcut. A listener was found by it, so it is one of ours."""
    actions = body.get("actions")
    if actions:
        return str(actions[0].get("action_id", ""))
    return str((body.get("view") or {}).get("callback_id") or body.get("callback_id") or "")
