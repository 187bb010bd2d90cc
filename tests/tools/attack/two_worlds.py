"""Two workspaces that differ only in what somebody may not see: does anything that reaches them, or the
model, tell which it is?

Both have the same number of tickets with the same ids. Hidden tickets differ in words, states, histories and
similarity; visible ones were changed in different words in a private place. The same gestures are then made
in both, and every byte is compared.
"""

import asyncio
import random
import re
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count as counting
from pathlib import Path
from typing import Any
from unittest import mock

import click

from bot.listeners.registration import FORMS
from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.errors import GestureError
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import BOT_USER, Channel, sample_channels, sample_users
from bot.views import controls
from store.models.tickets import Origin
from tests.support.bot_harness import Office, open_office
from tests.support.model_server import ModelServer, completion, running_model_server, sends
from tests.tools.attack._shared.world import PRESSES_ON, STAFF, SharedClock, filled, make_ticket, open_forged

COUNT = 1000
GESTURES = 8
SHOWN = 300  # characters of a difference to show
HIDDEN, VISIBLE = 5, 3
ASKERS = {
    "colleague": ("support", "staff", "shared", "dm"),
    "guest": ("support", "dm"),
    "partner": ("shared", "dm"),
}
WORDS = (
    "merger",
    "payroll",
    "billing",
    "login",
    "timeout",
    "printer",
    "invoice",
    "database",
    "Acme",
    "salary",
)
TOLD = ("chat.", "views.", "reactions.", "files.", "response_url", "conversations.open")

SAID = (
    "view open",
    "view all",
    "view done",
    "view {id}",
    "view {ids}",
    "history {id}",
    "close {id}: done",
    "{id} pri 1",
    "delete {id}",
    "undo {id}",
    "undo",
    "search {word}",
    "create {word} {word2} broken",
    "create {word} {word2} failing again",
    "close the {word} ticket",
    "start the {word} {word2} one",
    "set all open tickets to pri 3",
    "set {ids} to done",
    "close {word}",
    "my tickets",
    "tickets by @admin",
    "what was closed this week",
    "stats",
    "stale tickets",
    "history {visible}",
    "view {visible}",
    "the thing that Erin showed on Monday about {word} and {id} went sideways once more, sigh",
    "is {id} like the {word} one or should somebody look at it",
)


async def furnish(
    office: Office, visible: random.Random, hidden: random.Random
) -> tuple[list[str], list[str]]:
    """Create tickets and return the ids of visible and hidden ones. `hidden` generates what the person may not see."""
    store = office.bot.core.store
    ids: tuple[list[str], list[str]] = ([], [])
    keys = counting()

    def origin(channel: str, text: str, *, private: bool) -> Origin:
        at = office.bot.clocks.now()
        return Origin(f"made {next(keys)}", "U0ADMIN", at, "T0LOCAL", channel, private=private, text=text)

    for _ in range(VISIBLE):
        title = " ".join(visible.sample(WORDS, 2)) + " broken"
        record = await make_ticket(office, title, visible.choice(["C0SUPPORT", "C0SHARED", STAFF]))
        words = " ".join(hidden.sample(WORDS, 3))
        where = hidden.choice(["C0PRIVATE", office.slack.dm("admin")])
        await store.update(record.ticket.id, {"pri": 1}, origin(where, f"pri 1, {words}", private=True))
        ids[0].append(record.ticket.id)
    for _ in range(HIDDEN):
        title = " ".join(hidden.sample(WORDS, 2)) + hidden.choice([" broken", " failing", ""])
        where = hidden.choice(["C0PRIVATE", office.slack.dm("admin")])
        record = await make_ticket(office, title, where, private=True)
        for _ in range(hidden.randrange(4)):
            values = {"pri": hidden.choice([1, 2, 3]), "stat": hidden.choice(["open", "prog", "done"])}
            await store.update(record.ticket.id, values, origin(where, "pri 1", private=True))
        if hidden.random() < 0.3:
            await store.delete(record.ticket.id, origin(where, "delete", private=True))
        ids[1].append(record.ticket.id)
    return ids


async def act(office: Office, chance: random.Random, who: str, ids: tuple[list[str], list[str]]) -> None:
    """Make one gesture; `chance` chooses the same one in both worlds."""
    slack, room = office.slack, chance.choice(ASKERS[who])
    one, other, visible = chance.choice(ids[1]), chance.choice(ids[1]), chance.choice(ids[0])
    parts = {
        "id": one,
        "ids": f"{one}, {other}",
        "visible": visible,
        "word": chance.choice(WORDS),
        "word2": chance.choice(WORDS),
    }
    text = chance.choice(SAID).format(**parts)
    control = chance.choice(sorted(PRESSES_ON))
    end, value = chance.choice(PRESSES_ON[control])
    version = chance.randint(1, 3)
    form, reaction = chance.choice(sorted(FORMS)), chance.choice(["ticket", "eyes", "white_check_mark"])
    record = await office.bot.core.store.get(visible)
    assert record is not None
    assert record.card is not None
    shown = record.card

    async def mention() -> None:
        await slack.say(who, room, text if room == "dm" else f"@tickets {text}")

    async def command() -> None:
        await slack.command(who, room, "/ticket", text)

    async def press() -> None:
        channel = slack.dm(who) if room == "dm" else slack.workspace.channel(room).id
        message = slack.workspace.post(channel, slack.workspace.users[BOT_USER], "pressed")
        name, given = (filled(part, one, version) for part in (control + end, value))
        await slack.press(who, channel, message["ts"], name, given, forge=True)

    async def home() -> None:
        await slack.open_home(who)
        await office.idle()
        name, given = (filled(part, one, version) for part in (control + end, value))
        await slack.press_in_home(who, name, given, forge=True)

    async def reply() -> None:
        await slack.say(who, shown.channel, text, thread=shown.thread or shown.ts)

    async def react() -> None:
        await slack.react(who, shown.channel, shown.ts, reaction)

    async def fill_in() -> None:
        """Fill in a form about a ticket that nobody showed them, or for a new ticket."""
        if form == controls.NEW_FORM:
            await slack.shortcut(who, controls.NEW_SHORTCUT)
            await office.idle()
            values = {"title": f"{parts['word']} {parts['word2']} broken"}
        else:
            await open_forged(office, who, form, record, f"{one} {version}")
            values = {controls.POST_FORM: {"channel": STAFF}, controls.CLOSE_FORM: {"res": text}}.get(
                form, {"title": f"{parts['word']} mine"}
            )
        await slack.submit(who, values, forge=True)

    async def shortcut() -> None:
        ts = await slack.say(who, room, text)
        await office.idle()
        await slack.message_shortcut(who, room, ts, controls.MESSAGE_SHORTCUT)

    ways: list[Callable[[], Awaitable[None]]] = [
        *(mention, mention, command, command),
        *(press, home, reply, react, fill_in, shortcut),
    ]
    with suppress(GestureError):  # Slack's client does not allow it
        await chance.choice(ways)()
    await office.idle()


def told(office: Office, model: ModelServer) -> list[str]:
    """Everything that the bot sent to people and to the model."""
    calls = [
        f"{call.method} {sorted(call.args.items())}"
        for call in office.slack.calls
        if call.method.startswith(TOLD)
    ]
    return [*map(_without_chance, calls), *(f"model {request}" for request in model.requests)]


def _without_chance(text: str) -> str:
    """`text` without the values that identify one sending or one press, and mean nothing."""
    return re.sub(r"sent\.[0-9a-f]{24}|[0-9]+\.[0-9]+\.[0-9a-f]{24}", "once", text)


async def world(pair: int, seed: int, which: int) -> list[str]:
    clock = ManualClock()
    members = ["U0ENGINEER", "U0COLLEAGUE", "U0ADMIN", BOT_USER]
    channels = [*sample_channels(), Channel(STAFF, "staff", "public", members)]
    slack = LocalSlack(clock, users=sample_users(), channels=channels)
    chance, visible = random.Random(f"{seed} {pair}"), random.Random(f"{seed} {pair} visible")  # no secrets
    hidden = random.Random(f"{seed} {pair} {which}")
    tokens = counting()

    def next_token(_: int) -> str:
        return f"token-{next(tokens)}"

    async with running_model_server() as model:
        model.does(sends(completion('{"command":"none"}')))
        given: dict[str, Any] = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "sk-none"}
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch("bot.app.core.secrets.token_urlsafe", next_token),
            # The machine's speed must make no difference between the worlds.
            mock.patch("bot.delivery.sender.TRIGGER_LIFETIME", 60.0),
            mock.patch("bot.listeners.forms.checking.CHECK_TIMEOUT", 60.0),
        ):
            async with open_office(Path(folder), slack=slack, clocks=SharedClock(clock), **given) as office:
                await office.bot.services.directory._listing.list_everybody()
                ids = await furnish(office, visible, hidden)
                before = len(told(office, model))
                who = chance.choice(sorted(ASKERS))
                for _ in range(GESTURES):
                    await act(office, chance, who, ids)
                return told(office, model)[before:]


def _difference(one: str, other: str) -> tuple[str, str]:
    """Both texts from where they begin to differ."""
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    begin = max(0, at - SHOWN // 2)
    return one[begin : begin + SHOWN], other[begin : begin + SHOWN]


async def attack(pairs: int, seed: int) -> tuple[int, list[str]]:
    """How many messages were compared, and the first difference of each pair that can be told apart."""
    compared, found = 0, []
    for pair in range(pairs):
        one, other = [await world(pair, seed, which) for which in (1, 2)]
        compared += len(one)
        if one != other:
            differing = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
            at = next(differing, min(len(one), len(other)))
            texts = ["".join(each[at : at + 1]) for each in (one, other)]
            found.append(f"pair {pair}:" + "".join(f"\n    {text}" for text in _difference(*texts)))
    return compared, found


def main(count: int, seed: int) -> int:
    compared, found = asyncio.run(attack(count, seed))
    for line in found[:10]:
        click.echo(f"  {line}")
    click.echo(f"  {count} pairs, {compared} messages compared, {len(found)} pairs told apart")
    return 1 if found else 0
