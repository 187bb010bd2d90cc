"""What a reply may contain, for every role, in every kind of place."""

from datetime import date
from typing import get_args

import pytest

from bot.actions import Action
from bot.policy import NOWHERE, ROLES, Person, Role, Room, scope
from store.models.tickets import Origin, Record, Ticket
from tests.support.factories import ADMIN, ENGINEER, GUEST, NOBODY

HERE = Room("C1")
SHARED = Room("C1", outsiders=True)
DM = Room("D1", "dm")


def born(channel="C9", *, private=False, who="U9"):
    ticket = Ticket(id="T001", title="t", created=date(2024, 9, 24))
    return Record(ticket, Origin("", who, 0, channel=channel, private=private), 1, 0, channel, private)


def sees(person, room, alone):
    found = scope(person, room, alone=alone)
    places = {
        "here": born("C1"),
        "elsewhere": born("C9"),
        "in private elsewhere": born("C8", private=True),
        "own in private elsewhere": born("C8", private=True, who=person.id),
    }
    return {name for name, record in places.items() if found.includes(record)}


PUBLICLY = {"here", "elsewhere"}


@pytest.mark.parametrize(
    ("person", "room", "alone", "seen"),
    [
        (ENGINEER, HERE, False, PUBLICLY),
        (ENGINEER, HERE, True, PUBLICLY | {"own in private elsewhere"}),
        (ENGINEER, SHARED, False, {"here"}),
        (ENGINEER, SHARED, True, PUBLICLY | {"own in private elsewhere"}),
        (ENGINEER, DM, False, PUBLICLY | {"own in private elsewhere"}),
        (ENGINEER, NOWHERE, True, PUBLICLY | {"own in private elsewhere"}),
        (ADMIN, HERE, False, PUBLICLY),
        (ADMIN, HERE, True, PUBLICLY | {"in private elsewhere", "own in private elsewhere"}),
        (ADMIN, SHARED, False, {"here"}),
        (GUEST, HERE, False, {"here"}),
        (GUEST, HERE, True, {"here"}),
        (GUEST, NOWHERE, True, set()),
        (NOBODY, HERE, False, set()),
        (NOBODY, HERE, True, set()),
    ],
)
def test_a_reply_speaks_only_of_what_its_readers_may_see(
    person: Person, room: Room, alone: bool, seen: set[str]
):
    assert sees(person, room, alone) == seen


def test_every_action_has_its_roles():
    names = {kind.model_fields["action"].default for kind in get_args(Action)}
    assert names == set(ROLES)


def test_nobody_has_no_role_anywhere():
    assert all(Role.NOBODY not in roles for roles in ROLES.values())
