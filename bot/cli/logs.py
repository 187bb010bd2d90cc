"""Logging: one line per record, as text or JSON, with every secret masked.

An error's own text may quote what people wrote. So tracebacks leave it out, unless the error is one of ours or the log level
is DEBUG.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import quote, unquote

MASK = "***"
MIN_SECRET_LENGTH = 4  # characters; masking shorter secrets would mask parts of ordinary words
# Our packages are logged at INFO with -v, libraries only from WARNING on.
_OWN = ("bot", "store", "prompts")
# Patterns of secrets in general: tokens, signatures, and the user, password and query of URLs.
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:xox[a-z]|xapp|xwfp|sk)-[\w-]{4,}"), MASK),
    # "Basic Information" is a page of Slack's that our own messages mention.
    (
        re.compile(r"\b(?!Basic Information\b)(?P<kind>Bearer|Basic)\s+[^\s'\",)]+", re.IGNORECASE),
        rf"\g<kind> {MASK}",
    ),
    (re.compile(r"v0=[0-9a-fA-F]{16,}"), f"v0={MASK}"),
    (re.compile(r"://[^\s/?#'\"<>@]+@"), f"://{MASK}@"),
    (re.compile(r"(?P<url>://[^\s?#'\"<>\\]*)\?[^\s'\"<>\\]+"), rf"\g<url>?{MASK}"),
    # Where Slack, or the local workspace, accepts answers to a command. Knowing the URL is enough to answer.
    (
        re.compile(r"(?P<url>https?://(?:hooks\.[\w.-]+|[\w.:-]+/respond)/)[^\s'\"<>\\]+"),
        rf"\g<url>{MASK}",
    ),
    (re.compile(r"token=[^&\s'\"]+"), f"token={MASK}"),
    # Fields of payloads and headers in their printed form: "token": "…", 'x-slack-signature': ['…'].
    (
        re.compile(
            r"(?P<name>['\"](?:token|authorization|x-slack-signature|api-key|cookie|set-cookie|proxy-authorization)['\"]"
            r"\s*[:,]\s*\[?\s*b?)(?P<quote>['\"])(?:(?!(?P=quote)).)*(?P=quote)",
            re.IGNORECASE,
        ),
        rf"\g<name>\g<quote>{MASK}\g<quote>",
    ),
)
_secrets: list[str] = []  # the secrets in this process's settings, longest first


def register_secrets(secrets: Iterable[str]) -> None:
    """Mask these secrets from now on, also in their URL-encoded form."""
    told = [secret for secret in secrets if len(secret) >= MIN_SECRET_LENGTH]
    found = {form for secret in told for form in (secret, quote(secret, safe=""), unquote(secret))}
    _secrets[:] = sorted(found.union(_secrets), key=len, reverse=True)


def clear_secrets() -> None:
    """Forget the registered secrets, for a process that loads other settings afterwards."""
    _secrets.clear()


def mask_secrets(text: str) -> str:
    """`text` with every secret masked."""
    for secret in _secrets:
        text = text.replace(secret, MASK)
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return text


def format_error(error: BaseException, *, whole: bool) -> str:
    """The error as Python prints it, with its causes. Without `whole`, only our own errors show more than their class."""
    if whole:
        return "".join(traceback.format_exception(error)).rstrip("\n")
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [format_error(before, whole=False), "\nwhich led to\n"] if before else []
    if error.__traceback__:
        parts += [
            "Traceback (most recent call last):",
            "".join(traceback.format_tb(error.__traceback__)).rstrip("\n"),
        ]
    parts.append(
        "".join(traceback.format_exception_only(error)).rstrip("\n") if _is_own(error) else _kind(error)
    )
    if isinstance(error, BaseExceptionGroup):
        parts += [format_error(one, whole=False) for one in error.exceptions]
    return "\n".join(parts)


def _is_own(error: BaseException) -> bool:
    """Whether our code or the operating system wrote the error's text."""
    return type(error).__module__.partition(".")[0] in _OWN or isinstance(error, OSError)


def _kind(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _logs_everything() -> bool:
    """Whether to log everything, including texts of foreign errors."""
    return logging.getLogger().level <= logging.DEBUG


class _Formatter(logging.Formatter):
    def formatException(  # noqa: N802  # logging's own name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return format_error(ei[1], whole=_logs_everything()) if ei[1] else ""


class TextFormatter(_Formatter):
    """`2026-11-29T12:00:00.000Z INFO bot.app.slack: …`. Secrets are masked in the whole line and the traceback."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802  # logging's own names
        return _time_of(record)

    def format(self, record: logging.LogRecord) -> str:
        return mask_secrets(super().format(record))


class JsonFormatter(_Formatter):
    """One JSON object per line: time, level, logger, message, and traceback if any. A record with an `event` has that
    event's fields instead of a message."""

    def format(self, record: logging.LogRecord) -> str:
        event = getattr(record, "event", {})
        entry = {
            "time": _time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": "event" if event else mask_secrets(record.getMessage()),
        }
        for name, value in event.items():
            entry[name] = mask_secrets(value) if isinstance(value, str) else value
        if record.exc_info:
            entry["traceback"] = mask_secrets(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=True)


def _time_of(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def configure(verbosity: int) -> None:
    """Log to standard error. `verbosity`: 0 logs warnings, 1 also what the bot does, 2 everything, including libraries."""
    root = logging.getLogger()
    if not _handlers():
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(TextFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
    everything = verbosity > 1
    root.setLevel(logging.DEBUG if everything else logging.WARNING)
    for name in _OWN:
        level = logging.DEBUG if everything else logging.INFO if verbosity else logging.WARNING
        logging.getLogger(name).setLevel(level)
    # PostgreSQL's driver warns of each connection that it loses or cannot make; the store says once what that means.
    logging.getLogger("psycopg").setLevel(logging.DEBUG if everything else logging.ERROR)
    sys.excepthook = _log_uncaught


def use_json() -> None:
    """Switch to JSON; call `configure` first."""
    for handler in _handlers():
        handler.setFormatter(JsonFormatter())


def _handlers() -> list[logging.Handler]:
    handlers = logging.getLogger().handlers
    return [one for one in handlers if isinstance(one.formatter, TextFormatter | JsonFormatter)]


def _log_uncaught(_kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    told = format_error(error.with_traceback(trace), whole=_logs_everything())
    sys.stderr.write(mask_secrets(f"{told}\n"))
