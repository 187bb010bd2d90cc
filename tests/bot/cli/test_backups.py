"""`tickets backup`, `copy` and `restore`: copies and the way back, each whole or not at all."""

import errno
import json
import re
import sys
from pathlib import Path

import pytest

from tests.bot.cli.conftest import ids, in_use


def test_a_backup_of_a_backup_holds_the_same_and_changes_nothing_of_it(tickets, kept, monkeypatch):
    expected = tickets("export").stdout
    tickets("backup", "saved.json")
    data = Path("saved.json").read_bytes()
    monkeypatch.setenv("TICKETS_STORE", "saved.json")
    assert tickets("backup", "second.json").stdout.startswith("Backed up 2 tickets with 2 changes")
    assert Path("saved.json").read_bytes() == data
    assert [each.name for each in Path().glob("saved*")] == ["saved.json"]
    monkeypatch.setenv("TICKETS_STORE", "second.json")
    assert tickets("export").stdout == expected


def test_counts_and_absolute_paths_are_told(tickets, kept):
    here = Path.cwd()
    assert (
        tickets("backup", "saved.json").stdout
        == f"Backed up 2 tickets with 2 changes to {here}/saved.json.\n"
    )
    copied = tickets("copy", "data/tickets.json", "copied.json").stdout
    assert copied.startswith(f"Copied 2 tickets (deleted ones too) with 2 changes to {here}/copied.json; ")
    restored = tickets("restore", "saved.json", "--yes").stdout.splitlines()
    assert restored[0] == f"Restored 2 tickets with 2 changes to {here}/data/tickets.json."
    assert re.fullmatch(
        rf"What was there before is kept as {here}/data/tickets.json.before-\d+-\d+.", restored[1]
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("backup", "nowhere/saved.json"),
        ("copy", "data/tickets.json", "nowhere/tickets.json"),
        ("backup", "postgresql://desk/tickets"),
        ("copy", "data/tickets.json", "postgresql://desk/tickets"),
        ("copy", "redis://desk", "saved.json"),
        ("restore", "redis://desk", "--yes"),
        ("restore", "nowhere.json", "--yes"),
        ("restore", "data", "--yes"),
    ],
)
def test_no_folder_is_made_and_no_address_is_taken_for_a_path(tickets, kept, arguments):
    done = tickets(*arguments)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert "Errno" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert [each.name for each in Path.cwd().iterdir()] == ["data"]


def test_restore_says_what_it_will_do_keeps_what_it_replaces_and_brings_the_backup_back(tickets, kept):
    tickets("backup", "saved.json")
    tickets("ask", "create something that is lost again")
    refused = tickets("restore", "saved.json", stdin="n\n")
    assert refused.exit_code == 1
    assert "will be replaced by saved.json" in refused.output
    assert len(ids(tickets)) == 3
    done = tickets("restore", "saved.json", "--yes")
    assert done.exit_code == 0, done.output
    assert tickets("export").stdout.count("\n") == 2
    assert len(ids(tickets)) == 2
    assert list(Path("data").glob("tickets.json.before-*"))


def test_a_database_is_not_restored_and_its_password_is_not_printed(tickets, kept, monkeypatch):
    tickets("backup", "saved.json")
    monkeypatch.setenv("TICKETS_STORE", "postgresql://bot:canary@db.example/helpdesk")
    done = tickets("restore", "saved.json", stdin="y\n")
    assert done.exit_code == 1
    assert done.output == "Error: a database is backed up by `pg_dump`, and brought back by `pg_restore`\n"


def test_restore_without_a_backup_asks_for_one(tickets, kept):
    assert tickets("restore").exit_code == 2


def test_a_store_that_is_in_use_is_not_replaced(tickets, kept):
    tickets("backup", "saved.json")
    with in_use():
        done = tickets("restore", "saved.json", "--yes")
    assert done.exit_code == 1
    assert "in use" in done.stderr


def test_a_damaged_store_names_the_way_out_and_the_way_out_works(tickets, kept):
    path = Path("data/tickets.json")
    data = bytearray(path.read_bytes())
    data[data.index(b"printer")] ^= 1
    path.write_bytes(data)
    refused = tickets("ask", "list all tickets")
    assert refused.exit_code == 1
    assert "tickets restore" in refused.stderr
    done = tickets("restore", "--salvage", "--yes")
    assert done.exit_code == 0, done.output
    assert f"{Path.cwd()}/data/tickets.json: recovered 2 of 2 tickets." in done.stdout
    assert ids(tickets) == ["T002", "T001"]


def test_a_salvage_says_what_was_lost(tickets):
    rows = {
        str(number): {
            "id": f"T{number:03d}",
            "title": f"ticket {number}",
            "cat": "code",
            "pri": 1,
            "stat": "open",
            "created": "2024-01-01",
        }
        for number in range(1, 46)
    }
    whole = json.dumps({"tickets": rows})
    Path("damaged.json").write_text(whole[: whole.index('"T042"')] + '"T042", "ti', encoding="utf-8")
    Path("data").mkdir(mode=0o700)
    done = tickets("restore", "damaged.json", "--salvage", "--yes")
    assert done.exit_code == 0, done.output
    assert "recovered 41 of 42 tickets" in done.stdout
    assert done.stderr == "Lost: T042: everything\n"
    assert tickets("export").stdout.count("\n") == 41


def test_a_salvage_that_finds_nothing_exits_with_1_and_replaces_nothing(tickets, kept):
    Path("damaged.json").write_text("hello", encoding="utf-8")
    done = tickets("restore", "damaged.json", "--salvage", "--yes")
    assert done.exit_code == 1
    assert "no ticket" in done.stderr
    assert ids(tickets) == ["T002", "T001"]


def test_a_copy_to_a_database_without_its_driver_says_what_to_install(tickets, kept, monkeypatch):
    monkeypatch.setitem(sys.modules, "store.postgres", None)
    done = tickets("copy", "data/tickets.json", "postgresql://desk/tickets")
    assert done.exit_code == 1
    assert "needs its driver; install it with the extra" in done.stderr


def test_copy_moves_between_stores(tickets, kept, monkeypatch):
    Path("elsewhere").mkdir(mode=0o700)
    assert tickets("copy", "data/tickets.json", "elsewhere/tickets.json").exit_code == 0
    monkeypatch.setenv("TICKETS_STORE", "elsewhere/tickets.json")
    assert ids(tickets) == ["T002", "T001"]
    again = tickets("copy", "data/tickets.json", "elsewhere/tickets.json")
    assert again.exit_code == 1


def test_a_backup_that_is_not_there_is_said_before_anything_is_asked(tickets, kept):
    done = tickets("restore", "nope.json")
    assert done.exit_code == 1
    assert done.output == f"Error: there is no {Path.cwd()}/nope.json\n"


@pytest.mark.parametrize(
    "command",
    [
        ("export", "all.csv"),
        ("backup", "saved.json"),
        ("copy", "STORE", "new.json"),
        ("restore", "STORE", "--yes"),
        ("erase", "U0ERIN"),
        ("parked",),
    ],
)
def test_a_store_that_cannot_be_looked_up_is_not_said_to_be_missing(tickets, kept, monkeypatch, command):
    store = f"data/{'long' * 99}/tickets.json"
    monkeypatch.setenv("TICKETS_STORE", "data/tickets.json" if command[0] == "restore" else store)
    done = tickets(*(store if word == "STORE" else word for word in command))
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert "there is no" not in done.stderr
    assert ": File name too long" in done.stderr


def test_a_file_that_may_not_be_read_is_named_with_who_may(tickets, kept, mocker):
    denied = PermissionError(errno.EACCES, "Permission denied", "data/tickets.json.journal")
    mocker.patch("store.backup.restoring.open_files", side_effect=denied)
    done = tickets("backup", "copy.json")
    assert done.exit_code == 1
    assert done.stderr == (
        "Error: data/tickets.json.journal cannot be read or written: Permission denied;"
        " run this as the user that the bot runs as\n"
    )


NEWER = {
    "the store": ("data/tickets.json", b'"version":2', b'"version":3'),
    "the store, pretty-printed": (
        "data/tickets.json",
        b'{"_store":{"1":{"version":2',
        b'{\n "_store": {"1": {"version": 12',
    ),
    "the journal": ("data/tickets.json.journal/000001", b'{"journal":2', b'{"journal":3'),
    "the journal, in another frame": (
        "data/tickets.json.journal/000001",
        b'{"journal":2',
        b'v3 {"journal":3',
    ),
    "the deliveries": ("data/tickets.json.deliveries", b'{"deliveries":2', b'{"deliveries":3'),
}


@pytest.mark.parametrize(
    "command",
    [
        ("copy", "data/tickets.json", "copied.json"),
        ("backup", "saved.json"),
        ("restore", "--salvage", "--yes"),
        ("restore", "data/tickets.json", "--yes"),
        ("export", "all.csv"),
        ("ask", "list all"),
        ("check",),
    ],
)
@pytest.mark.parametrize("newer", NEWER)
def test_a_store_of_a_newer_version_is_called_that_and_not_damaged(tickets, kept, newer, command):
    path, old, new = NEWER[newer]
    data = Path(path).read_bytes()
    assert old in data
    Path(path).write_bytes(data.replace(old, new))
    before = {each: each.read_bytes() for each in Path("data").rglob("*") if each.is_file()}
    done = tickets(*command)
    assert done.exit_code == 1
    assert re.search("was written by a newer version of this program[;:] upgrade this one", done.output)
    assert {each: each.read_bytes() for each in Path().rglob("*") if each.is_file()} == before
