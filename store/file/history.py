"""What was changed, read from the journal: by ticket, by key, by person."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from store import commands
from store.codec import decode_change
from store.file.disk.journal import Journal
from store.file.state import TicketState
from store.ids import format_id, number_of
from store.models import Change, Json, Origin
from store.protocol import NotFoundError

_NOBODY = Origin("", "", 0)


class History:
    def __init__(self, journal: Journal, state: TicketState) -> None:
        self._journal, self._state = journal, state

    def page(self, ticket_id: str, page: int, size: int) -> tuple[tuple[Change, ...], int]:
        """Newest first, and how many in all. Raises `NotFoundError`."""
        number = commands.number_or_raise(ticket_id)
        metadata = self._state.metadata_of(number)
        if metadata is None:
            raise NotFoundError(ticket_id)
        count = len(metadata["changes"])
        page = max(1, min(page, -(-count // size)))
        newest = count - (page - 1) * size
        versions = range(newest, max(newest - size, 0), -1)
        undone = _undone(number, metadata)
        return tuple(self._change(metadata, version, undone) for version in versions), count

    def change(self, ticket_id: str, version: int) -> Change | None:
        try:
            number = commands.number_or_raise(ticket_id)
        except NotFoundError:
            return None
        metadata = self._state.metadata_of(number)
        if metadata is None or not 1 <= version <= len(metadata["changes"]):
            return None
        return self._change(metadata, version, _undone(number, metadata))

    def since(self, number: int, version: int) -> list[Change]:
        """The changes of a ticket from that version on, in their order; none where there is no such version."""
        metadata = self._state.metadata_of(number)
        if metadata is None or version < 1:
            return []
        return [decode_change(self._journal.read(place)) for place in metadata["changes"][version - 1 :]]

    def by_key(self, key: str) -> tuple[Change, ...]:
        place = self._state.keys.find(key)
        return () if place is None else self._commit(place)

    def latest(self, user_id: str, ticket_id: str, *, undoings: bool) -> tuple[Change, ...]:
        if ticket_id:
            return self._latest_of(user_id, ticket_id, undoings=undoings)
        for place in self._state.authors.newest_first(user_id):
            changes = self._commit(place)
            if any(_can_be_undone(change, user_id, undoings=undoings) for change in changes):
                return changes
        return ()

    def _latest_of(self, user_id: str, ticket_id: str, *, undoings: bool) -> tuple[Change, ...]:
        try:
            number = commands.number_or_raise(ticket_id)
        except NotFoundError:
            return ()
        metadata = self._state.metadata_of(number) or {"changes": []}
        undone = _undone(number, metadata)
        for version in range(len(metadata["changes"]), 0, -1):
            if _can_be_undone(self._change(metadata, version, undone), user_id, undoings=undoings):
                return self._commit(metadata["changes"][version - 1])
        return ()

    def together(self, ticket_id: str, version: int) -> tuple[Change, ...]:
        """All changes of the commit that made this version."""
        try:
            metadata = self._state.metadata_of(commands.number_or_raise(ticket_id))
        except NotFoundError:
            return ()
        if metadata is None or not 1 <= version <= len(metadata["changes"]):
            return ()
        return self._commit(metadata["changes"][version - 1])

    def _commit(self, place: int) -> tuple[Change, ...]:
        changes = [decode_change(entry.row) for entry in self._journal.read_commit(place)]
        return tuple(self._as_it_is(change) for change in changes)

    def _as_it_is(self, change: Change) -> Change:
        number = number_of(change.ticket_id)
        undone = _undone(number, self._state.metadata_of(number) or {})
        return replace(change, undone_by=undone.get(change.version))

    def _change(self, metadata: Json, version: int, undone: Mapping[int, int]) -> Change:
        row = self._journal.read(metadata["changes"][version - 1])
        return decode_change(row, undone.get(version))

    def everything(self) -> Iterator[Json]:
        """Every line of the journal, oldest first, verified, as a backup keeps it: `goes_on` says that the next one
        belongs to the same commit. Raises `DamagedError`."""
        for entry in self._journal.verify():
            yield entry.row | {"goes_on": True} if entry.goes_on else entry.row


def _undone(number: int, metadata: Json) -> dict[int, int]:
    """Which versions of a ticket are undone, and by which."""
    if not (undoes := metadata.get("undoes")):
        return {}
    ticket_id = format_id(number)
    return commands.undone_versions(
        [Change(ticket_id, version, "undone", _NOBODY, undoes=undone) for version, undone in undoes]
    )


def _can_be_undone(change: Change, user_id: str, *, undoings: bool) -> bool:
    theirs = change.origin.user_id == user_id and change.undone_by is None
    return theirs and (undoings or change.undoes is None)
