"""A real PostgreSQL for tests, which they start as an unprivileged user in a temporary directory, on a socket
there.
"""

import atexit
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import psycopg
import pytest

_SETTINGS = """
listen_addresses = '{address}'
port = {port}
unix_socket_directories = '{directory}'
fsync = on
synchronous_commit = on
max_connections = 60
shared_buffers = {buffers}
log_statement = 'none'
"""


# Waits until the process that holds its input ends, however it ends, and then stops the server, even a suspended one.
_GUARD = """
cat
kill -CONT "$(head -n 1 "$1/data/postmaster.pid")"
"$2" -D "$1/data" -m immediate -w -t 30 stop
rm -rf "$1"
"""
_EMPTY = """
DO $$
DECLARE one text;
BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'counters' ORDER BY tablename
    LOOP EXECUTE format('DELETE FROM %I', one); END LOOP;
    IF to_regclass('public.counters') IS NOT NULL THEN
        UPDATE counters SET value = 0 WHERE name <> 'schema' AND value <> 0;
    END IF;
END $$
"""


class MissingError(Exception):
    """There is no PostgreSQL here; the message says what is missing."""


def binaries(installed: Path = Path("/usr/lib/postgresql")) -> Path:
    """The folder of `initdb`, `pg_ctl` and `postgres`: the newest version in `installed`, or the one on the
    path. Raises `MissingError`.
    """
    versions = sorted(installed.glob("*/bin"), key=lambda path: int(path.parent.name))
    found = shutil.which("initdb")
    places = [*reversed(versions), *([Path(os.path.realpath(found)).parent] if found else [])]
    for place in places:
        if all((place / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return place
    raise MissingError(
        "PostgreSQL's initdb, pg_ctl and postgres are not installed (Debian: apt-get install postgresql)"
    )


def _ordinary_user() -> Sequence[str]:
    """A command prefix for running as an unprivileged user, since PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return ()
    if not shutil.which("setpriv"):
        raise MissingError("PostgreSQL does not run as root, and there is no setpriv to become somebody else")
    return ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")


class Server:
    """A server that runs until it is closed or this process ends, even if it is killed. `url` is the address of its database `tickets`."""

    def __init__(self, *, buffers: str = "64MB", port: int = 5432, address: str = "") -> None:
        self._bin, self._as_user = binaries(), _ordinary_user()
        self.directory = Path(tempfile.mkdtemp(prefix="tickets-postgres-"))
        self.data = self.directory / "data"
        self._port = port
        if self._as_user:
            shutil.chown(self.directory, "nobody", "nogroup")
        self._run(
            "initdb", "-D", self.data, "-U", "tickets", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"
        )
        settings = _SETTINGS.format(directory=self.directory, port=port, buffers=buffers, address=address)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(settings)
        self.url = self.url_of("tickets")
        self._admin = f"host={self.directory} port={port} user=tickets"
        guard = [*self._as_user, "sh", "-c", _GUARD, "guard", str(self.directory), str(self._bin / "pg_ctl")]
        self._guard = subprocess.Popen(
            guard, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd="/", start_new_session=True,
        )  # fmt: skip
        self.start()
        self.execute("CREATE DATABASE tickets")

    def url_of(self, database: str, user: str = "tickets") -> str:
        return f"postgresql://{user}@/{database}?host={self.directory}&port={self._port}"

    def database_of(self, folder: Path) -> str:
        """The address of a database for whoever uses that folder; it is made when first asked for."""
        name = "of_" + hashlib.blake2b(str(folder).encode(), digest_size=12).hexdigest()
        if not self.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self.execute(f"CREATE DATABASE {name}")
        return self.url_of(name)

    def own(self, *paths: Path) -> None:
        """Give files to the server's user, as PostgreSQL requires for its keys."""
        for path in paths:
            path.chmod(0o600)
            if self._as_user:
                shutil.chown(path, "nobody", "nogroup")

    def _run(self, name: str, *arguments: object) -> str:
        command = [*self._as_user, str(self._bin / name), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            raise RuntimeError(f"{name} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def run_client(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's own programs as the current user."""
        subprocess.run([str(self._bin / name), *arguments], check=True, capture_output=True, cwd="/")

    def start(self) -> None:
        # A log file of its own: a server that inherits the tests' output would keep it open.
        self._run("pg_ctl", "-D", self.data, "-l", self.directory / "log", "-w", "-t", 30, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: `fast` ends connections cleanly, `immediate` is a crash."""
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "-t", 30, "stop")

    def is_running(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def execute(self, statement: str, database: str = "postgres") -> list[tuple]:
        with psycopg.connect(f"{self._admin} dbname={database}", autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    def empty(self) -> None:
        """Delete all rows and restart all counters; the tables stay."""
        self.execute(_EMPTY, "tickets")

    def kill_backends(self) -> int:
        """Kill the bot's connections, whatever they are doing. Returns their number."""
        statement = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tickets'"
        )
        return len(self.execute(statement))

    def freeze(self) -> None:
        """Suspend all server processes, as on a machine that hangs."""
        _suspend(self._main())  # first, so that it begins no further one
        for pid in self._children():
            _suspend(pid)

    def thaw(self) -> None:
        for pid in [*self._children(), self._main()]:
            os.kill(pid, signal.SIGCONT)

    def _children(self) -> list[int]:
        """The processes that the main one began. It reaps them, so that while it is suspended none disappears."""
        main = self._main()
        return [int(pid) for pid in Path(f"/proc/{main}/task/{main}/children").read_text().split()]

    def _main(self) -> int:
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def close(self) -> None:
        self._guard.communicate()  # ends its input
        shutil.rmtree(self.directory, ignore_errors=True)  # with what its user must not remove


def _suspend(pid: int) -> None:
    """Returns once the process is suspended, which may be a moment after the signal, or has ended."""
    os.kill(pid, signal.SIGSTOP)
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "TZX":
        os.sched_yield()


@cache
def shared_server() -> Server:
    """One for all tests of this process, until it ends."""
    server = Server()
    atexit.register(server.close)
    return server


def serve_a_test() -> Iterator[Server]:
    """For fixtures: a server for all tests. If there is none, the tests are skipped with the reason."""
    try:
        server = Server()
    except MissingError as error:
        pytest.skip(str(error))
    yield server
    server.close()
