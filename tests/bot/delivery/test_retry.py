"""How long to wait after what Slack answered, whatever it may be."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from bot.delivery.errors import (
    LastingRefusalError,
    LateError,
    MissingScopeError,
    RefusedError,
    UnreadableAnswerError,
)
from bot.delivery.retry import FailedCallError, backoff, raise_if_final, wait_after

NOW = 1_700_000_000.0


def limited(value, attempt=0):
    headers = {} if value is None else {"Retry-After": value}
    return wait_after(FailedCallError(429, headers, {"error": "ratelimited"}), attempt, NOW, 1.0)


@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7.0), ("0", 0.0), ("1.5", 1.5), ("3600", 3600.0), (" 12 ", 12.0)]
)
def test_a_finite_number_of_seconds_is_honoured_as_it_is(value, seconds):
    assert limited(value) == seconds


@pytest.mark.parametrize(("ahead", "seconds"), [(30, 30.0), (0, 0.0), (-30, 0.0)])
def test_a_date_is_read(ahead, seconds):
    assert limited(format_datetime(datetime.fromtimestamp(NOW + ahead, UTC), usegmt=True)) == seconds


@pytest.mark.parametrize(
    "value", [None, "", "abc", "-1", "nan", "inf", "-inf", "1e999", "12 s", "Mon, 99 Foo 2026", "١s"]
)
@pytest.mark.parametrize("attempt", [0, 3, 50])
def test_anything_else_is_a_guess_between_one_and_sixty_seconds(value, attempt):
    assert 1.0 <= limited(value, attempt) <= 60.0


def test_at_once_is_not_believed_for_ever():
    assert limited("0", 3) >= 1.0


def test_waits_grow_up_to_a_limit():
    assert [backoff(attempt, 1.0) for attempt in range(4)] == [0.5, 1.0, 2.0, 4.0]
    assert backoff(1000, 1.0) == 30.0
    assert backoff(1000, 1.0, 300.0) == 300.0


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, ""),
        (200, "ratelimited"),
        (200, "rate_limited"),
        (500, ""),
        (503, "anything"),
        (200, "internal_error"),
    ],
)
def test_what_passes_is_tried_again(status, code):
    raise_if_final("chat.postMessage", FailedCallError(status, {}, {"error": code} if code else {}))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("is_archived", RefusedError),
        ("invalid_auth", LastingRefusalError),
        ("token_revoked", LastingRefusalError),
        ("account_inactive", LastingRefusalError),
        ("org_login_required", LastingRefusalError),
        ("ekm_access_denied", LastingRefusalError),
        ("team_added_to_org", LastingRefusalError),
        ("missing_scope", MissingScopeError),
        ("expired_trigger_id", LateError),
        ("", UnreadableAnswerError),
    ],
)
def test_each_refusal_has_its_kind(code, kind):
    with pytest.raises(kind):
        raise_if_final("chat.postMessage", FailedCallError(200, {}, {"error": code}))
