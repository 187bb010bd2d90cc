"""The conftest of TinyDB's own tests when they are run against our storage and table: what it calls JSON and memory is ours."""

import tinydb
import tinydb.storages
from tinydb.middlewares import CachingMiddleware
from tinydb.table import Table

from store.journal import JournalStorage
from store.table import JournalDB, JournalTable
from tests.store.disks import RamDisk


class InMemory(JournalStorage):
    def __init__(self):
        super().__init__("/desk/test.db", files=RamDisk())

    @property
    def memory(self):
        return self.read()


class Ours(JournalDB):
    default_storage_class = JournalStorage

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Some tests bring a storage of their own.
        self.table_class = JournalTable if isinstance(self.storage, JournalStorage) else Table


tinydb.TinyDB = Ours
tinydb.JSONStorage = tinydb.storages.JSONStorage = JournalStorage
tinydb.storages.MemoryStorage = InMemory

import pytest  # noqa: E402  # after what it is to find


@pytest.fixture(params=["memory", "json"])
def db(request, tmp_path):
    db = Ours(tmp_path / "test.db") if request.param == "json" else Ours(storage=InMemory)
    db.drop_tables()
    db.insert_multiple({"int": 1, "char": char} for char in "abc")
    yield db
    db.close()


@pytest.fixture
def storage():
    return CachingMiddleware(InMemory)()
