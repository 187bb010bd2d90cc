"""How much is tried: little in every run, and all that was promised by

    TICKETS_TEST_COUNTS=full python -m pytest tests/store tests/surfaces -s --timeout=0

which takes about an hour, and prints what was tried. `TICKETS_TEST_SEED` is where chance begins, 1 if it is not given.
"""

import os

import pytest

# Read at import: tests see no settings of this program.
FULL = os.environ.get("TICKETS_TEST_COUNTS") == "full"
SEED = int(os.environ.get("TICKETS_TEST_SEED", "1"))


# For tests that do many times what others do once: those measure the coverage, and tracing doubles the time.
again_and_again = pytest.mark.uncovered


def count(small: int, full: int) -> int:
    return full if FULL else small


def tried(what: str, number: int) -> None:
    """Print how much was tried; shown with `pytest -s`."""
    print(f"{number:,} {what}, seed {SEED}")  # noqa: T201  # the purpose of this function
