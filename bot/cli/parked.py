"""`tickets parked`: deliveries that were set aside after repeated failures. Works whether the bot runs or not."""

from datetime import UTC, datetime

import click

from bot.cli.edge import run, settings

TEXT_LIMIT = 80  # characters shown of a person's message


@click.group(invoke_without_command=True, short_help="List, retry or drop messages that failed every time.")
@click.pass_context
def parked(context: click.Context) -> None:
    """Deliveries that failed every time: list them, try them again, or drop them. Works while the bot runs."""
    if context.invoked_subcommand is None:
        context.invoke(list_parked)


@parked.command("list", short_help='One a line, with the reason; also without "list".')
def list_parked() -> None:
    """One a line: its name, when it was accepted, who wrote what, and why it failed."""
    from bot.app.parked import operate_anywhere  # noqa: PLC0415  # loads the store, which other commands do not need

    rows = run(operate_anywhere(settings().store, "list"))
    for row in rows:
        at = datetime.fromtimestamp(row.timestamp, UTC).strftime("%Y-%m-%d %H:%M UTC")
        text = " ".join(row.text.split())
        short = text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"
        click.echo(f"{row.key}  {at}  {row.user_id}: {short}  ({row.reason})")
    if not rows:
        click.echo("No message is set aside.", err=True)


@parked.command(short_help="Try one, or all, again.")
@click.argument("key", required=False)
@click.option("--all", "everything", is_flag=True, help="All of them.")
def retry(key: str | None, *, everything: bool) -> None:
    """Try KEY again; a running bot does so at once, otherwise it is done at the next start."""
    _act("retry", key, everything)


@parked.command(short_help="Give one, or all, up.")
@click.argument("key", required=False)
@click.option("--all", "everything", is_flag=True, help="All of them.")
def drop(key: str | None, *, everything: bool) -> None:
    """Give KEY up: it will not be done, and nobody is told."""
    _act("drop", key, everything)


def _act(operation: str, key: str | None, everything: bool) -> None:  # noqa: FBT001  # click's option
    from bot.app.parked import operate_anywhere  # noqa: PLC0415  # as above

    if bool(key) == everything:
        raise click.UsageError("Name one of those that `tickets parked` lists, or say --all.")
    store = settings().store
    rows = run(operate_anywhere(store, "retry" if operation == "retry" else "drop", key or ""))
    done = "to be tried again" if operation == "retry" else "dropped"
    click.echo(f"{len(rows)} {'delivery is' if len(rows) == 1 else 'deliveries are'} {done}.")
