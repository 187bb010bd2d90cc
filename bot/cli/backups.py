"""The commands `tickets backup`, `tickets copy` and `tickets restore`."""

import os
from datetime import UTC, datetime

import click

from bot.cli.counts import changes, describe_counts, tickets
from bot.cli.edge import check_existing, run, run_to_end, settings
from bot.cli.progress import progress
from store.errors import StoreError

MAX_LOSSES = 50  # losses listed; there may be one per ticket


@click.command(short_help="Copy the store to a new file, also while the bot runs.")
@click.argument("path")
def backup(path: str) -> None:
    """A consistent copy of the store in the new file PATH, also while the bot is running."""
    from store.backup.restoring import backup as write  # noqa: PLC0415

    found = settings()
    with progress("Backing up") as show:
        done = run(run_to_end(lambda: write(found.store, path, progress=show)))
    click.echo(f"Backed up {describe_counts(done)} to {done.path}.")


@click.command(short_help="Copy a store that is not in use to a new one.")
@click.argument("source")
@click.argument("target")
def copy(source: str, target: str) -> None:
    """Copy the store SOURCE, which nobody has open, to the new store TARGET: a file, or an empty PostgreSQL database."""
    from bot.parser.llm.redact import redact_url  # noqa: PLC0415  # loads the parser with all its word files
    from store import is_database  # noqa: PLC0415
    from store.backup.copying import copy_between  # noqa: PLC0415

    with progress("Copying") as show:
        copied = run(copy_between(source, target, progress=show))
    where = redact_url(target) if is_database(target) else os.path.abspath(target)  # noqa: PTH100  # as above
    click.echo(
        f"Copied {copied.tickets:,} {tickets(copied.tickets)} (deleted ones too) with {changes(copied.changes)} to {where};"
        f" both sides have the checksum {copied.checksum[:16]}."
    )


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
    from store.backup.files import local_path  # noqa: PLC0415
    from store.backup.restoring import restore as write  # noqa: PLC0415

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
        check_existing(path)
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
        click.echo(f"Restored {describe_counts(done)} to {done.path}.")
    if done.kept:
        click.echo(f"What was there before is kept as {done.kept}.")
