"""Who somebody is and who reads along: asked of Slack, remembered, and forgotten when Slack's events say so."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from bot.delivery.errors import MissingScopeError, RefusedError
from bot.delivery.recent import Recent
from bot.delivery.sender import Sender
from bot.delivery.web_api import Options
from bot.directory.announcements import Announcements
from bot.directory.events import read_event
from bot.directory.facts import is_outside, name_of, role_of
from bot.directory.listing import Listing
from bot.directory.memory import FRESH, Memory
from bot.directory.people import People
from bot.policy import Person, Role, Room
from store.models.tickets import Json
from store.protocol import TicketStore

log = logging.getLogger(__name__)

FRESH_ENOUGH = 10.0  # seconds, for what cannot easily be taken back
MOST = 5000  # people and places that are remembered
MOST_ROOMS = 1000  # of which it is remembered whether outsiders read along
MOST_NAMES = 10  # people whose names are asked of Slack for one answer
PAGE = 1000  # members; the most that Slack gives at once
_EVERYBODY = "people"  # announced when they were listed anew
_NO_SUCH_USER = frozenset({"user_not_found", "users_not_found", "invalid_user_id"})


class Directory:
    """`team` is the workspace's id; `clock` is in seconds, monotonic, and `now` in seconds since 1970.

    `owner` names this process. `max_age` says of what age, in seconds, an answer may be at most.
    """

    def __init__(
        self,
        sender: Sender,
        store: TicketStore,
        team: str,
        admins: frozenset[str],
        *,
        bot: str,
        clock: Callable[[], float],
        now: Callable[[], float],
        owner: str = "this",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sender, self._team, self._admins, self._bot, self._sleep = sender, team, admins, bot, sleep
        self._others = Announcements(store, self._heard_of)
        self._memory = Memory(clock, MOST, self._others.catch_up)
        # Whether there may be outsiders among these members, by channel.
        self._guarded: Recent[str, tuple[frozenset[str], bool]] = Recent(MOST_ROOMS)
        self._changes = 0  # of what is known of people
        self.people = People(store, now, self._people_changed)
        listed = functools.partial(self._others.announce, _EVERYBODY)
        self._listing = Listing(sender, self.people, store, owner=owner, now=now, sleep=sleep, listed=listed)

    def _people_changed(self) -> None:
        self._guarded.clear()
        self._changes += 1

    # what Slack's events say

    def heard(self) -> None:
        """Events arrive, or would: a socket is alive."""
        self._memory.heard()

    async def observe(self, event: Json) -> None:
        """Take an event into account, whatever it is."""
        self.heard()
        news = read_event(event)
        if news is None:
            return
        if news.refused:
            self._sender.outage.begin(news.refused)
        if news.user:
            name = f"person {news.user['id']}"
            self._memory.forget(name)
            await self.people.learn([news.user])
            await self.people.write()  # before the others look
            await self._others.announce(name)
        if news.channel:
            self._forget_place(news.channel, news.joined, news.left)
            await self._others.announce(f"room {news.channel}")

    def _heard_of(self, names: Iterable[str] | None) -> None:
        """Another process has heard that these are not as they were."""
        if names is None:
            self.forget()
            return
        for name in names:
            kind, _, what = name.partition(" ")
            if kind == "room":
                self.forget_room(what)
                continue
            self._memory.forget(name)
            self._people_changed()

    def _forget_place(self, channel: str, joined: str, left: str) -> None:
        if (joined or left) and self._bot not in (joined, left):
            came, went = frozenset({joined} - {""}), frozenset({left} - {""})
            self._memory.replace(f"members {channel}", lambda members: _moved(members, came, went))
        else:
            self.forget_room(channel)

    def forget_room(self, channel: str) -> None:
        """Slack has said that it is not as it was."""
        self._memory.forget(f"room {channel}", f"members {channel}")

    def forget(self) -> None:
        """Ask Slack again from now on."""
        self._memory.clear()
        self._guarded.clear()

    # people

    async def person(self, user: str, max_age: float = FRESH) -> Person:
        """Raises `RefusedError` where Slack does not say who they are, such as `MissingScopeError`."""
        found: Person = await self._memory.ask(f"person {user}", lambda: self._person(user), max_age)
        return found

    async def _person(self, user: str) -> Person:
        try:
            answer = await self._sender.call("users.info", Options(wants=("user",)), user=user)
        except RefusedError as error:
            if error.code == "user_not_visible":  # of another organisation, and not seen from here
                return Person(user, Role.GUEST)
            if error.code in _NO_SUCH_USER:
                return Person(user, Role.NOBODY)
            raise
        await self.people.learn([answer["user"]])
        facts = (await self.people.facts([user]))[user]
        return Person(user, role_of(user, facts, self._team, self._admins), name_of(user, facts))

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """What they are called. Slack is asked of a few who are not known; the others are left out."""
        wanted = sorted({*users} - {""})
        asked = {one: self._memory.known(f"person {one}") for one in wanted}
        found = {one: person.name for one, person in asked.items() if person and person.name}
        if left := [one for one in wanted if one not in found]:
            found |= {one: name_of(one, facts) for one, facts in (await self.people.facts(left)).items()}
        for one in [one for one in wanted if one not in found][:MOST_NAMES]:
            try:
                found[one] = (await self.person(one)).name
            except RefusedError as error:
                log.info("Nobody knows what %s is called: %s", one, error.code)
        return {one: name for one, name in found.items() if name}

    # places

    async def room(self, channel: str, max_age: float = FRESH) -> Room:
        """Where Slack does not say who can read along, outsiders are taken to. Raises `MissingScopeError`."""
        found: Json | None = await self._memory.ask(f"room {channel}", lambda: self._info(channel), max_age)
        if found is None:  # a private place that the bot is no member of
            self._memory.forget(f"room {channel}")
            return Room(channel, "private", outsiders=True, joined=False)
        if found.get("is_im"):
            return Room(channel, "dm")
        joined = bool(found.get("is_member"))
        outsiders = _is_shared(found) or await self._has_outsiders(channel, max_age)
        if not joined:  # it may be invited at any moment, and hears nothing of what changes there
            self.forget_room(channel)
        private = found.get("is_private") or found.get("is_group") or found.get("is_mpim")
        return Room(channel, "private" if private else "public", outsiders=outsiders, joined=joined)

    async def channel_names(self, channels: Iterable[str]) -> dict[str, str]:
        """What public channels are called; the others, and those that Slack does not speak of, are left out."""
        found = {}
        for channel in sorted(channels)[:MOST_NAMES]:
            info: Json | None = await self._memory.ask(
                f"room {channel}", functools.partial(self._info, channel), FRESH
            )
            if info and info.get("is_channel") and not info.get("is_private"):
                found[channel] = str(info.get("name") or "")
        return found

    async def _info(self, channel: str) -> Json | None:
        try:
            answer = await self._sender.call(
                "conversations.info", Options(wants=("channel",)), channel=channel
            )
        except MissingScopeError:
            raise
        except RefusedError:
            return None
        return dict(answer["channel"])

    async def is_in(self, channel: str, user: str, max_age: float = FRESH) -> bool:
        """Whether they are a member of the channel, as far as Slack tells the bot. Raises `MissingScopeError`."""
        members = await self._members(channel, max_age)
        if members is None or self._bot not in members:
            self._memory.forget(f"members {channel}")  # nothing tells when that changes
        return members is not None and user in members

    async def _members(
        self, channel: str, max_age: float, *, caught_up: bool = False
    ) -> frozenset[str] | None:
        """None where Slack does not say."""
        found: frozenset[str] | None = await self._memory.ask(
            f"members {channel}", lambda: self._list_members(channel), max_age, caught_up=caught_up
        )
        return found

    async def _list_members(self, channel: str) -> frozenset[str] | None:
        found: set[str] = set()
        cursor: dict[str, Any] = {}
        try:
            while True:
                page = await self._sender.call(
                    "conversations.members",
                    Options(wants=("members",)),
                    channel=channel,
                    limit=PAGE,
                    **cursor,
                )
                found.update(map(str, page["members"]))
                following = (page.get("response_metadata") or {}).get("next_cursor")
                if not following:
                    return frozenset(found)
                if cursor.get("cursor") == following:  # the same page for ever
                    return None
                cursor = {"cursor": following}
        except MissingScopeError:
            raise
        except RefusedError:
            return None

    async def _has_outsiders(self, channel: str, max_age: float) -> bool:
        """Whether any member is a guest or from elsewhere. True, to be safe, while that is not known of all of them."""
        members = await self._members(channel, max_age, caught_up=True)  # when the room was asked for
        if members is None:
            return True
        looked_at, guarded = self._guarded.get(channel, (None, True))
        if looked_at is not members:
            others, before = sorted(members - {self._bot}), self._changes
            facts = await self.people.facts(others)
            unknown = len(facts) < len(others)
            guarded = unknown or any(is_outside(one, self._team) for one in facts.values())
            if before == self._changes:
                self._guarded[channel] = (members, guarded)
        return guarded

    # in the background

    async def keep_listing(self) -> None:
        """List everybody now and every day, for ever."""
        await self._listing.run()

    async def keep_writing(self) -> None:
        """Write down what was learned of people now and then, for ever."""
        await self.people.write_now_and_then(self._sleep)


def _is_shared(room: Json) -> bool:
    """Whether people of other organisations or workspaces can be in it."""
    return any(room.get(name) for name in ("is_ext_shared", "is_pending_ext_shared", "is_org_shared"))


def _moved(
    members: frozenset[str] | None, joined: frozenset[str], left: frozenset[str]
) -> frozenset[str] | None:
    """None where Slack has not told them."""
    return None if members is None else (members | joined) - left
