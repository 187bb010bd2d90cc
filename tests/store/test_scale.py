"""With thousands of tickets every answer is still the one that looking at each of them gives."""

import random
from functools import cache
from itertools import islice

import pytest

from store.base import EVERYTHING, DamagedError, Deed, Filter, Import, Place, Scope
from store.text import split_words, words_of
from store.ticket import Category, Priority, Status, Ticket, id_of, number_of
from store.tiny import TinyStore
from tests.store.disks import RamDisk
from tests.store.people import NOW, deed, new
from tests.tools.bench.corpus import COMMON, SUBJECTS, tickets

PATH = "/desk/tickets.json"
COUNT = 9000  # so that bitmaps have more than one chunk


@pytest.fixture(scope="module")
def filled():
    """A disk with a store of so many tickets, closed."""
    import asyncio  # noqa: PLC0415  # once for the module, outside of the tests' own loops

    async def fill() -> RamDisk:
        disk = RamDisk()
        store = await TinyStore.open(PATH, files=disk)
        made = []
        for number, (each, born, after) in enumerate(tickets(COUNT), 1):
            values = {"desc": each.desc, "cat": each.cat, "pri": each.pri, "created": each.created, **after}
            made.append(Import("", Ticket(id=id_of(number), title=each.title, **values), born))
        await store.take_in(made, Deed("", "U1", NOW))
        await store.close()
        return disk.copy()

    return asyncio.run(fill())


@pytest.fixture(params=["after a clean close", "after a crash"])
async def store(filled, request):
    disk = filled.copy()
    if request.param == "after a crash":
        disk.remove(f"{PATH}.image")
    store = await TinyStore.open(PATH, files=disk)
    yield store
    await store.close()


async def everything(store):
    found, after = [], ""
    while some := await store.scan(after, 2000):
        found += some
        after = some[-1].ticket.id
    return found


@cache
def words_in(ticket: Ticket) -> frozenset[str]:
    return frozenset(words_of(ticket.model_dump(mode="json")))


def holds(where: Filter, record) -> bool:
    ticket = record.ticket
    return (
        (not where.stat or ticket.stat in where.stat)
        and (not where.pri or ticket.pri in where.pri)
        and (not where.cat or ticket.cat in where.cat)
        and (not where.author or record.born.who == where.author)
        and all(any(word.startswith(start) for word in words_in(ticket)) for start in split_words(where.text))
    )


def some_of(chance, values, most):
    return tuple(chance.sample(list(values), chance.randint(0, most)))


def question(chance, records) -> tuple[Filter, Scope]:
    author = chance.choice(records).born.who
    text = chance.choice(
        ["", "", chance.choice(SUBJECTS), chance.choice(COMMON), "s", "da", "re", "time prod", "zzz"]
    )
    where = Filter(
        stat=some_of(chance, Status, 2),
        pri=some_of(chance, Priority, 2),
        cat=some_of(chance, Category, 2),
        text=text,
        author=chance.choice(["", "", author]),
    )
    channels = frozenset(chance.choice(records).born.channel for _ in range(chance.randint(0, 3)))
    scope = chance.choice(
        [
            EVERYTHING,
            Scope(),
            Scope(channels=channels, author=author),
            Scope(public=False, channels=channels),
            Scope(public=False, author=author),
        ]
    )
    return where, scope


async def check(store, chance, times):
    records = await everything(store)
    for _ in range(times):
        where, scope = question(chance, records)
        expected = [each for each in records if scope.holds(each.born) and holds(where, each)]
        if where.stat == (Status.DONE,):
            expected.reverse()
        else:
            expected.sort(key=lambda each: each.ticket.pri)
        size = chance.choice([1, 7, 10, 500])
        number = chance.randint(1, max(1, -(-len(expected) // size)))
        page = await store.view(where, scope, number, size)
        assert page.count == len(expected), (where, scope)
        assert list(page.records) == expected[(page.page - 1) * size : page.page * size], (where, scope)


async def change_some(store, chance, times):
    for _ in range(times):
        ticket_id = id_of(chance.randint(1, COUNT))
        if await store.get(ticket_id) is None:
            continue
        kind = chance.random()
        if kind < 0.1:
            gone = await store.delete(ticket_id, deed())
            if chance.random() < 0.5:
                await store.undo(gone.change.number, deed())
        elif kind < 0.2:
            private = chance.random() < 0.5
            await store.create(
                new("Search the dashboard", desc="timeouts"),
                deed("U0000003", channel="G0000001", private=private),
            )
        elif kind < 0.5:
            text = " ".join(chance.choices([*SUBJECTS, *COMMON, "brandnew", "rest"], k=6))
            await store.update(ticket_id, {"res": text}, deed())
        elif kind < 0.6:
            await store.show_card(ticket_id, Place("C9", f"{chance.random()}"))
        else:
            await store.update(
                ticket_id,
                {"stat": chance.choice(["open", "prog", "done"]), "pri": chance.randint(1, 3)},
                deed(),
            )


async def test_every_question_is_answered_as_by_looking_at_every_ticket(store):
    await check(store, random.Random(1), 60)


async def test_and_so_it_is_after_any_changes_and_after_opening_again(filled):
    chance, disk = random.Random(2), filled.copy()
    store = await TinyStore.open(PATH, files=disk)
    for _ in range(3):
        await check(store, chance, 15)
        await change_some(store, chance, 150)
    await check(store, chance, 20)
    before = await everything(store)
    await store.close()
    store = await TinyStore.open(PATH, files=disk)
    assert await everything(store) == before
    await check(store, chance, 20)
    await store.close()


async def test_threads_of_many_tickets_are_found(store):
    for record in islice(await everything(store), 0, None, 500):
        assert await store.ticket_of(record.born.channel, record.born.thread) == record.ticket.id


async def test_a_ticket_that_is_asked_for_again_and_again_is_as_it_is_now(store):
    for number in range(4):
        await store.get("T001")
        await store.update("T001", {"res": f"step {number}"}, deed())
        assert (await store.get("T001")).ticket.res == f"step {number}"
        await store.show_card("T001", Place("C1", str(number)))
        assert (await store.get("T001")).card == Place("C1", str(number))
        page = await store.view(Filter(ids=("T001",)), EVERYTHING)
        assert page.records == (await store.get("T001"),)


async def test_similar_among_many_is_the_one_that_says_the_same(store):
    chance = random.Random(3)
    for record in chance.sample(await everything(store), 20):
        found = await store.similar(record.ticket.title, EVERYTHING)
        assert any(match.record.ticket.title == record.ticket.title for match in found)
    assert len(await store.similar("the of in on for", EVERYTHING)) <= 3


async def test_the_latest_change_of_somebody_long_ago_is_found_on_disk(store):
    await store.update("T001", {"res": "x"}, deed("U-rare"))
    await store.update("T002", {"res": "x"}, deed("U-other"))
    assert (await store.latest("U-rare")).id == "T001"
    assert (await store.latest("U1")).id == id_of(COUNT)
    assert await store.latest("U-never") is None


async def test_folding_carries_every_entry_of_the_log_over(filled):
    disk = filled.copy()
    store = await TinyStore.open(PATH, files=disk, fold_at=20_000)
    for number in range(300):
        await store.update(id_of(number % 50 + 1), {"res": f"step {number}"}, deed())
    first = (await store.history("T001"))[0][-1]
    undone = await store.undo(COUNT + 300, deed())
    assert undone.change.undoes == COUNT + 300
    await store.close()
    store = await TinyStore.open(PATH, files=disk)
    assert (await store.history("T001"))[0][-1] == first
    assert (await store.change(COUNT + 300)).after["res"] == "step 299"
    assert (await store.change(undone.change.undoes)).undone_by == undone.change.number
    await store.close()


async def test_a_log_that_rots_on_the_disk_is_noticed_and_not_copied(filled):
    disk = filled.copy()
    store = await TinyStore.open(PATH, files=disk)
    await store.update("T001", {"res": "x"}, deed())
    data = disk.files[PATH].data
    data[data.index(b'"kind":"created"', len(data) // 2) + 8] ^= 0x20
    with pytest.raises(DamagedError, match="log on disk"):
        await store.close()


def test_numbers_and_ids_agree_here():
    assert number_of(id_of(COUNT)) == COUNT
