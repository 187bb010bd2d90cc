"""What one person sees of the workspace. The page is sent nothing else for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.messages import Workspace
from bot.local.fakeslack.workspace.people import BOT_USER, Channel, Json, User

MAX_SHOWN = 400  # messages of a channel, including threads
_PARTS = ("user", "text", "blocks", "ts", "thread_ts", "reply_count", "reply_users", "latest_reply", "edited")
_MARKS = ("reactions", "subtype", "is_ephemeral", "bot_id")


def playable(user: User) -> bool:
    """Whether the page can act as that person."""
    return not user.is_bot and not user.deleted


def sees(user: User, channel: Channel) -> bool:
    """Whether the person sees the channel; guests and people from elsewhere see only those they are members of."""
    outsider = user.is_restricted or user.is_stranger
    return user.id in channel.members or (channel.kind == "public" and not outsider)


def about(user: User, workspace: Workspace) -> str:
    """A short description of the person's role."""
    where = ", ".join(
        f"#{one.name}" for one in workspace.channels.values() if user.id in one.members and one.kind != "im"
    )
    if user.is_stranger:
        return f"from another organisation, in {where}"
    if user.is_restricted:
        return f"guest in {where}"
    return "admin" if user.is_admin else "member"


def person(user: User, workspace: Workspace) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "bot": user.is_bot,
        "playable": playable(user),
        "stranger": user.is_stranger,
        "admin": user.is_admin,
        "about": "app" if user.is_bot else about(user, workspace),
    }


def place(channel: Channel, user: User) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "shared": channel.is_ext_shared,
        "joined": user.id in channel.members,
        "bot": BOT_USER in channel.members,
        "members": list(channel.members),
    }


def shown(message: Mapping[str, Any]) -> Json:
    """The parts of a message that the page draws."""
    files = [{"name": one.get("name", ""), "size": one.get("size", 0)} for one in message.get("files") or []]
    parts = {name: message[name] for name in (*_PARTS, *_MARKS) if name in message}
    return parts | ({"files": files} if files else {})


@dataclass
class Marks:
    """How far each person has read each channel. Kept on the server, so that switching people shows what is new."""

    read: dict[tuple[str, str], str] = field(default_factory=dict)

    def note(self, user: str, channel: str, ts: str) -> None:
        self.read[user, channel] = max(ts, self.read.get((user, channel), ""))

    def of(self, user: str) -> dict[str, str]:
        return {channel: ts for (who, channel), ts in self.read.items() if who == user}


class Projection:
    def __init__(self, slack: LocalSlack, marks: Marks) -> None:
        self._slack, self._marks = slack, marks

    def find_user(self, name: str) -> User:
        """The person with that id, or the first one."""
        everybody = [user for user in self._slack.workspace.users.values() if playable(user)]
        return next((user for user in everybody if user.id == name), everybody[0])

    def whole(self, user: User) -> Json:
        """Everything that the person sees now."""
        workspace = self._slack.workspace
        workspace.dm(user.id)
        return {
            "me": user.id,
            "team": workspace.team["name"],
            "people": [person(one, workspace) for one in workspace.users.values()],
            "channels": self.places(user),
            "messages": {one.id: self._messages(user, one) for one in self._visible(user)},
            "statuses": self._statuses(user),
            "reads": self._marks.of(user.id),
            **self.views(user),
        }

    def places(self, user: User) -> list[Json]:
        return [place(one, user) for one in self._visible(user)]

    def views(self, user: User) -> Json:
        modals = self._slack.platform.modals
        stack = modals.stack(user.id)
        return {"modal": stack[-1] if stack else None, "depth": len(stack), "home": modals.home(user.id)}

    def visible(self, user: User, channel: str) -> bool:
        known = self._slack.workspace.channels.get(channel)
        return known is not None and self._shows(user, known)

    def _visible(self, user: User) -> list[Channel]:
        return [one for one in self._slack.workspace.channels.values() if self._shows(user, one)]

    def _shows(self, user: User, channel: Channel) -> bool:
        if channel.kind == "im":  # people of other organisations have no DM with the app
            return user.id in channel.members and not user.is_stranger
        return sees(user, channel)

    def _messages(self, user: User, channel: Channel) -> list[Json]:
        workspace = self._slack.workspace
        posted = list(workspace.messages.get(channel.id, {}).values())[-MAX_SHOWN:]
        whispered = [
            one for one in workspace.ephemerals if (one["to"], one["channel"]) == (user.id, channel.id)
        ]
        return [shown(one) for one in (*posted, *whispered)]

    def _statuses(self, user: User) -> list[Json]:
        return [
            {"channel": channel, "thread": thread, "status": status}
            for (channel, thread), status in self._slack.workspace.statuses.items()
            if self.visible(user, channel)
        ]

    def status(self, channel: str, thread: str) -> Json:
        status = self._slack.workspace.statuses.get((channel, thread), "")
        return {"channel": channel, "thread": thread, "status": status}
