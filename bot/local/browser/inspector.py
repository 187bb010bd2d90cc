"""Inspector: for everything that a person did, what the parser made of it, the answer, and every call to Slack.

Slack does not say which call belongs to which gesture. The inspector matches them by trigger id, else by the message or
thread that the call names, else it takes the latest gesture.
"""

import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.local.browser.deliveries import Gesture, Spot, metadata_of, posted, read
from bot.local.fakeslack.delivery.envelope import Delivery
from bot.local.fakeslack.event_bus import WorkspaceEvent
from bot.local.fakeslack.platform import ApiCall
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import Json

MAX_ENTRIES = 200
_AS_WANTED = frozenset({"already_reacted", "no_reaction"})


@dataclass(frozen=True, slots=True)
class Noticed:
    """What the bot made of the message at `ts` in `channel`, or of the command with that `trigger`.

    `reply` is the compressed JSON.
    """

    channel: str
    ts: str
    trigger: str
    action: Json
    via: str
    tokens: int
    model: str
    command: str
    reply: str


@dataclass(slots=True)
class TimedCall:
    """A call, and the milliseconds it took."""

    call: ApiCall
    took: float

    @property
    def failed(self) -> bool:
        """False also if Slack says that a reaction is already there, or already gone: that is what was wanted."""
        return not self.call.ok and self.call.answer.get("error") not in _AS_WANTED


@dataclass(slots=True)
class Entry:
    number: int
    act: Gesture
    at: float
    deliveries: list[Delivery] = field(default_factory=list)
    calls: list[TimedCall] = field(default_factory=list)
    noticed: Noticed | None = None
    posted: set[Spot] = field(default_factory=set)

    def line(self) -> Json:
        """The summary that the panel shows of a collapsed entry."""
        return {
            "number": self.number,
            "kind": self.act.kind,
            "who": self.act.who,
            "channel": self.act.channel,
            "text": self.act.text,
            "at": self.at,
            "via": self.noticed.via if self.noticed else "",
            "tokens": self.noticed.tokens if self.noticed else 0,
            "model": self.noticed.model if self.noticed else "",
            "action": self.noticed.action.get("action", "") if self.noticed else "",
            "calls": len(self.calls),
            "failed": sum(made.failed for made in self.calls),
            "spots": [list(spot) for spot in (*self._said(), *sorted(self.posted))],
            "deliveries": [
                {
                    "kind": one.payload.get("event", one.payload).get("type", one.kind),
                    "outcomes": one.outcomes,
                }
                for one in self.deliveries
            ],
        }

    def _said(self) -> tuple[Spot, ...]:
        """The message that the entry is about, if any."""
        return self.act.spots[:1] if self.act.kind == "message" else ()

    def whole(self) -> Json:
        noticed = self.noticed
        carried_by = [metadata_of(made.call.args) for made in self.calls]
        first = next((one for one in carried_by if one is not None), None)
        reply = noticed.reply if noticed else json.dumps(first, ensure_ascii=False, separators=(",", ":"))
        return self.line() | {
            "parsed": {"action": noticed.action, "command": noticed.command} if noticed else None,
            "reply": reply if noticed or first is not None else "",
            "payloads": [one.payload for one in self.deliveries],
            "made": [
                {
                    "method": made.call.method,
                    "status": made.call.status,
                    "ok": made.call.ok,
                    "failed": made.failed,
                    "took": round(made.took, 1),
                    "args": made.call.args,
                    "answer": made.call.answer,
                }
                for made in self.calls
            ],
        }


class Inspector:
    """`changed` is called with every entry that is new or was updated."""

    def __init__(self, slack: LocalSlack, changed: Callable[[Entry], None]) -> None:
        self._slack, self._changed = slack, changed
        self._numbers = 0
        self._latest: Delivery | None = None
        self._begun: dict[str, deque[float]] = {}
        self.entries: dict[int, Entry] = {}

    def handle(self, event: WorkspaceEvent) -> None:
        """Follow everything that happens in the workspace."""
        self._take_new()
        if event.kind == "calling":
            waiting = self._begun.setdefault(event.data["method"], deque(maxlen=1000))
            waiting.append(time.perf_counter())
        elif event.kind in ("call", "response"):
            self._called(event.data["call"])
        elif event.kind == "delivery":
            delivery = event.data["delivery"]
            for entry in self.entries.values():
                if any(one is delivery for one in entry.deliveries):
                    self._changed(entry)

    def notice(self, noticed: Noticed) -> None:
        """Add what the bot made of a message or command to its entry. Ignored if there is none."""
        self._take_new()
        wanted = (
            f"gesture {noticed.trigger}" if noticed.trigger else f"message {noticed.channel} {noticed.ts}"
        )
        for entry in reversed(self.entries.values()):
            if entry.act.key == wanted:
                entry.noticed = noticed
                self._changed(entry)
                return

    def pending(self) -> int:
        """The number of calls without an answer."""
        return sum(map(len, self._begun.values()))

    def _take_new(self) -> None:
        fresh: list[Delivery] = []
        for delivery in reversed(self._slack.deliveries):
            if delivery is self._latest:
                break
            fresh.append(delivery)
        for delivery in reversed(fresh):
            self._take(delivery)
            self._latest = delivery

    def _take(self, delivery: Delivery) -> None:
        act = read(delivery, self._slack.workspace.user_name)
        if act is None:
            return
        entry = next((one for one in reversed(self.entries.values()) if one.act.key == act.key), None)
        if entry is None:
            self._numbers += 1
            act = act._replace(spots=act.spots or self._opened_at(delivery))
            entry = self.entries[self._numbers] = Entry(self._numbers, act, self._slack.platform.clock.time())
            if len(self.entries) > MAX_ENTRIES:
                del self.entries[next(iter(self.entries))]
        entry.deliveries.append(delivery)
        self._changed(entry)

    def _opened_at(self, delivery: Delivery) -> tuple[Spot, ...]:
        """Where the button was that opened the form in `delivery`."""
        view = (delivery.payload.get("view") or {}).get("id")
        for entry in reversed(self.entries.values()):
            shown = [made.call.answer.get("view") or {} for made in entry.calls]
            if view and any(one.get("id") == view for one in shown):
                return entry.act.spots
        return ()

    def _called(self, call: ApiCall) -> None:
        waiting = self._begun.get(call.method)
        begun = waiting.popleft() if waiting else time.perf_counter()
        entry = self._belonging(call.args)
        if entry is None:
            return
        entry.calls.append(TimedCall(call, 1000 * (time.perf_counter() - begun)))
        spot = posted(call.args, call.answer) if call.method.startswith("chat.post") else None
        if spot:
            entry.posted.add(spot)
        self._changed(entry)

    def _belonging(self, args: Json) -> Entry | None:
        newest = list(reversed(self.entries.values()))
        trigger = args.get("trigger_id")
        if trigger:
            return next((one for one in newest if one.act.trigger == trigger), None)
        channel = args.get("channel") or args.get("channel_id")
        stamps: list[Any] = [args.get("thread_ts"), args.get("timestamp"), args.get("ts")]
        spots = {(channel, stamp) for stamp in stamps if stamp}
        named = next((one for one in newest if not spots.isdisjoint(one.act.spots)), None)
        return named or (newest[0] if newest else None)
