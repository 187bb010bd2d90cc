"""The store's commands: tickets out and in again, copies, and the way back."""

import io
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.cli.edge import run, settings, write_utf_8
from bot.settings import Settings
from store.protocol import StoreError

PATIENCE = 1.0  # seconds before a bar is shown

Form = click.Choice(["jsonl", "csv"])


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, for what takes longer than a moment."""
    begun = time.monotonic()
    console = Console(stderr=True)
    bar = Progress(
        TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )
    task = bar.add_task(what, total=None)

    def show(done: int, of: int) -> None:
        if not bar.live.is_started and time.monotonic() - begun > PATIENCE:
            bar.start()
        bar.update(task, completed=done, total=of)

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()


def _form(form: str | None, path: str | None) -> Any:
    return form or ("csv" if path and path.lower().endswith(".csv") else "jsonl")


@click.command("export")
@click.argument("path", required=False)
@click.option("--form", type=Form, help="What to write. [default: csv for a .csv file, else jsonl]")
def export_tickets(path: str | None, form: str | None) -> None:
    """Every ticket, as JSON lines or CSV, to PATH (a new file) or standard output."""
    if path is None:
        write_utf_8()
    instead = "export a copy: tickets backup copy.json, then TICKETS_STORE=copy.json tickets export"
    count = run(_export(settings(), path, _form(form, path)), locked=instead)
    click.echo(f"Exported {count} tickets.", err=True)


async def _export(found: Settings, path: str | None, form: Any) -> int:
    from store import open_store  # noqa: PLC0415  # only where a store is opened
    from store.transfer import export  # noqa: PLC0415

    store = await open_store(found.store)
    try:
        with progress("Exporting") as show:
            if path is None:
                return await export(store, sys.stdout.write, form, show)
            return await _into(Path(path), lambda write: export(store, write, form, show))
    finally:
        await store.close()


async def _into(path: Path, job: Callable[[Callable[[str], Any]], Any]) -> int:
    """Whole or not at all: what is half written is taken away again."""
    try:
        file = path.open("x", encoding="utf-8", newline="")
    except FileExistsError:
        raise StoreError(f"{path} is there already: name another file.") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with file:
            path.chmod(0o600)  # noqa: ASYNC240  # nothing else runs meanwhile
            return int(await job(file.write))
    except BaseException:
        path.unlink(missing_ok=True)  # noqa: ASYNC240  # as above
        raise


@click.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--form", type=Form, help="What it is. [default: csv for a .csv file, else jsonl]")
def import_tickets(path: str, form: str | None) -> None:
    """Take in the tickets of PATH (- is standard input): all of them, or none if any line is wrong."""
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}.") from None
    ids = run(_import(settings(), path, text, _form(form, path)))
    click.echo(f"Imported {len(ids)} tickets" + (f": {ids[0]} to {ids[-1]}." if ids else "."))


async def _import(found: Settings, path: str, text: str, form: Any) -> list[str]:
    from store import open_store  # noqa: PLC0415
    from store.models import Origin  # noqa: PLC0415
    from store.transfer import import_tickets as take_in  # noqa: PLC0415

    now = time.time()
    store = await open_store(found.store)
    try:
        with progress("Importing") as show:
            origin = Origin("", "import", now, text=f"tickets import {path}")
            today = datetime.fromtimestamp(now, found.zone).date()
            return await take_in(
                store, list(io.StringIO(text, newline="")), origin, today, form=form, progress=show
            )
    finally:
        await store.close()


@click.command()
@click.argument("path")
def backup(path: str) -> None:
    """A consistent copy of the store in the new file PATH, also while the bot is running."""
    from store.backups import backup as write  # noqa: PLC0415

    found = settings()
    with progress("Backing up") as show:
        _guarded(lambda: write(found.store, path, progress=show))
    click.echo(f"{found.store} is backed up in {path}.")


@click.command()
@click.argument("source")
@click.argument("target")
def copy(source: str, target: str) -> None:
    """Copy the store SOURCE, which nobody has open, to the new store TARGET."""
    from store.backups import copy as write  # noqa: PLC0415

    with progress("Copying") as show:
        _guarded(lambda: write(source, target, progress=show))
    click.echo(f"{source} is copied to {target}.")


@click.command()
@click.argument("path", required=False)
@click.option(
    "--salvage",
    is_flag=True,
    help="Take what can be read of a damaged file; without PATH, of the store itself.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(path: str | None, *, salvage: bool, yes: bool) -> None:
    """Put the backup PATH in the store's place; what it replaces is kept beside it."""
    from store.backups import restore as write  # noqa: PLC0415

    found = settings()
    if path is None and not salvage:
        raise click.UsageError(
            "Name the backup to restore, or say --salvage to take what can be read of the store."
        )
    source = path or found.store
    if not yes:
        click.confirm(
            f"{found.store} will be replaced by {source}; what is there now is kept beside it. Go on?",
            abort=True,
        )
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    with progress("Restoring") as show:
        done = _guarded(lambda: write(source, found.store, stamp, salvage=salvage, progress=show))
    for loss in done.losses:
        click.echo(f"Lost: {loss}", err=True)
    click.echo(
        f"{found.store} is restored from {source}."
        + (f" What it replaced is {done.kept}." if done.kept else "")
    )


def _guarded(job: Callable[[], Any]) -> Any:
    async def whole() -> Any:
        return job()

    return run(whole())


COMMANDS: tuple[click.Command, ...] = (export_tickets, import_tickets, backup, copy, restore)
