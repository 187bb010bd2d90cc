from collections.abc import AsyncIterator

import pytest

from tests.bot_harness import Office, open_office


@pytest.fixture(params=["socket", "http"])
async def office(request, tmp_path) -> AsyncIterator[Office]:
    """Every surface works alike over Socket Mode and over signed HTTP."""
    async with open_office(tmp_path, request.param) as opened:
        yield opened
