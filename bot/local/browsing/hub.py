"""What all pages that are open share: the workspace, its weather, the look inside, and who is here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bot.local.browsing.inside import Entry, Inside, Noticed
from bot.local.browsing.origin_check import Guard
from bot.local.browsing.outages import ModelSwitch, Weather
from bot.local.browsing.projection import Marks, Sight, shown
from bot.local.browsing.requests import ModelWeather, SlackWeather
from bot.local.event_bus import Happening
from bot.local.people import Json, User
from bot.local.server import LocalSlack


@dataclass(frozen=True, slots=True)
class Offer:
    """What the app under trial has to offer in Slack: its slash command, its shortcuts (name and callback id), and
    what one could say. `examples` are of the bot, `replies` for the threads of what it posted; `note` is shown above
    everything, "" for nothing."""

    command: str
    about: str
    examples: tuple[tuple[str, str], ...] = ()  # what it does, and the words
    replies: tuple[str, ...] = ()
    global_shortcut: tuple[str, str] = ("", "")
    message_shortcut: tuple[str, str] = ("", "")
    note: str = ""

    def shown(self) -> Json:
        return {
            "command": self.command,
            "about": self.about,
            "examples": [{"does": does, "words": words} for does, words in self.examples],
            "replies": list(self.replies),
            "shortcut": {"name": self.global_shortcut[0], "callback": self.global_shortcut[1]},
            "on_message": {"name": self.message_shortcut[0], "callback": self.message_shortcut[1]},
            "note": self.note,
        }


class Visitor(Protocol):
    user: User

    def heed(self, happening: Happening) -> None: ...
    def tell(self, frame: Json) -> None: ...


class Room:
    def __init__(self, slack: LocalSlack, guard: Guard, offer: Offer, model: ModelSwitch) -> None:
        self.slack, self.guard, self.offer = slack, guard, offer
        self.marks = Marks()
        self.sight = Sight(slack, self.marks)
        self.weather = Weather(slack.faults, model)
        self.inside = Inside(slack, self._entry_changed)
        self._visitors: list[Visitor] = []
        self._unwatch = slack.watch(self._heed)

    def close(self) -> None:
        self._unwatch()

    def enter(self, visitor: Visitor) -> Callable[[], None]:
        self._visitors.append(visitor)
        return lambda: self._visitors.remove(visitor)

    def notice(self, noticed: Noticed) -> None:
        self.inside.notice(noticed)

    def read_until(self, at: float) -> None:
        """Everybody has read what was said before `at`, in seconds since 1970."""
        for channel in self.slack.workspace.channels.values():
            for user in channel.members:
                self.marks.note(user, channel.id, f"{int(at)}.000000")

    def whole(self, user: User) -> Json:
        """Everything that a page begins with."""
        return {
            **self.sight.whole(user),
            "offer": self.offer.shown(),
            "weather": self.weather.shown(),
            "entries": [entry.line() for entry in self.inside.entries.values()],
        }

    def entry(self, number: int) -> Json | None:
        entry = self.inside.entries.get(number)
        return entry.whole() if entry else None

    def set_weather(self, slack: SlackWeather | None, model: ModelWeather | None) -> None:
        self.weather.set(slack, model)
        self._tell_all({"push": "weather", **self.weather.shown()})

    def _heed(self, happening: Happening) -> None:
        before = self.inside.pending()
        self.inside.heed(happening)
        if self.inside.pending() != before:
            self._tell_all({"push": "pending", "calls": self.inside.pending()})
        for visitor in list(self._visitors):
            visitor.heed(happening)

    def _entry_changed(self, entry: Entry) -> None:
        self._tell_all({"push": "entry", "entry": entry.line()})

    def _tell_all(self, frame: Json) -> None:
        for visitor in list(self._visitors):
            visitor.tell(frame)

    def frame(self, user: User, happening: Happening) -> Json | None:
        """What a page that belongs to `user` is told of a happening; None for what they do not see."""
        data: dict[str, Any] = happening.data
        match happening.kind:
            case "message" | "changed" | "reaction" | "ephemeral" | "deleted":
                return self._about_message(user, happening.kind, data["channel"], data["message"])
            case "modal" | "home" if data["user"] == user.id:
                return {"push": "views", **self.sight.views(user)}
            case "member":
                return {"push": "channels", "channels": self.sight.places(user)}
            case "status" if self.sight.visible(user, data["channel"]):
                return {"push": "status", **self.sight.status(data["channel"], data["thread"])}
            case "socket":
                return {"push": "sockets", "open": self.slack.sockets}
        return None

    def _about_message(self, user: User, kind: str, channel: str, message: Json) -> Json | None:
        if not self.sight.visible(user, channel) or message.get("to", user.id) != user.id:
            return None
        left = self.slack.workspace.messages.get(channel, {}).get(message["ts"])
        if kind == "deleted" and left is None:
            return {"push": "deleted", "channel": channel, "ts": message["ts"]}
        frame = {"push": "message", "channel": channel, "message": shown(left or message)}
        thread = message.get("thread_ts")
        if thread and thread != message["ts"]:  # whose summary has changed with it
            parent = self.slack.workspace.messages.get(channel, {}).get(thread)
            return frame | ({"parent": shown(parent)} if parent else {})
        return frame
