"""What is written to the log: one line a record, as text or JSON, with every secret masked.

What an error says of itself may quote what somebody wrote. Where it is not one of ours, its text is left out of tracebacks,
unless everything is logged.
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
SHORTEST = 4  # characters: a shorter secret is in half of all words
# Of these, each line above DEBUG is of use to whoever runs the bot; of a library's, warnings are.
_OWN = ("bot", "store", "prompts")
# Shapes of secrets, whoever they belong to: tokens, signatures, and what addresses hold beside host and path.
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:xox[a-z]|xapp|xwfp|sk)-[\w-]{4,}"), MASK),
    # "Basic Information" is the page of Slack's that our own sentences send people to.
    (
        re.compile(r"\b(?!Basic Information\b)(?P<kind>Bearer|Basic)\s+[^\s'\",)]+", re.IGNORECASE),
        rf"\g<kind> {MASK}",
    ),
    (re.compile(r"\bv0=[0-9a-fA-F]{16,}"), f"v0={MASK}"),
    (re.compile(r"(?P<scheme>\b\w[\w+.-]*://)[^\s/?#'\"<>@]+@"), rf"\g<scheme>{MASK}@"),
    (re.compile(r"(?P<url>\b\w[\w+.-]*://[^\s?#'\"<>\\]*)\?[^\s'\"<>\\]+"), rf"\g<url>?{MASK}"),
    # Where Slack, or the local workspace, takes the answer to a command: whoever knows the address can answer.
    (
        re.compile(r"(?P<url>https?://(?:hooks\.[\w.-]+|[\w.:-]+/respond)/)[^\s'\"<>\\]+"),
        rf"\g<url>{MASK}",
    ),
    (re.compile(r"\btoken=[^&\s'\"]+"), f"token={MASK}"),
    # Fields of payloads and headers as they are printed: "token": "…", 'x-slack-signature': ['…'].
    (
        re.compile(
            r"(?P<name>['\"](?:token|authorization|x-slack-signature|api-key|cookie|set-cookie|proxy-authorization)['\"]"
            r"\s*[:,]\s*\[?\s*b?)(?P<quote>['\"])(?:(?!(?P=quote)).)*(?P=quote)",
            re.IGNORECASE,
        ),
        rf"\g<name>\g<quote>{MASK}\g<quote>",
    ),
)
_known: list[str] = []  # the secrets of this process's settings, longest first


def register_secrets(secrets: Iterable[str]) -> None:
    """Mask these from now on, wherever they turn up, also as parts of addresses."""
    told = [secret for secret in secrets if len(secret) >= SHORTEST]
    found = {form for secret in told for form in (secret, quote(secret, safe=""), unquote(secret))}
    _known[:] = sorted(found.union(_known), key=len, reverse=True)


def clear_secrets() -> None:
    """What `register_secrets` was given: for a process that reads other settings after these."""
    _known.clear()


def mask_secrets(text: str) -> str:
    """`text` without anything secret."""
    for secret in _known:
        text = text.replace(secret, MASK)
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return text


def format_error(error: BaseException, *, whole: bool) -> str:
    """As Python prints it, with what it came from; without `whole` only our own errors say more than their class."""
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
    """Whether its text was written here, or by the operating system."""
    return type(error).__module__.partition(".")[0] in _OWN or isinstance(error, OSError)


def _kind(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _everything() -> bool:
    """Whether nothing is to be left out."""
    return logging.getLogger().level <= logging.DEBUG


class _Formatter(logging.Formatter):
    def formatException(  # noqa: N802  # logging's own name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return format_error(ei[1], whole=_everything()) if ei[1] else ""


class TextFormatter(_Formatter):
    """`2026-11-29T12:00:00.000Z INFO bot.app.slack: …`, masked as a whole: message, values and traceback."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802  # logging's own names
        return _time_of(record)

    def format(self, record: logging.LogRecord) -> str:
        return mask_secrets(super().format(record))


class JsonFormatter(_Formatter):
    """One JSON object a line: time, level, logger, message, and a traceback if there is one. A record with an `event`
    has its fields instead of a message."""

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
    """Log to standard error. `verbosity`: 0 is warnings, 1 what the bot does too, 2 everything that the libraries say."""
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
    sys.excepthook = _log_uncaught


def use_json() -> None:
    """From now on, once `configure` was called."""
    for handler in _handlers():
        handler.setFormatter(JsonFormatter())


def _handlers() -> list[logging.Handler]:
    handlers = logging.getLogger().handlers
    return [one for one in handlers if isinstance(one.formatter, TextFormatter | JsonFormatter)]


def _log_uncaught(_kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    told = format_error(error.with_traceback(trace), whole=_everything())
    sys.stderr.write(mask_secrets(f"{told}\n"))
