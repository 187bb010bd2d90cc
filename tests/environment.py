"""The machine's own settings, taken away: what a test, or a fixture that outlives one, begins with."""

import os

import pytest

_OURS = ("SLACK_", "OPENAI_", "TICKETS_")
# Both are looked at before they are taken away themselves.
_KEEP_MODEL = os.environ.get("TICKETS_TEST_MODEL") == "1"
ON_POSTGRES = os.environ.get("TICKETS_TEST_STORE") == "postgres"

needs_files = pytest.mark.skipif(ON_POSTGRES, reason="it looks at the files of the store, or copies them")


def forget_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the bot's settings out of the environment; those of a real model stay where it is asked for."""
    for name in list(os.environ):
        if name.startswith(_OURS) and not (_KEEP_MODEL and name.startswith("OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.delenv("PORT", raising=False)
