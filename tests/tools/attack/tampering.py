"""Puts what no view ever wrote into buttons, menus, forms and their metadata: does anything change, show or
break?

Uses all controls and forms that the bot listens to. The values are those that a view writes for them, values
about tickets that the person may not see or that do not exist, other people's previews, and random cuts,
joins, repetitions and corruptions of all these.
"""

import asyncio
import json
import logging
import random
import tempfile
from pathlib import Path

import click

from bot.listeners.registration import FORMS, PRESSES
from bot.local.fakeslack.errors import GestureError
from bot.views import controls
from store.models.filters import EVERYTHING, Filter
from tests.support.bot_harness import Office
from tests.tools.attack._shared.world import (
    FORMS_ABOUT,
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

COUNT = 6_000
SECRET = "zeppelin"
PEOPLE = ("colleague", "guest", "partner", "consultant")
ODD = (
    "",
    " ",
    "\x00",
    "null",
    "[]",
    "{}",
    "²",
    "-1",
    "9" * 40,
    "T",
    "t001 1",
    ":",
    "::",
    "x" * 3000,
    "[" * 1900,
    "\ud83d\ude80 <!channel>",
    '{"action":"DELETE","id":"ID"}',
    '{"action":"bulk_update","where":{},"changes":{"stat":"done"}}',
    '{"action":"EXPORT"}',
    '{"channel":"C0PRIVATE","message":"1.1","thread":"1.1"}',
)
PLACES = ("C0PRIVATE", "C0NOWHERE", "D0ADMIN", "U0ADMIN", "C0SUPPORT", STAFF, "", "x")


class Errors(logging.Handler):
    """Errors in the bot."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"in the log: {record.getMessage()}")


class Tampering:
    """Tickets that only the admin sees, and one that nobody may be tricked into changing."""

    def __init__(self, office: Office, chance: random.Random) -> None:
        self._office, self._chance = office, chance
        self._hidden: list[tuple[str, int]] = []
        self._tokens: list[str] = []

    async def furnish(self) -> None:
        """T001 is visible to everybody; no value contains its id."""
        office = self._office
        await make_ticket(office, "an ordinary one", STAFF)
        for number in range(4):
            place = "C0SECRET" if number % 2 else office.slack.dm("admin")
            record = await make_ticket(office, f"{SECRET} {number}", place, private=True)
            self._hidden.append((record.ticket.id, record.version))
        await office.slack.command("engineer", "staff", "/ticket", "set all open tickets to pri 1")
        await office.idle()
        for block in office.slack.ephemerals("engineer")[-1]["blocks"]:
            self._tokens += [str(one["value"]) for one in block.get("elements", []) if one.get("value")]
        if not self._tokens:
            raise AssertionError("there is no preview to take")

    def _about(self) -> tuple[str, int]:
        return self._chance.choice([*self._hidden, ("T999", 999), ("T0A0", 1)])

    def _value(self, control: str) -> str:
        """A value as a view might have written it, for this control or another; or an odd one."""
        ticket_id, version = self._about()
        written = [value for ways in PRESSES_ON.values() for _, value in ways]
        own = [value for _, value in PRESSES_ON.get(control, [])] or [PRESSES_ON_NONE.get(control, "")]
        template = self._chance.choice([*own, *own, self._chance.choice(written), self._chance.choice(ODD)])
        version = self._chance.choice([version, version, 0, 1, 10**15])
        value = self._chance.choice([filled(template, ticket_id, version)] * 3 + self._tokens)
        return self._spoilt(value) if self._chance.random() < 0.5 else value

    def _spoilt(self, value: str) -> str:
        at, other = self._chance.randrange(len(value) + 1), self._chance.choice(ODD)
        ways = [
            value[:at],
            value[at:],
            value[:at] + other + value[at:],
            value + " " + value,
            value.swapcase(),
            value.replace(" ", "\u00a0"),
            json.dumps(value),
        ]
        return self._chance.choice(ways)[:3000]

    async def press(self, who: str) -> str:
        slack, control = self._office.slack, self._chance.choice(sorted(PRESSES))
        ends = [end for end, _ in PRESSES_ON.get(control, [])] + ["", ".next", ".0", "." + "x" * 200]
        name = control + filled(self._chance.choice(ends), *self._about())
        value = self._value(control)
        if self._names_what_may_be_seen(name) or self._names_what_may_be_seen(value):
            return ""
        if self._chance.random() < 0.3:
            await slack.open_home(who)
            await self._office.idle()
            await slack.press_in_home(who, name, value, forge=True)
        else:
            user, channels = slack.workspace.user(who).id, slack.workspace.channels
            rooms = [room for room in ROOMS.values() if room and user in channels[room].members]
            channel = self._chance.choice([*rooms, slack.dm(who)])
            message = slack.workspace.post(channel, slack.workspace.users[slack.bot_user], "pressed")
            await slack.press(who, channel, message["ts"], name, value, forge=True)
        return f"{name} {value!r}"

    async def submit(self, who: str) -> str:
        """Submit a form about something that it was not opened for. Forms for new tickets are left out:
        anybody may create one.
        """
        slack, form = self._office.slack, self._chance.choice(sorted(FORMS_ABOUT))
        metadata = self._value(self._chance.choice(sorted(PRESSES_ON)))
        if self._names_what_may_be_seen(metadata):
            return ""
        record = await self._office.bot.core.store.get(self._hidden[0][0])
        if record is None or not await open_forged(self._office, who, form, record, metadata):
            return ""
        place = self._chance.choice(PLACES)
        filled_in = {controls.POST_FORM: {"channel": place}, controls.CLOSE_FORM: {"res": "tampered"}}
        await slack.submit(who, filled_in.get(form, {"title": "mine now"}), forge=True)
        return f"{form} {metadata!r}"

    @staticmethod
    def _names_what_may_be_seen(value: str) -> bool:
        return "T001" in value.upper() or value.upper().startswith(("T1 ", "T01 "))

    async def state(self) -> list[str]:
        """Every ticket with its history."""
        store = self._office.bot.core.store
        found = await store.view(Filter(), EVERYTHING, size=1000)
        histories = [await store.history(record.ticket.id) for record in found.records]
        return [str(one) for one in (*found.records, *histories)]

    def seen(self) -> str:
        """Everything that the attackers see."""
        slack = self._office.slack
        shown = [
            part
            for who in PEOPLE
            for part in (
                slack.ephemerals(who),
                slack.modal(who),
                slack.home(who),
                slack.messages(slack.dm(who)),
            )
        ]
        rooms = [slack.workspace.messages.get(room, {}) for room in ROOMS.values() if room]
        return str([shown, rooms])


async def attack(count: int, seed: int) -> tuple[int, list[str]]:
    """How many values reached the bot; and what changed, was shown or broke, one line each."""
    chance, errors = random.Random(seed), Errors()  # not used for a secret
    reached, found = 0, list[str]()
    logging.getLogger().addHandler(errors)
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with open_world(Path(folder), seed) as office:
                tampering = Tampering(office, chance)
                await tampering.furnish()
                kept = {ts for messages in office.slack.workspace.messages.values() for ts in messages}
                before = await tampering.state()
                for _ in range(count):
                    who, way = (
                        chance.choice(PEOPLE),
                        chance.choice([tampering.press] * 3 + [tampering.submit]),
                    )
                    try:
                        done = await way(who)
                    except (
                        GestureError
                    ):  # Slack's client does not allow it, or does not understand the answer
                        continue
                    await office.idle()
                    reached += bool(done)
                    wrong = errors.lines[:]
                    wrong += ["changed"] if await tampering.state() != before else []
                    wrong += ["shown"] if SECRET in (seen := tampering.seen()) else []
                    wrong += ["broken"] if "Something went wrong" in seen else []
                    found += [f"{line}: {who} {done}"[:300] for line in wrong]
                    before = await tampering.state() if wrong else before
                    errors.lines.clear()
                    forget_what_was_said(office.slack, kept)
    finally:
        logging.getLogger().removeHandler(errors)
    return reached, found


def main(count: int, seed: int) -> int:
    gaps = set(PRESSES) ^ {*PRESSES_ON, *PRESSES_ON_NONE} | set(FORMS) ^ {*FORMS_ABOUT, controls.NEW_FORM}
    if gaps:
        click.echo("  in no table: " + ", ".join(sorted(gaps)))
        return 1
    reached, found = asyncio.run(attack(count, seed))
    for line in found[:50]:
        click.echo(f"  {line}")
    click.echo(f"  {reached} of {count} values reached the bot, {len(found)} effects")
    return 1 if found else 0
