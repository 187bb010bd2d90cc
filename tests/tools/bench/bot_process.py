"""The bot, or the bare Bolt app, in a process of its own: `python -m tests.tools.bench.bot_process {bot,bare}
[FILE]`.

It is not part of a package that imports the local Slack, which would be in the memory of both. With FILE, a profile is
written there. Settings come from the environment, as for the bot. Both run until SIGTERM.
"""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from cProfile import Profile
from time import thread_time

SAID = "Thanks, we have made a ticket of this."


def run_bot() -> None:
    """Run as `tickets run` does, with its log and its garbage collection, but without the pace of a message a
    second in each channel, which would dominate the figures.
    """
    from bot.__main__ import postpone_garbage_collection  # noqa: PLC0415  # not loaded for the bare app

    postpone_garbage_collection()
    from bot.app.slack import Bot  # noqa: PLC0415  # as above
    from bot.app.stopping import run_until_stopped  # noqa: PLC0415  # as above
    from bot.cli import edge, logs  # noqa: PLC0415  # as above
    from bot.settings import load  # noqa: PLC0415  # as above

    async def in_slack() -> None:
        async with AsyncExitStack() as stack:

            async def start() -> None:
                await stack.enter_async_context(Bot(load(env_file=None), pace=0.0))

            await run_until_stopped(start)

    logs.configure(1)
    edge.run(in_slack())


def run_bare() -> None:
    """Answers a mention in its thread and adds a reaction, written as in Bolt's documentation."""
    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler  # noqa: PLC0415  # as above
    from slack_bolt.async_app import AsyncApp  # noqa: PLC0415  # as above
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415  # as above

    token = os.environ["SLACK_BOT_TOKEN"]
    app = AsyncApp(
        token=token,
        signing_secret=os.environ.get("SLACK_SIGNING_SECRET"),
        client=AsyncWebClient(token, base_url=os.environ["SLACK_API_URL"]),
    )

    @app.event("app_mention")
    async def handle_app_mention(event, say, client) -> None:  # as in Bolt's documentation
        await say(text=SAID, thread_ts=event["ts"])
        await client.reactions_add(channel=event["channel"], timestamp=event["ts"], name="ticket")

    if app_token := os.environ.get("SLACK_APP_TOKEN"):

        async def main() -> None:
            await AsyncSocketModeHandler(app, app_token).start_async()

        asyncio.run(main())
    else:
        app.start(port=int(os.environ["PORT"]))


def main(what: str, profile: str = "") -> None:
    run = run_bare if what == "bare" else run_bot
    if not profile:
        run()
        return
    profiler = Profile(thread_time)  # processor time, not waiting time
    try:
        profiler.runcall(run)
    finally:
        profiler.dump_stats(profile)


if __name__ == "__main__":
    main(*sys.argv[1:])
