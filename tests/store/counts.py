"""How much is tried: little in every run, and all that was promised by

    TICKETS_TEST_COUNTS=full python -m pytest tests/store tests/surfaces -s --timeout=0

which takes about an hour, and prints what was tried. `TICKETS_TEST_SEED` is where chance begins, 1 if it is not given.
"""

import os

import pytest

# Read before the tests begin: they see no settings of this program.
FULL = os.environ.get("TICKETS_TEST_COUNTS") == "full"
SEED = int(os.environ.get("TICKETS_TEST_SEED", "1"))


# For a test that does thousands of times what others do once: they say what is covered, and it takes half of the time.
again_and_again = pytest.mark.no_cover


def count(small: int, full: int) -> int:
    return full if FULL else small


def tried(what: str, number: int) -> None:
    """Say how much was tried, for who runs the tests with `-s`."""
    print(f"{number:,} {what}, seed {SEED}")  # noqa: T201  # what it is for
