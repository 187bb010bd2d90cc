"""What people say to the bots in a day, and whether all of it was done once and in order."""

import asyncio
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bot.local.fakeslack.delivery.envelope import Delivery
from bot.local.fakeslack.errors import GestureError
from bot.local.fakeslack.event_bus import WorkspaceEvent
from bot.local.fakeslack.server import LocalSlack
from store.postgres import PostgresStore

COMMANDS, REPLYING = 0.15, 0.6  # share of what is said; of the rest, if there is a thread
REPLIES = 6  # at most, in a thread
START_BUTTON = "ticket.start"
AWAKE = 5.0  # seconds after which a process that was suspended knows of what the others have posted
_TOKEN = re.compile(r"\bn(\d+)x\b")


@dataclass
class Conversation:
    """A thread: its first message makes a ticket, the others change it. Messages are numbered in their order."""

    channel: str
    ts: str
    numbers: list[int] = field(default_factory=list)
    acknowledged: bool = False


@dataclass
class Commanded:
    """A ticket made by a command and started by its button. Slack delivers each once: a person who is told
    that it failed cannot know whether it was done. None: not tried yet.
    """

    channel: str
    number: int
    made: bool | None = None
    card: str = ""  # the card's ts
    pressed: bool | None = None


@dataclass
class Day:
    """What people said, and what the bots did about it."""

    slack: LocalSlack
    chance: random.Random
    channels: list[str]
    conversations: list[Conversation] = field(default_factory=list)
    waiting: dict[int, Conversation] = field(
        default_factory=dict
    )  # by the number that is not acknowledged yet
    commanded: dict[int, Commanded] = field(default_factory=dict)
    gestures: set[asyncio.Task[None]] = field(default_factory=set)
    said: int = 0
    posted: defaultdict[str, list[tuple[float, str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # by channel: when, in which thread, and what
    answered: set[int] = field(default_factory=set)
    drawn: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # by card
    too_fast: int = 0
    woken: float = 0.0  # when a process that was suspended went on

    def watch(self, happening: WorkspaceEvent) -> None:
        if happening.kind != "call":
            return
        call = happening.data["call"]
        if call.method == "chat.postMessage":
            if call.answer.get("error") == "ratelimited" and time.monotonic() > self.woken + AWAKE:
                self.too_fast += 1
            if call.ok:
                self._post(call.at, call.args, str(call.answer["ts"]))
        elif call.method == "chat.update" and call.ok:
            numbers = [int(one) for one in _TOKEN.findall(json.dumps(call.args["blocks"]))]
            if numbers and call.args["text"].startswith("T"):
                self.drawn[f"{call.args['channel']} {call.args['ts']}"].append(max(numbers))

    def _post(self, at: float, args: dict, ts: str) -> None:
        first, thread = args["text"].split("\n", maxsplit=1)[0], str(args.get("thread_ts") or "")
        self.posted[args["channel"]].append((at, thread, first))
        if (number := _number_in(first)) is None:
            return
        self.answered.add(number)
        if (one := self.commanded.get(number)) and not one.card:
            one.card = ts
            self._begin(self._press(one))

    def acknowledged(self, delivery: Delivery) -> None:
        """The next message of that thread may be sent."""
        number = _number_in(str((delivery.payload.get("event") or {}).get("text") or ""))
        if number is not None and (one := self.waiting.pop(number, None)):
            one.acknowledged = True

    @property
    def presses(self) -> int:
        return sum(bool(one.pressed) for one in self.commanded.values())

    # what people do

    async def say(self) -> None:
        """Send a command, a new thread's message, or the next message of a thread whose last one was acknowledged."""
        number = self.said
        self.said += 1
        channel = self.chance.choice(self.channels)
        if self.chance.random() < COMMANDS:
            self.commanded[number] = Commanded(channel, number)
            self._begin(self._command(self.commanded[number]))
            return
        free = [one for one in self.conversations if one.acknowledged and len(one.numbers) <= REPLIES]
        if free and self.chance.random() < REPLYING:
            at = self.chance.choice(free)
            at.acknowledged, self.waiting[number] = False, at
            await self.slack.say("engineer", at.channel, f"in progress, note n{number}x", thread=at.ts)
        else:
            at = self.waiting[number] = Conversation(channel, "")
            at.ts = await self.slack.say("engineer", channel, f"@tickets create n{number}x")
            self.conversations.append(at)
        at.numbers.append(number)

    def _begin(self, gesture: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(gesture)
        self.gestures.add(task)
        task.add_done_callback(self.gestures.discard)

    async def _command(self, one: Commanded) -> None:
        try:
            told = await self.slack.command("engineer", one.channel, "/ticket", f"create n{one.number}x")
            one.made = told is None  # otherwise it could not be written
        except GestureError:
            one.made = False
        if not one.made:
            self.answered.add(one.number)  # or never

    async def _press(self, one: Commanded) -> None:
        try:
            await self.slack.press("engineer", one.channel, one.card, START_BUTTON)
            one.pressed = True
        except GestureError:
            one.pressed = False

    # what came of it

    async def broken(self, store: PostgresStore) -> list[str]:
        """Broken promises, one line each."""
        found = [f"never finished: {one.keys[0]}" for one in await store.pending()]
        found += [f"parked: {one.delivery.keys[0]} ({one.reason})" for one in await store.parked()]
        titles: Counter[str] = Counter()
        after = ""
        while some := await store.scan(after):
            titles.update(record.ticket.title for record in some)
            after = some[-1].ticket.id
        wanted = Counter(f"n{one.numbers[0]}x" for one in self.conversations)
        wanted += Counter(f"n{one.number}x" for one in self.commanded.values() if one.made)
        unsure = Counter(f"n{one.number}x" for one in self.commanded.values() if not one.made)
        found += [f"{title} is one ticket more" for title in titles - wanted - unsure]
        found += [f"no ticket of {title}" for title in wanted - titles]
        for one in self.conversations:
            found += await self._thread(store, one)
        for each in self.commanded.values():
            found += await self._started(store, each)
        for card, numbers in self.drawn.items():
            if numbers != sorted(numbers):
                found.append(f"the card {card} went backwards: {numbers}")
        for channel, posts in self.posted.items():
            times = sorted(at for at, _, _ in posts)
            found += [f"{channel}: {b - a:.3f} s apart" for a, b in pairwise(times) if b - a < 0.999]
        return found + ([f"{self.too_fast} posts came too fast"] if self.too_fast else [])

    async def _thread(self, store: PostgresStore, one: Conversation) -> list[str]:
        ticket_id = await store.find_by_thread(one.channel, one.ts)
        if ticket_id is None:
            return [f"the thread of n{one.numbers[0]}x has no ticket"]
        entries, _ = await store.history(ticket_id, size=1000)
        done = [_number_in(str(entry.after.get("res") or "")) for entry in reversed(entries)]
        texts = [text for _, thread, text in self.posted[one.channel] if thread == one.ts]
        told = [_number_in(text) for text in texts]
        found = []
        if [number for number in done if number is not None] != one.numbers[1:]:
            found.append(f"the history of {ticket_id} is {done}, said was {one.numbers}")
        if told != one.numbers:
            found.append(f"answered in the thread of {ticket_id} was {texts}, said was {one.numbers}")
        record = await store.get(ticket_id)
        card = self.slack.message(one.channel, record.card.ts) if record and record.card else {}
        if len(one.numbers) > 1 and f"n{one.numbers[-1]}x" not in json.dumps(card.get("blocks", [])):
            found.append(f"the card of {ticket_id} does not show n{one.numbers[-1]}x")
        reactions = self.slack.reactions(one.channel, one.ts).keys()
        wanted = {"eyes"} if len(one.numbers) > 1 else {"ticket"}
        return found + ([] if reactions == wanted else [f"the message of {ticket_id} bears {set(reactions)}"])

    async def _started(self, store: PostgresStore, one: Commanded) -> list[str]:
        cards = [text for _, thread, text in self.posted[one.channel] if not thread]
        shown = [_number_in(text) for text in cards].count(one.number)
        if shown > 1 or (one.made and not shown):
            return [f"the card of the command n{one.number}x was posted {shown} times"]
        if not one.card:
            return []
        ticket_id = await store.find_by_thread(one.channel, one.card)
        if ticket_id is None:
            return [f"the card of n{one.number}x belongs to no ticket"]
        entries, _ = await store.history(ticket_id)
        starts = sum(entry.after.get("stat") == "prog" for entry in entries)
        told = sum(thread == one.card for _, thread, _ in self.posted[one.channel])
        if starts > 1 or told != starts or (one.pressed and not starts):
            acknowledged = "acknowledged" if one.pressed else "unsure"
            return [f"{ticket_id} was started {starts} times and told {told} times ({acknowledged})"]
        return []


def _number_in(text: str) -> int | None:
    found = _TOKEN.search(text)
    return int(found[1]) if found else None
