"""Facts about people: what the store kept, what events and answers of Slack's added, written down now and then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

from bot.directory.facts import are_facts, facts_of, same
from store.models.deliveries import Person
from store.models.tickets import Json
from store.protocol import TicketStore

log = logging.getLogger(__name__)

BELIEVED = 2 * 86_400.0  # seconds; the listing renews them every day
WRITTEN = 5.0  # seconds between two times that what was learned is written
MOST_WAITING = 10_000  # people who were learned of and not written down yet; more are learned of another time


class People:
    """`now` is in seconds since 1970. `changed` is called when somebody's facts turn out to be others than were known."""

    def __init__(self, store: TicketStore, now: Callable[[], float], changed: Callable[[], None]) -> None:
        self._store, self._now, self._changed = store, now, changed
        self._learned: dict[str, Person] = {}
        self._writing = asyncio.Lock()

    async def facts(self, user_ids: Sequence[str]) -> dict[str, Json]:
        """Of those of whom anything is known, and not from too long ago."""
        oldest, learned = self._now() - BELIEVED, self._learned_of(user_ids)
        stored = await self._store.people([one for one in user_ids if one not in learned])
        found = {
            one.user_id: one.facts for one in stored if one.learned_at >= oldest and are_facts(one.facts)
        }
        # Meanwhile what was learned may have been written down, and more may have been learned.
        return found | learned | self._learned_of(user_ids)

    def _learned_of(self, user_ids: Sequence[str]) -> dict[str, Json]:
        return {one: self._learned[one].facts for one in user_ids if one in self._learned}

    async def learn(self, users: Iterable[Json]) -> None:
        """User objects of Slack's: kept, unless something newer is known."""
        given = {str(user["id"]): facts_of(user) for user in users if user.get("id")}
        known = await self.facts(list(given))
        for user_id, facts in given.items():
            before = known.get(user_id)
            if before is not None and facts["updated"] < before["updated"]:
                continue
            if before is None or not same(before, facts):
                if len(self._learned) >= MOST_WAITING:
                    self._learned.pop(next(iter(self._learned)))
                self._learned[user_id] = Person(user_id, self._now(), facts)
                self._changed()

    async def renew(self, users: Sequence[Json]) -> None:
        """As a listing says, which is newer than what is known: written at once."""
        at = self._now()
        people = [Person(str(user["id"]), at, facts_of(user)) for user in users if user.get("id")]
        async with self._writing:
            before = dict(self._learned)
            await self._store.remember_people(people)
            for person in people:
                if self._learned.get(person.user_id) is before.get(person.user_id):
                    self._learned.pop(person.user_id, None)
        self._changed()

    async def write(self) -> None:
        async with self._writing:
            if self._learned:
                written = dict(self._learned)
                await self._store.remember_people(list(written.values()))
                self._learned = {
                    user_id: person
                    for user_id, person in self._learned.items()
                    if written.get(user_id) is not person
                }

    async def forget_before(self, time: float, but: set[str]) -> None:
        """Whoever was learned of before `time` and is not in `but`."""
        everybody = await self._store.people()
        gone = [one.user_id for one in everybody if one.learned_at < time and one.user_id not in but]
        if gone:
            await self._store.forget_people(gone)

    async def write_now_and_then(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        while True:
            await sleep(WRITTEN)
            try:
                await self.write()
            except Exception:  # it is tried again, and nobody waits for it
                log.exception("What was learned of people could not be written down")
