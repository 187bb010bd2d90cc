"""Facts about people: read from the store, updated from Slack's events and answers, written back every few seconds."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

from bot.directory.facts import are_current, read_facts, same_facts
from store.models.deliveries import Person
from store.models.tickets import Json
from store.protocol import TicketStore

log = logging.getLogger(__name__)

MAX_AGE = 2 * 86_400.0  # seconds that stored facts are valid; the daily listing renews them
WRITE_INTERVAL = 5.0  # seconds between two writes of what was learned
MAX_UNWRITTEN = 10_000  # people learned of but not yet written; beyond that the oldest are dropped and learned again later


class People:
    """`now` is in seconds since 1970. `changed` is called whenever somebody's facts change."""

    def __init__(self, store: TicketStore, now: Callable[[], float], changed: Callable[[], None]) -> None:
        self._store, self._now, self._changed = store, now, changed
        self._learned: dict[str, Person] = {}
        self._write_lock = asyncio.Lock()

    async def facts(self, user_ids: Sequence[str]) -> dict[str, Json]:
        """The facts of those users about whom recent ones are known."""
        oldest, learned = self._now() - MAX_AGE, self._learned_of(user_ids)
        stored = await self._store.people([one for one in user_ids if one not in learned])
        found = {
            one.user_id: one.facts for one in stored if one.learned_at >= oldest and are_current(one.facts)
        }
        # While the store was asked, `learned` may have been written to it, and more may have been learned.
        return found | learned | self._learned_of(user_ids)

    def _learned_of(self, user_ids: Sequence[str]) -> dict[str, Json]:
        return {one: self._learned[one].facts for one in user_ids if one in self._learned}

    async def learn(self, users: Iterable[Json]) -> None:
        """Keep the facts in Slack's user objects, unless newer ones are known."""
        given = {str(user["id"]): read_facts(user) for user in users if user.get("id")}
        known = await self.facts(list(given))
        for user_id, facts in given.items():
            before = known.get(user_id)
            if before is not None and facts["updated"] < before["updated"]:
                continue
            if before is None or not same_facts(before, facts):
                if len(self._learned) >= MAX_UNWRITTEN:
                    self._learned.pop(next(iter(self._learned)))
                self._learned[user_id] = Person(user_id, self._now(), facts)
                self._changed()

    async def renew(self, users: Sequence[Json]) -> None:
        """Replace people's facts by those of a listing, which are newer, and write them at once."""
        at = self._now()
        people = [Person(str(user["id"]), at, read_facts(user)) for user in users if user.get("id")]
        async with self._write_lock:
            before = dict(self._learned)
            await self._store.remember_people(people)
            for person in people:
                if self._learned.get(person.user_id) is before.get(person.user_id):
                    self._learned.pop(person.user_id, None)
        self._changed()

    async def write(self) -> None:
        async with self._write_lock:
            if self._learned:
                written = dict(self._learned)
                await self._store.remember_people(list(written.values()))
                self._learned = {
                    user_id: person
                    for user_id, person in self._learned.items()
                    if written.get(user_id) is not person
                }

    async def forget_before(self, time: float, but: set[str]) -> None:
        """Forget everybody last seen before `time`, except `but`."""
        everybody = await self._store.people()
        gone = [one.user_id for one in everybody if one.learned_at < time and one.user_id not in but]
        if gone:
            await self._store.forget_people(gone)

    async def write_periodically(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        while True:
            await sleep(WRITE_INTERVAL)
            try:
                await self.write()
            except Exception:  # retried at the next write
                log.exception("What was learned of people could not be written down")
