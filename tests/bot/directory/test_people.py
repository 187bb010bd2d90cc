"""What is known of people is known at every moment, also while it is written down."""

import asyncio

import pytest

from bot.directory.people import People

ADA = {"id": "U0ADA", "team_id": "T0LOCAL", "name": "ada", "updated": 1}


class SlowStore:
    """A store that takes its time over every question, and over every answer."""

    def __init__(self, store):
        self._store, self.asked, self.go_on = store, asyncio.Event(), asyncio.Event()

    async def people(self, user_ids=()):
        self.asked.set()
        await self.go_on.wait()
        return await self._store.people(user_ids)

    async def remember_people(self, people):
        self.asked.set()
        await self.go_on.wait()
        await self._store.remember_people(people)


@pytest.fixture
def slow(store):
    return SlowStore(store)


@pytest.fixture
async def people(slow):
    known = People(slow, lambda: 1_700_000_000.0, lambda: None)
    slow.go_on.set()
    await known.learn([ADA])
    slow.go_on.clear()
    slow.asked.clear()
    return known


async def test_somebody_who_is_written_down_meanwhile_is_known(people, slow, store):
    asking = asyncio.create_task(people.facts(["U0ADA"]))
    await slow.asked.wait()
    people._store = store  # this one is quick
    await people.write()
    slow.go_on.set()
    assert "U0ADA" in await asking


async def test_so_is_somebody_of_whom_the_listing_is_being_written_down(people, slow, store):
    renewing = asyncio.create_task(people.renew([ADA]))
    await slow.asked.wait()
    people._store = store
    assert "U0ADA" in await people.facts(["U0ADA"])
    slow.go_on.set()
    await renewing
    assert "U0ADA" in await people.facts(["U0ADA"])
