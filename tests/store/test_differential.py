"""The same operations on TinyDB as it is and on ours give the same, and an index changes no answer."""

import json

from hypothesis import given
from hypothesis import strategies as st
from tinydb import Query, TinyDB, where
from tinydb.operations import delete, increment
from tinydb.operations import set as set_field
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from store.index import Index
from store.journal import JournalStorage
from store.table import IndexedTable, JournalDB
from store.text import words
from tests.store.disks import RamDisk

PATH = "/desk/db.json"
FIELDS = ["stat", "pri", "cat", "title"]

scalars = (
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["open", "done", "code", "disk full", ""])
)
values = scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.sampled_from("ab"), scalars, max_size=2)
documents = st.dictionaries(st.sampled_from(FIELDS), values, max_size=4)
tickets = st.fixed_dictionaries(
    {"stat": st.sampled_from(["open", "prog", "done"]), "pri": st.integers(1, 3)},
    optional={
        "cat": st.sampled_from(["code", "doc", "infra"]),
        "title": st.sampled_from(["disk full", "Disk slow", "api down", "", "über api"]),
        "res": st.sampled_from(["fixed the disk", "no"]),
    },
)

atoms = st.one_of(
    st.builds(lambda name, value: where(name) == value, st.sampled_from(FIELDS), scalars),
    st.builds(lambda name, value: where(name) != value, st.sampled_from(FIELDS), scalars),
    st.builds(
        lambda name, some: where(name).one_of(some), st.sampled_from(FIELDS), st.lists(scalars, max_size=3)
    ),
    st.builds(lambda name: where(name).exists(), st.sampled_from(FIELDS)),
    st.builds(lambda value: where("pri") < value, st.integers(0, 4)),
    st.builds(lambda value: where("pri") >= value, st.integers(0, 4)),
    st.builds(words, st.sampled_from(["disk", "di", "API", "the disk", "uber", "", "d"])),
    st.builds(lambda: where("title").matches("d.*")),
    st.builds(lambda: where("stat").test(lambda value: value == "open")),
    st.builds(lambda: Query().noop()),
)
queries = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda one, other: one & other, inner, inner),
        st.builds(lambda one, other: one | other, inner, inner),
        st.builds(lambda one: ~one, inner),
    ),
    max_leaves=5,
)


def attempt(act):
    """What `act` returns, or the kind of error that it raises."""
    try:
        return act()
    except Exception as error:  # noqa: BLE001  # the kind is what is compared
        return type(error)


def content(table):
    return [(document.doc_id, json.dumps(document, sort_keys=True)) for document in table]


operations = st.one_of(
    st.tuples(st.just("insert"), documents),
    st.tuples(st.just("insert_multiple"), st.lists(documents, max_size=3)),
    st.tuples(st.just("insert"), st.builds(Document, documents, st.integers(1, 12))),
    st.tuples(st.just("update"), documents, queries),
    st.tuples(
        st.just("update"),
        st.sampled_from([increment("pri"), delete("cat"), set_field("stat", None)]),
        queries,
    ),
    st.tuples(st.just("update"), st.builds(lambda: {"stat": "done"})),
    st.tuples(st.just("upsert"), documents, queries),
    st.tuples(st.just("remove"), queries),
    st.tuples(st.just("search"), queries),
    st.tuples(st.just("count"), queries),
    st.tuples(st.just("contains"), queries),
    st.tuples(st.just("get"), queries),
    st.tuples(st.just("truncate")),
    st.tuples(st.just("__len__")),
)


@given(st.lists(operations, max_size=12))
def test_any_operations_give_the_same_as_with_stock_tinydb(todo):
    disk = RamDisk()
    stock, ours = TinyDB(storage=MemoryStorage), JournalDB(PATH, files=disk)
    for name, *arguments in todo:
        # Stock TinyDB edits what it holds in place, so each of both gets arguments of its own.
        theirs, mine = (
            [
                type(each)(each, each.doc_id) if isinstance(each, Document) else _copy(each)
                for each in arguments
            ]
            for _ in range(2)
        )
        before = json.dumps(stock.storage.read())
        expected = attempt(lambda: getattr(stock, name)(*theirs))  # noqa: B023  # called at once
        found = attempt(lambda: getattr(ours, name)(*mine))  # noqa: B023  # called at once
        assert found == expected
        if isinstance(expected, type):
            # It has stopped half way; ours has not begun.
            stock.storage.write(json.loads(before))
        assert content(ours) == content(stock)
    with JournalDB(PATH, files=disk.copy()) as reopened:
        assert content(reopened) == content(stock)
    ours.close()
    assert json.loads(bytes(disk.files[PATH].data)).get("_default", {}) == (stock.storage.read() or {}).get(
        "_default", {}
    )
    stock.close()


def _copy(value):
    return json.loads(json.dumps(value)) if isinstance(value, (dict, list)) else value


@given(
    st.lists(st.tuples(st.integers(1, 15), st.none() | tickets | documents), max_size=25),
    st.lists(queries, min_size=1, max_size=4),
    st.integers(1, 4),
)
def test_an_index_changes_no_answer(changes, asked, size):
    storage = JournalStorage(PATH, files=RamDisk())
    index = Index()
    storage.data.observers["t"] = lambda key, before, after: index.change(int(key), before, after)
    table = IndexedTable(storage, "t")
    table.index = index
    for number, document in changes:
        if document is None:
            table.remove(doc_ids=[number])
        else:
            table.upsert(Document(document, number))
        for query in asked:
            check(table, query, size)
    storage.close()


def check(table, query, size):
    expected = attempt(lambda: [(document.doc_id, dict(document)) for document in table if query(document)])
    found = attempt(lambda: [(document.doc_id, dict(document)) for document in table.search(query)])
    assert found == expected
    if isinstance(expected, type):
        return
    assert table.count(query) == len(expected)
    order = sorted(expected, key=lambda item: (_rank(item[1]), item[0]))
    pages = max(1, -(-len(order) // size))
    for number in range(1, pages + 1):
        count, ids = table.page(query, number, size)
        assert count == len(expected)
        if not table.index.cells.odd:
            assert ids == [doc_id for doc_id, _ in order[(number - 1) * size : number * size]]
    newest = table.page(query, 1, size, "newest")[1]
    assert newest == sorted((doc_id for doc_id, _ in expected), reverse=True)[:size]


def _rank(document):
    priority = document.get("pri")
    return (0, priority) if isinstance(priority, int) else (1, 0)
