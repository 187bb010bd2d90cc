"""Short runs of the attacks on the HTTP port and on secrets; `python -m tests.tools.attack` runs them in full."""

import pytest

from bot.cli import logs
from bot.listeners.incoming import receiving
from tests.support.counts import again_and_again
from tests.tools.attack import canaries, http_fuzz

pytestmark = again_and_again


@pytest.mark.parametrize("seed", [1, 2])
def test_what_slack_never_sends_breaks_nothing(seed):
    assert http_fuzz.main(240, seed) == 0


def test_no_secret_is_in_any_log():
    assert canaries.main(1, seed=1) == 0


def test_the_attacks_notice_what_gets_through(monkeypatch, capsys):
    monkeypatch.setattr(receiving, "check_payload", lambda body: body)
    assert http_fuzz.main(240, seed=1) == 1
    monkeypatch.setattr(logs, "mask_secrets", lambda text: text)
    assert canaries.main(1, seed=1) == 1
    assert "a canary: " in capsys.readouterr().out
