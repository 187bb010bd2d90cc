"""Writing, editing, deleting, reacting, joining and leaving; slash commands."""

from typing import Any, Literal

from bot.local.fakeslack.blockkit.check import what_is_wrong
from bot.local.fakeslack.delivery.envelope import Delivery
from bot.local.fakeslack.errors import GestureError, SlackError
from bot.local.fakeslack.gestures.person import Person
from bot.local.fakeslack.payloads import escaping, events, interactions
from bot.local.fakeslack.webapi.respond import check_parts, say
from bot.local.fakeslack.workspace.people import BOT, Json

MAX_TYPED = 12_000


class Talking(Person):
    def _wire(self, typed: str) -> str:
        workspace = self.platform.workspace
        return escaping.to_wire(typed, workspace.user_id, workspace.channel_id)

    async def say(
        self,
        user: str,
        channel: str,
        text: str,
        thread: str | None = None,
        *,
        raw: bool = False,
        client_msg_id: str = "",
    ) -> str:
        """Post `text` as a person types it (`@tickets …`, `a < b`) and deliver its events. Returns its ts.

        With `raw`, the text is in the form that Slack delivers (`<@U0TICKETS> …`, `a &lt; b`). Raises `GestureError`.
        """
        who = self._find_user(user)
        where = self._find_channel(who, channel, member=True)
        if not text.strip() or len(text) > MAX_TYPED:
            raise GestureError("no_text" if not text.strip() else "msg_too_long")
        wire = text if raw else self._wire(text)
        more: Json = {
            "thread_ts": thread,
            "blocks": [escaping.to_rich_text(wire, self.platform.ids.token("block")[:5])],
        }
        if not who.is_bot:
            more["client_msg_id"] = client_msg_id or self.platform.ids.uuid("client_msg")
        try:
            message = self.platform.post(where, who, wire, **more)
        except SlackError as error:
            raise GestureError(error.code, str(thread)) from None
        return str(message["ts"])

    async def edit(self, user: str, channel: str, ts: str, text: str, *, raw: bool = False) -> None:
        """A person edits their own message. Raises `GestureError`."""
        who = self._find_user(user)
        where = self._find_channel(who, channel, member=True)
        if self._find_message(who, where, ts)["user"] != who.id:
            raise GestureError("cant_update_message")
        wire = text if raw else self._wire(text)
        block = escaping.to_rich_text(wire, self.platform.ids.token("block")[:5])
        self.platform.edit(where, ts, who.id, text=wire, blocks=[block])

    async def remove(self, user: str, channel: str, ts: str) -> None:
        """A person deletes their own message; an admin, anybody's. Raises `GestureError`."""
        who = self._find_user(user)
        where = self._find_channel(who, channel, member=True)
        message = self._find_message(who, where, ts)
        if message.get("is_ephemeral"):
            self.platform.workspace.ephemerals.remove(message)
            self.platform.bus.publish("deleted", channel=where.id, message=message)
            return
        if message["user"] != who.id and not who.is_admin:
            raise GestureError("cant_delete_message")
        self.platform.delete(where, ts)

    async def react(self, user: str, channel: str, ts: str, name: str, *, added: bool = True) -> None:
        who = self._find_user(user)
        where = self._find_channel(who, channel, member=True)
        try:
            self.platform.react(where, ts, who.id, name, added=added)
        except SlackError as error:
            raise GestureError(error.code, name) from None

    async def unfurl(self, channel: str, ts: str) -> None:
        """Slack adds a link preview to a message: a `message_changed` with the same text."""
        where = self.platform.workspace.channel(channel)
        self.platform.unfurl(
            where, ts, {"id": 1, "fallback": "a preview", "from_url": "https://example.com/"}
        )

    async def invite(self, user: str, channel: str, by: str = "") -> None:
        """Add somebody, or the bot, to a channel."""
        member, where = self.platform.workspace.user(user), self.platform.workspace.channel(channel)
        if member.id in where.members:
            raise GestureError("already_in_channel", f"{member.name} in {where.name}")
        where.members.append(member.id)
        inviter = self.platform.workspace.user(by).id if by else ""
        self._moved("member_joined_channel", where.id, member.id, inviter)

    async def kick(self, user: str, channel: str) -> None:
        member, where = self.platform.workspace.user(user), self.platform.workspace.channel(channel)
        if member.id not in where.members:
            raise GestureError("not_in_channel", f"{member.name} in {where.name}")
        self._moved("member_left_channel", where.id, member.id, "")
        where.members.remove(member.id)
        self.platform.bus.publish("member", channel=where.id, user=member.id)

    async def archive(self, user: str, channel: str) -> None:
        self._set_archived("archive", user, channel)

    async def unarchive(self, user: str, channel: str) -> None:
        self._set_archived("unarchive", user, channel)

    def _set_archived(self, kind: Literal["archive", "unarchive"], user: str, channel: str) -> None:
        who = self._find_user(user)
        where = self._find_channel(who, channel, member=True)
        if where.is_archived == (kind == "archive"):
            raise GestureError("already_archived" if where.is_archived else "not_archived", where.name)
        where.is_archived = kind == "archive"
        self.platform.emit(events.archived(kind, where, who.id, self.platform.ids.ts()), where)

    def _moved(self, kind: str, channel: str, user: str, inviter: str) -> None:
        where = self.platform.workspace.channels[channel]
        self.platform.bus.publish("member", channel=channel, user=user)
        self.platform.emit(events.membership(kind, where, user, inviter, self.platform.ids.ts()), where)

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Json | None:
        """Type a slash command. Returns the message that the app answered with at once; None if it was empty.

        Works in channels that the bot is not in, but not in threads, nor for people of other organisations.
        Raises `GestureError`: `unknown_command`, `operation_timeout`, `dispatch_failed`, `invalid_command_response`.
        """
        who = self._find_user(user)
        where = self._find_channel(who, channel)
        settings = self.platform.settings
        if command not in settings.commands:
            raise GestureError("unknown_command", f"{command} is not a valid command.")
        if who.is_stranger:
            told = (
                f"{command} is not a command in your organisation. Mention @{BOT.name} in a message instead."
            )
            raise GestureError("unknown_command", told)
        gesture = self._gesture(who, where)
        form = interactions.command(gesture, where, command, self._command_text(text.strip()))
        answer = await self.platform.dispatcher.ask(Delivery("slash_commands", form))
        return self._show_response(answer, who.id, where.id)

    def _command_text(self, typed: str) -> str:
        if not self.platform.settings.should_escape:
            return escaping.escape(typed)
        workspace = self.platform.workspace
        return escaping.to_wire(typed, workspace.user_id, workspace.channel_id, labels=True)

    def _show_response(self, answer: Any, user: str, channel: str) -> Json | None:
        """Show the app's acknowledgement of a command. Raises `GestureError`."""
        body = {"text": answer} if isinstance(answer, str) else answer
        if not body or body == {"text": ""}:
            return None
        if not isinstance(body, dict):
            raise GestureError("invalid_command_response", str(type(body)))
        if wrong := what_is_wrong(body["blocks"]) if body.get("blocks") is not None else []:
            raise GestureError("invalid_command_response", "; ".join(wrong))
        try:
            parts = check_parts(self.platform, body)
        except SlackError as error:
            raise GestureError("invalid_command_response", error.code) from None
        in_channel = body.get("response_type") == "in_channel"
        return say(
            self.platform, self.platform.workspace.channels[channel], user, parts, in_channel=in_channel
        )
