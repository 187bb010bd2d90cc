"""State shared by all open pages: the workspace, its outages, the inspector, and the page on which each form is open."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from bot.local.browser.inspector import Entry, Inspector, Noticed
from bot.local.browser.origin_check import Guard
from bot.local.browser.outages import ModelSwitch, Outages
from bot.local.browser.projection import Marks, Projection, shown
from bot.local.browser.requests import ModelState, SlackState
from bot.local.fakeslack.errors import GestureError
from bot.local.fakeslack.event_bus import WorkspaceEvent
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import Json, User


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page shows of the app: its slash command, its shortcuts (name and callback id), and suggested messages.
    `examples` are completions, `replies` are for threads of the bot's messages, `first` are whole messages to try in an
    empty channel. `note` is shown above everything; "" for nothing."""

    command: str
    about: str
    examples: tuple[tuple[str, str], ...] = ()  # what it does, and the command
    replies: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    global_shortcut: tuple[str, str] = ("", "")
    message_shortcut: tuple[str, str] = ("", "")
    note: str = ""

    def shown(self) -> Json:
        return {
            "command": self.command,
            "about": self.about,
            "examples": [{"does": does, "words": words} for does, words in self.examples],
            "replies": list(self.replies),
            "first": list(self.first),
            "shortcut": {"name": self.global_shortcut[0], "callback": self.global_shortcut[1]},
            "on_message": {"name": self.message_shortcut[0], "callback": self.message_shortcut[1]},
            "note": self.note,
        }


class Visitor(Protocol):
    user: User

    def handle(self, event: WorkspaceEvent) -> None: ...
    def tell(self, frame: Json) -> None: ...


class Hub:
    def __init__(self, slack: LocalSlack, guard: Guard, offer: Offer, model: ModelSwitch) -> None:
        self.slack, self.guard, self.offer = slack, guard, offer
        self.marks = Marks()
        self.projection = Projection(slack, self.marks)
        self.outages = Outages(slack.faults, model)
        self.inspector = Inspector(slack, self._entry_changed)
        self.samples: Callable[[], Coroutine[Any, Any, None]] | None = None
        self._loading: asyncio.Task[None] | None = None
        self._visitors: list[Visitor] = []
        self._acting: dict[str, Visitor] = {}  # by user: the page of their latest gesture
        self._forms: dict[str, Visitor] = {}  # by user: the page on which their form was opened
        self._unwatch = slack.watch(self._handle)

    def close(self) -> None:
        self._unwatch()
        if self._loading is not None:
            self._loading.cancel()

    def enter(self, visitor: Visitor) -> Callable[[], None]:
        """Register a page. Call the result when it leaves."""
        if not any(one.user.id == visitor.user.id for one in self._visitors):
            self._close_form(visitor.user)  # left open by a page that is gone
        self._visitors.append(visitor)

        def leave() -> None:
            self._visitors.remove(visitor)
            self.abandon(visitor)

        return leave

    # forms: as in Slack, a form is open only on the page that opened it, and closes with that page

    def acting(self, visitor: Visitor) -> None:
        """A form that opens from now on belongs to this page."""
        self._acting[visitor.user.id] = visitor

    def abandon(self, visitor: Visitor) -> None:
        """The page was closed, or acts as another person now."""
        if self._acting.get(visitor.user.id) is visitor:
            del self._acting[visitor.user.id]
        if self._forms.get(visitor.user.id) is visitor:
            self._close_form(visitor.user)

    def _close_form(self, user: User) -> None:
        if self.slack.platform.modals.clear(user.id):
            self.slack.platform.bus.publish("modal", user=user.id, view=None)

    def _place_form(self, user: str) -> None:
        """Call after the forms of `user` have changed."""
        if not self.slack.platform.modals.stack(user):
            self._forms.pop(user, None)
        elif user not in self._forms and user in self._acting:
            self._forms[user] = self._acting[user]

    def _views(self, visitor: Visitor) -> Json:
        elsewhere = self._forms.get(visitor.user.id, visitor) is not visitor
        return self.projection.views(visitor.user) | ({"modal": None, "depth": 0} if elsewhere else {})

    # samples

    async def load_samples(self) -> None:
        """Load the samples, once and only into an empty workspace. Raises `GestureError`: `not_empty`."""
        if self.samples is None or self.loading or any(self.slack.workspace.messages.values()):
            raise GestureError("not_empty")
        self._loading = asyncio.create_task(self.samples())
        await asyncio.shield(self._loading)  # loading continues even if the page is closed

    @property
    def loading(self) -> bool:
        return self._loading is not None and not self._loading.done()

    def notice(self, noticed: Noticed) -> None:
        self.inspector.notice(noticed)

    def read_until(self, at: float) -> None:
        """Mark everything before `at` (seconds since 1970) as read by everybody."""
        for channel in self.slack.workspace.channels.values():
            for user in channel.members:
                self.marks.note(user, channel.id, f"{int(at)}.000000")

    def whole(self, visitor: Visitor) -> Json:
        """Everything that a page needs at first."""
        return {
            **self.projection.whole(visitor.user),
            **self._views(visitor),
            "offer": self.offer.shown(),
            "samples": self.samples is not None,
            "outages": self.outages.shown(),
            "entries": [entry.line() for entry in self.inspector.entries.values()],
        }

    def entry(self, number: int) -> Json | None:
        entry = self.inspector.entries.get(number)
        return entry.whole() if entry else None

    def set_outages(self, slack: SlackState | None, model: ModelState | None) -> None:
        self.outages.set(slack, model)
        self._tell_all({"push": "outages", **self.outages.shown()})

    def _handle(self, event: WorkspaceEvent) -> None:
        before = self.inspector.pending()
        self.inspector.handle(event)
        if self.inspector.pending() != before:
            self._tell_all({"push": "pending", "calls": self.inspector.pending()})
        if event.kind == "modal":
            self._place_form(event.data["user"])
        for visitor in list(self._visitors):
            visitor.handle(event)

    def _entry_changed(self, entry: Entry) -> None:
        self._tell_all({"push": "entry", "entry": entry.line()})

    def _tell_all(self, frame: Json) -> None:
        for visitor in list(self._visitors):
            visitor.tell(frame)

    def frame(self, visitor: Visitor, event: WorkspaceEvent) -> Json | None:
        """What to send to a page about a change; None if its person does not see it."""
        user, data = visitor.user, event.data
        match event.kind:
            case "message" | "changed" | "reaction" | "ephemeral" | "deleted":
                return self._about_message(user, event.kind, data["channel"], data["message"])
            case "modal" | "home" if data["user"] == user.id:
                return {"push": "views", **self._views(visitor)}
            case "member":
                return {"push": "channels", "channels": self.projection.places(user)}
            case "status" if self.projection.visible(user, data["channel"]):
                return {"push": "status", **self.projection.status(data["channel"], data["thread"])}
            case "socket":
                return {"push": "sockets", "open": self.slack.sockets}
        return None

    def _about_message(self, user: User, kind: str, channel: str, message: Json) -> Json | None:
        if not self.projection.visible(user, channel) or message.get("to", user.id) != user.id:
            return None
        left = self.slack.workspace.messages.get(channel, {}).get(message["ts"])
        if kind == "deleted" and left is None:
            return {"push": "deleted", "channel": channel, "ts": message["ts"]}
        frame = {"push": "message", "channel": channel, "message": shown(left or message)}
        thread = message.get("thread_ts")
        if thread and thread != message["ts"]:  # the parent's reply count has changed, too
            parent = self.slack.workspace.messages.get(channel, {}).get(thread)
            return frame | ({"parent": shown(parent)} if parent else {})
        return frame
