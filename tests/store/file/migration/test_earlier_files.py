"""Files that version 0.2.0 of this program wrote while it was made: closed, killed, and killed while history was removed."""

import json
import shutil
from pathlib import Path

import pytest
from pydantic_core import to_jsonable_python

from store.file.store import FileStore
from tests.store.factories import DAY, NOW, new_ticket, origin
from tests.store.file.workload import content

VERSION_2 = Path(__file__).parents[2] / "data" / "v2"
KINDS = sorted(each.name for each in VERSION_2.iterdir())


@pytest.fixture(params=KINDS)
def old(request, tmp_path) -> tuple[Path, list]:
    """A store as it was left, and everything that it knew then."""
    shutil.copytree(VERSION_2 / request.param, tmp_path, dirs_exist_ok=True)
    return tmp_path / "tickets.json", json.loads((tmp_path / "expected").read_text())


async def known(store: FileStore) -> list:
    return _without_usage(to_jsonable_python(await content(store), fallback=dict))


def _without_usage(value):
    """What a message cost is no part of the history, and known for a while only."""
    if isinstance(value, dict):
        return {name: _without_usage(each) for name, each in value.items() if name != "usage"}
    return [_without_usage(each) for each in value] if isinstance(value, list) else value


async def test_everything_is_known_again(old):
    path, expected = old
    store = await FileStore.open(path)
    assert await known(store) == expected
    await store.close()


async def test_it_can_be_written_closed_and_opened_again(old):
    path, _ = old
    store = await FileStore.open(path)
    made = await store.create(new_ticket("one more"), origin())
    assert (await store.create(new_ticket(), origin(key="old-0"))).repeated is False  # a key of a year ago
    assert (await store.update("T001", {"pri": 3}, origin(key="bulk"))).repeated
    now = await known(store)
    await store.close()
    again = await FileStore.open(path)
    assert await known(again) == now
    assert await again.get(made.record.ticket.id) == made.record
    await again.close()


async def test_removed_history_is_gone_from_the_files_with_the_next_removal(old):
    path, _ = old
    store = await FileStore.open(path)
    await store.trim_history(NOW - 300 * DAY, 365, NOW)
    for number in range(22, 26):
        changes, count = await store.history(f"T{number:03d}")
        assert (changes[0].kind, count) == ("trimmed", 1)
    await store.close()
    assert not [each for each in path.parent.rglob("0*") if b"make it" in each.read_bytes()]
