"""Who somebody is and where something is said, asked of Slack and remembered for a while."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.delivery.sender import RefusedError, Sender
from bot.policy import Person, Role, Room

T = TypeVar("T")

FRESH = 300.0  # seconds that an answer is believed


class Directory:
    def __init__(self, sender: Sender, team: str, admins: frozenset[str], clock: Callable[[], float]) -> None:
        self._sender, self._team, self._admins, self._clock = sender, team, admins, clock
        self._known: dict[str, tuple[float, Any]] = {}

    async def _remembered(self, key: str, find: Callable[[], Awaitable[T]]) -> T:
        known = self._known.get(key)
        if known and known[0] > self._clock():
            return known[1]  # type: ignore[no-any-return]  # what `find` returned for this key
        found = await find()
        self._known[key] = (self._clock() + FRESH, found)
        return found

    def forget(self) -> None:
        """Ask Slack again from now on."""
        self._known.clear()

    async def person(self, user: str) -> Person:
        return await self._remembered(f"person {user}", lambda: self._person(user))

    async def _person(self, user: str) -> Person:
        try:
            found = (await self._sender.call("users.info", user=user))["user"]
        except RefusedError:  # nobody that Slack knows
            return Person(user, Role.NOBODY)
        return Person(user, self._role(found), _name(found))

    def _role(self, user: dict[str, Any]) -> Role:
        if user.get("deleted") or user.get("is_bot") or user.get("id") == "USLACKBOT":
            return Role.NOBODY
        if _outside(user, self._team):
            return Role.GUEST
        return Role.ADMIN if user["id"] in self._admins else Role.ENGINEER

    async def room(self, channel: str) -> Room:
        room = await self._remembered(f"room {channel}", lambda: self._room(channel))
        if not room.joined:  # it may be invited at any moment
            self._known.pop(f"room {channel}", None)
        return room

    async def _room(self, channel: str) -> Room:
        try:
            found = (await self._sender.call("conversations.info", channel=channel))["channel"]
        except RefusedError:  # a private place that the bot is no member of
            return Room(channel, "private", outsiders=True, joined=False)
        if found.get("is_im"):
            return Room(channel, "dm")
        private = bool(found.get("is_private") or found.get("is_group") or found.get("is_mpim"))
        shared = bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared"))
        return Room(
            channel,
            "private" if private else "public",
            outsiders=shared or await self._has_outsiders(channel),
            joined=bool(found.get("is_member")),
        )

    async def is_in(self, channel: str, user: str) -> bool:
        """Whether they are a member of the channel, as far as Slack tells the bot."""
        try:
            return user in await self._members(channel)
        except RefusedError:
            return False

    async def _members(self, channel: str) -> frozenset[str]:
        async def find() -> frozenset[str]:
            return frozenset(await self._every("conversations.members", "members", channel=channel))

        return await self._remembered(f"members {channel}", find)

    async def _has_outsiders(self, channel: str) -> bool:
        """Whether any member is a guest or from elsewhere. True, to be safe, where Slack does not say who they are."""
        try:
            members = await self._members(channel)
            outsiders = await self._remembered("outsiders", self._outsiders)
        except RefusedError:
            return True
        return not outsiders.isdisjoint(members)

    async def _outsiders(self) -> frozenset[str]:
        users = await self._every("users.list", "members")
        return frozenset(user["id"] for user in users if _outside(user, self._team))

    async def _every(self, method: str, field: str, **payload: Any) -> list[Any]:
        found: list[Any] = []
        cursor = ""
        while True:
            at = {"cursor": cursor} if cursor else {}
            page = await self._sender.call(method, None, **payload, limit=200, **at)
            found += page[field]
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return found


def _outside(user: dict[str, Any], team: str) -> bool:
    elsewhere = bool(user.get("team_id")) and user.get("team_id") != team
    restricted = user.get("is_restricted") or user.get("is_ultra_restricted")
    return bool(user.get("is_stranger") or restricted or elsewhere)


def _name(user: dict[str, Any]) -> str:
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or user.get("real_name") or user.get("name") or user["id"])
