import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.store.postgres.server import MissingError, Server, binaries


def test_without_postgresql_the_tests_are_skipped_with_a_plain_reason(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="apt-get install postgresql"):
        binaries(tmp_path)


def test_the_newest_version_that_is_installed_is_taken(tmp_path):
    for version in ("9", "14", "15"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "pg_ctl", "postgres"):
            (folder / name).touch()
    assert binaries(tmp_path) == tmp_path / "15" / "bin"


ROOT = Path(__file__).parents[3]
_LEFT_ALONE = f"""
from {Server.__module__} import Server
print(Server().data, flush=True)
input()
"""


def _is_alive(process: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False


def test_a_server_ends_with_the_process_that_started_it_even_if_that_is_killed(postgres_server):
    command = [sys.executable, "-c", _LEFT_ALONE]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        data = Path(started.stdout.readline().strip())
        server = int((data / "postmaster.pid").read_text().splitlines()[0])
        assert _is_alive(server)
        started.kill()
    deadline = time.monotonic() + 30
    while _is_alive(server) or data.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
