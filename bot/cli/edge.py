"""The edge of the command line: turns errors into one sentence and exit code 1, and escapes characters that the
terminal lacks."""

import asyncio
import codecs
import gc
import io
import logging
import secrets
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, TypeVar

import click

from bot import settings as configured
from bot.cli import logs
from bot.settings import Settings, SettingsError
from store.errors import LockedError, StoreError

T = TypeVar("T")

log = logging.getLogger(__name__)

_running: ContextVar["asyncio.Task[Any] | None"] = ContextVar("running", default=None)

_ESCAPING = "tickets.json_escape"


def run(job: Coroutine[Any, Any, T], *, locked: str = "") -> T:
    """The result of `job`. `locked` says what to do instead if another process has locked the store.

    Ctrl-C cancels `job`, which may still end with its result if that comes too late.
    Until here no garbage is collected; what was made until here lives until the process ends.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
    try:
        return asyncio.run(_run_interruptibly(job))
    except LockedError as error:
        raise click.ClickException(
            logs.mask_secrets(f"{error}{f', or {locked}' if locked else ''}.")
        ) from None
    except (SettingsError, StoreError) as error:
        raise click.ClickException(logs.mask_secrets(str(error))) from None
    except KeyboardInterrupt:
        raise click.ClickException("stopped by Ctrl-C") from None
    except click.ClickException:
        raise
    except Exception:
        reference = f"E-{secrets.token_hex(3).upper()}"
        log.exception(reference)
        raise click.ClickException(
            f"Something went wrong here; the log says what, under {reference}."
        ) from None


async def _run_interruptibly(job: Coroutine[Any, Any, T]) -> T:
    _running.set(asyncio.current_task())
    return await job


def stop_if_interrupted() -> None:
    """Raise `CancelledError` after Ctrl-C. For a job that never pauses, and would not notice it before its end."""
    task = _running.get()
    if task and task.cancelling():
        raise asyncio.CancelledError


async def run_to_end(job: Callable[[], T]) -> T:
    """The result of `job`, which never pauses. A Ctrl-C that has not stopped it (see `stop_if_interrupted`) came too late."""
    result = job()
    with suppress(asyncio.CancelledError):
        await asyncio.sleep(0)
    return result


def settings(**given: Any) -> Settings:
    """Load the settings, and set up the log accordingly: its format, and the secrets to mask."""
    try:
        found = configured.load(**given)
    except SettingsError as error:
        raise click.ClickException(logs.mask_secrets(str(error))) from None
    logs.register_secrets(found.secrets())
    if found.log == "json":
        logs.use_json()
    return found


def check_existing(path: str) -> None:
    """End the command with one sentence if there is no store or backup at `path`, or if that cannot be found out."""
    from store.backup.files import check_existing  # noqa: PLC0415

    run(run_to_end(lambda: check_existing(path)))


def warn_of_misspelt_variables() -> None:
    """Warn on standard error of variables that look like settings but are not. Whoever needs the settings says
    that `.env` cannot be read.
    """
    with suppress(SettingsError):
        for sentence in configured.find_misspelt():
            click.echo(f"Warning: {sentence}", err=True)


def escape_unknown_characters() -> None:
    """Print characters that the terminal's encoding lacks as JSON escapes, instead of failing after the work is done."""
    codecs.register_error(_ESCAPING, _json_escape)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPING)


def _json_escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    pairs = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pairs[at]:02x}{pairs[at + 1]:02x}" for at in range(0, len(pairs), 2)), error.end


def print_utf_8() -> None:
    """Write UTF-8 to standard output, whatever the terminal's encoding: for data that other programs read."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")
