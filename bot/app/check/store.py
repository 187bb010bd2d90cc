"""Whether the store can be opened, read and written, and what waits in it."""

from bot.app.check.finding import Finding
from bot.app.core import count_tickets
from bot.settings import Settings
from store import open_store
from store.protocol import LockedError, StoreError, UnwritableError


async def check_store(settings: Settings) -> list[Finding]:
    try:
        store = await open_store(settings.store)
    except LockedError:
        return [Finding(True, "Store", f"{settings.store_location} is in use by a running bot")]
    except StoreError as error:
        return [_store_fault(error)]
    try:
        parked, pending = await store.parked(), await store.pending()
        every, left = await count_tickets(store)
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
    return found


def _store_fault(error: StoreError) -> Finding:
    """The store's errors say what to do behind a semicolon."""
    what, _, next_step = str(error).removesuffix(".").partition("; ")
    if isinstance(error, UnwritableError) and not next_step:
        next_step = "let whoever runs tickets write to its folder, or name another file in TICKETS_STORE"
    return Finding(False, "Store", what, next_step or "name another file in TICKETS_STORE")
