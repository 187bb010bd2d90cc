"""Who may do and see what: pure functions of the person, the room and the record."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.actions import Action, Several
from store.models.filters import Scope
from store.models.tickets import Change, Origin


class Role(StrEnum):
    ADMIN = "admin"
    ENGINEER = "engineer"
    GUEST = "guest"  # guests, and people of other organisations
    NOBODY = "nobody"  # deactivated people and other bots


@dataclass(frozen=True, slots=True)
class Person:
    """`has_left`: they are nobody only because they have left the channel in which they do something."""

    id: str
    role: Role
    name: str = ""
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """A conversation. `outsiders`: guests or people of other organisations can read it. `joined`: the bot is a member."""

    id: str
    kind: Literal["public", "private", "dm", "none"] = "public"
    outsiders: bool = False
    joined: bool = True

    @property
    def private(self) -> bool:
        return self.kind in ("private", "dm")


NOWHERE = Room("", "none")  # App Home: only its owner sees it

_EVERYBODY = frozenset({Role.ADMIN, Role.ENGINEER, Role.GUEST})
_ADMINS = frozenset({Role.ADMIN})

# Lists every action: one that is missing is refused to everybody.
ROLES: dict[str, frozenset[Role]] = {
    "CREATE": _EVERYBODY,
    "UPDATE": _EVERYBODY,
    "VIEW": _EVERYBODY,
    "CLOSE": _EVERYBODY,
    "bulk_update": _EVERYBODY,
    "HELP": _EVERYBODY,
    "HISTORY": _EVERYBODY,
    "UNDO": _EVERYBODY,
    "ASK": _EVERYBODY,
    "NONE": _EVERYBODY,
    "DELETE": _ADMINS,
    "EXPORT": _ADMINS,
    "USAGE": _ADMINS,
    "several": _EVERYBODY,  # each of its actions is checked by itself
}


def may(person: Person, action: Action) -> bool:
    return person.role in ROLES.get(action.action, frozenset())


def is_grave(action: Action) -> bool:
    """Whether `action` is for admins only, or may change several tickets or other people's changes. The person's role and
    the room's readers are then looked up afresh."""
    if isinstance(action, Several):
        return any(is_grave(one) for one in action.actions)
    return action.action in ("bulk_update", "UNDO") or ROLES.get(action.action, _ADMINS) == _ADMINS


def may_read_words(scope: Scope, origin: Origin) -> bool:
    """Whether a reply may quote the message behind a change and link to it: only if its readers can see the place, or
    `origin.user_id` is the only reader."""
    return (
        scope.everything
        or (scope.public and not origin.private)
        or (bool(origin.channel) and origin.channel in scope.channels)
        or (bool(scope.user_id) and origin.user_id == scope.user_id)
    )


def may_undo(person: Person, change: Change) -> bool:
    """People may undo their own changes, admins anybody's."""
    return person.role is Role.ADMIN or (
        person.role is not Role.NOBODY and change.origin.user_id == person.id
    )


def scope(person: Person, room: Room, *, alone: bool) -> Scope:
    """The tickets that a reply to `person` in `room` may show. `alone`: only `person` sees it (ephemeral, form, App Home).

    A reply in a channel shows only what everyone there may see. If outsiders read along, that is the tickets created
    in that channel.
    """
    here = frozenset({room.id} - {""})
    if person.role is Role.NOBODY:
        return Scope(public=False)
    alone = alone or room.kind in ("dm", "none")
    if person.role is Role.GUEST or (room.outsiders and not alone):
        return Scope(public=False, channels=here)
    if not alone:
        return Scope(channels=here)
    if person.role is Role.ADMIN:
        return Scope(everything=True)
    return Scope(channels=here, user_id=person.id)
