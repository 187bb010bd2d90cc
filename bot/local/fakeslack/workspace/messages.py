"""The workspace's state: people, channels, messages, reactions. Pure, apart from the injected ids.

Messages are Slack's JSON objects. Methods return the workspace's own objects unless they say "a copy".
"""

import copy
from collections.abc import Iterable
from typing import Any

from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.ids import Ids
from bot.local.fakeslack.workspace.people import (
    APP,
    BOT_ID,
    BOT_USER,
    TEAM,
    Channel,
    Json,
    User,
    sample_channels,
    sample_users,
)

TOMBSTONE = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT", "hidden": True}


class Workspace:
    def __init__(
        self, ids: Ids, users: Iterable[User] | None = None, channels: Iterable[Channel] | None = None
    ) -> None:
        self.ids = ids
        self.team: Json = {"id": TEAM, "domain": "local", "name": "Local Slack"}
        self.users = {user.id: user for user in (sample_users() if users is None else users)}
        self.channels = {one.id: one for one in (sample_channels() if channels is None else channels)}
        self.messages: dict[str, dict[str, Json]] = {}
        self._replies: dict[tuple[str, str], dict[str, Json]] = {}
        self.ephemerals: list[Json] = []
        self.statuses: dict[tuple[str, str], str] = {}
        self.files: dict[str, Json] = {}

    # people and places

    def user(self, name: str) -> User:
        """Find a person by id or name. Raises `user_not_found`."""
        found = self.users.get(name) or next(
            (one for one in self.users.values() if one.name == name.lower()), None
        )
        if found is None:
            raise SlackError("user_not_found")
        return found

    def user_id(self, name: str) -> str | None:
        return next((one.id for one in self.users.values() if one.name == name and not one.deleted), None)

    def user_name(self, identity: str) -> str | None:
        return self.users[identity].name if identity in self.users else None

    def channel(self, name: str) -> Channel:
        """Find a channel by id or by name, with or without `#`. Raises `channel_not_found`."""
        plain = name.removeprefix("#").lower()
        found = self.channels.get(name) or next(
            (one for one in self.channels.values() if one.name == plain and one.kind != "im"), None
        )
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def channel_id(self, name: str) -> str | None:
        return next((one.id for one in self.channels.values() if one.name == name and one.kind != "im"), None)

    def dm(self, user: str, other: str = BOT_USER) -> Channel:
        """The DM of two users, created if necessary. Raises `user_not_found`."""
        pair = {self.user(user).id, self.user(other).id}
        for channel in self.channels.values():
            if channel.kind == "im" and set(channel.members) == pair:
                return channel
        identity = self.ids.next("D")
        self.channels[identity] = Channel(identity, "", "im", sorted(pair))
        return self.channels[identity]

    def seen_by(self, user: str, name: str) -> Channel:
        """The channel, if `user` may know that it exists. Raises `channel_not_found`."""
        channel = self.channel(name)
        if channel.kind != "public" and user not in channel.members:
            raise SlackError("channel_not_found")
        return channel

    def inside(self, user: str, name: str) -> Channel:
        """The channel, if `user` is a member. Raises `channel_not_found` and `not_in_channel`."""
        channel = self.seen_by(user, name)
        if user not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    # messages

    def message(self, channel: str, ts: str) -> Json:
        """Raises `message_not_found`."""
        found = self.messages.get(channel, {}).get(ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def post(self, channel: str, author: User, text: str, **more: Any) -> Json:
        """Add a message. `more` are further fields of its JSON, such as `thread_ts`; None leaves a field out."""
        ts = self.ids.ts()
        message: Json = {"type": "message", "user": author.id, "text": text, "ts": ts, "team": author.team_id}
        if author.is_bot:
            message |= {
                "bot_id": author.bot_id,
                "app_id": author.app_id,
                "bot_profile": self._profile(author),
            }
        message |= {name: part for name, part in more.items() if part is not None}
        thread = message.get("thread_ts")
        if thread is not None:
            thread = str(self.message(channel, thread).get("thread_ts", thread))
            message |= {"thread_ts": thread, "parent_user_id": self.message(channel, thread)["user"]}
        self.messages.setdefault(channel, {})[ts] = message
        if thread is not None:
            self._replies.setdefault((channel, thread), {})[ts] = message
            self._count_replies(channel, thread)
        return message

    def put_back(self, channel: str, messages: Iterable[Json]) -> None:
        """Restore messages of an earlier run, oldest first."""
        for message in messages:
            ts, thread = str(message["ts"]), message.get("thread_ts")
            self.messages.setdefault(channel, {})[ts] = message
            if thread and thread != ts:
                self._replies.setdefault((channel, thread), {})[ts] = message

    def _profile(self, author: User) -> Json:
        return {
            "id": author.bot_id,
            "app_id": author.app_id,
            "name": author.real_name,
            "deleted": False,
            "updated": 1_600_000_000,
            "team_id": author.team_id,
        }

    def _count_replies(self, channel: str, thread: str) -> None:
        parent = self.messages[channel].get(thread)
        replies = self._replies.get((channel, thread))
        if parent is None:
            return
        if not replies:
            for part in ("thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply"):
                parent.pop(part, None)
            return
        users = list(dict.fromkeys(reply["user"] for reply in replies.values()))
        parent |= {"thread_ts": thread, "reply_count": len(replies), "latest_reply": max(replies)}
        parent |= {"reply_users": users, "reply_users_count": len(users)}

    def edit(self, channel: str, ts: str, editor: str, **parts: Any) -> Json:
        """Replace fields of a message. Returns a copy of the old message."""
        message = self.message(channel, ts)
        before = copy.deepcopy(message)
        message |= parts | {"edited": {"user": editor, "ts": self.ids.ts()}}
        return before

    def delete(self, channel: str, ts: str) -> Json:
        """Returns the message as it was. A message with replies is replaced by a tombstone."""
        message = self.message(channel, ts)
        if message.get("reply_count"):
            before = copy.deepcopy(message)
            for part in ("blocks", "metadata", "reactions", "bot_id", "app_id", "bot_profile", "edited"):
                message.pop(part, None)
            message |= TOMBSTONE
            return before
        del self.messages[channel][ts]
        thread = message.get("thread_ts")
        if thread is not None:
            self._replies.get((channel, thread), {}).pop(ts, None)
            self._count_replies(channel, thread)
        return message

    def thread(self, channel: str, ts: str) -> list[Json]:
        """The parent and its replies, oldest first. Raises `thread_not_found`."""
        posted = self.messages.get(channel, {})
        if ts not in posted:
            raise SlackError("thread_not_found")
        root = posted[ts].get("thread_ts", ts)
        parent = [posted[root]] if root in posted else []
        return [*parent, *self._replies.get((channel, root), {}).values()]

    def history(self, channel: str) -> list[Json]:
        """The messages in the channel, outside of threads, oldest first."""
        return [
            one
            for one in self.messages.get(channel, {}).values()
            if one.get("thread_ts", one["ts"]) == one["ts"] or one.get("subtype") == "thread_broadcast"
        ]

    # ephemeral messages

    def post_ephemeral(self, channel: str, user: str, text: str, **more: Any) -> Json:
        """A message of the bot that only `user` sees. No API method returns it."""
        message: Json = {
            "type": "message",
            "subtype": "bot_message",
            "channel": channel,
            "to": user,
            "user": BOT_USER,
            "bot_id": BOT_ID,
            "app_id": APP,
            "text": text,
            "ts": self.ids.ts(),
            "is_ephemeral": True,
        }
        message |= {name: part for name, part in more.items() if part is not None}
        self.ephemerals.append(message)
        return message

    def ephemeral(self, ts: str) -> Json | None:
        return next((one for one in self.ephemerals if one["ts"] == ts), None)

    # reactions

    def react(self, channel: str, ts: str, user: str, name: str) -> None:
        """Raises `already_reacted`."""
        reactions = self.message(channel, ts).setdefault("reactions", [])
        found = next((one for one in reactions if one["name"] == name), None)
        if found is None:
            reactions.append({"name": name, "users": [user], "count": 1})
        elif user in found["users"]:
            raise SlackError("already_reacted")
        else:
            found["users"].append(user)
            found["count"] += 1

    def unreact(self, channel: str, ts: str, user: str, name: str) -> None:
        """Raises `no_reaction`."""
        message = self.message(channel, ts)
        found = next((one for one in message.get("reactions", []) if one["name"] == name), None)
        if found is None or user not in found["users"]:
            raise SlackError("no_reaction")
        found["users"].remove(user)
        found["count"] -= 1
        message["reactions"] = [one for one in message["reactions"] if one["count"]]
