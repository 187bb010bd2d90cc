"""The `tickets` command. Exit codes: 0 done, 1 refused or failed, 2 wrong usage."""

import logging
import sys
import time
import uuid
from contextlib import AsyncExitStack

import click

from bot.cli import keeping
from bot.cli.edge import run, settings
from bot.cli.parked import parked
from bot.settings import Settings
from store.ids import InvalidIdError, parse_id

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def _log_to_stderr(*, verbose: bool) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format=LOG_FORMAT, stream=sys.stderr
    )
    # Bolt logs the bodies of requests whose signature is wrong, at INFO.
    logging.getLogger("slack_bolt").setLevel(logging.WARNING)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", is_flag=True, help="Say more in the log (on standard error).")
@click.version_option(package_name="tickets")
@click.pass_context
def main(context: click.Context, *, verbose: bool) -> None:
    """A support desk that lives in Slack.

    Without a command it runs the bot: in Slack when SLACK_BOT_TOKEN is set, otherwise in the local workspace.
    """
    _log_to_stderr(verbose=verbose)
    if context.invoked_subcommand is None:
        found = settings()
        in_slack = found.slack_bot_token or found.slack_app_token
        run(_in_slack(found) if in_slack else _locally(found))


async def _in_slack(found: Settings) -> None:
    from bot.app.slack import Bot, run_until_stopped  # noqa: PLC0415  # Slack's libraries take a while; parse and ask do without

    async with AsyncExitStack() as stack:

        async def start() -> None:
            bot = await stack.enter_async_context(Bot(found))
            where = f"serving HTTP on port {bot.port}" if bot.port else "connected by Socket Mode"
            click.echo(f"The bot is running, {where}. Ctrl-C stops it.")

        await run_until_stopped(start)


@main.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Where to serve; 0 takes any free port. [default: 3210]"
)
@click.option("--demo", is_flag=True, help="With sample tickets, in a file of their own.")
def local(port: int | None, *, demo: bool) -> None:
    """Try the bot in a workspace on this machine, without Slack."""
    run(_locally(settings(**({} if port is None else {"local_port": port})), demo=demo))


async def _locally(found: Settings, *, demo: bool = False) -> None:
    from bot.app.local import try_locally  # noqa: PLC0415  # as above

    await try_locally(found, sample=demo)


@main.command()
@click.argument("text")
@click.option("--as", "who", default="U0LOCAL", metavar="USER", help="Who asks: a Slack user id.")
@click.option("--channel", default="C0LOCAL", metavar="C", help="The channel that it is asked in.")
@click.option("--thread", metavar="T012", help="The ticket whose thread it is written in.")
def ask(text: str, who: str, channel: str, thread: str | None) -> None:
    """One message, start to finish; compressed JSON out."""
    code, answer = run(_ask(settings(), text, who, channel, thread))
    click.echo(answer)
    if code in ("nf", "er"):
        raise click.exceptions.Exit(1)


async def _ask(found: Settings, text: str, who: str, channel: str, thread: str | None) -> tuple[str, str]:
    from bot.app.core import open_core  # noqa: PLC0415  # pydantic's models take a moment to build
    from bot.parser.message import Message, Topic  # noqa: PLC0415
    from bot.policy import Person, Role, Room, scope  # noqa: PLC0415
    from bot.requester import Requester  # noqa: PLC0415
    from store.models import Origin  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        core = await open_core(found, stack)
        topic = None
        if thread:
            record = await core.store.get(_id(thread))
            topic = (
                Topic(record.ticket.id, record.ticket.title, record.ticket.stat)
                if record
                else Topic(_id(thread))
            )
        person = Person(who, Role.ADMIN if who in found.admins else Role.ENGINEER)
        room = Room(channel)
        origin = Origin(f"ask:{uuid.uuid4()}", who, time.time(), channel=channel, text=text)
        message = Message(text, "mention", thread=topic, who=who)
        requester = Requester(person, scope(person, room, alone=True))
        answer = await core.pipeline.answer(message, requester, origin)
        return answer.outcome.reply.code, answer.outcome.reply.json


def _id(text: str) -> str:
    try:
        return parse_id(text)
    except InvalidIdError as error:
        raise click.BadParameter(str(error), param_hint="--thread") from None


@main.command()
@click.argument("text", required=False)
@click.option(
    "--jsonl", is_flag=True, help='Read {"text":…,"surface":…,"thread":…} a line from standard input.'
)
@click.option("--rules", "order", flag_value="rules", help="Only the rules; nothing is called.")
@click.option("--llm", "order", flag_value="llm", help="Ask the model for everything.")
def parse(text: str | None, order: str | None, *, jsonl: bool) -> None:
    """The action that TEXT (or each line of standard input, for -) becomes, as JSON."""
    from bot.app.batch import parse_lines  # noqa: PLC0415  # as above

    if (text is None) != jsonl:
        raise click.UsageError("Give either a TEXT (- reads lines from standard input) or --jsonl.")
    if not jsonl and text != "-":
        lines = [text or ""]
    else:
        stream = sys.stdin.buffer
        lines = [line.decode("utf-8", "replace").rstrip("\r\n") for line in stream]
    found = settings(**({"parser": order} if order else {}))
    refused = run(parse_lines(found, lines, jsonl=jsonl, say=click.echo))
    if refused and not jsonl:
        raise click.exceptions.Exit(1)


@main.command()
def check() -> None:
    """What is configured, what is missing and what answers, with the remedy for each."""
    from bot.app.check import check_all  # noqa: PLC0415  # as above

    findings = run(check_all(settings()))
    for finding in findings:
        click.echo(f"{'ok  ' if finding.fine else 'FIX '} {finding.what}")
    if not all(finding.fine for finding in findings):
        raise click.exceptions.Exit(1)


for command in (*keeping.COMMANDS, parked):
    main.add_command(command)
