"""Reports the progress of an operation on a whole store."""

from collections.abc import Callable

Progress = Callable[[int, int], None]  # (number done, total), with total 0 if it is unknown


def ignore_progress(_done: int, _of: int) -> None:
    """A `Progress` that does nothing."""
