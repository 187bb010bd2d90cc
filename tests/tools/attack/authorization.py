"""Tries every operation, by everybody, on every surface, in every place, on every kind of ticket: who gets
what they may not have?

The operations are those of the code: one that is in no table here ends the attack. The permissions are stated
a second time, in `may_see` and `ADMINS_ONLY`, as the product defines them.
"""

import asyncio
import random
import tempfile
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple, get_args

import click

from bot.actions import Action
from bot.listeners.registration import COMMANDS, EVENTS, FORMS, PRESSES, SHORTCUTS
from bot.local.fakeslack.errors import GestureError
from bot.views import controls
from store.models.tickets import Record
from tests.support.bot_harness import Office
from tests.tools.attack._shared.world import (
    PRESSES_ON,
    PRESSES_ON_NONE,
    ROOMS,
    STAFF,
    filled,
    forget_what_was_said,
    make_ticket,
    open_forged,
    open_world,
)

# The text of each action; {id} is the ticket.
SAID = {
    "CREATE": "create nothing much",
    "UPDATE": "{id} pri 1",
    "VIEW": "view {id}",
    "CLOSE": "close {id}: done with it",
    "bulk_update": "set {id} and T001 to pri 1",
    "HELP": "help",
    "HISTORY": "history {id}",
    "UNDO": "undo {id}",
    "ASK": "close",
    "NONE": "thanks",
    "DELETE": "delete {id}",
    "EXPORT": "export",
    "USAGE": "usage",
    "several": "{id} pri 1\nclose {id}",
}
FILLED_IN = {
    controls.EDIT_FORM: {"title": "mine now"},
    controls.CLOSE_FORM: {"res": "over"},
    controls.POST_FORM: {"channel": STAFF},
}
REACTIONS = ("ticket", "eyes", "white_check_mark")
LISTENED_TO = {
    "app_mention",
    "message",
    "app_home_opened",
    "reaction_added",
    "reaction_removed",
    # These draw the cards of the channel again, the last one if the bot itself has joined.
    "channel_unarchive",
    "group_unarchive",
    "member_joined_channel",
}
ADMINS_ONLY = {"DELETE", "EXPORT", "USAGE"}
PEOPLE = ("admin", "engineer", "guest", "consultant", "partner", "buildbot")
OUTSIDERS = {"guest", "consultant", "partner"}
SPOKEN = ("mention", "slash", "thread")
OPEN_TO_OUTSIDERS = {"support", "private", "shared"}  # where a guest or a partner can read
MEMBERS = {
    "support": ("admin", "engineer", "guest", "consultant", "buildbot"),
    "private": ("admin", "engineer", "consultant"),
    "shared": ("admin", "engineer", "partner"),
    "staff": ("admin", "engineer"),
}
HOMES = ("support", "private", "shared", "staff", "admin's dm")
SECRET = "zeppelin"


class Cell(NamedTuple):
    who: str
    room: str
    home: str  # the ticket's channel
    surface: str
    operation: str
    way: int = 0


def missing() -> list[str]:
    """Operations of the code that are in no table here."""
    actions = {kind.model_fields["action"].default for kind in get_args(Action)}
    gaps = [f"action {one}" for one in actions ^ set(SAID)]
    gaps += [f"control {one}" for one in set(PRESSES) ^ (set(PRESSES_ON) | set(PRESSES_ON_NONE))]
    gaps += [f"form {one}" for one in set(FORMS) ^ ({controls.NEW_FORM} | set(FILLED_IN))]
    gaps += [f"event {one}" for one in set(EVENTS) ^ LISTENED_TO]
    gaps += [f"command {one}" for one in set(COMMANDS) ^ {"/ticket"}]
    gaps += [f"shortcut {one}" for one in set(SHORTCUTS) ^ {"new_ticket", "create_ticket"}]
    return gaps


def cells() -> list[Cell]:
    spoken = [(surface, name, 0) for surface, name in product(SPOKEN, SAID)]
    pressed = [("button", name, way) for name, ways in PRESSES_ON.items() for way in range(len(ways))]
    pressed += [("button", name, 0) for name in PRESSES_ON_NONE]
    pressed += [("form", name, 0) for name in FILLED_IN]
    found = [
        Cell(who, room, home, *operation)
        for who, room, home, operation in product(PEOPLE, ROOMS, HOMES, [*spoken, *pressed])
    ]
    # App Home belongs to no channel; a reaction is added to the ticket's card, wherever that is.
    found += [
        Cell(who, "dm", home, "home", name, way)
        for who, home, (surface, name, way) in product(PEOPLE, HOMES, pressed)
        if surface == "button"
    ]
    found += [
        Cell(who, home, home, "reaction", name)
        for who, home, name in product(PEOPLE, HOMES, REACTIONS)
        if home in ROOMS
    ]
    return found


COUNT = len(cells())


def may_see(cell: Cell, *, alone: bool) -> bool:
    """Whether the product lets this person see the ticket in this place."""
    by_form = cell.surface == "form" or cell.operation in {controls.CLOSE, controls.EDIT, controls.POST}
    # A form counts as filled in in the ticket's own channel, for members of that channel.
    here = cell.home == cell.room or (by_form and cell.who in MEMBERS.get(cell.home, ()))
    if cell.who == "buildbot":
        return False
    alone = alone or cell.room == "dm"
    if cell.who in OUTSIDERS or (cell.room in OPEN_TO_OUTSIDERS and not alone):
        return here
    public = cell.home in ("support", "shared", "staff")
    if cell.who == "admin" and alone:
        return True
    return public or here


async def shown_to(office: Office, user: str) -> str:
    """Everything that the person sees, including the channels that they are in."""
    slack = office.slack
    identity = slack.workspace.user(user).id
    messages: list[Any] = [*slack.ephemerals(user)]
    for channel in slack.workspace.channels.values():
        if identity in channel.members:
            messages += slack.workspace.messages.get(channel.id, {}).values()
    return str([*messages, slack.modal(user), slack.home(user)])


async def try_cell(office: Office, cell: Cell, number: int) -> list[str]:
    """What was wrongly allowed, one line each."""
    slack, store = office.slack, office.bot.core.store
    title = f"{SECRET} {number}"
    home = slack.dm("admin") if cell.home == "admin's dm" else ROOMS[cell.home]
    record = await make_ticket(office, title, home, private=cell.home in ("private", "admin's dm"))
    before = await shown_to(office, cell.who)
    alone = cell.surface in ("slash", "form", "home")
    try:
        await _do(office, cell, record)
    except GestureError:
        return []  # Slack's client does not allow it
    await office.idle()
    told = await shown_to(office, cell.who)
    now = await store.get(record.ticket.id)
    found: list[str] = []
    seen = may_see(cell, alone=alone)
    changed = now is None or now.version != record.version
    if changed and (not seen or (cell.operation in ADMINS_ONLY and cell.who != "admin")):
        found.append(f"changed: {cell}")
    if told.count(title) > before.count(title) and not may_see(cell, alone=True):
        found.append(f"shown: {cell}")
    if cell.operation in ADMINS_ONLY and cell.who != "admin" and slack.uploads():
        found.append(f"exported: {cell}")
    if now is not None:
        slack.workspace.files.clear()
        await store.delete(record.ticket.id, record.origin.__class__("", "U0ADMIN", 0.0))
    return found


async def _do(office: Office, cell: Cell, record: Record) -> None:
    slack, ticket_id = office.slack, record.ticket.id
    room = cell.room if cell.room != "dm" else "dm"
    if cell.surface == "button":
        await _press(office, cell, record, room)
        return
    if cell.surface == "home":
        await slack.open_home(cell.who)
        await office.idle()
        await slack.press_in_home(cell.who, *_pressed(cell, record), forge=True)
        return
    if cell.surface == "form":
        await _submit(office, cell, record)
        return
    if cell.surface == "reaction":
        assert record.card is not None
        await slack.react(cell.who, room, record.card.ts, cell.operation)
        await office.idle()
        await slack.react(cell.who, room, record.card.ts, cell.operation, added=False)
        return
    text = SAID[cell.operation].replace("{id}", ticket_id)
    if cell.surface == "slash":
        await slack.command(cell.who, room, "/ticket", text)
    elif cell.surface == "mention":
        await slack.say(cell.who, room, text if room == "dm" else f"@tickets {text}")
    else:
        card = record.card
        thread = card.thread if card and card.channel == ROOMS.get(cell.room) else None
        await slack.say(cell.who, room, text, thread=thread)


async def _press(office: Office, cell: Cell, record: Record, room: str) -> None:
    """Press a button that carries the ticket's id, in a message from the bot in that channel."""
    slack = office.slack
    channel = slack.dm(cell.who) if room == "dm" else ROOMS[room]
    message = slack.workspace.post(channel, slack.workspace.users[slack.bot_user], "pressed")
    await slack.press(cell.who, channel, message["ts"], *_pressed(cell, record), forge=True)


def _pressed(cell: Cell, record: Record) -> tuple[str, str]:
    """The control's name, and its value."""
    if cell.operation not in PRESSES_ON:
        return cell.operation, PRESSES_ON_NONE[cell.operation]
    end, value = PRESSES_ON[cell.operation][cell.way]
    end, value = (filled(one, record.ticket.id, record.version) for one in (end, value))
    return cell.operation + end, value


async def _submit(office: Office, cell: Cell, record: Record) -> None:
    """Submit a form about the ticket that nobody gave this person."""
    metadata = f"{record.ticket.id} {record.version}"
    if await open_forged(office, cell.who, cell.operation, record, metadata):
        await office.slack.submit(cell.who, FILLED_IN[cell.operation], forge=True)


async def attack(count: int, seed: int) -> tuple[int, list[str]]:
    """How many cells were tried, and what was wrongly allowed."""
    every = cells()
    random.Random(seed).shuffle(every)  # not used for a secret
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        async with open_world(Path(folder), seed) as office:
            await make_ticket(office, "an ordinary one", "C0STAFF")
            kept = {ts for messages in office.slack.workspace.messages.values() for ts in messages}
            for number, cell in enumerate(every[:count]):
                found += await try_cell(office, cell, number)
                forget_what_was_said(office.slack, kept)
    return len(every[:count]), found


def main(count: int, seed: int) -> int:
    if gaps := missing():
        click.echo("  in no table: " + ", ".join(sorted(gaps)))
        return 1
    tried, found = asyncio.run(attack(count, seed))
    for line in found[:50]:
        click.echo(f"  {line}")
    click.echo(f"  {tried} cells of {len(cells())}, {len(found)} wrongly allowed")
    return 1 if found else 0
