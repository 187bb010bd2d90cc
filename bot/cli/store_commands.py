"""Commands for the store: export, import, backup, copy, restore and erase."""

import codecs
import getpass
import io
import logging
import os
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from bot.cli.edge import run, run_to_end, settings
from bot.cli.output import naming_output, write_new_file
from bot.cli.progress import progress
from bot.directory.names import NAMES
from bot.settings import USER_ID, Settings
from store.errors import StoreError

log = logging.getLogger(__name__)

MAX_LOSSES = 50  # losses listed; there may be one per ticket

Form = click.Choice(["jsonl", "csv"])
ENDINGS = (".csv", ".tsv", ".jsonl", ".json")


def _choose_format(form: str | None, path: str | None, beginning: str = "{") -> Any:
    """The format that was given; else by the file's extension; else by how its text begins."""
    if form is None and path and path.lower().endswith(ENDINGS):
        form = "csv" if path.lower().endswith("sv") else "jsonl"
    return form or ("jsonl" if beginning.lstrip()[:1] in {"{", "["} else "csv")


@click.command("export", short_help="Write every ticket to a CSV or JSON lines file.")
@click.argument("path", required=False)
@click.option(
    "--format", "form", type=Form, help="What to write. [default: as PATH ends; jsonl to standard output]"
)
def export_tickets(path: str | None, form: str | None) -> None:
    """Every ticket, as JSON lines or CSV, to PATH (a new file) or standard output; also while the bot is running.

    To read a backup, name it as the store: TICKETS_STORE=saved.json tickets export all.csv
    """
    if path and form is None and not path.lower().endswith(ENDINGS):
        raise click.UsageError(f"{path} does not end in .csv or .jsonl: say which it is to be with --format.")
    count = run(_export(settings(), path, _choose_format(form, path)))
    where = f" to {os.path.abspath(path)}" if path else ""  # noqa: PTH100  # `resolve` would follow symbolic links
    click.echo(f"Exported {count} {_tickets(count)}{where}.", err=True)


async def _export(found: Settings, path: str | None, form: Any) -> int:
    from store.backup import open_read_only  # noqa: PLC0415  # loads the store, which other commands do not need
    from store.transfer.exporting import export  # noqa: PLC0415

    async with open_read_only(found.store) as store:
        names = {
            each.user_id: str(each.facts[NAMES][0]) for each in await store.people() if each.facts.get(NAMES)
        }

        async def write(file: BinaryIO) -> int:
            def put(text: str) -> None:
                with naming_output(path or "standard output"):
                    file.write(text.encode())  # always UTF-8: tickets may contain any script

            with progress("Exporting") as show:
                count = await export(store, put, form, names=names, progress=show)
            with naming_output(path or "standard output"):
                file.flush()
            return count

        if path is None:
            return await write(sys.stdout.buffer)
        return await write_new_file(Path(path), write)


@click.command("import", short_help="Import tickets from a CSV or JSON lines file.")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--format", "form", type=Form, help="What it is. [default: as its name or its beginning says]")
def import_tickets(path: str, form: str | None) -> None:
    """Import the tickets of PATH (- is standard input): all of them, or none if any line is wrong.

    JSON lines, or CSV with commas, semicolons or tabs. The columns are those of `tickets export`; only title is needed.
    Stop the bot first.
    """
    try:
        text = _read_text(sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes())
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise click.ClickException(
            f"{path} cannot be read as UTF-8 in line {line}: save it as that."
        ) from None
    ids = run(_import(settings(), path, text, _choose_format(form, path, text.getvalue()[:1000])))
    span = " to ".join(dict.fromkeys(ids[:1] + ids[-1:]))  # one id alone where there is one ticket
    click.echo(f"Imported {len(ids)} {_tickets(len(ids))}{f': {span}' if span else ''}.")


def _read_text(data: bytes) -> io.StringIO:
    """Decode as UTF-8, or as UTF-16 if a byte order mark says so: spreadsheets write it."""
    utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return io.StringIO(data.decode("utf-16" if utf_16 else "utf-8-sig"), newline="")


async def _import(found: Settings, path: str, text: io.StringIO, form: Any) -> list[str]:
    from store import open_store  # noqa: PLC0415
    from store.models.tickets import Origin  # noqa: PLC0415
    from store.transfer.importing import import_tickets as import_into  # noqa: PLC0415

    now = time.time()
    store = await open_store(found.store)
    try:
        with progress("Importing") as show:
            origin = Origin("", "import", now, text=f"tickets import {path}")
            today = datetime.fromtimestamp(now, found.zone).date()
            return await import_into(store, text, origin, today, form=form, progress=show)
    finally:
        await store.close()


@click.command(short_help="Copy the store to a new file, also while the bot runs.")
@click.argument("path")
def backup(path: str) -> None:
    """A consistent copy of the store in the new file PATH, also while the bot is running."""
    from store.backup import backup as write  # noqa: PLC0415

    found = settings()
    with progress("Backing up") as show:
        done = run(run_to_end(lambda: write(found.store, path, progress=show)))
    click.echo(f"Backed up {_describe_counts(done)} to {done.path}.")


@click.command(short_help="Copy a store that is not in use to a new one.")
@click.argument("source")
@click.argument("target")
def copy(source: str, target: str) -> None:
    """Copy the store SOURCE, which nobody has open, to the new store TARGET: a file, or an empty PostgreSQL database."""
    from bot.parser.llm.redact import redact_url  # noqa: PLC0415  # loads the parser with all its word files
    from store import is_database  # noqa: PLC0415
    from store.backup import copy_between  # noqa: PLC0415

    with progress("Copying") as show:
        copied = run(copy_between(source, target, progress=show))
    where = redact_url(target) if is_database(target) else os.path.abspath(target)  # noqa: PTH100  # as above
    click.echo(
        f"Copied {copied.tickets:,} {_tickets(copied.tickets)} (deleted ones too) with {_changes(copied.changes)} to {where};"
        f" both sides have the checksum {copied.checksum[:16]}."
    )


def _check_existing(path: str) -> None:
    """End the command with one sentence if there is no store or backup at `path`, or if that cannot be found out."""
    from store.backup import check_existing  # noqa: PLC0415

    run(run_to_end(lambda: check_existing(path)))


@click.command(short_help="Replace the store with a backup.")
@click.argument("path", required=False)
@click.option(
    "--salvage",
    is_flag=True,
    help="Take what can be read of a damaged file; without PATH, of the store itself.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(path: str | None, *, salvage: bool, yes: bool) -> None:
    """Replace the store with the backup PATH; the old store is kept beside it."""
    from store.backup import local_path  # noqa: PLC0415
    from store.backup import restore as write  # noqa: PLC0415

    found = settings()
    try:
        local_path(found.store)
    except StoreError as error:
        raise click.ClickException(str(error)) from None
    if path is None and not salvage:
        raise click.UsageError(
            "Name the backup to restore, or say --salvage to take what can be read of the store."
        )
    source = path or found.store
    if path and not salvage and "://" not in path:
        _check_existing(path)
    if not yes:
        click.confirm(
            f"{found.store} will be replaced by {source}; the old store is kept beside it. Continue?",
            abort=True,
        )
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    with progress("Restoring") as show:
        done = run(run_to_end(lambda: write(source, found.store, stamp, damaged=salvage, progress=show)))
    for loss in done.losses[:MAX_LOSSES]:
        click.echo(f"Lost: {loss}", err=True)
    if len(done.losses) > MAX_LOSSES:
        click.echo(f"Lost: as much of {len(done.losses) - MAX_LOSSES} more", err=True)
    if salvage:
        click.echo(f"{done.path}: recovered {done.tickets} of {done.expected} tickets.")
    else:
        click.echo(f"Restored {_describe_counts(done)} to {done.path}.")
    if done.kept:
        click.echo(f"What was there before is kept as {done.kept}.")


@click.command(short_help="Erase a person from the store for good.")
@click.argument("user_id", metavar="USER")
def erase(user_id: str) -> None:
    """Erase the person with the Slack user id USER from tickets and history: their id, their names, and what they wrote.

    Stop the bot first. It cannot be undone. What they changed stays changed, by nobody.
    """
    from store import is_database  # noqa: PLC0415
    from store.backup import erase as take_out  # noqa: PLC0415
    from store.backup import find_leftovers  # noqa: PLC0415

    if not USER_ID.fullmatch(user_id):
        raise click.BadParameter("is no Slack user id, such as U012AB3CD", param_hint="USER")
    found = settings()
    if not is_database(found.store):
        _check_existing(found.store)
    names = run(_names_of(found, user_id))
    known = f" ({', '.join(names)})" if names else ""
    click.echo(f"{user_id}{known} will be erased from {found.store_location}: id, names and words.")
    click.confirm("This cannot be undone. Continue?", abort=True)
    if click.prompt("Type the id again") != user_id:
        raise click.ClickException("that is another id: nothing was changed")
    if is_database(found.store):
        from store.backup import erase_from_database  # noqa: PLC0415

        with progress("Erasing") as show:
            in_database = run(
                erase_from_database(found.store, user_id, names, time.time(), by=_operator(), progress=show)
            )
        _log_erased(found.store_location, in_database)
        click.echo(
            f"{_describe_erased(user_id, in_database)} Files that pg_dump wrote are not changed: delete them yourself."
        )
        return
    with progress("Erasing") as show:
        done = run(run_to_end(lambda: take_out(found.store, user_id, names, time.time(), progress=show)))
    _log_erased(done.path, done)
    click.echo(_describe_erased(user_id, done))
    for path in find_leftovers(found.store, user_id):
        click.echo(f"Still holds that person: {path}")
    click.echo("Backups and exports elsewhere, and messages in Slack, were not touched.")


def _log_erased(place: str, done: Any) -> None:
    if done.changes:
        log.warning("Somebody was erased from %s: %d tickets, %d changes", place, done.tickets, done.changes)
    else:
        log.warning("Somebody was to be erased from %s, but no ticket held anything of them", place)


def _describe_erased(user_id: str, done: Any) -> str:
    if not done.changes:
        return f"No ticket held anything of {user_id}: see that it is the right id."
    return f"{user_id} is erased from {_describe_counts(done)}."


def _operator() -> str:
    """The user and the machine that run this, for the audit record."""
    return f"{getpass.getuser()} on {socket.gethostname()}"


async def _names_of(found: Settings, user_id: str) -> list[str]:
    """The person's names in Slack. Raises `StoreError` if deliveries are waiting that may be theirs."""
    from store import open_store  # noqa: PLC0415

    store = await open_store(found.store)
    try:
        if waiting := len(await store.pending()):
            raise StoreError(
                f"accepted and not finished: {waiting}; start the bot, stop it when it has finished them, and erase then"
            )
        if parked := len(await store.parked()):
            raise StoreError(
                f"set aside: {parked}; try them again or drop them, as `tickets parked` tells, and erase then"
            )
        people = await store.people([user_id])
        return [str(name) for each in people for name in each.facts.get(NAMES, ())]
    finally:
        await store.close()


def _describe_counts(done: Any) -> str:
    return f"{done.tickets:,} {_tickets(done.tickets)} with {_changes(done.changes)}"


def _changes(count: int) -> str:
    return f"{count:,} {'change' if count == 1 else 'changes'}"


def _tickets(count: int) -> str:
    return "ticket" if count == 1 else "tickets"


COMMANDS: tuple[click.Command, ...] = (export_tickets, import_tickets, backup, copy, restore, erase)
