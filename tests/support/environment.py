"""Removes the machine's own settings, for tests and for fixtures that outlive a test."""

import os

import pytest

_OURS = ("SLACK_", "OPENAI_", "TICKETS_")
# Read before `forget_settings` removes them.
_KEEP_MODEL = os.environ.get("TICKETS_TEST_MODEL") == "1"
ON_POSTGRES = os.environ.get("TICKETS_TEST_STORE") == "postgres"

needs_files = pytest.mark.skipif(ON_POSTGRES, reason="reads or copies the files of the store")


def forget_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the bot's settings from the environment. Those of a real model stay if `TICKETS_TEST_MODEL` is 1."""
    for name in list(os.environ):
        if name.startswith(_OURS) and not (_KEEP_MODEL and name.startswith("OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.delenv("PORT", raising=False)
