"""Which tickets are found, and in which order."""

import pytest

from store.models.filters import EVERYTHING, Filter, Scope
from store.models.tickets import Category, Priority, Status
from tests.store.factories import DAY, NOW, ids, new_ticket, origin


async def test_a_list_shows_priority_first_and_the_oldest_first_within_one(store):
    for priority in (3, 1, 2, 1):
        await store.create(new_ticket(pri=Priority(priority)), origin())
    assert await ids(store) == ["T002", "T004", "T003", "T001"]


async def test_a_list_of_done_tickets_shows_the_newest_first(store):
    for priority in (1, 3, 2):
        await store.create(new_ticket(pri=Priority(priority)), origin())
    await store.bulk_update({f"T00{number}": {"stat": "done"} for number in (1, 2, 3)}, origin())
    assert await ids(store, Filter(stat=(Status.DONE,))) == ["T003", "T002", "T001"]
    assert await ids(store, Filter(stat=(Status.DONE, Status.OPEN))) == ["T001", "T003", "T002"]


async def test_what_is_done_comes_after_what_is_not_whatever_its_priority(store):
    for priority in (1, 3, 2):
        await store.create(new_ticket(pri=Priority(priority)), origin())
    await store.update("T001", {"stat": "done"}, origin())
    assert await ids(store, Filter(stat=tuple(Status))) == ["T003", "T002", "T001"]
    assert await ids(store) == ["T003", "T002", "T001"]


async def test_a_page_past_the_last_is_the_last(store):
    for _ in range(5):
        await store.create(new_ticket(), origin())
    page = await store.view(Filter(), EVERYTHING, page=7, size=2)
    assert (page.count, page.page, page.pages) == (5, 3, 3)
    assert [record.ticket.id for record in page.records] == ["T005"]
    empty = await store.view(Filter(text="nowhere"), EVERYTHING)
    assert (empty.records, empty.count, empty.page, empty.pages) == ((), 0, 1, 1)


async def test_every_part_of_a_filter_holds_and_of_several_values_one(store):
    await store.create(new_ticket("disk full", cat=Category.INFRA, pri=Priority.HIGH), origin("U1"))
    await store.create(new_ticket("disk slow", cat=Category.INFRA), origin("U2"))
    await store.create(new_ticket("readme", cat=Category.DOC), origin("U2"))
    assert await ids(store, Filter(cat=(Category.INFRA,), pri=(Priority.HIGH,))) == ["T001"]
    assert await ids(store, Filter(cat=(Category.INFRA, Category.DOC), by="U2")) == ["T002", "T003"]
    assert await ids(store, Filter(ids=("T003", "T001", "T009"), text="readme")) == ["T003"]
    assert await ids(store, Filter(ids=("T003", "T001"))) == ["T001", "T003"]
    assert await ids(store, Filter(ids=("T003", "T9ZZZZZZZZZZ", "T9" + "Z" * 30))) == ["T003"]


@pytest.mark.parametrize("text", ["time", "TIMEOUT", "api timeout", "payments", "über", "uber", "支払"])
async def test_text_finds_words_and_their_beginnings_in_title_description_and_note(store, text):
    await store.create(new_ticket("API timeout", desc="Payments: Über-Gateway 支払いエラー"), origin())
    await store.create(new_ticket("something else"), origin())
    assert await ids(store, Filter(text=text)) == ["T001"]


async def test_text_follows_every_change(store):
    await store.create(new_ticket("API timeout"), origin())
    await store.update("T001", {"title": "Login loop", "res": "cookie"}, origin())
    assert await ids(store, Filter(text="timeout")) == []
    assert await ids(store, Filter(text="login cookie")) == ["T001"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T042", True),
        ("t42", True),
        ("T04", True),
        ("T43", False),
        ("/etc/hosts", True),
        ("etc/hosts", True),
        ("hosts", True),
        ("/etc/passwd", False),
        ("foo_bar.py", True),
        ("bar.py", True),
        ("foo_baz.py", False),
        ("v1.2.3", True),
        ("1.2.3", True),
        ("1.2", True),
        ("3.2.1", False),
        ("10.0.0.1", True),
        ("1.0.0.10", False),
        ("e-mail", True),
        ("email", True),
        ("mail", True),
        ("CAFE\u0301", True),
        ("ｃａｆｅ", True),
        ("データ", True),
        ("データベース", True),
        ("ベータデース", False),
        ("!?", False),
    ],
)
async def test_the_same_words_find_the_same_tickets(store, text, found):
    desc = "as in T042: /etc/hosts, foo_bar.py (v1.2.3) on 10.0.0.1; データベースが遅い"
    await store.create(new_ticket("Café: E-Mail broken", desc=desc), origin())
    await store.create(new_ticket("something else"), origin())
    assert await ids(store, Filter(text=text)) == (["T001"] if found else [])


async def people_at_work(store):
    """T001 of U1 is open; T002 of U1 was started by U2; T003 of U2 was started by U1 and closed by U3."""
    for number, user_id in enumerate(("U1", "U1", "U2")):
        await store.create(new_ticket(), origin(user_id, at=NOW + number * DAY))
    await store.update("T002", {"stat": "prog"}, origin("U2", at=NOW + 10 * DAY))
    await store.update("T003", {"stat": "prog"}, origin("U1", at=NOW + 11 * DAY))
    await store.update("T003", {"stat": "done"}, origin("U3", at=NOW + 12 * DAY))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"by": "U1"}, ["T001", "T002"]),
        ({"by": "U3"}, []),
        ({"started_by": "U2"}, ["T002"]),
        ({"started_by": "U1"}, ["T003"]),
        ({"started_by": "U3"}, []),
        ({"involving": "U1"}, ["T001", "T002", "T003"]),
        ({"involving": "U2"}, ["T002", "T003"]),
        ({"involving": "U2", "by": "U1"}, ["T002"]),
        ({"involving": "U1", "stat": (Status.OPEN, Status.PROG)}, ["T001", "T002"]),
        ({"stat": tuple(Status)}, ["T001", "T002", "T003"]),
        ({}, ["T001", "T002", "T003"]),
    ],
)
async def test_tickets_are_found_by_who_reported_or_started_them_in_every_status(store, where, expected):
    await people_at_work(store)
    assert await ids(store, Filter(**where)) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"since": NOW + DAY}, ["T002", "T003"]),
        ({"since": NOW + DAY + 0.5}, ["T003"]),
        ({"until": NOW + DAY}, ["T001"]),
        ({"until": NOW + DAY + 0.5}, ["T001", "T002"]),
        ({"since": NOW + DAY, "until": NOW + 2 * DAY}, ["T002"]),
        ({"since": NOW + 3 * DAY}, []),
        ({"since": 0, "until": 1e11}, ["T001", "T002", "T003"]),
        ({"time": "closed", "since": 0}, ["T003"]),
        ({"time": "closed", "until": 1e11}, ["T003"]),
        ({"time": "closed", "since": NOW + 12 * DAY}, ["T003"]),
        ({"time": "closed", "until": NOW + 12 * DAY}, []),
        ({"time": "closed"}, ["T001", "T002", "T003"]),
        ({"time": "changed", "until": NOW + 10 * DAY}, ["T001"]),
        ({"time": "changed", "since": NOW + 10 * DAY, "stat": (Status.PROG,)}, ["T002"]),
    ],
)
async def test_tickets_are_found_by_when_they_were_made_closed_or_changed(store, where, expected):
    await people_at_work(store)
    assert await ids(store, Filter(**where)) == expected


async def test_a_time_is_followed_as_it_changes(store):
    await people_at_work(store)
    await store.update("T003", {"stat": "open"}, origin(at=NOW + 20 * DAY))
    assert await ids(store, Filter(time="closed", since=0)) == []
    assert await ids(store, Filter(time="changed", since=NOW + 20 * DAY)) == ["T003"]
    await store.undo("T003", 4, origin(at=NOW + 21 * DAY))
    assert await ids(store, Filter(time="closed", since=NOW + 12 * DAY)) == ["T003"]


async def test_a_scope_shows_public_tickets_its_channels_and_its_author(store):
    await store.create(new_ticket("public"), origin("U1", channel="C1"))
    await store.create(new_ticket("private"), origin("U1", channel="G1", private=True))
    await store.create(new_ticket("other private"), origin("U2", channel="G2", private=True))
    assert await ids(store, scope=Scope()) == ["T001"]
    assert await ids(store, scope=Scope(channels=frozenset({"G2"}))) == ["T001", "T003"]
    assert await ids(store, scope=Scope(user_id="U1")) == ["T001", "T002"]
    assert await ids(store, scope=Scope(public=False, channels=frozenset({"C1"}))) == ["T001"]
    assert await ids(store, Filter(text="private"), Scope(user_id="U2")) == ["T003"]
    assert await ids(store, scope=EVERYTHING) == ["T001", "T002", "T003"]
