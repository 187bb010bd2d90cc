from collections.abc import AsyncIterator

import pytest

from tests.support.model_server import ModelServer, running_model_server


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    """A model server on loopback for one test."""
    async with running_model_server() as running:
        yield running
