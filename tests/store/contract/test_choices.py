"""What was offered to one person as buttons."""

import asyncio

from store.models.deliveries import Choice
from tests.store.factories import NOW

TEN_MINUTES = 600.0


def choice(choice_id: str = "c1", user_id: str = "U1") -> Choice:
    return Choice(
        choice_id, user_id, NOW + TEN_MINUTES, {"options": [{"action": "CLOSE", "id": "T012"}], "note": None}
    )


async def test_a_choice_is_kept_as_it_was_offered(store):
    await store.add_choice(choice())
    assert await store.choice("c1") == choice()
    assert await store.choice("c2") is None


async def test_a_choice_is_taken_once_and_the_second_press_sees_what_the_first_did(store):
    await store.add_choice(choice())
    first = await store.take_choice("c1", "U1", "0", "press-1", NOW)
    assert (first.taken, first.taken_by) == ("0", "press-1")
    assert await store.take_choice("c1", "U1", "1", "press-2", NOW + 1) == first
    assert await store.take_choice("c1", "U1", "1", "press-3", NOW + 2 * TEN_MINUTES) == first
    assert await store.choice("c1") == first


async def test_two_presses_at_once_take_one_option(store):
    await store.add_choice(choice())
    taken = await asyncio.gather(
        *(store.take_choice("c1", "U1", str(n), f"press-{n}", NOW) for n in range(5))
    )
    assert len({(each.taken, each.taken_by) for each in taken}) == 1


async def test_a_choice_is_one_persons_alone(store):
    await store.add_choice(choice())
    assert await store.take_choice("c1", "U2", "0", "press", NOW) is None
    assert await store.take_choice("c9", "U1", "0", "press", NOW) is None
    assert (await store.choice("c1")).taken == ""


async def test_a_choice_can_be_taken_for_ten_minutes(store):
    for number, after in ((1, TEN_MINUTES - 1), (2, TEN_MINUTES + 1)):
        await store.add_choice(choice(f"c{number}"))
        taken = await store.take_choice(f"c{number}", "U1", "0", "press", NOW + after)
        assert (taken is None) == (number == 2)
    assert await store.choice("c2") is not None
