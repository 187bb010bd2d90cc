"""Decides what to do after a call to Slack failed. Pure."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.delivery.errors import (
    LastingRefusalError,
    LateError,
    MissingScopeError,
    RefusedError,
    UnreadableAnswerError,
)
from bot.delivery.refusals import LASTING_REFUSALS

LONGEST_WAIT = 30.0  # seconds between two attempts while Slack does not answer
LONGEST_GUESS = 60.0  # seconds to wait if Slack is busy and does not say for how long
LONGEST_PAUSE = 300.0  # seconds between two attempts while Slack refuses everything
MAX_DOUBLINGS = 10
MAX_ZEROS = 3  # attempts for which "Retry-After: 0" is believed

_BUSY = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
_LIMITED = frozenset({"rate_limited", "ratelimited"})
_LATE = frozenset({"exchanged_trigger_id", "expired_trigger_id", "trigger_expired", "trigger_exchanged"})


class FailedCallError(Exception):
    """The answer to a call is not a success: its HTTP status and headers, and its body as far as it is a JSON object."""

    def __init__(self, status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> None:
        self.status, self.headers, self.body = status, headers, body
        self.code = str(body.get("error") or "")  # Slack's error code
        self.limited = status == 429 or self.code in _LIMITED  # noqa: PLR2004  # Too Many Requests
        super().__init__(self.code or f"HTTP {status}")


def raise_if_final(method: str, failure: FailedCallError) -> None:
    """Return if the call may be retried; else raise what went wrong."""
    code = failure.code
    if failure.limited or code in _BUSY or failure.status >= 500:  # noqa: PLR2004  # a server error
        return
    if code in LASTING_REFUSALS:
        raise LastingRefusalError(code)
    if code == "missing_scope":
        raise MissingScopeError(method, str(failure.body.get("needed") or ""))
    if code in _LATE:
        raise LateError(code)
    if code:
        messages = (failure.body.get("response_metadata") or {}).get("messages") or []
        raise RefusedError(method, code, "; ".join(map(str, messages)))
    raise UnreadableAnswerError(method, f"HTTP {failure.status}")


def wait_after(failure: FailedCallError, attempt: int, now: float, chance: float) -> float:
    """Seconds to wait before the next attempt. `now` is in seconds since 1970, `chance` from 0 to 1."""
    if not failure.limited:
        return backoff(attempt, chance)
    told = read_retry_after(failure.headers.get("Retry-After"), now)
    if told is None or (not told and attempt >= MAX_ZEROS):
        return min(LONGEST_GUESS, max(1.0, _doubled(1.0, attempt, chance)))
    return told


def read_retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait; the header gives a number or a date. None if it is neither."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _seconds_until(value, now)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _seconds_until(value: str, now: float) -> float | None:
    try:
        date: datetime = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now)


def backoff(attempt: int, chance: float, longest: float = LONGEST_WAIT) -> float:
    """Half a second, doubled for each attempt up to `longest`, times a random factor between 0.5 and 1."""
    return min(longest, _doubled(0.5, attempt, 1.0)) * (0.5 + chance / 2)


def _doubled(first: float, attempt: int, chance: float) -> float:
    return first * 2.0 ** min(attempt, MAX_DOUBLINGS) * (0.5 + chance / 2)
