"""The store's commands: tickets out and in again, copies and the way back, each whole or not at all."""

import asyncio
import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from store import open_store
from store.backup.restoring import BackupResult
from store.models.deliveries import Delivery
from store.transfer import exporting
from tests.bot.cli.conftest import in_use


@pytest.fixture
def kept(tickets):
    """Two tickets in the store."""
    tickets("ask", 'create "printer jam" cat other')
    tickets("ask", 'create "=cmd, \\"quoted\\"" cat code pri 1')


def ids(tickets) -> list[str]:
    return [one["id"] for one in json.loads(tickets("ask", "list all tickets").stdout)["data"]]


# export and import


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_what_was_exported_can_be_imported_elsewhere(tickets, kept, form, monkeypatch):
    done = tickets("export", f"all.{form}")
    assert done.stderr == f"Exported 2 tickets to {Path.cwd()}/all.{form}.\n"
    before = tickets("ask", "view T002").stdout
    monkeypatch.setenv("TICKETS_STORE", "other/tickets.json")
    assert tickets("import", f"all.{form}").stdout == "Imported 2 tickets: T001 to T002.\n"
    assert tickets("ask", "view T002").stdout == before


def test_an_export_goes_to_standard_output_and_an_import_comes_from_standard_input(
    tickets, kept, monkeypatch
):
    lines = tickets("export").stdout
    assert [json.loads(line)["id"] for line in lines.splitlines()] == ["T001", "T002"]
    monkeypatch.setenv("TICKETS_STORE", "other/tickets.json")
    assert tickets("import", "-", stdin=lines).exit_code == 0
    assert ids(tickets) == ["T002", "T001"]


def test_an_export_and_a_backup_work_while_another_process_has_the_store_open(tickets, kept):
    with in_use():
        exported, saved = tickets("export", "all.csv"), tickets("backup", "saved.json")
    assert exported.exit_code == 0, exported.output
    assert saved.exit_code == 0, saved.output
    assert Path("all.csv").read_text(encoding="utf-8").count("\n") == 3


def test_an_export_reads_a_backup_and_changes_nothing_of_it(tickets, kept, monkeypatch):
    expected = tickets("export").stdout
    tickets("backup", "saved.json")
    monkeypatch.setenv("TICKETS_STORE", "saved.json")
    data = Path("saved.json").read_bytes()
    Path("saved.json").chmod(0o400)
    assert tickets("export").stdout == expected
    assert Path("saved.json").read_bytes() == data
    assert [each.name for each in Path().glob("saved*")] == ["saved.json"]


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


@pytest.mark.parametrize("command", ["export", "backup"])
def test_a_file_is_for_its_owner_alone_from_the_moment_that_it_is_there_and_replaces_none(
    tickets, kept, command
):
    modes = set()
    real = os.open

    def watched(path, flags, mode=0o777, **more):
        fd = real(path, flags, mode, **more)
        modes.add(os.fstat(fd).st_mode & 0o777 if "out.csv" in str(path) else 0o600)
        return fd

    old = os.umask(0)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "open", watched)
            assert tickets(command, "out.csv").exit_code == 0
    finally:
        os.umask(old)
    assert modes == {0o600}
    assert Path("out.csv").stat().st_mode & 0o777 == 0o600
    again = tickets(command, "out.csv")
    assert again.exit_code == 1
    assert "already exists" in again.stderr


def test_an_export_that_finds_no_room_names_its_own_file_and_leaves_none(tickets, kept):
    limited = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", sys.executable, "-m", "bot", "export", "all.csv"]
    done = subprocess.run(limited, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Error: all.csv cannot be written: File too large.\n")
    assert not Path("all.csv").exists()


def test_an_export_has_its_name_only_once_it_is_complete(tickets, kept, monkeypatch):
    real, seen = exporting.export, []

    async def watched(*arguments, **more):
        count = await real(*arguments, **more)
        seen.append(Path("out.csv").exists())  # noqa: ASYNC240  # no other task is running
        return count

    monkeypatch.setattr(exporting, "export", watched)
    assert tickets("export", "out.csv").exit_code == 0
    assert seen == [False]
    assert [each.name for each in Path().glob("out*")] == ["out.csv"]


def test_an_export_replaces_no_file_that_is_made_while_it_is_written(tickets, kept, monkeypatch):
    real = exporting.export

    async def raced(*arguments, **more):
        Path("out.csv").write_text("untouched", encoding="utf-8")  # noqa: ASYNC240  # as above
        return await real(*arguments, **more)

    monkeypatch.setattr(exporting, "export", raced)
    assert tickets("export", "out.csv").stderr == "Error: out.csv cannot be written: File exists.\n"
    assert Path("out.csv").read_text(encoding="utf-8") == "untouched"


def test_a_link_where_an_export_would_be_is_not_followed(tickets, kept):
    Path("mine").write_text("untouched", encoding="utf-8")
    Path("out.csv").symlink_to("mine")
    assert tickets("export", "out.csv").exit_code == 1
    assert Path("mine").read_text(encoding="utf-8") == "untouched"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_an_export_to_standard_output_is_utf_8_whatever_the_terminal_takes(tickets, encoding):
    tickets("ask", "create the 🔥 button ☕ is broken")
    done = subprocess.run(
        [sys.executable, "-m", "bot", "export"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert "🔥" in json.loads(done.stdout.decode())["title"]


@pytest.mark.parametrize(
    "data",
    [
        '\ufeff{"title":"A"}\n'.encode(),
        b'[\n {"title": "A"}\n]\n',
        "\ufefftitle,pri\r\nA,1\r\n".encode(),
        "title\tpri\r\nA\t1\r\n".encode("utf-16"),
        '{"title":"A\u2028B"}\n'.encode(),
        "title,desc\nA,one\vtwo\x1cthree\x85four\n".encode(),
    ],
)
@pytest.mark.parametrize("source", ["file", "standard input"])
def test_an_import_reads_what_other_programs_write(tickets, data, source):
    Path("in").write_bytes(data)
    done = tickets("import", "in" if source == "file" else "-", stdin=data)
    assert done.stdout == "Imported 1 ticket: T001.\n"


def test_one_bad_line_and_nothing_is_imported_and_the_line_is_named(tickets, kept):
    Path("bad.jsonl").write_text('{"title":"fine"}\n{"title":""}\nnonsense\n', encoding="utf-8")
    done = tickets("import", "bad.jsonl")
    assert done.exit_code == 1
    assert "line 2" in done.stderr
    assert "line 3" in done.stderr
    assert ids(tickets) == ["T002", "T001"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"title\nCaf\xe9\n", "cannot be read as UTF-8 in line 2: save it as that"),
        (b"title\n" + b"x" * 200_000, "line 2: a cell of more than"),
        (b'title\n"open\n', "line 2: a quote is opened and never closed"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(tickets, data, said):
    Path("bad.csv").write_bytes(data)
    done = tickets("import", "bad.csv")
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


# backup, copy, restore


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


@pytest.mark.parametrize("path", ["all.xls", "all", "all.csv.gz"])
def test_a_file_of_no_known_kind_is_not_written_unasked(tickets, kept, path):
    done = tickets("export", path)
    assert done.exit_code == 2
    assert "--format" in done.stderr
    assert not Path(path).exists()
    assert tickets("export", path, "--format", "csv").exit_code == 0


def test_a_backup_that_is_not_there_is_said_before_anything_is_asked(tickets, kept):
    done = tickets("restore", "nope.json")
    assert done.exit_code == 1
    assert done.output == f"Error: there is no {Path.cwd()}/nope.json\n"


def test_a_person_is_erased_once_it_was_confirmed_twice(tickets):
    tickets("ask", "--as", "U0ERIN", "create Zebra crossing, urgent")
    done = tickets("erase", "U0ERIN", stdin="y\nU0ERIN\n")
    assert done.exit_code == 0
    assert "U0ERIN is erased from 1 ticket with 1 change." in done.stdout
    assert "Backups and exports elsewhere" in done.stdout
    assert '"title":"(erased)"' in tickets("ask", "view T001").stdout


def test_the_log_names_the_database_that_somebody_was_erased_from_and_counts_both(
    tickets, monkeypatch, mocker
):
    monkeypatch.setenv("TICKETS_STORE", "postgresql://bot:secret@db.example:5433/helpdesk")
    mocker.patch("bot.cli.erasing._names_of", return_value=[])
    mocker.patch("store.backup.erase_from_database", return_value=BackupResult("the database", 3, 16))
    done = tickets("erase", "U0ERIN", stdin="y\nU0ERIN\n")
    assert "erased from postgresql://db.example:5433/helpdesk: 3 tickets, 16 changes" in done.output


def test_nobody_is_erased_from_a_store_that_is_not_there(tickets):
    done = tickets("erase", "U0ERIN", stdin="y\nU0ERIN\n")
    assert (done.exit_code, done.output) == (1, f"Error: there is no {Path.cwd()}/data/tickets.json\n")
    assert not Path("data").exists()


def test_a_file_that_may_not_be_read_is_named_with_who_may(tickets, kept, mocker):
    denied = PermissionError(errno.EACCES, "Permission denied", "data/tickets.json.journal")
    mocker.patch("store.backup.restoring.open_files", side_effect=denied)
    done = tickets("backup", "copy.json")
    assert done.exit_code == 1
    assert done.stderr == (
        "Error: data/tickets.json.journal cannot be read or written: Permission denied;"
        " run this as the user that the bot runs as\n"
    )


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


def test_an_id_that_nothing_is_of_is_not_said_to_be_erased(tickets, caplog):
    tickets("ask", "--as", "U0ERIN", "create Zebra crossing, urgent")
    done = tickets("erase", "U0ERNI", stdin="y\nU0ERNI\n")
    assert "is erased" not in done.stdout
    assert "No ticket held anything of U0ERNI: see that it is the right id.\n" in done.stdout
    (logged,) = caplog.messages
    assert logged.endswith("but no ticket held anything of them")


def test_what_is_counted_is_what_held_the_person(tickets):
    tickets("ask", "--as", "U0ERIN", "create Zebra crossing, urgent")
    tickets("ask", "--as", "U0COLE", "create Printer jams")
    assert (
        "U0ERIN is erased from 1 ticket with 1 change."
        in tickets("erase", "U0ERIN", stdin="y\nU0ERIN\n").stdout
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [("one\n", "Imported 1 ticket: T001.\n"), ("one\ntwo\n", "Imported 2 tickets: T001 to T002.\n")],
)
def test_an_import_names_the_first_and_the_last_ticket(tickets, rows, said):
    Path("in.csv").write_text(f"title\n{rows}")
    assert tickets("import", "in.csv").stdout == said


@pytest.mark.parametrize("stdin", ["n\n", "y\nU0OTHER\n", "y\n", ""])
def test_without_both_confirmations_nobody_is_erased(tickets, stdin):
    tickets("ask", "--as", "U0ERIN", "create Zebra crossing, urgent")
    assert tickets("erase", "U0ERIN", stdin=stdin).exit_code == 1
    assert '"title":"Zebra crossing"' in tickets("ask", "view T001").stdout


def test_nobody_is_erased_while_the_bot_runs_or_something_waits(tickets):
    tickets("ask", "--as", "U0ERIN", "create Zebra crossing, urgent")
    with in_use():
        done = tickets("erase", "U0ERIN", stdin="y\nU0ERIN\n")
    assert done.exit_code == 1
    assert "stop that one first" in done.stderr
    asyncio.run(_accept("data/tickets.json"))
    assert "accepted and not finished: 1" in tickets("erase", "U0ERIN", stdin="y\nU0ERIN\n").stderr
    asyncio.run(_park("data/tickets.json"))
    refused = tickets("erase", "U0ERIN", stdin="y\nU0ERIN\n").stderr
    assert "set aside: 1" in refused
    assert "tickets parked" in refused
    assert '"title":"Zebra crossing"' in tickets("ask", "view T001").stdout
    assert tickets("parked", "drop", "message:1").exit_code == 0
    assert tickets("erase", "U0ERIN", stdin="y\nU0ERIN\n").exit_code == 0


async def _accept(path: str) -> None:
    store = await open_store(path)
    await store.accept(Delivery(("message:1",), 1.0, {}))
    await store.close()


async def _park(path: str) -> None:
    store = await open_store(path)
    await store.fail("message:1", "in vain", park=True)
    await store.close()


def test_only_a_slack_user_id_names_somebody_to_erase(tickets):
    assert tickets("erase", "erin", stdin="y\nerin\n").exit_code == 2


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
