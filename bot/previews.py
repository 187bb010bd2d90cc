"""Changes to tickets that were not named one by one: frozen, shown, and carried out at a click of the same person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from store.models import Record, Values

LIFE = 600.0  # seconds that a preview can be confirmed
MOST = 500  # tickets


@dataclass(frozen=True, slots=True)
class Preview:
    """`frozen` holds the log number of each ticket as it was shown: one that grew since was changed meanwhile."""

    token: str
    who: str
    until: float
    frozen: dict[str, int]
    values: Values

    def unchanged(self, record: Record | None) -> bool:
        return record is not None and self.frozen.get(record.ticket.id) == record.version


class Previews:
    """Kept in memory: after a restart a preview has to be asked for again. `token` makes names nobody can guess."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token
        self._kept: dict[str, Preview] = {}

    def freeze(self, who: str, records: Sequence[Record], values: Values, now: float) -> Preview:
        self._kept = {token: one for token, one in self._kept.items() if one.until > now}
        frozen = {record.ticket.id: record.version for record in records}
        preview = Preview(self._token(), who, now + LIFE, frozen, values)
        self._kept[preview.token] = preview
        return preview

    def take(self, token: str, who: str, now: float) -> Preview | None:
        """The preview, once, for the person that it was made for; None when it is not there (any more)."""
        preview = self._kept.get(token)
        if preview is None or preview.who != who:
            return None
        del self._kept[token]
        return preview if preview.until > now else None
