"""Looks up people in the store by name."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from store.protocol import TicketStore
from store.search import normalize

YIELD_EVERY = 500  # people checked before other tasks get a turn
NAMES = "names"  # the person's fact that holds their display name, real name and account name


def find_people_in(store: TicketStore) -> Callable[[str], Awaitable[Sequence[str]]]:
    """Returns a search by name among the people in the store. It compares whole names first, then first words."""

    async def find(name: str) -> Sequence[str]:
        wanted = normalize(name)
        by_whole_name: list[str] = []
        by_first_word: list[str] = []
        for number, person in enumerate(await store.people()):
            if number % YIELD_EVERY == YIELD_EVERY - 1:
                await asyncio.sleep(0)  # let other tasks run
            called = [normalize(str(one)) for one in person.facts.get(NAMES, ())]
            if wanted in called:
                by_whole_name.append(person.user_id)
            elif any(one.split()[:1] == [wanted] for one in called):
                by_first_word.append(person.user_id)
        return by_whole_name or by_first_word

    return find
