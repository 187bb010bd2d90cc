"""Real processes: killed in the middle of writing, and two that want the same store."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from tinydb import TinyDB

from store.backups import backup
from store.base import EVERYTHING, Filter, LockedError
from store.tiny import TinyStore

ROOT = Path(__file__).parents[2]
ROUNDS = 6


def start(path: Path, name: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.store.busy", str(path), name]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def read(process: subprocess.Popen, lines: int, acknowledged: dict[str, list[str]]) -> None:
    for line in [process.stdout.readline() for _ in range(lines)]:
        assert line.endswith("\n"), "it has stopped by itself"
        note(line, acknowledged)


def note(line: str, acknowledged: dict[str, list[str]]) -> None:
    kind, ticket_id, what = line.split()
    if kind == "created":
        assert ticket_id not in acknowledged, "an id was used twice"
        acknowledged[ticket_id] = [what]
    else:
        acknowledged[ticket_id].append(f"step {what}")


def kill(process: subprocess.Popen, acknowledged: dict[str, list[str]]) -> None:
    """SIGKILL, and everything that it had said before."""
    process.kill()
    rest = process.stdout.read()
    for line in rest.splitlines(keepends=True):
        if line.endswith("\n"):
            note(line, acknowledged)
    process.wait()
    process.stdout.close()


async def test_kill_9_under_load_loses_nothing_acknowledged(tmp_path):
    path, acknowledged, chance = tmp_path / "tickets.json", {}, random.Random(4)
    for round_number in range(ROUNDS):
        process = start(path, f"w{round_number}")
        read(process, chance.randint(1, 300), acknowledged)
        kill(process, acknowledged)
        store = await TinyStore.open(path)
        for ticket_id, (title, *steps) in acknowledged.items():
            record = await store.get(ticket_id)
            assert record.ticket.title == title
            history, count = await store.history(ticket_id, size=10)
            assert [change.after["res"] for change in reversed(history[:-1])][: len(steps)] == steps
            assert count in {len(steps) + 1, len(steps) + 2}
        await store.close()
    with TinyDB(path) as stock:
        assert set(acknowledged) <= {document["id"] for document in stock.table("tickets")}


async def test_a_second_process_is_refused_and_a_backup_is_not(tmp_path):
    path, acknowledged = tmp_path / "tickets.json", {}
    process = start(path, "w")
    read(process, 50, acknowledged)
    with pytest.raises(LockedError, match=rf"in use by another process \({process.pid}\)"):
        await TinyStore.open(path)
    for number in range(5):
        before = dict(acknowledged)
        backup(str(path), str(tmp_path / f"backup-{number}.json"))
        copy = await TinyStore.open(tmp_path / f"backup-{number}.json")
        found = {record.ticket.id for record in (await copy.view(Filter(), EVERYTHING, size=10_000)).records}
        await copy.close()
        assert set(before) <= found
        read(process, 50, acknowledged)
    kill(process, acknowledged)
