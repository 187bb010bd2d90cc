"""The house rules, as tests, so that pytest is all there is to know."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOLS = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("ruff check .", id="ruff finds no fault"),
        pytest.param("ruff format --check .", id="ruff would format nothing"),
        pytest.param("mypy", id="mypy finds no fault"),
        pytest.param("lint-imports", id="imports run downwards only"),
    ],
)
def test_the_house_is_in_order(command: str):
    name, *arguments = command.split()
    done = subprocess.run([TOOLS / name, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
