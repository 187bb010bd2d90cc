"""TinyDB, as the store uses it: its own calls, and the one of its private methods that is overridden."""

import inspect

import pytest
from tinydb import Query, TinyDB, where
from tinydb.operations import delete
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from store.file.storage import DocumentTable

CALLS = [
    lambda table: table.insert(Document({"title": "login bug", "pri": 1}, 1)),
    lambda table: table.insert(Document({"title": "DB down", "pri": 2, "res": "x"}, 5)),
    lambda table: table.update({"pri": 3, "res": "a note"}, doc_ids=[1]),
    lambda table: table.update(delete("res"), doc_ids=[1, 99]),
    lambda table: table.update({"pri": 1}, where("pri") == 2),
    lambda table: table.remove(doc_ids=[5]),
    lambda table: table.insert(Document({"title": "again"}, 5)),
    lambda table: table.remove(where("title") == "again"),
    lambda table: table.update({"stat": "open"}),
]


def test_every_call_does_what_it_does_on_stock_tinydb():
    ours, stock = DocumentTable(), TinyDB(storage=MemoryStorage).table("tickets")
    for call in CALLS:
        assert call(ours) == call(stock)
        assert ours.all() == stock.all()
        assert [each.doc_id for each in ours] == [each.doc_id for each in stock]
        assert len(ours) == len(stock)
        assert ours.search(Query().pri == 3) == stock.search(Query().pri == 3)
        assert ours.get(doc_id=1) == stock.get(doc_id=1)
        assert ours.get(doc_id=99) is None


def test_what_is_there_already_is_refused_and_stays():
    table = DocumentTable()
    table.insert(Document({"title": "x"}, 1))
    with pytest.raises(ValueError, match="already exists"):
        table.insert(Document({"title": "y"}, 1))
    assert table.all() == [{"title": "x"}]


def test_a_change_replaces_its_own_documents_and_touches_no_other():
    table = DocumentTable()
    for number in range(1, 4):
        table.insert(Document({"title": f"ticket {number}"}, number))
    before = dict(table.documents)
    table.update({"pri": 1}, doc_ids=[2])
    assert [key for key, row in table.documents.items() if row is not before[key]] == ["2"]
    assert before["2"] == {"title": "ticket 2"}


def test_a_document_that_was_handed_out_is_the_readers_own():
    table = DocumentTable()
    table.insert(Document({"title": "x"}, 1))
    table.get(doc_id=1)["title"] = "changed"
    assert table.get(doc_id=1) == {"title": "x"}


def test_tinydb_still_changes_by_the_method_that_is_overridden():
    assert list(inspect.signature(Table._update_table).parameters) == ["self", "updater"]
    for name in ("insert", "update", "remove"):
        assert "self._update_table(updater)" in inspect.getsource(getattr(Table, name))
    # Nothing else goes to the storage by itself, except to read.
    others = inspect.getsource(Table).replace(inspect.getsource(Table._update_table), "")
    assert "_storage.write" not in others
