"""The person behind a gesture, and what every gesture needs."""

from bot.local.fakeslack.errors import GestureError, SlackError
from bot.local.fakeslack.payloads.interactions import GestureContext
from bot.local.fakeslack.platform import Platform
from bot.local.fakeslack.workspace.people import Channel, Json, User

DM = "dm"  # stands for a person's DM with the bot


class Person:
    """Base class of the gestures. Users and channels are given by id or name; `dm` is the person's DM with the bot."""

    platform: Platform

    def _find_user(self, name: str) -> User:
        """Raises `GestureError` for an unknown or deactivated person."""
        try:
            user = self.platform.workspace.user(name)
        except SlackError as error:
            raise GestureError(error.code, name) from None
        if user.deleted:
            raise GestureError("account_inactive", f"{user.name} is deactivated")
        return user

    def _find_channel(self, user: User, channel: str, *, member: bool = False) -> Channel:
        """A channel that the person can see; with `member`, one they are in. Raises `GestureError`."""
        workspace = self.platform.workspace
        try:
            if channel == DM:
                return workspace.dm(user.id)
            inside = member or user.is_restricted or user.is_stranger
            return workspace.inside(user.id, channel) if inside else workspace.seen_by(user.id, channel)
        except SlackError as error:
            raise GestureError(error.code, f"{user.name} in {channel}") from None

    def _find_message(self, user: User, channel: Channel, ts: str) -> Json:
        """A message there that the person can see, possibly ephemeral. Raises `GestureError`."""
        whispered = self.platform.workspace.ephemeral(ts)
        if whispered is not None and whispered["to"] == user.id and whispered["channel"] == channel.id:
            return whispered
        try:
            return self.platform.workspace.message(channel.id, ts)
        except SlackError as error:
            raise GestureError(error.code, ts) from None

    def _gesture(
        self, user: User, channel: Channel | None = None, message: Json | None = None, view: str = ""
    ) -> GestureContext:
        """The context of a gesture, with a response URL if it is made in a channel."""
        platform = self.platform
        url = ""
        if channel is not None:
            ts, thread = (message["ts"], message.get("thread_ts", "")) if message else ("", "")
            url = f"{platform.root}/respond/{platform.response_urls.issue(channel.id, user.id, ts, thread)}"
        return GestureContext(
            user, platform.workspace.team, platform.triggers.issue(user.id, view), platform.ids.ts(), url
        )
