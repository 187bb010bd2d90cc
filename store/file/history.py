"""Changes read from the journal: by ticket, by key, by person."""

from collections.abc import Iterator

from store import commands
from store.errors import DamagedError, NotFoundError, StoreError
from store.file.disk.journal import Journal
from store.file.state import TicketState
from store.ids import number_of, number_or_zero
from store.models.filters import PAGE_SIZE
from store.models.tickets import Change, Json
from store.progress import Progress, ignore_progress
from store.serialization.codec import decode_change
from store.serialization.contents import rows_of


class History:
    """The methods of `TicketStore` for what was changed. Except in `history`, a ticket that never existed has no changes."""

    _journal: Journal
    _state: TicketState

    async def history(
        self, ticket_id: str, page: int = 1, size: int = PAGE_SIZE
    ) -> tuple[tuple[Change, ...], int]:
        places = [*self._places(ticket_id).values()]
        if not places:
            raise NotFoundError(ticket_id)
        page = max(1, min(page, -(-len(places) // size)))
        end = len(places) - (page - 1) * size
        return tuple(map(self._read, reversed(places[max(end - size, 0) : end]))), len(places)

    async def change(self, ticket_id: str, version: int) -> Change | None:
        place = self._places(ticket_id).get(version)
        return None if place is None else self._read(place)

    def changes_since(self, ticket_id: str, version: int) -> list[Change]:
        """A ticket's changes from `version` on, in order; none if that version is unknown."""
        places = self._places(ticket_id)
        later = (place for each, place in places.items() if each >= version)
        return list(map(self._read, later)) if version in places else []

    def changes_by_key(self, key: str) -> tuple[Change, ...]:
        place = self._state.keys.find(key)
        return () if place is None else self._commit(place)

    async def latest(
        self, user_id: str, ticket_id: str = "", *, undoings: bool = False
    ) -> tuple[Change, ...]:
        places = self._places(ticket_id).values() if ticket_id else self._state.authors.get(user_id, ())
        for place in reversed(places):
            changes = (self._read(place),) if ticket_id else self._commit(place)
            mine = (each for each in changes if each.origin.user_id == user_id and each.undone_by is None)
            if any(undoings or change.undoes is None for change in mine):
                return self._commit(place) if ticket_id else changes
        return ()

    async def changes_together(self, ticket_id: str, version: int) -> tuple[Change, ...]:
        place = self._places(ticket_id).get(version)
        return () if place is None else self._commit(place)

    def _places(self, ticket_id: str) -> dict[int, int]:
        return self._state.places(number_or_zero(ticket_id))

    def _commit(self, place: int) -> tuple[Change, ...]:
        """The changes of a commit that were not removed."""
        return tuple(self._decode(each.row) for each in self._journal.read_commit(place) if "id" in each.row)

    def _read(self, place: int) -> Change:
        row = self._journal.read(place).row
        if "id" not in row:  # redacted by the writing process while this one only reads
            raise StoreError("this history was removed since the store was opened; open it again")
        return self._decode(row)

    def _decode(self, row: Json) -> Change:
        undos = self._state.metadata_of(number_of(row["id"])).get("undoes", ())
        return decode_change(row, commands.match_undos(reversed(undos)).get(row["version"]))


def verified_changes(
    journal: Journal, state: TicketState, audits: list[Json], progress: Progress = ignore_progress
) -> Iterator[Json]:
    """The history that a store had when `state` was read: every change, oldest first, verified, in the form of a
    backup: `goes_on` says that the next one belongs to the same commit. Leaves out changes that were removed from the
    history, though their lines may still be there, and those that another process made since. Appends the lines about
    the journal itself, such as those of erasures, to `audits`. Raises `DamagedError`."""
    versions = state.versions()
    done, total = 0, sum(map(len, versions.values()))
    commit: list[Json] = []
    for entry in journal.verify():
        row = entry.row
        if "id" in row and row["version"] in versions.get(row["id"], ()):
            done += 1
            progress(done, total)
            commit.append(row)
        elif "audit" in row:
            audits.append(row)
        if not entry.goes_on:
            yield from rows_of([commit] if commit else [])
            commit = []
    if done < total:
        raise DamagedError(f"the journal has lost the last of {total} changes")
