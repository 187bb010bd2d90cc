"""Ctrl-C stops a command before it has changed anything; if it comes too late for that, the command says what it did."""

import json
import signal
import sys
from pathlib import Path

import pytest

import store.backup.files
import store.backup.restoring
import store.transfer.importing
from bot.__main__ import main
from store.file.disk.journal import Journal
from store.file.store import FileStore

PERSON = "U0LOCAL"
COMMANDS = {
    "backup": (["backup", "copy.json"], None),
    "copy": (["copy", "data/tickets.json", "copy.json"], None),
    "restore": (["restore", "saved.json", "--yes"], None),
    "erase": (["erase", PERSON], f"y\n{PERSON}\n"),
    "import": (["import", "more.csv"], None),
}


@pytest.fixture(autouse=True)
def kept(tickets):
    """A ticket in the store, another in a backup, and a file to import."""
    tickets("ask", "create printer jam")
    tickets("backup", "saved.json")
    tickets("ask", "create login bug")
    Path("more.csv").write_text("title\nsmoke alarm\n")


def press_before(monkeypatch, where, name: str) -> None:
    """Press Ctrl-C once, right before the function is called."""
    function = getattr(where, name)

    def pressed(*arguments, **named):
        monkeypatch.setattr(where, name, function)
        signal.raise_signal(signal.SIGINT)
        return function(*arguments, **named)

    monkeypatch.setattr(where, name, pressed)


def tickets_kept(tickets) -> list[dict]:
    return json.loads(tickets("ask", "list all tickets").stdout)["data"]


def files() -> set[str]:
    return {str(each) for each in Path().rglob("*") if each.is_file() and each.suffix != ".lock"}


def test_a_command_that_is_stopped_while_its_modules_load_says_so_in_one_line(monkeypatch):
    class Loading:
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "bot.cli", Loading())
    monkeypatch.setattr("bot.__main__.postpone_garbage_collection", lambda: None)
    with pytest.raises(SystemExit, match=r"^Error: stopped by Ctrl-C$"):
        main()


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_stopped_has_changed_nothing_and_says_that_it_stopped(tickets, monkeypatch, command):
    reading = {
        "import": (store.transfer.importing, "_read_ticket"),
        "restore": (store.backup.files, "read_contents"),
    }
    before, there = tickets_kept(tickets), files()
    arguments, stdin = COMMANDS[command]
    press_before(monkeypatch, *reading.get(command, (Journal, "verify")))
    stopped = tickets(*arguments, stdin=stdin)
    assert (stopped.exit_code, stopped.stderr) == (1, "Error: stopped by Ctrl-C\n")
    assert (tickets_kept(tickets), files()) == (before, there)
    assert tickets(*arguments, stdin=stdin).exit_code == 0


@pytest.mark.parametrize("command", ["restore", "erase"])
def test_what_is_stopped_after_it_was_read_has_changed_nothing_either(tickets, monkeypatch, command):
    before, there = tickets_kept(tickets), files()
    arguments, stdin = COMMANDS[command]
    press_before(monkeypatch, store.backup.restoring, "check_change")
    stopped = tickets(*arguments, stdin=stdin)
    assert (stopped.exit_code, stopped.stderr) == (1, "Error: stopped by Ctrl-C\n")
    assert (tickets_kept(tickets), files()) == (before, there)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("backup", "Backed up 2 tickets"),
        ("restore", "Restored 1 ticket"),
        ("erase", f"{PERSON} is erased from 2 tickets"),
        ("import", "Imported 1 ticket: T003"),
    ],
)
def test_what_can_no_longer_be_stopped_is_done_and_said(tickets, monkeypatch, command, told):
    arguments, stdin = COMMANDS[command]
    if command == "import":
        press_before(monkeypatch, FileStore, "import_tickets")
    else:
        press_before(monkeypatch, store.backup.restoring, "BackupResult")
    done = tickets(*arguments, stdin=stdin)
    assert done.exit_code == 0, done.output
    assert told in done.stdout
