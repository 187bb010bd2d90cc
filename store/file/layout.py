"""Where a store's files are, beside its snapshot at `path`."""

from store.file.disk.journal import Position
from store.file.state import TicketState
from store.models import Json


def journal_path(path: str) -> str:
    return f"{path}.journal"


def deliveries_path(path: str) -> str:
    return f"{path}.deliveries"


def header_of(state: TicketState, position: Position, sequence: int) -> Json:
    """What a snapshot says of the other files."""
    return {**position._asdict(), "sequence": sequence, "last": state.last}
