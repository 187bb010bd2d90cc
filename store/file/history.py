"""What was changed, read from the journal: by ticket, by key, by person."""

from collections.abc import Iterator, Sequence

from store import commands
from store.codec import decode_change
from store.file.disk.journal import Journal
from store.file.state import TicketState
from store.ids import number_of
from store.models import Change, Json, Origin
from store.protocol import NotFoundError

_NOBODY = Origin("", "", 0)


class History:
    """Of a ticket that there never was there are no changes."""

    def __init__(self, journal: Journal, state: TicketState) -> None:
        self._journal, self._state = journal, state

    def page(self, ticket_id: str, page: int, size: int) -> tuple[tuple[Change, ...], int]:
        """Newest first, and how many in all. Raises `NotFoundError`."""
        places = self._places(ticket_id)
        if not places:
            raise NotFoundError(ticket_id)
        page = max(1, min(page, -(-len(places) // size)))
        end = len(places) - (page - 1) * size
        return tuple(map(self._read, reversed(places[max(end - size, 0) : end]))), len(places)

    def change(self, ticket_id: str, version: int) -> Change | None:
        places = self._places(ticket_id)
        return self._read(places[version - 1]) if 1 <= version <= len(places) else None

    def since(self, ticket_id: str, version: int) -> list[Change]:
        """The changes of a ticket from that version on, in their order; none where there is no such version."""
        return list(map(self._read, self._places(ticket_id)[version - 1 :])) if version > 0 else []

    def by_key(self, key: str) -> tuple[Change, ...]:
        place = self._state.keys.find(key)
        return () if place is None else self._commit(place)

    def latest(self, user_id: str, ticket_id: str, *, undoings: bool = False) -> tuple[Change, ...]:
        """See `TicketStore.latest`."""
        if ticket_id:
            for place in reversed(self._places(ticket_id)):
                if _can_be_undone(self._read(place), user_id, undoings=undoings):
                    return self._commit(place)
            return ()
        for place in self._state.authors.newest_first(user_id):
            changes = self._commit(place)
            if any(_can_be_undone(change, user_id, undoings=undoings) for change in changes):
                return changes
        return ()

    def together(self, ticket_id: str, version: int) -> tuple[Change, ...]:
        """All changes of the commit that made this version."""
        places = self._places(ticket_id)
        return self._commit(places[version - 1]) if 1 <= version <= len(places) else ()

    def _places(self, ticket_id: str) -> Sequence[int]:
        """Of a ticket's changes in the journal, oldest first."""
        try:
            metadata = self._state.metadata_of(commands.number_or_raise(ticket_id))
        except NotFoundError:
            return ()
        return metadata["changes"] if metadata else ()

    def _commit(self, place: int) -> tuple[Change, ...]:
        return tuple(self._decode(entry.row) for entry in self._journal.read_commit(place))

    def _read(self, place: int) -> Change:
        return self._decode(self._journal.read(place))

    def _decode(self, row: Json) -> Change:
        metadata = self._state.metadata_of(number_of(row["id"])) or {}
        undoes = [
            Change(row["id"], version, "undone", _NOBODY, undoes=undone)
            for version, undone in metadata.get("undoes", ())
        ]
        return decode_change(row, commands.undone_versions(undoes).get(row["version"]))

    def everything(self) -> Iterator[Json]:
        """Every line of the journal, oldest first, verified, as a backup keeps it: `goes_on` says that the next one
        belongs to the same commit. Raises `DamagedError`."""
        for entry in self._journal.verify():
            yield entry.row | {"goes_on": True} if entry.goes_on else entry.row


def _can_be_undone(change: Change, user_id: str, *, undoings: bool) -> bool:
    theirs = change.origin.user_id == user_id and change.undone_by is None
    return theirs and (undoings or change.undoes is None)
