"""Checks that the store can be opened, read and written, and lists what waits in it."""

import asyncio
import tempfile
from pathlib import Path

from bot.app.check.finding import Finding, finding_from_sentence
from bot.app.core import count_tickets, describe_count, tickets
from bot.app.monitoring.health import write_probe
from bot.app.parked import ask_readiness, operate_anywhere
from bot.settings import Settings
from store import check_path, is_database, open_store
from store.backup.files import verify
from store.errors import RUN_AS_BOT, LockedError, MissingError, StoreError, UnwritableError
from store.protocol import TicketStore

_OTHER_FILE = "name another file in TICKETS_STORE"
_WRITE = "let whoever runs tickets write to its folder, or name another file in TICKETS_STORE"


async def check_store(settings: Settings, now: float) -> list[Finding]:
    """`now` is in seconds since 1970. A store that does not exist is not created."""
    if place := _check_missing(settings):
        return [place]
    try:
        store = await open_store(settings.store, create=False)
    except LockedError:
        return await _check_running_bot(settings)
    except MissingError:
        return [
            Finding(
                True, "Store", f"{settings.store_location} does not exist yet: the first start creates it"
            )
        ]
    except StoreError as error:
        return [_store_fault(error, settings)]
    try:
        if store.shared:  # to open a file is to write it
            await write_probe(store, now)
        parked, pending = await store.parked(), await store.pending()
        every, left = await count_tickets(store)
        old = await _check_history(settings, store, now)
    except StoreError as error:
        return [_store_fault(error, settings)]
    finally:
        await store.close()
    found = [
        Finding(
            True,
            "Store",
            f"{settings.store_location} can be read and written ({describe_count(every, left)})",
        )
    ]
    if pending:
        found.append(
            Finding(True, "Store", f"accepted, and to be finished at the next start: {len(pending)}")
        )
    found += [_parked(one.delivery.keys[0], one.reason) for one in parked]
    return [*found, *old, *await _check_journal(settings)]


def _check_missing(settings: Settings) -> Finding | None:
    """Says that the folder of the store does not exist yet; None if it does, or the store is no file."""
    try:
        check_path(settings.store)
    except StoreError:  # opening it says why
        return None
    folders = Path(settings.store).absolute().parents
    try:
        existing = next(folder for folder in folders if _exists(folder))
    except OSError as error:
        what = f"{settings.store_location} cannot be reached ({error.strerror})"
        return Finding(
            False, "Store", what, RUN_AS_BOT if isinstance(error, PermissionError) else _OTHER_FILE
        )
    if existing == folders[0]:
        return None
    what = f"{settings.store_location} does not exist yet"
    try:
        tempfile.TemporaryDirectory(dir=existing).cleanup()
    except OSError as error:
        return Finding(
            False, "Store", f"{what}, and {existing} cannot be written to ({error.strerror})", _WRITE
        )
    return Finding(True, "Store", f"{what}: the first start creates it, and its folder")


def _exists(path: Path) -> bool:
    """Unlike `Path.exists`, raises `OSError` in every version of Python if that cannot be found out."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _parked(key: str, reason: str) -> Finding:
    return Finding(
        False, "Store", f"{key} ({reason}) could not be processed and was set aside", "see `tickets parked`"
    )


async def _check_running_bot(settings: Settings) -> list[Finding]:
    """Ask the bot that has locked the store."""
    found = [Finding(True, "Store", f"{settings.store_location} is in use by a running bot")]
    try:
        said = await ask_readiness(settings.store)
        parked = await operate_anywhere(settings.store, "list")
    except StoreError:  # the local workspace, or `tickets ask`
        return found
    found += [finding_from_sentence(False, "Running bot", str(reason)) for reason in said["reasons"]]
    if said["backlog"]:
        found.append(Finding(True, "Running bot", f"accepted, and not finished yet: {said['backlog']}"))
    found += [_parked(row.key, row.reason) for row in parked]
    return found + await _check_journal(settings)


async def _check_journal(settings: Settings) -> list[Finding]:
    """What is damaged in a file's history, which a start does not read; nothing if it is all there."""
    if is_database(settings.store):
        return []
    try:
        await asyncio.to_thread(verify, settings.store)
    except StoreError as error:
        return [_store_fault(error, settings)]
    return []


async def _check_history(settings: Settings, store: TicketStore, now: float) -> list[Finding]:
    """How long history is kept; nothing if for ever."""
    if settings.keep_done is None:
        return []
    due = await store.count_trimmable(now - settings.keep_done.total_seconds())
    what = f"kept {settings.keep_done.days} days after a ticket is done"
    if due:
        what += f"; that of {tickets(due)} is removed at the next start"
    return [Finding(True, "History", what)]


def _store_fault(error: StoreError, settings: Settings) -> Finding:
    """Store errors give the next step after a semicolon."""
    what, _, next_step = str(error).removesuffix(".").partition("; ")
    if isinstance(error, UnwritableError) and not next_step:
        next_step = _WRITE
    otherwise = (
        "see to the database, its roles and its address" if is_database(settings.store) else _OTHER_FILE
    )
    return Finding(False, "Store", what, next_step or otherwise)
