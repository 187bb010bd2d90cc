"""Who is called how, as far as it is known."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from store.protocol import TicketStore
from store.search import normalize

PAUSE = 500  # people who are looked at in one go
NAMES = "names"  # the fact that holds what somebody is called: display name, real name, account name


def find_people_in(store: TicketStore) -> Callable[[str], Awaitable[Sequence[str]]]:
    """Looks a name up among the people that the store knows: the whole of one of their names, or else its first word."""

    async def find(name: str) -> Sequence[str]:
        wanted = normalize(name)
        whole: list[str] = []
        first: list[str] = []
        for number, person in enumerate(await store.people()):
            if number % PAUSE == PAUSE - 1:
                await asyncio.sleep(0)  # of many people: the others are not kept waiting
            called = [normalize(str(one)) for one in person.facts.get(NAMES, ())]
            if wanted in called:
                whole.append(person.user_id)
            elif any(one.split()[:1] == [wanted] for one in called):
                first.append(person.user_id)
        return whole or first

    return find
