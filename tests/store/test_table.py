"""TinyDB over the journal: the same methods, written as what changed."""

import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tinydb import TinyDB, where
from tinydb.operations import increment

from store.base import LockedError, UnwritableError
from store.journal import JournalStorage
from store.table import JournalDB
from tests.store.disks import RamDisk, fail

PATH = "/desk/db.json"


@pytest.fixture
def disk():
    return RamDisk()


@pytest.fixture
def db(disk):
    with JournalDB(PATH, files=disk) as db:
        yield db


def test_an_update_is_one_short_line_of_the_journal(db, disk):
    table = db.table("tickets")
    table.insert_multiple({"title": "x" * 100, "stat": "open"} for _ in range(9))
    [journal] = [inode for path, inode in disk.files.items() if path.endswith(".journal")]
    before = len(journal.data.rstrip(b"\0"))
    table.update({"stat": "done"}, doc_ids=[7])
    line = journal.data.rstrip(b"\0")[before:]
    assert line.endswith(b'+{"tickets":{"7":{"stat":"done"}}}\n')
    assert len(line) < 65


def test_an_updater_that_raises_changes_nothing(db):
    table = db.table("tickets")
    table.insert_multiple([{"n": 1}, {"n": 2}, {"m": 3}])
    with pytest.raises(KeyError):
        table.update(increment("n"))
    assert [document["n"] for document in table.search(where("n").exists())] == [1, 2]


def test_none_and_empty_values_survive(disk):
    documents = [{"a": None}, {"b": {"c": None, "d": {}}}, {}, {"e": [None, {"f": None}]}]
    with JournalDB(PATH, files=disk) as db:
        db.insert_multiple(documents)
        db.update({"a": None}, doc_ids=[3])
    with JournalDB(PATH, files=disk) as db:
        assert db.all() == [{"a": None}, {"b": {"c": None, "d": {}}}, {"a": None}, {"e": [None, {"f": None}]}]


def test_an_empty_table_can_be_kept(disk):
    with JournalDB(PATH, files=disk) as db:
        db.table("empty", persist_empty=True)
    with JournalDB(PATH, files=disk) as db:
        assert db.tables() == {"empty"}


def test_what_is_in_memory_is_what_is_on_disk_even_for_tuples_and_numbered_keys(db, disk):
    db.insert({"pair": (1, 2), "map": {1: "one"}})
    assert db.all() == [{"pair": [1, 2], "map": {"1": "one"}}]


def test_what_is_no_json_is_refused_and_changes_nothing(db):
    with pytest.raises(TypeError):
        db.insert({"a": object()})
    assert db.all() == []


def test_no_row_is_lost_between_threads(db):
    table = db.table("tickets")
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda number: table.insert({"n": number}), range(200)))
    assert len(set(ids)) == 200
    assert sorted(document["n"] for document in table) == list(range(200))


def test_threads_that_wait_share_a_sync(disk):
    syncs, gate = [], threading.Event()

    def before(operation, path):
        if operation == "sync" and path.endswith(".journal"):
            syncs.append(path)
            if len(syncs) == 2:
                gate.wait(5)

    with JournalDB(PATH, files=disk) as db:
        db.insert({"n": 0})
        disk.before = before
        syncs.append("the first insert's, before it was counted")
        with ThreadPoolExecutor(10) as pool:
            pending = [pool.submit(db.insert, {"n": number}) for number in range(10)]
            threading.Timer(0.05, gate.set).start()
            assert len({each.result(5) for each in pending}) == 10
        assert len(syncs) < 10


def test_the_whole_can_be_replaced_and_dropped(db, disk):
    db.insert({"n": 1})
    db.table("other").insert({"n": 2})
    db.drop_table("other")
    assert db.tables() == {"_default"}
    db.drop_tables()
    assert db.tables() == set()
    with JournalDB(PATH, files=disk.copy()) as copy:
        assert copy.tables() == set()


def test_replacing_the_whole_fails_wholly(db, disk):
    db.insert({"n": 1})
    disk.before = fail(0, "sync", path=".new")
    with pytest.raises(UnwritableError):
        db.drop_tables()
    disk.before = fail(-1)
    assert db.storage.read() == {"_default": {"1": {"n": 1}}}


def test_one_process_writes(tmp_path):
    with JournalDB(tmp_path / "db.json"), pytest.raises(LockedError, match="in use by another process"):
        JournalDB(tmp_path / "db.json")
    JournalDB(tmp_path / "db.json").close()


def test_another_name_of_the_same_file_is_the_same_store(tmp_path):
    (tmp_path / "link.json").symlink_to(tmp_path / "db.json")
    with JournalDB(tmp_path / "db.json"), pytest.raises(LockedError):
        JournalDB(tmp_path / "link.json")


def test_files_are_for_their_owner_alone(tmp_path):
    with JournalDB(tmp_path / "new" / "db.json", create_dirs=True) as db:
        db.insert({"n": 1})
        for path in (tmp_path / "new").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_after_closing_there_is_one_file_which_stock_tinydb_reads(tmp_path):
    with JournalDB(tmp_path / "db.json") as db:
        db.table("tickets").insert_multiple({"n": number, "text": "café\u2028☕"} for number in range(3))
        db.table("tickets").remove(doc_ids=[2])
    assert [path.name for path in tmp_path.iterdir()] == ["db.json"]
    with TinyDB(tmp_path / "db.json", encoding="utf-8") as stock:
        found = [(document.doc_id, dict(document)) for document in stock.table("tickets")]
    assert found == [(number, {"n": number - 1, "text": "café\u2028☕"}) for number in (1, 3)]


def test_a_file_of_stock_tinydb_is_taken_over_and_kept(tmp_path):
    path = tmp_path / "db.json"
    with TinyDB(path) as stock:
        stock.insert({"n": 1})
    before = path.read_bytes()
    with JournalDB(path) as db:
        assert db.all() == [{"n": 1}]
    assert (tmp_path / "db.json.v0").read_bytes() == before


def test_a_closed_storage_takes_nothing_more(disk):
    storage = JournalStorage(PATH, files=disk)
    storage.close()
    storage.close()
    with pytest.raises(UnwritableError, match="closed"):
        storage.apply({"t": {"1": {"n": 1}}})


def test_half_a_surrogate_pair_is_kept(disk):
    with JournalDB(PATH, files=disk) as db:
        db.insert({"text": "\ud83d"})
    with JournalDB(PATH, files=disk) as db:
        assert db.all() == [{"text": "\ud83d"}]


def test_a_long_journal_is_folded_away_while_writing_goes_on(disk):
    with JournalDB(PATH, files=disk, fold_at=2000) as db:
        for number in range(200):
            db.insert({"n": number, "text": "x" * 50})
        left = [path for path in disk.files if path.endswith(".journal")]
        assert not any(path.endswith(".2.journal") for path in left)
        with JournalDB(PATH, files=disk.copy()) as copy:
            assert copy.all() == db.all()
