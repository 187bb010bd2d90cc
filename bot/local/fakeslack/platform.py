"""The core of the local Slack: its state, the operations that change it, and the events they cause."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.local.fakeslack.clock import Clock
from bot.local.fakeslack.delivery.dispatcher import Dispatcher
from bot.local.fakeslack.delivery.envelope import Delivery
from bot.local.fakeslack.delivery.socket import Sockets
from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.event_bus import EventBus
from bot.local.fakeslack.faults import Faults
from bot.local.fakeslack.ids import Ids
from bot.local.fakeslack.payloads import events
from bot.local.fakeslack.payloads.interactions import VERIFICATION_TOKEN
from bot.local.fakeslack.workspace.messages import Workspace
from bot.local.fakeslack.workspace.modals import Modals
from bot.local.fakeslack.workspace.people import APP, BOT_USER, TEAM, Channel, Json, User
from bot.local.fakeslack.workspace.triggers import ResponseUrls, Triggers

MAX_CALLS_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of the Web API, or one use of a response URL (`method` is then `response_url`).

    `answer` is {} if the connection was broken instead.
    """

    method: str
    args: Json
    answer: Json
    status: int
    at: float

    @property
    def ok(self) -> bool:
        return self.status == 200 and bool(self.answer.get("ok"))  # noqa: PLR2004  # HTTP's OK


@dataclass(slots=True)
class Settings:
    """How the app is configured at Slack.

    `pace`: allow at most one message per second in a channel. `mention_first`: send `app_mention` before `message`.
    """

    subscriptions: frozenset[str] = events.USUAL_EVENTS
    scopes: frozenset[str] | None = None  # None: every scope
    commands: frozenset[str] = frozenset({"/ticket"})
    should_escape: bool = False
    pace: bool = False
    mention_first: bool = False


@dataclass(slots=True)
class Platform:
    clock: Clock
    settings: Settings
    workspace: Workspace
    ids: Ids
    chance: random.Random
    root: str = ""  # http://127.0.0.1:PORT
    bus: EventBus = field(default_factory=EventBus)
    calls: list[ApiCall] = field(default_factory=list)
    faults: Faults = field(init=False)
    sockets: Sockets = field(init=False)
    dispatcher: Dispatcher = field(init=False)
    modals: Modals = field(init=False)
    triggers: Triggers = field(init=False)
    response_urls: ResponseUrls = field(init=False)
    _last_post: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.faults = Faults(self._apply_faults)
        self.sockets = Sockets(self.ids, self.faults, self.chance, lambda: self.bus.publish("socket"))
        self.dispatcher = Dispatcher(
            self.sockets, self.clock, lambda one: self.bus.publish("delivery", delivery=one)
        )
        self.modals = Modals(self.clock, self.ids)
        self.triggers = Triggers(self.clock, self.ids)
        self.response_urls = ResponseUrls(self.clock, self.ids)

    def _apply_faults(self) -> None:
        self.sockets.handle()
        self.bus.publish("socket")

    def record(self, call: ApiCall) -> None:
        if len(self.calls) >= MAX_CALLS_KEPT:
            del self.calls[: MAX_CALLS_KEPT // 2]
        self.calls.append(call)
        self.bus.publish("response" if call.method == "response_url" else "call", call=call)

    # events

    def emit(self, event: Json, channel: Channel | None = None) -> None:
        """Deliver an event to the app, if it is subscribed to it and in that channel."""
        if events.subscription(event) not in self.settings.subscriptions:
            return
        if channel is not None and BOT_USER not in channel.members:
            return
        user = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
        payload: Json = {
            "token": VERIFICATION_TOKEN,
            "team_id": TEAM,
            "context_team_id": TEAM,
            "context_enterprise_id": None,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": self.ids.next("Ev"),
            "event_time": int(self.clock.time()),
            "authorizations": [user | {"is_enterprise_install": False}],
            "is_ext_shared_channel": channel is not None and channel.is_ext_shared,
            "event_context": self.ids.token("event_context"),
        }
        self.dispatcher.post(Delivery("events_api", payload))

    # messages

    def post(self, channel: Channel, author: User, text: str, **more: Any) -> Json:
        thread = more.get("thread_ts")
        message = self.workspace.post(channel.id, author, text, **more)
        self.bus.publish("message", channel=channel.id, message=message)
        both = [events.posted(channel, message)]
        if channel.kind != "im" and events.mentions_bot(text) and author.id != BOT_USER:
            both.append(events.mentioned(channel, message))
        for event in reversed(both) if self.settings.mention_first else both:
            self.emit(event, channel)
        if thread is not None:
            parent = self.workspace.message(channel.id, message["thread_ts"])
            self.emit(events.changed(channel, parent, parent, self.ids.ts()), channel)
        return message

    def edit(self, channel: Channel, ts: str, editor: str, **parts: Any) -> Json:
        before = self.workspace.edit(channel.id, ts, editor, **parts)
        message = self.workspace.message(channel.id, ts)
        self.bus.publish("changed", channel=channel.id, message=message)
        self.emit(events.changed(channel, message, before, self.ids.ts()), channel)
        if channel.kind != "im" and editor != BOT_USER and events.mentions_bot(message["text"]):
            self.emit(events.mentioned(channel, message), channel)
        return message

    def unfurl(self, channel: Channel, ts: str, attachment: Json) -> Json:
        """Slack adds a link preview: `message_changed` with the same text."""
        message = self.workspace.message(channel.id, ts)
        before = dict(message)
        message["attachments"] = [*message.get("attachments", []), attachment]
        self.bus.publish("changed", channel=channel.id, message=message)
        self.emit(events.changed(channel, message, before, self.ids.ts()), channel)
        return message

    def delete(self, channel: Channel, ts: str) -> None:
        before = self.workspace.delete(channel.id, ts)
        self.bus.publish("deleted", channel=channel.id, message=before)
        left = self.workspace.messages[channel.id].get(ts)
        when = self.ids.ts()
        gone = events.changed(channel, left, before, when) if left else events.deleted(channel, before, when)
        self.emit(gone, channel)

    def post_ephemeral(self, channel: Channel, user: str, text: str, **more: Any) -> Json:
        message = self.workspace.post_ephemeral(channel.id, user, text, **more)
        self.bus.publish("ephemeral", channel=channel.id, message=message)
        return message

    def react(self, channel: Channel, ts: str, user: str, name: str, *, added: bool = True) -> None:
        change = self.workspace.react if added else self.workspace.unreact
        change(channel.id, ts, user, name)
        message = self.workspace.message(channel.id, ts)
        self.bus.publish("reaction", channel=channel.id, message=message)
        kind = "reaction_added" if added else "reaction_removed"
        self.emit(events.reacted(kind, user, name, (channel.id, message), self.ids.ts()), channel)

    def keep_pace(self, channel: str) -> None:
        """Raises `ratelimited` if pacing is on and this message comes too early."""
        now = self.clock.time()
        if self.settings.pace and now - self._last_post.get(channel, now - 1) < 1:
            raise SlackError("ratelimited")
        self._last_post[channel] = now


def build(
    clock: Clock,
    settings: Settings,
    users: Iterable[User] | None,
    channels: Iterable[Channel] | None,
    chance: random.Random,
) -> Platform:
    ids = Ids(clock)
    return Platform(clock, settings, Workspace(ids, users, channels), ids, chance)
