"""The `tickets` command. Exit codes: 0 done, 1 refused or failed, 2 wrong usage."""

import codecs
import io
import json
import sys
import time
import uuid
from contextlib import AsyncExitStack
from importlib.metadata import version
from typing import Literal, get_args

import click

from bot.cli import logs
from bot.cli.backups import backup, copy, restore
from bot.cli.edge import (
    escape_unknown_characters,
    print_utf_8,
    run,
    settings,
    warn_of_misspelt_variables,
)
from bot.cli.erasing import erase
from bot.cli.output import naming_output
from bot.cli.parked import parked
from bot.cli.transfer import export_tickets, import_tickets
from bot.settings import USER_ID, Settings
from store.ids import InvalidIdError, parse_id

# The package's name on package indexes, where "tickets" is taken.
DISTRIBUTION = "slack-tickets"

Surface = Literal["mention", "slash", "dm"]


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-v",
    "--verbose",
    count=True,
    help="Say more in the log (on standard error); -vv what the libraries say too.",
)
@click.version_option(package_name=DISTRIBUTION, prog_name="tickets")
@click.pass_context
def main(context: click.Context, *, verbose: int) -> None:
    """A ticket bot that lives in Slack.

    Without a command it runs the bot: in Slack when SLACK_BOT_TOKEN is set, otherwise in the local workspace.
    """
    escape_unknown_characters()
    logs.configure(verbose)
    warn_of_misspelt_variables()
    context.obj = verbose
    if context.invoked_subcommand is None:
        found = settings()
        if found.in_slack:
            _run_in_slack(found, verbose)
        else:
            run(_locally(found))


@main.command("run", short_help="Run the bot in Slack, or say what is missing.")
@click.pass_obj
def run_bot(verbose: int) -> None:
    """Run the bot in Slack; without its tokens an error says what is missing. For service managers."""
    found = settings()
    if faults := found.faults():
        raise click.ClickException("\n".join(faults))
    _run_in_slack(found, verbose)


def _run_in_slack(found: Settings, verbose: int) -> None:
    from bot.app.slack import Bot  # noqa: PLC0415  # Slack's libraries load slowly, and other commands do not need them
    from bot.app.stopping import run_until_stopped  # noqa: PLC0415  # as above

    async def in_slack() -> None:
        async with AsyncExitStack() as stack:

            async def start() -> None:
                bot = await stack.enter_async_context(Bot(found))
                click.echo(f"{await bot.describe(version(DISTRIBUTION))} Ctrl-C stops it.")

            await run_until_stopped(start)

    logs.configure(max(verbose, 1))  # one line per event even without -v
    run(in_slack())
    click.echo("The bot has stopped.")


@main.command(short_help="Try the bot in a workspace on this machine.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Where to serve; 0 takes any free port. [default: 3210]"
)
@click.option("--demo", is_flag=True, help="With sample tickets, in a file of their own.")
def local(port: int | None, *, demo: bool) -> None:
    """Try the bot in a workspace on this machine, without Slack."""
    found = settings(**({} if port is None else {"local_port": port}))
    tried = found.for_trial()
    if tried.in_slack and tried.store == found.store and not demo:
        click.echo(
            "Warning: the tickets of this trial go into TICKETS_STORE, as those of the bot in Slack do; for a trial"
            " of its own leave TICKETS_STORE out, or name another file.",
            err=True,
        )
    run(_locally(tried, demo=demo))


async def _locally(found: Settings, *, demo: bool = False) -> None:
    from bot.app.local import try_locally  # noqa: PLC0415  # as above

    await try_locally(found, sample=demo)


@main.command(short_help="Answer one message, as JSON.")
@click.argument("text")
@click.option("--as", "who", default="U0LOCAL", metavar="USER", help="Who asks: a Slack user id.")
@click.option("--channel", default="C0LOCAL", metavar="C", help="The channel that it is asked in.")
@click.option("--thread", metavar="T012", help="The ticket whose thread it is written in.")
@click.option(
    "--surface",
    type=click.Choice(get_args(Surface)),
    default="mention",
    help="As what it is read; an admin's commands are slash commands. [default: mention]",
)
def ask(text: str, who: str, channel: str, thread: str | None, *, surface: Surface) -> None:
    """Answer one message, start to finish, as compressed JSON; without Slack."""
    if not USER_ID.fullmatch(who):
        raise click.BadParameter("is no Slack user id, such as U012AB3CD", param_hint="--as")
    found = settings()
    asked = _ask(found, text, who, channel, thread, surface=surface)
    code, answer = run(asked, locked="write to the bot itself")
    click.echo(answer)
    if code in ("nf", "er"):
        raise click.exceptions.Exit(1)


async def _ask(
    found: Settings, text: str, who: str, channel: str, thread: str | None, *, surface: Surface
) -> tuple[str, str]:
    from bot.app.core import open_core  # noqa: PLC0415  # loads slowly, and other commands do not need it
    from bot.parser.message import Message, ThreadTicket  # noqa: PLC0415
    from bot.policy import Person, Role, Room, scope  # noqa: PLC0415
    from bot.router.requester import Requester  # noqa: PLC0415
    from store.models.tickets import Origin  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        core = await open_core(found, stack)
        topic = None
        if thread:
            record = await core.store.get(_id(thread))
            topic = (
                ThreadTicket(record.ticket.id, record.ticket.title, record.ticket.stat)
                if record
                else ThreadTicket(_id(thread))
            )
        person = Person(who, Role.ADMIN if who in found.admins else Role.ENGINEER)
        room = Room(channel)
        origin = Origin(f"ask:{uuid.uuid4()}", who, time.time(), channel=channel, text=text)
        message = Message(
            text, surface, thread=topic, who=who, today=core.router.calendar.day_of(origin.timestamp)
        )
        requester = Requester(person, scope(person, room, alone=True))
        answer = await core.pipeline.answer(message, requester, origin)
        if answer.usage:
            await core.store.record_usage(answer.usage)
        return answer.outcome.reply.code, answer.outcome.reply.json


def _id(text: str) -> str:
    try:
        return parse_id(text)
    except InvalidIdError as error:
        raise click.BadParameter(str(error), param_hint="--thread") from None


@main.command(short_help="Show the action that a message becomes, as JSON.")
@click.argument("text", required=False)
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read standard input, a JSON object a line: {"text":…}, and if you like "surface" and "thread".',
)
@click.option("--rules", "order", flag_value="rules", help="Only the rules; nothing is called.")
@click.option("--llm", "order", flag_value="llm", help="Ask the model for everything.")
def parse(text: str | None, order: str | None, *, jsonl: bool) -> None:
    """The action that TEXT (or each line of standard input, for -) becomes, as JSON."""
    from bot.app.batch import parse_lines  # noqa: PLC0415  # as above

    if (text is None) != jsonl and not (jsonl and text == "-"):
        raise click.UsageError("Give either a TEXT (- reads lines from standard input) or --jsonl.")
    if not jsonl and text != "-":
        lines = [text or ""]
    else:
        read = sys.stdin.buffer.read().removeprefix(codecs.BOM_UTF8)
        lines = [line.decode("utf-8", "replace").rstrip("\r\n") for line in io.BytesIO(read)]
    found = settings(**({"parser": order} if order else {}))
    if order == "llm" and not found.has_model:
        click.echo(
            "Warning: no model is configured (OPENAI_API_KEY or OPENAI_BASE_URL): the rules read it.",
            err=True,
        )

    def say(answer: str) -> None:
        with naming_output("standard output"):
            click.echo(answer)

    refused = run(parse_lines(found, lines, jsonl=jsonl, say=say))
    if refused and not jsonl:
        raise click.exceptions.Exit(1)


@main.command(short_help="Say what is missing, and how to fix it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for scripts.")
def check(*, as_json: bool) -> None:
    """What is configured, what is missing and what answers, with the next step for each.

    The exit code is 0 when nothing has to be fixed, otherwise 1.
    """
    from bot.app.check import check_all, finding_from_sentence  # noqa: PLC0415  # as above

    try:
        found = run(check_all(settings()))
    except click.ClickException as error:
        if not as_json:
            raise
        found = [finding_from_sentence(False, "Settings", line) for line in error.message.splitlines()]
    findings = [
        each._replace(what=logs.mask_secrets(each.what), next_step=logs.mask_secrets(each.next_step))
        for each in found
    ]
    fine = all(finding.fine for finding in findings)
    if as_json:
        rows = [
            {"ok": each.fine, "about": each.about, "what": each.what, "next": each.next_step or None}
            for each in findings
        ]
        click.echo(json.dumps({"ok": fine, "findings": rows}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.fine else 'FIX '} {finding.sentence}")
    if not fine:
        raise click.exceptions.Exit(1)


@main.command("manifest", short_help="Print the manifest of the Slack app.")
@click.option("--http", "address", metavar="URL", help="For a bot that Slack calls at this https address.")
def print_manifest(address: str | None) -> None:
    """The manifest to create the Slack app from: for Socket Mode, or with --http for HTTP."""
    from bot.app.manifest import AddressError, http_manifest, socket_manifest  # noqa: PLC0415  # as above

    print_utf_8()
    try:
        click.echo(http_manifest(address) if address else socket_manifest(), nl=False)
    except AddressError as error:
        raise click.BadParameter(str(error), param_hint="--http") from None


@main.command("version", short_help="Print the version.")
def print_version() -> None:
    """The version, alone on a line."""
    click.echo(version(DISTRIBUTION))


def _say_more(context: click.Context, _option: click.Parameter, count: int) -> None:
    if count:
        context.obj += count
        logs.configure(context.obj)


def _offer_verbose(group: click.Group) -> None:
    """Let `-v` be given after a command, too."""
    for command in group.commands.values():
        command.params.append(
            click.Option(
                ["-v", "--verbose"],
                count=True,
                expose_value=False,
                callback=_say_more,
                help="Say more in the log.",
            )
        )
        if isinstance(command, click.Group):
            _offer_verbose(command)


for each in (export_tickets, import_tickets, backup, copy, restore, erase, parked):
    main.add_command(each)
_offer_verbose(main)
