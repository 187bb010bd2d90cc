"""What is known of people."""

from store.models.deliveries import Person
from tests.store.factories import NOW


async def test_what_is_known_of_people_is_kept_with_its_age(store):
    ana = Person("U1", NOW, {"name": "Ana", "guest": False, "zone": None})
    bo, cy = Person("U2", NOW, {}), Person("U3", NOW, {"name": "Cy"})
    await store.remember_people([ana, bo])
    await store.remember_people([cy])
    assert sorted(await store.people()) == [ana, bo, cy]
    assert await store.people(["U1", "U9"]) == [ana]
    assert await store.people([]) == []


async def test_what_is_learned_anew_replaces_what_was_known(store):
    await store.remember_people([Person("U1", NOW, {"name": "Ana", "guest": True})])
    newer = Person("U1", NOW + 60, {"name": "Ana B"})
    await store.remember_people([newer])
    assert await store.people(["U1"]) == [newer]


async def test_people_are_forgotten(store):
    await store.remember_people([Person("U1", NOW, {}), Person("U2", NOW, {})])
    await store.forget_people(["U1", "U9"])
    assert [person.user_id for person in await store.people()] == ["U2"]
