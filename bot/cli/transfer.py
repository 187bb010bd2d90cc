"""The commands `tickets export` and `tickets import`."""

import codecs
import io
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from bot.cli.counts import tickets
from bot.cli.edge import run, settings
from bot.cli.output import naming_output, write_new_file
from bot.cli.progress import progress
from bot.people import NAMES
from bot.settings import Settings

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
    click.echo(f"Exported {count} {tickets(count)}{where}.", err=True)


async def _export(found: Settings, path: str | None, form: Any) -> int:
    from store.backup.files import open_read_only  # noqa: PLC0415  # loads the store, which other commands do not need
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
    click.echo(f"Imported {len(ids)} {tickets(len(ids))}{f': {span}' if span else ''}.")


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
