"""Whether the store can be opened, read and written, and what waits in it."""

from bot.app.check.finding import Finding
from bot.app.core import count_tickets
from bot.settings import Settings
from store import open_store
from store.protocol import LockedError, StoreError, TicketStore, UnwritableError


async def check_store(settings: Settings, now: float) -> list[Finding]:
    """`now` is in seconds since 1970."""
    try:
        store = await open_store(settings.store)
    except LockedError:
        return [Finding(True, "Store", f"{settings.store_location} is in use by a running bot")]
    except StoreError as error:
        return [_store_fault(error)]
    try:
        parked, pending = await store.parked(), await store.pending()
        every, left = await count_tickets(store)
        old = await _history(settings, store, now)
    finally:
        await store.close()
    found = [
        Finding(
            True,
            "Store",
            f"{settings.store_location} can be read and written ({every} tickets, {left} not done)",
        )
    ]
    if pending:
        found.append(
            Finding(True, "Store", f"{len(pending)} accepted messages will be finished at the next start")
        )
    found += [
        Finding(
            False,
            "Store",
            f"{one.delivery.keys[0]} ({one.reason}) failed every time and was parked",
            "see `tickets parked`",
        )
        for one in parked
    ]
    return found + old


async def _history(settings: Settings, store: TicketStore, now: float) -> list[Finding]:
    """Nothing where it is kept for ever."""
    if settings.keep_done is None:
        return []
    due = await store.count_trimmable(now - settings.keep_done.total_seconds())
    what = f"kept {settings.keep_done.days} days after a ticket is done"
    return [
        Finding(
            True,
            "History",
            f"{what}; that of {due} {'ticket' if due == 1 else 'tickets'} is removed at the next start"
            if due
            else what,
        )
    ]


def _store_fault(error: StoreError) -> Finding:
    """The store's errors say what to do behind a semicolon."""
    what, _, next_step = str(error).removesuffix(".").partition("; ")
    if isinstance(error, UnwritableError) and not next_step:
        next_step = "let whoever runs tickets write to its folder, or name another file in TICKETS_STORE"
    return Finding(False, "Store", what, next_step or "name another file in TICKETS_STORE")
