"""A simulated day: what is said, what goes wrong meanwhile, and what is broken at its end."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate

from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.delivery.envelope import Delivery
from bot.local.fakeslack.server import LocalSlack
from tests.support.bot_harness import Office

STEP = 43.2  # seconds from one message to the next: the full count takes 24 hours
CHANNELS = ("support", "private", "shared")
METHODS = (
    "chat.postMessage",
    "chat.update",
    "users.info",
    "conversations.info",
    "conversations.members",
    "*",
)
LASTING = ("invalid_auth", "token_revoked", "org_login_required", "ekm_access_denied", "account_inactive")
NONSENSE = (b"<html>busy</html>", b"", b"[]", b'{"ok":true}', b"\xff\xfe", b'{"ok":true,"ts":"1')
WAITS: tuple[int | str, ...] = (
    1,
    30,
    120,
    "abc",
    "-5",
    "nan",
    "inf",
    "",
    formatdate(1_700_000_100, usegmt=True),
)
SOCKETS = 0.1  # probability of a socket fault where one is possible: each takes seconds of real time
RECONNECT = 3.0  # real seconds
LONGEST = 500  # attempts to finish everything at the end, a simulated minute each


@dataclass
class SentMessage:
    """A message, and the results of its deliveries."""

    channel: str
    thread: str
    text: str
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def accepted(self) -> bool:
        return any(one.done for one in self.deliveries)


class Day:
    def __init__(self, chance: random.Random, slack: LocalSlack, clock: ManualClock) -> None:
        self.chance, self.slack, self.clock = chance, slack, clock
        self.said: list[SentMessage] = []
        self.tickets: list[tuple[str, str, int]] = []  # channel, thread, number of replies
        self.restart = False
        self.by_sockets = False
        self.faults: list[Callable[[], None]] = [
            self._limit,
            self._fail,
            self._reset,
            self._hang,
            self._garble,
            self._lasting,
            self._outage,
            self._recover,
            self._recover,
            self._sockets,
            self._restart,
        ]

    async def pass_time(self, seconds: float) -> None:
        end = self.clock.time() + seconds
        while self.clock.time() < end:
            await self.clock.advance(min(10.0, end - self.clock.time()))
            await asyncio.sleep(0.002)
        await self._reconnected()

    async def _reconnected(self) -> None:
        """Wait until the SDK's client has a new socket, which takes real time.

        Meanwhile simulated time passes, in which the bot pauses between its tries, and any fault that prevents a connection
        is short.
        """
        waited = 0.0
        while self.by_sockets and not self.slack.faults.outage and not self.slack.sockets:
            await asyncio.sleep(0.05)
            await self.clock.advance(0.5)
            waited += 0.05
            if waited > RECONNECT:
                self.slack.faults.clear()
                waited = 0.0

    # what goes wrong

    def _method(self) -> str:
        return self.chance.choice(METHODS)

    def _limit(self) -> None:
        self.slack.faults.rate_limit(self._method(), self.chance.choice(WAITS), self.chance.randint(1, 3))

    def _fail(self) -> None:
        error: str | int = self.chance.choice([500, 502, 503, "internal_error", "fatal_error"])
        self.slack.faults.fail(self._method(), error, self.chance.randint(1, 4))

    def _reset(self) -> None:
        way = self.chance.choice([self.slack.faults.reset_before, self.slack.faults.reset_after])
        way(self._method(), self.chance.randint(1, 2))

    def _hang(self) -> None:
        self.slack.faults.slow(self._method(), asyncio.Event(), 1)

    def _garble(self) -> None:
        self.slack.faults.garble(
            self._method(),
            self.chance.choice(NONSENSE),
            self.chance.randint(1, 2),
            status=self.chance.choice([200, 200, 502, 404]),
            content_type=self.chance.choice(["application/json", "text/html", "text/plain"]),
            after=self.chance.random() < 0.5,
        )

    def _lasting(self) -> None:
        self.slack.faults.fail("*", self.chance.choice(LASTING), self.chance.randint(1, 12))

    def _outage(self) -> None:
        if self.by_sockets and self.chance.random() > SOCKETS:
            return
        self.slack.faults.down(self.chance.choice(["answers 503", "resets"]))

    def _recover(self) -> None:
        self.slack.faults.clear()

    def _sockets(self) -> None:
        if self.by_sockets and self.chance.random() < SOCKETS:
            if self.chance.random() < 0.5:
                self.slack.faults.fail("apps.connections.open", "internal_error", 1)
            self.slack.drop_sockets()

    def _restart(self) -> None:
        self.restart = True

    # what people do

    async def say(self, number: int) -> None:
        channel = self.chance.choice(CHANNELS)
        if self.tickets and self.chance.random() < 0.5:
            at = self.chance.randrange(len(self.tickets))
            channel, thread, replies = self.tickets[at]
            self.tickets[at] = (channel, thread, replies + 1)
            said = SentMessage(channel, thread, f"in progress, note {number} of {replies}")
        else:
            thread, said = "", SentMessage(channel, "", f"@tickets create printer {number} jams")
        before = len(self.slack.deliveries)
        ts = await self.slack.say("engineer", channel, said.text, thread=thread or None)
        said.deliveries = [
            one for one in self.slack.deliveries[before:] if (one.payload.get("event") or {}).get("ts") == ts
        ]
        if not thread:
            said.thread = ts
            self.tickets.append((channel, ts, 0))
        self.said.append(said)

    async def go_on(self, office: Office, count: int) -> int:
        """Talk until everything was said or the bot is to be restarted. Returns how many messages are left."""
        self.restart = False
        while count and not self.restart:
            if self.chance.random() < 0.3:
                self.chance.choice(self.faults)()
            await self.say(len(self.said))
            count -= 1
            await self.pass_time(STEP)
            if self.by_sockets and self.chance.random() < SOCKETS:
                reasons = ("warning", "refresh_requested", "link_disabled")
                await self.slack.disconnect(self.chance.choice(reasons))
        return count

    async def finish(self, office: Office) -> None:
        self.slack.faults.clear()
        for _ in range(LONGEST):
            await self.pass_time(60)
            await asyncio.sleep(0.02)
            undelivered = [
                one for said in self.said for one in said.deliveries if not one.done and len(one.outcomes) < 4
            ]
            if not (undelivered or office.bot.runner._in_hand or await office.bot.core.store.pending()):
                return

    # what came of it

    async def broken(self, office: Office) -> list[str]:
        """Broken promises, one line each."""
        store = office.bot.core.store
        parked = {one.delivery.payload["event"]["ts"] for one in await store.parked()}
        found = [f"never finished: {one.keys[0]}" for one in await store.pending()]
        for said in self.said:
            answers = self._answers(said)
            mine = {one.payload["event"]["ts"] for one in said.deliveries}
            if len(answers) > 1:
                found.append(f"answered {len(answers)} times: {said.text}")
            if said.accepted and not answers and not mine & parked and not await self._is_talk(store, said):
                found.append(f"accepted and never answered: {said.text}")
        for channel, thread, _ in self.tickets:
            found += await self._disorder(store, channel, thread)
        return found

    def _answers(self, said: SentMessage) -> list[str]:
        """The bot's messages in the thread that mention it."""
        what = said.text.removeprefix("@tickets create ").partition(", ")
        told = what[2] or what[0]
        return [
            message["text"]
            for message in self.slack.messages(said.channel, said.thread)
            if message["user"] == "U0TICKETS" and self._tells(message["text"], told, card=not what[2])
        ]

    @staticmethod
    def _tells(text: str, told: str, *, card: bool) -> bool:
        if card:
            return text.startswith("T") and text.split("\n", maxsplit=1)[0].partition(" ")[2] == told
        return not text.startswith("T") and text.endswith(told)

    async def _is_talk(self, store: object, said: SentMessage) -> bool:
        """Whether the reply belongs to no ticket, since Slack could not deliver the thread's first message."""
        channel = self.slack.workspace.channel(said.channel).id
        return await store.find_by_thread(channel, said.thread) is None  # type: ignore[attr-defined]

    async def _disorder(self, store: object, channel: str, thread: str) -> list[str]:
        ticket_id = await store.find_by_thread(self.slack.workspace.channel(channel).id, thread)  # type: ignore[attr-defined]
        if ticket_id is None:
            return []
        entries, _ = await store.history(ticket_id, size=10_000)  # type: ignore[attr-defined]
        done = [str(one.after["res"]) for one in reversed(entries) if one.after.get("res")]
        texts = [
            message["text"]
            for message in self.slack.messages(channel, thread)
            if message["user"] == "U0TICKETS"
        ]
        told = [note for text in texts for note in done if self._tells(text, note, card=False)]
        wanted = [note for note in done if note in told]
        return [] if told == wanted else [f"out of order in the thread of {ticket_id}: {told} for {wanted}"]
