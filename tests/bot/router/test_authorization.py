"""Every operation, by everybody, in every channel, in public and in private: what it may touch, and that
hidden tickets seem not to exist.

The two tables are the policy as the product states it; an operation that is in neither fails the first test.
"""

from itertools import product
from typing import get_args

import pytest

from bot import replies
from bot.actions import Action, read_action
from bot.policy import NOWHERE, Person, Role, Room
from bot.results import Outcome
from bot.router.bulk import Bulk
from bot.router.similar import SimilarTickets
from bot.router.undo import UndoService
from tests.support.counts import again_and_again
from tests.support.factories import make_router, origin, requester

pytestmark = again_and_again

PEOPLE = {
    "admin": Person("UADMIN", Role.ADMIN),
    "engineer": Person("UENG", Role.ENGINEER),
    "deactivated": Person("UGONE", Role.NOBODY),
    "guest": Person("UGUEST", Role.GUEST),
    "other organisation": Person("UPARTNER", Role.GUEST),
    "bot": Person("UBOT", Role.NOBODY),
}
ROOMS = {
    "public": Room("CPUBLIC"),
    "private": Room("CPRIVATE", "private"),
    "DM": Room("DM", "dm"),
    "shared": Room("CSHARED", outsiders=True),
}
EVERYBODY = {"admin", "engineer", "guest", "other organisation"}
OPERATIONS: dict[str, tuple[dict, set[str]]] = {
    "CREATE": ({"title": "something new"}, EVERYBODY),
    "UPDATE": ({"id": "T001", "pri": 1}, EVERYBODY),
    "VIEW": ({"id": "T001"}, EVERYBODY),
    "CLOSE": ({"id": "T001"}, EVERYBODY),
    "bulk_update": ({"tickets": ["T001", "T001"], "changes": {"pri": 1}}, EVERYBODY),
    "HELP": ({}, EVERYBODY),
    "HISTORY": ({"id": "T001"}, EVERYBODY),
    "UNDO": ({"id": "T001"}, EVERYBODY),
    "ASK": ({"msg": "What?"}, EVERYBODY),
    "NONE": ({}, EVERYBODY),
    "DELETE": ({"id": "T001"}, {"admin"}),
    "EXPORT": ({}, {"admin"}),
    "USAGE": ({}, {"admin"}),
    "several": ({"actions": [{"action": "HELP"}, {"action": "NONE"}]}, EVERYBODY),
}
SYSTEM = requester(PEOPLE["admin"], NOWHERE)
ON_A_TICKET = ("UPDATE", "VIEW", "CLOSE", "bulk_update", "HISTORY", "DELETE")

# Who may see which of the ticket origins below, by person, place, and whether others can read the reply.
PUBLIC, OWN, HIDDEN, HERE = "public elsewhere", "own, private elsewhere", "private elsewhere", "here"
ALOUD, ALONE = False, True
ALL = {PUBLIC, OWN, HIDDEN, HERE}
SEEN: dict[tuple[str, str, bool], set[str]] = {
    **{("admin", room, ALONE): ALL for room in ROOMS},
    ("admin", "DM", ALOUD): ALL,
    ("admin", "public", ALOUD): {PUBLIC, HERE},
    ("admin", "private", ALOUD): {PUBLIC, HERE},
    ("admin", "shared", ALOUD): {HERE},
    **{("engineer", room, ALONE): {PUBLIC, OWN, HERE} for room in ROOMS},
    ("engineer", "DM", ALOUD): {PUBLIC, OWN, HERE},
    ("engineer", "public", ALOUD): {PUBLIC, HERE},
    ("engineer", "private", ALOUD): {PUBLIC, HERE},
    ("engineer", "shared", ALOUD): {HERE},
    **{
        (who, room, how): {HERE}
        for who in ("guest", "other organisation")
        for room in ROOMS
        for how in (ALOUD, ALONE)
    },
    **{(who, room, how): set() for who in ("deactivated", "bot") for room in ROOMS for how in (ALOUD, ALONE)},
}
ELSEWHERE = Room("CELSEWHERE")
PRIVATE_ELSEWHERE = Room("CSECRET", "private")


def born(birth: str, person: Person, room: Room):
    stranger = Person("USTRANGER", Role.ENGINEER)
    return {
        PUBLIC: origin(stranger, ELSEWHERE),
        OWN: origin(person, PRIVATE_ELSEWHERE),
        HIDDEN: origin(stranger, PRIVATE_ELSEWHERE),
        HERE: origin(stranger, room),
    }[birth]


def test_every_operation_stands_in_the_table():
    assert {kind.model_fields["action"].default for kind in get_args(Action)} == set(OPERATIONS)


def as_the_first(text: str, ticket_id: str) -> str:
    return text.replace(ticket_id, "T001")


@pytest.mark.parametrize("where", ROOMS)
@pytest.mark.parametrize("who", PEOPLE)
async def test_who_may_do_what_where(store, who, where):
    router, person, room = make_router(store), PEOPLE[who], ROOMS[where]
    system = requester(PEOPLE["admin"], NOWHERE)
    for (operation, (fields, allowed)), birth, alone in product(
        OPERATIONS.items(), sorted(ALL), (ALOUD, ALONE)
    ):
        made = await router.act(
            read_action({"action": "CREATE", "title": "a ticket"}), system, born(birth, person, room)
        )
        ticket_id = made.records[0].ticket.id
        if operation == "HISTORY" and who == "admin":
            continue  # have their own test, which covers deleted tickets, too
        named = {name: value for name, value in fields.items() if name not in ("id", "tickets")}
        if "id" in fields:
            named["id"] = ticket_id
        if "tickets" in fields:
            named["tickets"] = [ticket_id]
        seen = birth in SEEN[who, where, alone]
        asked = requester(person, room, alone=alone)
        outcome = await router.act(read_action({"action": operation, **named}), asked, origin(person, room))
        told = (operation, birth, alone, outcome.reply.json)
        if who not in allowed:
            assert outcome.reply.code == "er", told
            assert ticket_id not in outcome.reply.json, told
        elif operation in ON_A_TICKET and not seen:
            assert outcome.reply.json == f'{{"status":"nf","msg":"{ticket_id}"}}', told
        elif operation in ON_A_TICKET:
            assert outcome.reply.code in ("ok", "up"), told
        if who not in allowed or (operation in ON_A_TICKET and not seen):
            now = await store.get(ticket_id)
            assert (now.ticket.pri, now.ticket.stat) == (2, "open"), told
        if now := await store.get(ticket_id):
            await store.delete(ticket_id, origin(PEOPLE["admin"]))


@pytest.mark.parametrize("where", ROOMS)
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("how", [ALOUD, ALONE], ids=["aloud", "alone"])
async def test_a_list_holds_what_its_readers_may_see_and_nothing_else(store, who, where, how):
    router, person, room = make_router(store), PEOPLE[who], ROOMS[where]
    system = requester(PEOPLE["admin"], NOWHERE)
    births = {}
    for birth in sorted(ALL):
        made = await router.act(
            read_action({"action": "CREATE", "title": "a ticket"}), system, born(birth, person, room)
        )
        births[made.records[0].ticket.id] = birth
    listed = await router.act(
        read_action({"action": "VIEW"}), requester(person, room, alone=how), origin(person, room)
    )
    assert {births[record.ticket.id] for record in listed.records} == SEEN[who, where, how]
    assert listed.count == len(listed.records)


async def test_an_admin_reads_the_history_of_a_deleted_ticket_and_nobody_else_does(store):
    router, admin, engineer = make_router(store), PEOPLE["admin"], PEOPLE["engineer"]
    room = ROOMS["public"]
    await router.act(
        read_action({"action": "CREATE", "title": "a ticket"}),
        requester(engineer, room),
        origin(engineer, room),
    )
    await router.act(
        read_action({"action": "DELETE", "id": "T001"}), requester(admin, room), origin(admin, room)
    )
    history = read_action({"action": "HISTORY", "id": "T001"})
    assert (await router.act(history, requester(admin, room), origin(admin, room))).count == 2
    assert (await router.act(history, requester(engineer, room), origin(engineer, room))).reply.code == "nf"
    unknown = await router.act(
        read_action({"action": "HISTORY", "id": "T999"}), requester(admin, room), origin(admin, room)
    )
    assert unknown.reply.json == '{"status":"nf","msg":"T999"}'


# Operations that only a click requests. Each gets a ticket, its version, a similar ticket, the person and the
# place.
BY_WORDS = {
    "Bulk.update_named",
    "Bulk.preview",
    "SimilarTickets.find",
    "UndoService.undo_latest",
}  # by `act`, above
BY_CLICK = {
    "Bulk.confirm": lambda router, one, number, alike, who, once: router.bulk.confirm("token-1", who, once),
    "Bulk.cancel": lambda router, one, number, alike, who, once: _cancelled(router, who, once),
    "UndoService.undo_one": lambda router, one, number, alike, who, once: router.undo_service.undo_one(
        one, number, who, once
    ),
    "UndoService.undo_together": lambda router, one, number, alike, who, once: (
        router.undo_service.undo_together(one, number, who, once)
    ),
    "SimilarTickets.merge": lambda router, one, number, alike, who, once: router.similar.merge(
        one, number, alike, who, once
    ),
    "SimilarTickets.close_as_solved": lambda router, one, number, alike, who, once: _after_solving(
        router, alike, router.similar.close_as_solved(one, number, alike, who, once)
    ),
    "SimilarTickets.reopen": lambda router, one, number, alike, who, once: _after_solving(
        router, alike, router.similar.reopen(one, number, alike, who, once)
    ),
}
# Roles that may do it to a ticket that they see but did not change; nobody else ever may.
MAY_CLICK = {
    "UndoService.undo_one": {"admin"},
    "UndoService.undo_together": {"admin"},
    "SimilarTickets.merge": {"admin"},
    "SimilarTickets.close_as_solved": EVERYBODY,
    "SimilarTickets.reopen": EVERYBODY,
}


async def _after_solving(router, alike, click):
    await router.act(
        read_action({"action": "CLOSE", "id": alike, "res": "by a restart"}), SYSTEM, origin(SYSTEM.person)
    )
    return await click


async def _cancelled(router, who, once):
    return await router.bulk.cancel("token-1", who, once) or Outcome(replies.NONE)


def test_everything_that_a_click_asks_for_stands_in_a_table():
    public = {
        f"{kind.__name__}.{name}"
        for kind in (Bulk, SimilarTickets, UndoService)
        for name in vars(kind)
        if not name.startswith("_")
    }
    assert public == BY_WORDS | set(BY_CLICK)


@pytest.mark.parametrize("where", ROOMS)
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("operation", BY_CLICK)
async def test_who_may_click_what_where(store, operation, who, where):
    """Tickets come from every place; the change, or the preview, is by somebody else."""
    person, room = PEOPLE[who], ROOMS[where]
    stranger, system = Person("USTRANGER", Role.ENGINEER), SYSTEM
    for birth, alone in product(sorted(ALL - {OWN}), (ALOUD, ALONE)):
        router = make_router(store)
        alike, one = [
            await router.act(
                read_action({"action": "CREATE", "title": "API timeout"}), system, born(birth, stranger, room)
            )
            for _ in range(2)
        ]
        ticket_id, number = one.records[0].ticket.id, one.changes[0].version
        where_from = {"action": "bulk_update", "where": {"stat": "open"}, "changes": {"pri": 1}}
        await router.act(read_action(where_from), requester(stranger, born_in(birth, room)), origin(stranger))
        before = (await store.get(ticket_id), await store.history(ticket_id))
        asked, once = requester(person, room, alone=alone), origin(person, room)
        other = alike.records[0].ticket.id
        outcome = await BY_CLICK[operation](router, ticket_id, number, other, asked, once)
        absent = await BY_CLICK[operation](router, "T999", 999_999, other, asked, origin(person, room))
        told = (birth, alone, outcome.reply.json)
        seen = birth in SEEN[who, where, alone]
        if seen and who in MAY_CLICK.get(operation, set()):
            assert outcome.reply.code in ("ok", "up"), told
        else:
            assert outcome.reply.code in ("er", "nf"), told
            assert (await store.get(ticket_id), await store.history(ticket_id)) == before, told
        if not seen:
            assert as_the_first(outcome.reply.json, ticket_id) == as_the_first(absent.reply.json, "T999"), (
                told
            )
        for made in (ticket_id, other):
            if await store.get(made):
                await store.delete(made, origin(PEOPLE["admin"]))


def born_in(birth: str, room: Room) -> Room:
    return {PUBLIC: ELSEWHERE, HIDDEN: PRIVATE_ELSEWHERE, HERE: room}[birth]
