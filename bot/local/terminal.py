"""Trying the bot in a terminal: a line is what a person types into Slack; a line with a colon is about Slack itself."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator

from bot.local.conversation import HELP, Conversation, Write
from bot.local.server import LocalSlack


async def converse(slack: LocalSlack, lines: AsyncIterator[str] | None = None, write: Write = print) -> None:
    """Talk to the bot line by line until the lines end; they are the terminal's unless others are given."""
    conversation = Conversation(slack, write)
    unwatch = slack.watch(conversation.heard)
    write(HELP)
    write(conversation.where())
    try:
        async for line in lines if lines is not None else stdin_lines():
            await conversation.typed(line)
    finally:
        unwatch()


async def stdin_lines() -> AsyncIterator[str]:
    """A thread that nobody waits for reads them, so that the program can end in the middle of a line.

    It reads the bare descriptor: a buffer that is being waited on cannot be closed at the end.
    """
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[bytes]()
    descriptor = sys.stdin.fileno()

    def read() -> None:
        while read := os.read(descriptor, 65_536):
            loop.call_soon_threadsafe(queue.put_nowait, read)
        loop.call_soon_threadsafe(queue.put_nowait, b"")

    threading.Thread(target=read, name="terminal", daemon=True).start()
    rest = b""
    while more := await queue.get():
        *lines, rest = (rest + more).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace").removesuffix("\r")
    if rest:
        yield rest.decode(errors="replace")
