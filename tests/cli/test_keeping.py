"""The store's commands: tickets out and in again, copies and the way back, each whole or not at all."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import in_use


@pytest.fixture
def kept(tickets):
    """Two tickets in the store."""
    tickets("ask", 'create "printer jam" cat other')
    tickets("ask", 'create "=cmd, \\"quoted\\"" cat code pri 1')


def ids(tickets) -> list[str]:
    return [one["id"] for one in json.loads(tickets("ask", "list all tickets").stdout)["data"]]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_what_was_exported_can_be_imported_elsewhere(tickets, kept, form, monkeypatch):
    done = tickets("export", f"all.{form}")
    assert "Exported 2 tickets" in done.stderr
    before = tickets("ask", "view T002").stdout
    monkeypatch.setenv("TICKETS_STORE", "other/tickets.json")
    assert "Imported 2 tickets" in tickets("import", f"all.{form}").stdout
    assert tickets("ask", "view T002").stdout == before


def test_an_export_goes_to_standard_output_and_an_import_comes_from_standard_input(
    tickets, kept, monkeypatch
):
    lines = tickets("export").stdout
    assert [json.loads(line)["id"] for line in lines.splitlines()] == ["T001", "T002"]
    monkeypatch.setenv("TICKETS_STORE", "other/tickets.json")
    assert tickets("import", "-", stdin=lines).exit_code == 0
    assert ids(tickets) == ["T002", "T001"]


def test_an_export_does_not_replace_a_file_and_is_for_its_owner_alone(tickets, kept):
    assert tickets("export", "all.csv").exit_code == 0
    assert Path("all.csv").stat().st_mode & 0o777 == 0o600
    again = tickets("export", "all.csv")
    assert again.exit_code == 1
    assert "is there already" in again.stderr


def test_one_bad_line_and_nothing_is_imported_and_the_line_is_named(tickets, kept):
    Path("bad.jsonl").write_text('{"title":"fine"}\n{"title":""}\nnonsense\n', encoding="utf-8")
    done = tickets("import", "bad.jsonl")
    assert done.exit_code == 1
    assert "line 2" in done.stderr
    assert "line 3" in done.stderr
    assert ids(tickets) == ["T002", "T001"]


def test_a_backup_is_a_store_and_can_be_made_while_another_process_has_it_open(tickets, kept):
    with in_use():
        done = tickets("backup", "saved.json")
    assert done.exit_code == 0, done.output
    assert tickets("backup", "saved.json").exit_code == 1


def test_restore_says_what_it_will_do_keeps_what_it_replaces_and_brings_the_backup_back(tickets, kept):
    tickets("backup", "saved.json")
    tickets("ask", "create something that is lost again")
    refused = tickets("restore", "saved.json", stdin="n\n")
    assert refused.exit_code == 1
    assert "will be replaced by saved.json" in refused.output
    assert len(ids(tickets)) == 3
    done = tickets("restore", "saved.json", "--yes")
    assert done.exit_code == 0, done.output
    assert len(ids(tickets)) == 2
    assert list(Path("data").glob("tickets.json.before-*"))


def test_restore_without_a_backup_asks_for_one(tickets, kept):
    assert tickets("restore").exit_code == 2


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
    assert "T002" in ids(tickets)


def test_copy_moves_between_stores(tickets, kept, monkeypatch):
    assert tickets("copy", "data/tickets.json", "elsewhere/tickets.json").exit_code == 0
    monkeypatch.setenv("TICKETS_STORE", "elsewhere/tickets.json")
    assert ids(tickets) == ["T002", "T001"]
    again = tickets("copy", "data/tickets.json", "elsewhere/tickets.json")
    assert again.exit_code == 1
