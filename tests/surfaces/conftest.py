from collections.abc import AsyncIterator

import pytest

from tests.support.bot_harness import MODES, Mode, Office, open_office
from tests.support.counts import again_and_again


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test over Socket Mode and over signed HTTP, unless it says which one it means: every surface
    must work alike. The second time measures no coverage, which doubles the time: the code is the same.
    """
    said = any("mode" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "mode" in metafunc.fixturenames and not said:
        first, *others = MODES
        metafunc.parametrize("mode", [first, *(pytest.param(mode, marks=again_and_again) for mode in others)])


@pytest.fixture
async def office(mode: Mode, tmp_path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, mode) as opened:
        yield opened
