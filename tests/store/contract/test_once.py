"""With `once`, a message makes one ticket, whoever asks for it and in however many ways at the same moment."""

import asyncio
from dataclasses import replace

import pytest

from tests.store.factories import ids, new_ticket, origin


def made_of(key: str, message: str = "7.1", thread: str = "7.1"):
    return replace(origin(key=key), channel="C1", message=message, thread=thread)


@pytest.mark.parametrize("thread", ["", "5.5", "7.1"])
async def test_the_second_is_given_the_first_one_s_ticket(store, thread):
    first = await store.create(new_ticket(), made_of("mention", thread=thread), once=True)
    again = await store.create(new_ticket("other"), made_of("reaction", thread="7.1"), once=True)
    assert (again.record, again.change) == (first.record, None)
    assert await ids(store) == ["T001"]


async def test_of_several_at_once_one_makes_it(store):
    written = await asyncio.gather(
        *(store.create(new_ticket(), made_of(f"k{number}"), once=True) for number in range(8))
    )
    assert {each.record.ticket.id for each in written} == {"T001"}
    assert sum(each.change is not None for each in written) == 1
    assert await ids(store) == ["T001"]


async def test_the_same_key_again_is_given_its_own_change(store):
    first = await store.create(new_ticket(), made_of("mention"), once=True)
    again = await store.create(new_ticket(), made_of("mention"), once=True)
    assert (again.change, again.repeated) == (first.change, True)


async def test_a_deleted_ticket_does_not_count(store):
    await store.create(new_ticket(), made_of("mention"), once=True)
    await store.delete("T001", origin())
    assert (await store.create(new_ticket(), made_of("reaction"), once=True)).change
    assert await ids(store) == ["T002"]


async def test_nor_does_one_made_of_another_message_of_the_thread_or_of_none(store):
    for message in ("", "7.2"):
        await store.create(new_ticket(), made_of(f"key {message}", message=message), once=True)
    assert (await store.create(new_ticket(), made_of("reaction"), once=True)).change
    assert len(await ids(store)) == 3


async def test_without_it_a_message_makes_as_many_as_are_asked_for(store):
    for number in range(2):
        await store.create(new_ticket(), made_of(f"message {number}"))
    assert len(await ids(store)) == 2
