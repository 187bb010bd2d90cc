"""`tickets check`: what is configured, what is missing and what works, each with the next step."""

import time
from collections.abc import Callable

from bot.app.check.finding import Finding, finding_from_sentence
from bot.app.check.model import check_model
from bot.app.check.slack import SCOPES, check_slack
from bot.app.check.store import check_store
from bot.settings import Settings, find_misspelt

__all__ = ["SCOPES", "Finding", "check_all", "finding_from_sentence"]


async def check_all(settings: Settings, now: Callable[[], float] = time.time) -> list[Finding]:
    """`now` returns this machine's time, in seconds since 1970; it is compared with Slack's."""
    return [
        *[finding_from_sentence(False, "Settings", sentence) for sentence in find_misspelt()],
        *await check_store(settings, now()),
        *await check_slack(settings, now),
        *await check_model(settings),
        _admins(settings),
    ]


def _admins(settings: Settings) -> Finding:
    if settings.admins:
        return Finding(True, "Admins", ", ".join(sorted(settings.admins)))
    return Finding(
        True, "Admins", "none", "give Slack member ids in TICKETS_ADMINS to let somebody delete and export"
    )
