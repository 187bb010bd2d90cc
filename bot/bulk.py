"""Changes to several tickets: at once where they were named one by one, after a confirmed preview where they were not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import policy, replies
from bot.actions import Where
from bot.asking import STRANGER, Asker
from bot.outcomes import Outcome, not_found, of_writes, refused
from bot.previews import MOST, Previews
from store.models import Origin, Ticket
from store.protocol import TicketStore

EXPIRED = "This preview is no longer valid: previews last 10 minutes, for whoever asked. Ask again."


class Bulk:
    def __init__(self, store: TicketStore, previews: Previews) -> None:
        self._store, self._previews = store, previews

    async def named(
        self, ids: tuple[str, ...], values: Mapping[str, Any], asker: Asker, origin: Origin
    ) -> Outcome:
        """All of them, or none when one is not there."""
        missing = [one for one in ids if not await asker.finds(self._store, one)]
        if missing:
            return not_found(*missing)
        return of_writes(await self._store.bulk_update(dict.fromkeys(ids, values), origin))

    async def preview(self, where: Where, values: Mapping[str, Any], asker: Asker, origin: Origin) -> Outcome:
        """What would change, frozen until the same person confirms it."""
        found = await self._store.view(asker.filter(where), asker.scope, size=MOST)
        if found.count > MOST:
            return refused(
                f"That would change {found.count} tickets, and {MOST} is the most at once: narrow it down."
            )
        records = [record for record in found.records if _differs(record.ticket, values)]
        if not records:
            return refused("No ticket would change by that.")
        preview = self._previews.freeze(asker.person.id, records, values, origin.timestamp)
        reply = replies.preview([record.ticket.id for record in records])
        return Outcome(reply, records=tuple(records), token=preview.token, values=values)

    async def confirm(self, token: str, asker: Asker, origin: Origin) -> Outcome:
        """Carry out a preview. Tickets that changed since it was shown are skipped and named."""
        if asker.person.role not in policy.ROLES["bulk_update"]:
            return refused(STRANGER)
        preview = self._previews.take(token, asker.person.id, origin.timestamp)
        if preview is None:
            return refused(EXPIRED)
        ids: list[str] = []
        skipped: list[str] = []
        for one in preview.frozen:
            fresh = preview.unchanged(await asker.finds(self._store, one))
            (ids if fresh else skipped).append(one)
        done = await self._store.bulk_update(dict.fromkeys(ids, preview.values), origin) if ids else []
        return replace(of_writes(done), skipped=tuple(skipped))

    def cancel(self, token: str, asker: Asker, origin: Origin) -> bool:
        """Whether there was such a preview of this person's."""
        return self._previews.take(token, asker.person.id, origin.timestamp) is not None


def _differs(ticket: Ticket, values: Mapping[str, Any]) -> bool:
    return any(getattr(ticket, name) != value for name, value in values.items())
