"""What files of another kind hold, before it is made a store of today's."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from store.errors import DamagedError
from store.file.disk.deliveries_file import Tables
from store.file.disk.filesystem import REMEDY
from store.models.tickets import Json, MessageRef


class Older(NamedTuple):
    """`commits` are changes as the journal has them, oldest first, and `tickets` what they have to come to; `versions`,
    where that is known, how many of them each ticket has.

    `audits` say what was done to the history itself. The old file is kept with the ending `kept_as` ("" for one that need not be), its `journals` too.
    """

    commits: Sequence[Sequence[Json]]
    tickets: Mapping[str, Json]
    cards: Mapping[int, MessageRef]
    usage: Mapping[str, list[int]]
    rows: Tables
    last: int
    kept_as: str = ""
    journals: Sequence[str] = ()
    versions: Mapping[str, int] | None = None
    audits: Sequence[Json] = ()


def damaged(name: str, how: str) -> DamagedError:
    return DamagedError(f"{name} cannot be read: {how}; {REMEDY}")
