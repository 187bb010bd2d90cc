from collections.abc import AsyncIterator
from zlib import crc32

import pytest

from tests.bot_harness import MODES, Mode, Office, open_office
from tests.store.counts import FULL


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every surface works alike over Socket Mode and over signed HTTP. A test that does not say which it means is run over one
    of them, about as many over the one as over the other; over both where everything is tried.
    """
    said = any("mode" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "mode" in metafunc.fixturenames and not said:
        one = MODES[crc32(metafunc.definition.nodeid.encode()) % len(MODES)]
        metafunc.parametrize("mode", MODES if FULL else [one])


@pytest.fixture
async def office(mode: Mode, tmp_path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, mode) as opened:
        yield opened
