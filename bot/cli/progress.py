"""A progress bar for slow commands."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.cli.edge import stop_if_interrupted

SHOW_AFTER = 1.0  # seconds before a bar is shown


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, shown after `SHOW_AFTER` seconds. Yields a function to call with done and total,
    which ends the work after Ctrl-C.
    """
    from rich.console import Console  # noqa: PLC0415  # loads slowly, and most commands show no bar
    from rich.progress import (  # noqa: PLC0415  # as above
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    begun = time.monotonic()
    console = Console(stderr=True)
    bar = Progress(
        TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )
    task = bar.add_task(what, total=None)

    def show(done: int, of: int) -> None:
        stop_if_interrupted()
        if not bar.live.is_started and time.monotonic() - begun > SHOW_AFTER:
            bar.start()
        bar.update(task, completed=done, total=of or None)

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()
