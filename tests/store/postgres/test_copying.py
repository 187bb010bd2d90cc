"""A store moves from a file to PostgreSQL and back, whole, or not at all."""

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.backups import copy
from store import open_store
from store.backup.copying import copy_between
from store.backup.restoring import backup
from store.errors import StoreError
from store.models.deliveries import Choice, Delivery, Person, Posted
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import ImportedTicket, MessageRef, MessageUsage, Status, Ticket
from store.postgres import PostgresStore
from tests.store.factories import NOW, TODAY, new_ticket, origin


async def fill(store) -> None:
    """Something of every kind."""
    for number in range(6):
        await store.create(
            new_ticket(f"API timeout {number}", desc="支払いエラー \x00"),
            origin(f"U{number % 2}", f"k{number}", channel="C1", thread=f"{number}.1", private=number == 3,
                   usage=MessageUsage(TODAY, "U1", "llm", 7, 1)),
        )  # fmt: skip
    await store.bulk_update(
        {"T001": {"stat": "done", "res": "fixed"}, "T002": {"pri": 1}}, origin(key="bulk")
    )
    await store.undo("T001", 2, origin(key="undo"))
    await store.undo("T001", 3, origin(key="redo"))
    await store.delete("T005", origin(key="gone"))
    await store.delete("T006", origin(key="last"))
    elsewhere = Ticket(id="T009", title="From elsewhere", created=TODAY, stat=Status.DONE)
    await store.import_tickets([ImportedTicket("T009", elsewhere, origin("U8"))], origin(key="import"))
    await store.delete("T009", origin())
    for key in ("done", "pending", "parked"):
        await store.accept(Delivery((key, f"twin of {key}"), NOW, {"text": key}), "p1", NOW + 60)
    lines = (("T001", 3, MessageRef("C1", "7.7", "0.1")), ("T001", 2, MessageRef("C1", "8.8", "0.1")))
    posted = Posted((("T002", MessageRef("C1", "9.9")),), lines)
    await store.finish("done", {"ok": 1}, posted=posted, usage=MessageUsage(TODAY, "U1", "rules"))
    await store.fail("pending", "slow", park=False)
    await store.fail("parked", "boom", park=True)
    await store.add_choice(Choice("c1", "U1", NOW + 600, {"a": 1}))
    await store.take_choice("c1", "U1", "yes", "press", NOW)
    await store.add_choice(Choice("c2", "U1", int(NOW) + 600, {}))
    await store.remember_people([Person("U1", NOW, {"name": "Ada"}), Person("U2", int(NOW), {})])


async def everything(store) -> dict:
    """What it answers."""
    ids = [f"T00{number}" for number in range(1, 7)] + ["T009"]
    return {
        "all": await store.view(Filter(), EVERYTHING),
        "found": await store.view(Filter(text="timeout"), EVERYTHING),
        "alike": await store.similar("API timeout", EVERYTHING),
        "histories": [await store.history(ticket_id) for ticket_id in ids],
        "together": await store.changes_together("T001", 2),
        "latest": await store.latest("U1"),
        "threads": [await store.find_by_thread("C1", thread) for thread in ("0.1", "9.9", "4.1")],
        "lines": await store.undo_lines_in("C1", "0.1"),
        "pending": await store.pending(),
        "parked": await store.parked(),
        "choices": [await store.choice(key) for key in ("c1", "c2")],
        "people": sorted(await store.people()),
        "usage": await store.usage(9),
    }


async def again(store) -> list:
    """What it answers to what was asked before, and the next id."""
    return [
        await store.create(new_ticket(), origin(key="k1")),
        await store.bulk_update({"T001": {"stat": "done"}, "T002": {"pri": 1}}, origin(key="bulk")),
        await store.import_tickets([], origin(key="import")),
        await store.accept(Delivery(("twin of done",), NOW, {})),
        await store.accept(Delivery(("twin of pending",), NOW, {})),
        [each.keys for each in await store.claim("p2", NOW + 61, NOW + 99)],
        (await store.create(new_ticket(), origin(key="new"))).record.ticket.id,
    ]


@pytest.fixture
def file(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return str(folder / "tickets.json")


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


async def filled(address: str) -> dict:
    store = await open_store(address)
    await fill(store)
    answers = await everything(store)
    await store.close()
    return answers


async def test_all_of_a_file_is_in_the_database_and_all_of_that_in_a_file_again(
    postgres_server, file, tmp_path
):
    postgres_server.empty()
    before = await filled(file)
    there = await copy_between(file, postgres_server.url)
    back = await copy_between(postgres_server.url, str(tmp_path / "data" / "back.json"))
    assert back == there
    stores = [
        await open_store(each) for each in (file, postgres_server.url, str(tmp_path / "data" / "back.json"))
    ]
    try:
        assert [await everything(store) for store in stores] == [before, before, before]
        answers = [await again(store) for store in stores]
        assert answers[0] == answers[1] == answers[2]
        assert answers[0][-1] == "T010"
    finally:
        for store in stores:
            await store.close()


def test_the_command_says_what_was_copied_and_what_a_backup_of_a_database_is(postgres_server, file, tmp_path):
    postgres_server.empty()
    before = asyncio.run(filled(file))
    run = CliRunner().invoke
    copied = run(copy, [file, postgres_server.url])
    assert copied.exit_code == 0, copied.output
    assert re.search(r"^Copied 7 tickets \(deleted ones too\) with \d+ changes to .*/tickets", copied.stdout)
    back = str(tmp_path / "data" / "back.json")
    assert run(copy, [postgres_server.url, back]).exit_code == 0
    assert before["all"].count == 4
    refused = run(copy, [file, postgres_server.url])
    assert (refused.exit_code, "already" in refused.stderr) == (1, True)
    with pytest.raises(StoreError, match="pg_dump"):
        backup(postgres_server.url, str(tmp_path / "dump.json"))


async def test_a_database_is_copied_into_another(postgres_server):
    postgres_server.empty()
    before = await filled(postgres_server.url)
    postgres_server.execute("CREATE DATABASE other")
    try:
        await copy_between(postgres_server.url, postgres_server.url_of("other"))
        other = await open_store(postgres_server.url_of("other"))
        assert await everything(other) == before
        await other.close()
    finally:
        postgres_server.execute("DROP DATABASE other WITH (FORCE)")


async def test_a_dump_is_a_backup(postgres_server, tmp_path):
    postgres_server.empty()
    before = await filled(postgres_server.url)
    dump = str(tmp_path / "dump")
    await asyncio.to_thread(
        postgres_server.run_client, "pg_dump", "-Fc", "-f", dump, "-d", postgres_server.url
    )
    postgres_server.execute("CREATE DATABASE restored")
    try:
        url = postgres_server.url_of("restored")
        await asyncio.to_thread(postgres_server.run_client, "pg_restore", "-d", url, dump)
        restored = await open_store(url)
        assert await everything(restored) == before
        assert (await restored.create(new_ticket(), origin())).record.ticket.id == "T010"
        await restored.close()
    finally:
        postgres_server.execute("DROP DATABASE restored WITH (FORCE)")


async def test_nothing_is_copied_over_what_is_there(postgres_server, file):
    postgres_server.empty()
    await filled(file)
    await filled(postgres_server.url)
    with pytest.raises(StoreError, match="already"):
        await copy_between(file, postgres_server.url)
    with pytest.raises(StoreError, match="already"):
        await copy_between(postgres_server.url, file)


@pytest.mark.parametrize("share", [0.1, 0.6, 0.9, 1])
@pytest.mark.parametrize("to_file", [True, False])
async def test_what_is_interrupted_leaves_nothing(postgres_server, file, tmp_path, share, to_file):
    postgres_server.empty()
    source, target = file, postgres_server.url
    if to_file:
        source, target = postgres_server.url, str(tmp_path / "data" / "new.json")
    await filled(source)
    steps = []
    await copy_between(
        source, postgres_server.url if not to_file else f"{target}.trial", progress=lambda *_: steps.append(1)
    )
    if not to_file:
        postgres_server.empty()
    before = names(tmp_path / "data")
    task: list[asyncio.Task] = []

    def interrupt(_done: int, _of: int) -> None:
        steps.pop()
        if len(steps) == round(whole * (1 - share)):
            loop.call_soon_threadsafe(task[0].cancel)

    whole, loop = len(steps), asyncio.get_running_loop()
    task.append(asyncio.create_task(copy_between(source, target, progress=interrupt)))
    with pytest.raises(asyncio.CancelledError):
        await task[0]
    assert names(tmp_path / "data") == before
    await copy_between(source, target)


async def test_what_is_interrupted_when_the_copy_is_already_there_is_said_to_be_copied(
    postgres_server, file, monkeypatch
):
    postgres_server.empty()
    await filled(file)
    close = PostgresStore.close

    async def close_interrupted(store: PostgresStore) -> None:
        copying.cancel()
        await asyncio.sleep(0)
        await close(store)

    monkeypatch.setattr(PostgresStore, "close", close_interrupted)
    copying = asyncio.create_task(copy_between(file, postgres_server.url))
    copied = await copying
    assert postgres_server.execute("SELECT count(*) FROM tickets", "tickets") == [(copied.tickets,)]


async def test_what_does_not_arrive_as_it_was_is_not_kept(postgres_server, file):
    postgres_server.empty()
    await filled(file)
    await (await PostgresStore.open(postgres_server.url)).close()
    postgres_server.execute(
        """
        CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            NEW.change := replace(NEW.change, 'API', 'IPA'); RETURN NEW;
        END $$;
        CREATE TRIGGER spoiling BEFORE INSERT ON changes FOR EACH ROW EXECUTE FUNCTION spoil();
        """,
        "tickets",
    )
    try:
        with pytest.raises(StoreError, match="differs from its source"):
            await copy_between(file, postgres_server.url)
    finally:
        postgres_server.execute("DROP FUNCTION spoil() CASCADE", "tickets")
    assert postgres_server.execute("SELECT count(*) FROM tickets", "tickets") == [(0,)]
