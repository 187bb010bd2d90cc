"""`tickets erase`: somebody is erased once it was confirmed twice, or the reason not to is said."""

import asyncio
from pathlib import Path

import pytest

from store import open_store
from store.backup.restoring import BackupResult
from store.models.deliveries import Delivery
from tests.bot.cli.conftest import in_use


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
    mocker.patch("store.backup.erasing.erase_from_database", return_value=BackupResult("the database", 3, 16))
    done = tickets("erase", "U0ERIN", stdin="y\nU0ERIN\n")
    assert "erased from postgresql://db.example:5433/helpdesk: 3 tickets, 16 changes" in done.output


def test_nobody_is_erased_from_a_store_that_is_not_there(tickets):
    done = tickets("erase", "U0ERIN", stdin="y\nU0ERIN\n")
    assert (done.exit_code, done.output) == (1, f"Error: there is no {Path.cwd()}/data/tickets.json\n")
    assert not Path("data").exists()


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
