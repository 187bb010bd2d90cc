"""Ids of buttons, menus and forms, and what their values carry. The views write them, the listeners read them.

A value read back proves nothing: listeners look up and check everything it says.
"""

import json
import re
from typing import NamedTuple

from pydantic import ValidationError

from bot.actions import View, read_action, write_action
from bot.fields import MAX_ID_LENGTH
from store.ids import InvalidIdError, parse_id
from store.models.tickets import Category, Priority

START = "ticket.start"
CLOSE = "ticket.close"  # opens a form
REOPEN = "ticket.reopen"
EDIT = "ticket.edit"  # opens a form
POST = "ticket.post"  # opens a form that asks for a channel
MENU = "ticket.menu"  # a select whose options are `MenuChoice` values
OPEN = "ticket.open"  # + .T012: the button in a list's row
PAGE = "list.page"  # + .previous or .next
HISTORY_PAGE = "history.page"  # + .previous or .next
UNDO = "ticket.undo"
NEW = "ticket.new"  # opens a form
CONFIRM = "bulk.confirm"
CANCEL = "bulk.cancel"
CHOOSE = "choice.take"  # + .0, .1, .2 or .nothing
UNDO_BULK = "bulk.undo"
ADD_TO = "similar.add"  # + .T012
SOLVED = "similar.solved"  # + .T012
REOPEN_SIMILAR = "similar.reopen"  # + .T012
HOME_FILTER = "home.filter"  # + .stat, .pri, .cat or .whose
HOME_PAGE = "home.page"  # + .previous or .next

NEW_FORM = "form.new"
EDIT_FORM = "form.edit"
CLOSE_FORM = "form.close"
POST_FORM = "form.post"

NEW_SHORTCUT = "new_ticket"
MESSAGE_SHORTCUT = "create_ticket"


class TicketVersion(NamedTuple):
    """A ticket, and the version of it that the button was drawn for. Pressing the same button twice names the same
    version, so a double click counts once.
    """

    ticket_id: str
    version: int

    def value(self) -> str:
        return f"{self.ticket_id} {self.version}"


_NUMBER = re.compile(r"[0-9]{1,15}")
MAX_PAGES = 100_000


def read_ticket_version(value: str) -> TicketVersion | None:
    """None if no view writes such a value."""
    ticket_id, _, version = value.partition(" ")
    written = len(ticket_id) <= MAX_ID_LENGTH and _is_id(ticket_id) and _NUMBER.fullmatch(version)
    return TicketVersion(ticket_id, int(version)) if written else None


def _is_id(text: str) -> bool:
    try:
        return parse_id(text) == text
    except InvalidIdError:
        return False


class MenuChoice(NamedTuple):
    """An option of a card's menu; `what` is pri, cat, history or undo."""

    what: str
    to: str
    pressed: TicketVersion

    def value(self) -> str:
        return f"{self.what}:{self.to}:{self.pressed.value()}"


_CHOICES = {
    "pri": {str(one.value) for one in Priority},
    "cat": {one.value for one in Category},
    "history": {""},
    "undo": {""},
}


def read_menu_choice(value: str) -> MenuChoice | None:
    """None if no view writes such a value."""
    what, _, rest = value.partition(":")
    to, _, tail = rest.partition(":")
    pressed = read_ticket_version(tail)
    return MenuChoice(what, to, pressed) if pressed and to in _CHOICES.get(what, ()) else None


class HistoryPage(NamedTuple):
    """A page of one ticket's history."""

    ticket_id: str
    page: int

    def value(self) -> str:
        return f"{self.ticket_id} {self.page}"


def read_history_page(value: str) -> HistoryPage | None:
    """None if no view writes such a value."""
    pressed = read_ticket_version(value)
    return HistoryPage(*pressed) if pressed and 0 < pressed.version <= MAX_PAGES else None


VALUE_LIMIT = 2000  # characters; Slack's limit for a button's value


def write_new(said: str = "") -> str:
    """The value of a New ticket button; `said` fills in the form."""
    return f"new {said}".strip()[:VALUE_LIMIT]


def read_new(value: str) -> str:
    """The text to fill the form in with; "" for none."""
    name, _, said = value.partition(" ")
    return said if name == "new" else ""


def write_query(query: View, page: int) -> str:
    """The query at `page` as a button's value; "" if it does not fit."""
    value = json.dumps(
        write_action(query.model_copy(update={"page": page})), ensure_ascii=False, separators=(",", ":")
    )
    return value if len(value) <= VALUE_LIMIT else ""


def read_query(value: str) -> View | None:
    """The query in a button's value; None if it is not a query."""
    if len(value) > VALUE_LIMIT:
        return None
    try:
        action = read_action(json.loads(value))
    except (ValidationError, ValueError, RecursionError):
        return None
    return action if isinstance(action, View) else None
