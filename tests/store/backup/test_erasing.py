"""A person is taken out of a store: their id, names and words, everywhere; everything else stays as it was."""

from datetime import date
from pathlib import Path

import pytest

from store import open_store
from store.backup.erasing import ERASED, NOBODY, erase, find_leftovers
from store.backup.restoring import backup, restore
from store.errors import LockedError, StoreError
from store.models.deliveries import Delivery, Person
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import ImportedTicket, NewTicket, Origin, Status, Ticket

ERIN, COLE = "U0ERIN", "U0COLE"
NAMES = ["Erin Engineer", "erin"]
NOW = 1_764_000_000.0


def origin(key: str, who: str, text: str = "") -> Origin:
    return Origin(key, who, 1_700_000_000.0, channel="C1", text=text)


def new(title: str, desc: str | None = None) -> NewTicket:
    return NewTicket(title, date(2026, 11, 1), desc)


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.fixture
async def path(tmp_path):
    """Three tickets: Erin's, which Cole closed; Cole's, which speaks of Erin; and Erin's, deleted."""
    path = tmp_path / "tickets.json"
    store = await open_store(str(path))
    first = origin("message:1", ERIN, "create Zebra crossing is broken")
    await store.create(new("Zebra crossing is broken", desc="behind the stable"), first)
    await store.update(
        "T001", {"stat": Status.DONE, "res": "painted anew"}, origin("message:2", COLE, "close T001")
    )
    second = origin("message:3", COLE, f"create Erin needs a desk <@{ERIN}>")
    await store.create(new("ERIN Engineer needs a desk", desc=f"<@{ERIN}> asked"), second)
    await store.update("T002", {"stat": Status.PROG}, origin("message:4", ERIN, "start T002"))
    await store.create(new("Zebra food"), origin(f"form:{ERIN}:5", ERIN, "create Zebra food"))
    await store.delete("T003", origin("message:6", COLE))
    await store.remember_people([Person(ERIN, 1.0, {"names": NAMES})])
    await store.accept(Delivery(("message:7",), 1.0, {"text": f"<@{ERIN}> hello"}))
    await store.finish("message:7")
    await store.close()
    return path


async def test_nothing_of_the_person_is_left_in_any_file(path):
    assert b"Zebra" in everything(path.parent)
    erase(str(path), ERIN, NAMES, NOW)
    left = everything(path.parent).lower()
    for trace in (ERIN, "erin engineer", "zebra", "behind the stable", "start t002"):
        assert trace.lower().encode() not in left, trace
    await (await open_store(str(path))).close()
    assert ERIN.encode() not in everything(path.parent)


async def test_what_others_wrote_and_what_was_changed_stays(path):
    done = erase(str(path), ERIN, NAMES, NOW)
    assert (done.tickets, done.changes, done.kept) == (3, 5, "")
    store = await open_store(str(path))
    first, second = await store.get("T001"), await store.get("T002")
    assert (first.ticket.title, first.ticket.desc, first.ticket.res) == (ERASED, ERASED, "painted anew")
    assert (first.origin.user_id, first.origin.text, first.ticket.stat) == (NOBODY, "", "done")
    assert second.ticket.title == f"{ERASED} needs a desk"
    assert second.ticket.desc == f"<@{NOBODY}> asked"
    assert (second.started_by, second.origin.user_id) == (NOBODY, COLE)
    assert (await store.view(Filter(), EVERYTHING)).count == 2
    restored = await store.undo("T003", 2, origin("message:8", COLE))
    assert restored.record.ticket.title == ERASED
    fourth = await store.create(new("new"), origin("message:9", COLE))
    assert fourth.record.ticket.id == "T004"
    await store.close()


async def test_of_a_ticket_whose_history_was_removed_the_words_count_as_the_reporters(path):
    store = await open_store(str(path))
    assert (await store.trim_history(NOW, 365, NOW)).tickets == 1
    await store.close()
    erase(str(path), ERIN, NAMES, NOW)
    left = everything(path.parent).lower()
    for trace in (ERIN, "zebra crossing", "behind the stable"):
        assert trace.lower().encode() not in left, trace
    store = await open_store(str(path))
    first = await store.get("T001")
    assert (first.ticket.title, first.ticket.stat, first.origin.user_id) == (ERASED, "done", NOBODY)
    await store.close()


async def test_words_with_which_somebody_took_in_tickets_go_too(tmp_path):
    path = tmp_path / "tickets.json"
    store = await open_store(str(path))
    theirs = ImportedTicket("", Ticket(id="T009", title="roof", created=date(2026, 11, 1)), origin("", COLE))
    await store.import_tickets([theirs], origin("message:1", ERIN, "import zebra.csv"))
    await store.close()
    erase(str(path), ERIN, NAMES, NOW)
    assert b"zebra" not in everything(tmp_path)
    assert b"roof" in everything(tmp_path)


async def test_a_store_that_is_in_use_is_left_alone(path):
    store = await open_store(str(path))
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(LockedError):
        erase(str(path), ERIN, NAMES, NOW)
    assert sorted(path.parent.rglob("*")) == before
    await store.close()


async def test_while_something_waits_nothing_is_erased(path):
    store = await open_store(str(path))
    await store.accept(Delivery(("message:8",), 1.0, {}))
    await store.close()
    with pytest.raises(StoreError, match="not finished"):
        erase(str(path), ERIN, NAMES, NOW)
    assert b"Zebra" in everything(path.parent)


async def test_the_same_words_of_somebody_else_are_theirs(tmp_path):
    path = str(tmp_path / "tickets.json")
    store = await open_store(path)
    for key, who in (("message:1", ERIN), ("message:2", COLE)):
        await store.create(new("login bug"), origin(key, who))
    await store.close()
    erase(path, ERIN, [], NOW)
    store = await open_store(path)
    titles = [(await store.get(one)).ticket.title for one in ("T001", "T002")]
    await store.close()
    assert titles == [ERASED, "login bug"]


async def test_a_name_that_is_a_word_of_ours_or_part_of_another_harms_nothing(tmp_path):
    path = str(tmp_path / "tickets.json")
    store = await open_store(path)
    await store.create(new("opener for cans, says Al"), origin("message:1", COLE))
    await store.close()
    erase(path, ERIN, ["open", "Al"], NOW)
    store = await open_store(path)
    assert (await store.get("T001")).ticket.title == "opener for cans, says Al"
    await store.close()


def test_files_beside_the_store_that_hold_the_person_are_named(path):
    old = path.with_name("tickets.json.v1")
    old.write_text(f"by {ERIN}", encoding="utf-8")
    path.with_name("tickets.json.before-1").write_text(f"by {COLE}", encoding="utf-8")
    exported, backup = path.with_name("all.csv"), path.with_name("backup.json.journal") / "000001"
    exported.write_text(f"T001,{ERIN}", encoding="utf-8")
    backup.parent.mkdir()
    backup.write_text(f"by {ERIN}", encoding="utf-8")
    assert find_leftovers(str(path), ERIN) == [str(exported), str(backup), str(old)]


def test_a_leftover_is_found_anywhere_in_a_large_file_and_none_in_an_empty_one(path):
    path.with_name("empty.csv").touch()
    exported = path.with_name("all.csv")
    exported.write_text(" " * ((1 << 20) - 3) + ERIN, encoding="utf-8")
    assert find_leftovers(str(path), ERIN) == [str(exported)]


async def test_the_journal_says_that_somebody_was_erased_and_not_who_also_in_later_backups(path, tmp_path):
    erase(str(path), ERIN, NAMES, NOW)
    audit = b'"audit":{"what":"person erased","at":%d.0,"changes":6}' % NOW
    assert audit in everything(path.with_name("tickets.json.journal"))
    copy = tmp_path / "copy.json"
    backup(str(path), str(copy))
    assert audit in copy.read_bytes()
    restore(str(copy), str(path), "later")
    assert audit in everything(path.with_name("tickets.json.journal"))
    await (await open_store(str(path))).close()
