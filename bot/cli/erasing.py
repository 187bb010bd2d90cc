"""The command `tickets erase`."""

import getpass
import logging
import socket
import time
from typing import Any

import click

from bot.cli.counts import describe_counts
from bot.cli.edge import check_existing, run, run_to_end, settings
from bot.cli.progress import progress
from bot.people import NAMES
from bot.settings import USER_ID, Settings
from store.errors import StoreError

log = logging.getLogger(__name__)


@click.command(short_help="Erase a person from the store for good.")
@click.argument("user_id", metavar="USER")
def erase(user_id: str) -> None:
    """Erase the person with the Slack user id USER from tickets and history: their id, their names, and what they wrote.

    Stop the bot first. It cannot be undone. What they changed stays changed, by nobody.
    """
    from store import is_database  # noqa: PLC0415
    from store.backup.erasing import erase as take_out  # noqa: PLC0415
    from store.backup.erasing import find_leftovers  # noqa: PLC0415

    if not USER_ID.fullmatch(user_id):
        raise click.BadParameter("is no Slack user id, such as U012AB3CD", param_hint="USER")
    found = settings()
    if not is_database(found.store):
        check_existing(found.store)
    names = run(_names_of(found, user_id))
    known = f" ({', '.join(names)})" if names else ""
    click.echo(f"{user_id}{known} will be erased from {found.store_location}: id, names and words.")
    click.confirm("This cannot be undone. Continue?", abort=True)
    if click.prompt("Type the id again") != user_id:
        raise click.ClickException("that is another id: nothing was changed")
    if is_database(found.store):
        from store.backup.erasing import erase_from_database  # noqa: PLC0415

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
    return f"{user_id} is erased from {describe_counts(done)}."


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
