"""How long the rules take for the longest and strangest messages: `python -m tests.tools.bench parser`.

Processor time, the best of five, compared with Python's `json.loads` on a message of the same length.
"""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import click

from bot.parser.message import Message
from bot.parser.rules import read

LONGEST = 4_000  # characters: Slack's limit for a text
GOAL = 5.0  # milliseconds
HOSTILE = [
    *(
        "a",
        "a ",
        "T001 ",
        '"',
        "`",
        "'a ",
        "<@",
        "&lt;",
        "urgent ",
        "not ",
        ", ",
        "\n",
        "&gt; a\n",
        "😀",
        ":a",
        "a-",
    ),
    *(
        "t1-t9 ",
        "t1-t100 ",
        "t0a00-t0a2z ",
        "clsoe T003 ",
        "T1/T2-T9 ",
        '{"a":',
        "create ticket ",
        "and ",
        "é",
        "“",
        "T1-",
        "title:a ",
        "X, ",
        "a:b ",
        "report that ",
        "\\",
    ),
    *("\u200b", "(", "``` ", "\ufdfa", "\ufdfa "),
]


def spent(job: Callable[[], Any]) -> float:
    """Milliseconds."""
    times = []
    for _ in range(5):
        begun = time.process_time()
        job()
        times.append(time.process_time() - begun)
    return min(times) * 1e3


def main(_arguments: Sequence[str] = ()) -> int:
    text = json.dumps(["word"] * (LONGEST // 8))
    click.echo(f"json.loads of {len(text)} characters: {spent(lambda: json.loads(text)):.2f} ms")
    found = []
    for command in ("", "create ", "close T003 "):
        for piece in HOSTILE:
            message = Message((command + piece * LONGEST)[:LONGEST])
            found.append((spent(lambda message=message: read(message)), command + piece))  # type: ignore[misc]
    found.sort(reverse=True)
    for milliseconds, piece in found[:5]:
        click.echo(f"{milliseconds:6.2f} ms  {piece!r} …")
    slow = sum(milliseconds > GOAL for milliseconds, _ in found)
    click.echo(f"{slow} of {len(found)} over {GOAL:.0f} ms; median {found[len(found) // 2][0]:.2f} ms")
    return 0
