"""`tickets export` and `tickets import`: tickets out and in again, whole or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.transfer import exporting
from tests.bot.cli.conftest import ids, in_use


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


@pytest.mark.parametrize("path", ["all.xls", "all", "all.csv.gz"])
def test_a_file_of_no_known_kind_is_not_written_unasked(tickets, kept, path):
    done = tickets("export", path)
    assert done.exit_code == 2
    assert "--format" in done.stderr
    assert not Path(path).exists()
    assert tickets("export", path, "--format", "csv").exit_code == 0


@pytest.mark.parametrize(
    ("rows", "said"),
    [("one\n", "Imported 1 ticket: T001.\n"), ("one\ntwo\n", "Imported 2 tickets: T001 to T002.\n")],
)
def test_an_import_names_the_first_and_the_last_ticket(tickets, rows, said):
    Path("in.csv").write_text(f"title\n{rows}")
    assert tickets("import", "in.csv").stdout == said
