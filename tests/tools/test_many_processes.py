"""A short run of the attack with four processes; `python -m tests.tools.attack many_processes` is the full run."""

import pytest

from tests.store.postgres.server import MissingError, binaries
from tests.support.counts import again_and_again
from tests.tools.attack import many_processes

pytestmark = again_and_again


@pytest.mark.timeout(400)
def test_four_processes_on_one_database_are_one_bot(capsys):
    try:
        binaries()
    except MissingError as error:
        pytest.skip(str(error))
    assert many_processes.main(60, 1) == 0, capsys.readouterr().out
