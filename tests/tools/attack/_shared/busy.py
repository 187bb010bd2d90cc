"""People at work in a workspace, as the requests that Slack would send to the bot. Shared by attacks."""

import json
import random
import time
from typing import NamedTuple
from urllib.parse import urlencode

from aiohttp import web

from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import APP, BOT_USER, TEAM, Channel, User
from tests.tools.bench import corpus as store_corpus

PEOPLE, CHANNELS = 300, 200
SHARES = {"create": 5, "reply": 8, "command": 7, "list": 10, "talk": 70}
TALK = (
    "lunch?",
    "the build is green again, nice",
    "who has the keys to the lab",
    "see you at 3",
    "ok",
    "lol",
)
LISTS = ("view open pri 1", "view open cat infra", "my tickets", "stats", "view open, page 2", "search login")
CHANGES = ("pri 1", "in progress, looking at it", "pri 3", "done: restarted it", "cat infra", "reopen")


class Call(NamedTuple):
    """One request from Slack."""

    body: bytes
    kind: str  # the content type


class Workspace:
    """Decides what people do next. `chance` need not be secret."""

    def __init__(self, slack: LocalSlack, chance: random.Random, tickets: int) -> None:
        self._slack, self._chance, self._tickets = slack, chance, tickets
        self._people = [user for user in slack.workspace.users.values() if not user.is_bot]
        self._channels = [one for one in slack.workspace.channels.values() if one.kind == "public"]
        self._roots: list[tuple[str, str]] = []  # channel and ts of messages that requested a ticket
        self._number = 0
        self.created = 0

    def next(self) -> list[Call]:
        user, channel = self._chance.choice(self._people), self._chance.choice(self._channels).id
        (kind,) = self._chance.choices(list(SHARES), weights=list(SHARES.values()))
        if kind == "create":
            return self._create(user, channel)
        if kind == "reply" and self._roots:
            channel, thread = self._chance.choice(self._roots[-2000:])
            return [self._message(user, channel, self._chance.choice(CHANGES), thread)]
        if kind == "command":
            ticket = f"T{self._chance.randint(1, min(self._tickets, 999)):03d}"
            return [self._command(user, channel, f"{ticket} pri {self._chance.randint(1, 3)}")]
        if kind == "list":
            return [self._command(user, channel, self._chance.choice(LISTS))]
        return [self._message(user, channel, self._chance.choice(TALK))]

    def _create(self, user: User, channel: str) -> list[Call]:
        """Slack sends a mention twice: as a mention and as a message."""
        words = " ".join(self._chance.choices(store_corpus.WORDS, k=4))
        text = f"<@{BOT_USER}> create {words} {self.created}, p{self._chance.randint(1, 3)}"
        message = self._slack.workspace.post(channel, user, text)
        self._roots.append((channel, message["ts"]))
        self.created += 1
        return [
            self._message(user, channel, text, ts=message["ts"]),
            self._message(user, channel, text, ts=message["ts"], kind="app_mention"),
        ]

    def _message(
        self, user: User, channel: str, text: str, thread: str = "", *, ts: str = "", kind: str = "message"
    ) -> Call:
        self._number += 1
        ts = ts or self._slack.workspace.ids.ts()
        event = {"type": kind, "channel": channel, "user": user.id, "text": text, "ts": ts, "event_ts": ts}
        event |= {"team": TEAM} | ({"channel_type": "channel"} if kind == "message" else {})
        event |= {"thread_ts": thread} if thread else {}
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": APP,
            "event_id": f"Ev{self._number}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "event": event,
        }
        return Call(json.dumps(body).encode(), "application/json")

    def _command(self, user: User, channel: str, text: str) -> Call:
        self._number += 1
        fields = {
            "team_id": TEAM,
            "channel_id": channel,
            "channel_name": channel.lower(),
            "user_id": user.id,
            "user_name": user.name,
            "command": "/ticket",
            "text": text,
            "api_app_id": APP,
            "response_url": f"{self._slack.address}/answered",
            "trigger_id": f"{self._number}.1",
        }
        return Call(urlencode(fields).encode(), "application/x-www-form-urlencoded")


def build_slack(seed: int) -> LocalSlack:
    async def answered(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    people = [User(f"U{number:07d}", f"person{number}", f"Person {number}") for number in range(PEOPLE)]
    members = [user.id for user in people] + [BOT_USER]
    channels = [
        Channel(f"C{number:07d}", f"room{number}", "public", members[:]) for number in range(CHANNELS)
    ]
    bots = [user for user in LocalSlack().workspace.users.values() if user.id == BOT_USER]
    return LocalSlack(
        users=[*people, *bots], channels=channels, seed=seed, routes=[web.post("/answered", answered)]
    )
