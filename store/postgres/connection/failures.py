"""What the errors of the server mean: what is worth a retry, and what a person reads about the rest."""

import logging
import re

import psycopg

from store.errors import StoreError, UnwritableError

_CONFLICTS = frozenset({"40001", "40P01"})  # SQLSTATEs of a serialization failure and of a deadlock
# SQLSTATEs of a server that is shutting down, starting, or has become read-only.
_DISCONNECTIONS = frozenset({"57P01", "57P02", "57P03", "25006"})

# SQLSTATEs of a server that lacks something, for whatever statement, and what its operator can do.
_SHORTAGES = {
    "53100": "has no room on its disk; make room there",
    "53200": "has too little memory; give it more",
    "58030": "cannot read or write its disk; see to that disk",
}

_ERROR_NUMBER = re.compile(r"\[Errno -?\d+\] ")

_log = logging.getLogger(__name__)


def is_conflict(error: Exception) -> bool:
    """Whether the same transaction may succeed if it is run again."""
    return getattr(error, "sqlstate", None) in _CONFLICTS


def is_lost(error: Exception) -> bool:
    """Whether the connection is lost or no longer usable."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return state in _DISCONNECTIONS or state.startswith("08")


def no_answer(failure: type[StoreError], *, sent: bool) -> StoreError:
    """The error of a call that got no answer; `sent` if the server may have got and done it."""
    error = failure(_no_answer_message(failure, sent=sent))
    if isinstance(error, UnwritableError):
        error.uncertain = sent
    return error


def _no_answer_message(failure: type[StoreError], *, sent: bool) -> str:
    if failure is not UnwritableError:
        return "The database does not answer at the moment. Please try again."
    if sent:
        return "The database went away while this was being saved. Please try again: what was saved is not done twice."
    return "The database does not answer at the moment, so nothing was changed. Please try again."


def refusal_message(error: Exception) -> str:
    """What a person reads about a statement that the server refused; the log gets the whole error, unless a value was the cause."""
    if isinstance(error, (psycopg.DataError, UnicodeEncodeError)):
        return "The database cannot keep this: it holds a character or a value that it does not know."
    if shortage := _SHORTAGES.get(getattr(error, "sqlstate", None) or ""):
        return f"The database {shortage}."
    _log.error("the database refused a statement", exc_info=error)
    return f"The database refused this ({describe_error(error)})."


def connection_failure(error: psycopg.OperationalError) -> str:
    """Why the last server of an address could not be connected to: "Connection refused", "password authentication failed …".
    The text is the driver's; it holds no password."""
    reason = str(error).rpartition("failed: ")[2].strip().partition("\n")[0]
    return _ERROR_NUMBER.sub("", reason.removeprefix("FATAL:")).strip()


def describe_error(error: Exception) -> str:
    """The error's class and SQLSTATE, without the server's message, which may quote values."""
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__}, {state}" if state else type(error).__name__
