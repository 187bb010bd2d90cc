"""Who people are and who can read a channel: fetched from Slack, cached, and invalidated by Slack's events."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from bot.delivery.errors import MissingScopeError, RefusedError
from bot.delivery.recent import RecentDict
from bot.delivery.sender import Sender
from bot.delivery.web_api import Options
from bot.directory.announcements import Announcements
from bot.directory.answer_cache import FRESH, AnswerCache
from bot.directory.events import read_event
from bot.directory.facts import is_outside, name_of, role_of
from bot.directory.listing import PAGE, Listing
from bot.directory.people import People
from bot.policy import Person, Role, Room
from store.models.tickets import Json
from store.protocol import TicketStore

log = logging.getLogger(__name__)

FRESH_ENOUGH = 10.0  # seconds; maximum age of answers used for actions that are hard to take back
MAX_ANSWERS = 5000  # cached answers about people and channels
MAX_ROOMS = 1000  # channels for which the result of the check for outsiders is cached
MAX_NAMES = 10  # names fetched from Slack for one answer
_ALL_PEOPLE = "people"  # announced to other processes after a full listing
_NO_SUCH_USER = frozenset({"user_not_found", "users_not_found", "invalid_user_id"})


class Directory:
    """`team` is the workspace's id, `owner` names this process. `clock` is monotonic, in seconds; `now` is in seconds
    since 1970. `max_age` is the maximum age of a cached answer, in seconds.
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
        self._announcements = Announcements(store, self._forget_announced)
        self._cache = AnswerCache(clock, MAX_ANSWERS, self._announcements.catch_up)
        # By channel: the members that were checked, and whether there may be outsiders among them.
        self._outsiders: RecentDict[str, tuple[frozenset[str], bool]] = RecentDict(MAX_ROOMS)
        self._changes = 0  # counts changes to people's facts
        self.people = People(store, now, self._people_changed)
        on_listed = functools.partial(self._announcements.announce, _ALL_PEOPLE)
        self._listing = Listing(
            sender, self.people, store, owner=owner, now=now, sleep=sleep, on_listed=on_listed
        )

    def _people_changed(self) -> None:
        self._outsiders.clear()
        self._changes += 1

    # events from Slack

    def note_connected(self) -> None:
        """Called on every sign that Slack's events reach this process, such as a living socket."""
        self._cache.note_connected()

    async def observe(self, event: Json) -> None:
        """Update what is cached from any event."""
        self.note_connected()
        change = read_event(event)
        if change is None:
            return
        if change.refused:
            self._sender.outage.begin(change.refused)
        if change.user:
            name = f"person {change.user['id']}"
            self._cache.forget(name)
            await self.people.learn([change.user])
            await self.people.write()  # before other processes read it
            await self._announcements.announce(name)
        if change.channel:
            self._update_channel(change.channel, change.joined, change.left)
            await self._announcements.announce(f"room {change.channel}")

    def _forget_announced(self, names: Iterable[str] | None) -> None:
        """Forget what another process announced as changed; everything if `names` is None."""
        if names is None:
            self.forget()
            return
        for name in names:
            kind, _, what = name.partition(" ")
            if kind == "room":
                self.forget_room(what)
                continue
            self._cache.forget(name)
            self._people_changed()

    def _update_channel(self, channel: str, joined: str, left: str) -> None:
        if (joined or left) and self._bot not in (joined, left):
            came, went = frozenset({joined} - {""}), frozenset({left} - {""})
            self._cache.replace(f"members {channel}", lambda members: _apply_moves(members, came, went))
        else:
            self.forget_room(channel)

    def forget_room(self, channel: str) -> None:
        """Forget a channel that Slack says has changed."""
        self._cache.forget(f"room {channel}", f"members {channel}")

    def forget(self) -> None:
        """Forget everything, so that Slack is asked again."""
        self._cache.clear()
        self._outsiders.clear()

    # people

    async def person(self, user: str, max_age: float = FRESH) -> Person:
        """Raises `RefusedError`, such as `MissingScopeError`, if Slack does not say who they are."""
        found: Person = await self._cache.ask(f"person {user}", lambda: self._fetch_person(user), max_age)
        return found

    async def _fetch_person(self, user: str) -> Person:
        try:
            answer = await self._sender.call("users.info", Options(wants=("user",)), user=user)
        except RefusedError as error:
            if error.code == "user_not_visible":  # belongs to another organisation
                return Person(user, Role.GUEST)
            if error.code in _NO_SUCH_USER:
                return Person(user, Role.NOBODY)
            raise
        await self.people.learn([answer["user"]])
        facts = (await self.people.facts([user]))[user]
        return Person(user, role_of(user, facts, self._team, self._admins), name_of(user, facts))

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """The users' display names. At most `MAX_NAMES` unknown ones are fetched from Slack; the rest are left out."""
        wanted = sorted({*users} - {""})
        asked = {one: self._cache.peek(f"person {one}") for one in wanted}
        found = {one: person.name for one, person in asked.items() if person and person.name}
        if left := [one for one in wanted if one not in found]:
            found |= {one: name_of(one, facts) for one, facts in (await self.people.facts(left)).items()}
        for one in [one for one in wanted if one not in found][:MAX_NAMES]:
            try:
                found[one] = (await self.person(one)).name
            except RefusedError as error:
                log.info("Nobody knows what %s is called: %s", one, error.code)
        return {one: name for one, name in found.items() if name}

    async def find_deactivated(self, users: Iterable[str]) -> frozenset[str]:
        """Those of the users who are known to be deactivated. Asks nothing of Slack, whose events tell it."""
        facts = await self.people.facts(sorted(users))
        return frozenset(user for user, known in facts.items() if known["deleted"])

    # places

    async def room(self, channel: str, max_age: float = FRESH) -> Room:
        """The channel. Assumes outsiders where Slack does not say who can read along. Raises `MissingScopeError`."""
        found: Json | None = await self._cache.ask(
            f"room {channel}", lambda: self._fetch_channel(channel), max_age
        )
        if found is None:  # a private channel that the bot is not in
            self._cache.forget(f"room {channel}")
            return Room(channel, "private", outsiders=True, joined=False)
        if found.get("is_im"):
            return Room(channel, "dm")
        joined = bool(found.get("is_member"))
        outsiders = _is_shared(found) or await self._has_outsiders(channel, max_age)
        if not joined:  # the bot gets no events from there, so nothing would invalidate the cache
            self.forget_room(channel)
        private = found.get("is_private") or found.get("is_group") or found.get("is_mpim")
        return Room(channel, "private" if private else "public", outsiders=outsiders, joined=joined)

    async def channel_names(self, channels: Iterable[str]) -> dict[str, str]:
        """The names of public channels; others, and those that Slack does not show, are left out."""
        found = {}
        for channel in sorted(channels)[:MAX_NAMES]:
            info: Json | None = await self._cache.ask(
                f"room {channel}", functools.partial(self._fetch_channel, channel), FRESH
            )
            if info and info.get("is_channel") and not info.get("is_private"):
                found[channel] = str(info.get("name") or "")
        return found

    async def _fetch_channel(self, channel: str) -> Json | None:
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
        """Whether the user is a member of the channel, as far as Slack tells the bot. Raises `MissingScopeError`."""
        members = await self._get_members(channel, max_age)
        if members is None or self._bot not in members:
            self._cache.forget(f"members {channel}")  # no event will tell the bot of changes there
        return members is not None and user in members

    async def has_left(self, channel: str, user: str) -> bool:
        """Whether the user, who did something in the channel, is no member of it any more. Slack is asked again before that
        is believed: they may have joined a moment ago. False if Slack does not say."""
        for max_age in (FRESH, 0.0):
            members = await self._get_members(channel, max_age)
            if members is None or self._bot not in members or user in members:
                return False
        return True

    async def _get_members(
        self, channel: str, max_age: float, *, caught_up: bool = False
    ) -> frozenset[str] | None:
        """None if Slack does not say."""
        found: frozenset[str] | None = await self._cache.ask(
            f"members {channel}", lambda: self._fetch_members(channel), max_age, caught_up=caught_up
        )
        return found

    async def _fetch_members(self, channel: str) -> frozenset[str] | None:
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
                if cursor.get("cursor") == following:  # Slack repeats the same page
                    return None
                cursor = {"cursor": following}
        except MissingScopeError:
            raise
        except RefusedError:
            return None

    async def _has_outsiders(self, channel: str, max_age: float) -> bool:
        """Whether any member is a guest or from outside. True, to be safe, unless every member is known."""
        members = await self._get_members(channel, max_age, caught_up=True)  # `room` has caught up already
        if members is None:
            return True
        looked_at, outsiders = self._outsiders.get(channel, (None, True))
        if looked_at is not members:
            others, before = sorted(members - {self._bot}), self._changes
            facts = await self.people.facts(others)
            unknown = len(facts) < len(others)
            outsiders = unknown or any(is_outside(one, self._team) for one in facts.values())
            if before == self._changes:
                self._outsiders[channel] = (members, outsiders)
        return outsiders

    # background tasks

    async def keep_listing(self) -> None:
        """List everybody now and then once a day, for ever."""
        await self._listing.run()

    async def keep_writing(self) -> None:
        """Write what was learned about people to the store every few seconds, for ever."""
        await self.people.write_periodically(self._sleep)


def _is_shared(room: Json) -> bool:
    """Whether people of other organisations or workspaces can be in it."""
    return any(room.get(name) for name in ("is_ext_shared", "is_pending_ext_shared", "is_org_shared"))


def _apply_moves(
    members: frozenset[str] | None, joined: frozenset[str], left: frozenset[str]
) -> frozenset[str] | None:
    """Apply a join or leave to the cached members; None if Slack has not listed them."""
    return None if members is None else (members | joined) - left
