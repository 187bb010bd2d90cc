"""Whoever makes a gesture, and what each gesture starts from."""

from bot.local.fakeslack.errors import GestureError, SlackError
from bot.local.fakeslack.payloads.interactions import RequestContext
from bot.local.fakeslack.platform import Platform
from bot.local.fakeslack.workspace.people import Channel, Json, User

DM = "dm"  # a person's direct messages with the bot


class Person:
    """The common ground of the gestures. Users and channels go by id or by name; `dm` is the person's own."""

    platform: Platform

    def _who(self, name: str) -> User:
        """Raises `GestureError` for somebody unknown or deactivated."""
        try:
            user = self.platform.workspace.user(name)
        except SlackError as error:
            raise GestureError(error.code, name) from None
        if user.deleted:
            raise GestureError("account_inactive", f"{user.name} is deactivated")
        return user

    def _where(self, user: User, channel: str, *, member: bool = False) -> Channel:
        """A channel that the person sees; with `member`, one that they are in. Raises `GestureError`."""
        workspace = self.platform.workspace
        try:
            if channel == DM:
                return workspace.dm(user.id)
            inside = member or user.is_restricted or user.is_stranger
            return workspace.inside(user.id, channel) if inside else workspace.seen_by(user.id, channel)
        except SlackError as error:
            raise GestureError(error.code, f"{user.name} in {channel}") from None

    def _message(self, user: User, channel: Channel, ts: str) -> Json:
        """A message that the person sees there, ephemeral ones to them included. Raises `GestureError`."""
        whispered = self.platform.workspace.ephemeral(ts)
        if whispered is not None and whispered["to"] == user.id and whispered["channel"] == channel.id:
            return whispered
        try:
            return self.platform.workspace.message(channel.id, ts)
        except SlackError as error:
            raise GestureError(error.code, ts) from None

    def _gesture(
        self, user: User, channel: Channel | None = None, message: Json | None = None, view: str = ""
    ) -> RequestContext:
        """With a response URL where it is made in a channel."""
        platform = self.platform
        url = ""
        if channel is not None:
            ts, thread = (message["ts"], message.get("thread_ts", "")) if message else ("", "")
            url = f"{platform.root}/respond/{platform.response_urls.issue(channel.id, user.id, ts, thread)}"
        return RequestContext(
            user, platform.workspace.team, platform.triggers.issue(user.id, view), platform.ids.ts(), url
        )
