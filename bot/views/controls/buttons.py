"""Buttons that several views share."""

from collections.abc import Sequence

from bot.views import blocks, controls
from bot.views.controls import TicketVersion
from store.models.tickets import Change, Record


def new_button(said: str = "") -> blocks.Element:
    """`said` is a message that may be a ticket; it fills in the form."""
    return blocks.button("New ticket", controls.NEW, controls.write_new(said))


def view_button(record: Record) -> blocks.Element:
    ticket_id = record.ticket.id
    value = TicketVersion(ticket_id, record.version).value()
    return blocks.button("View", f"{controls.OPEN}.{ticket_id}", value, says=f"View {ticket_id}")


def undo_button(change: Change) -> blocks.Element:
    value = TicketVersion(change.ticket_id, change.version).value()
    return blocks.button("Undo", controls.UNDO, value, says=f"Undo this change to {change.ticket_id}")


def undo_all_button(changes: Sequence[Change]) -> blocks.Element:
    """Undoes everything that was changed together."""
    value = TicketVersion(changes[0].ticket_id, changes[0].version).value()
    return blocks.button("Undo all", controls.UNDO_BULK, value, says=f"Undo {len(changes)} changes")


def page_button(label: str, action_id: str, value: str) -> list[blocks.Element]:
    """A button to another page; none if `value` is "", because the query does not fit into a button."""
    return [blocks.button(label, action_id, value, says=f"{label} page")] if value else []
