"""A workspace with a place and a person of each kind, and tickets in each place. Shared by attacks."""

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.local.fakeslack.clock import ManualClock
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import BOT_USER, Channel, sample_channels, sample_users
from bot.views import controls, forms
from store.models.tickets import MessageRef, NewTicket, Origin, Record, Ticket
from tests.store.factories import show_card
from tests.support.bot_harness import Office, open_office

STAFF = "C0STAFF"
ROOMS = {"support": "C0SUPPORT", "private": "C0PRIVATE", "shared": "C0SHARED", "staff": STAFF, "dm": ""}
TODAY = date(2024, 9, 24)


def build_slack(seed: int) -> LocalSlack:
    members = ["U0ENGINEER", "U0COLLEAGUE", "U0ADMIN", BOT_USER]
    channels = [*sample_channels(), Channel(STAFF, "staff", "public", members)]
    return LocalSlack(users=sample_users(), channels=channels, seed=seed)


class SharedClock:
    """A clock for the bot and the local Slack; it moves only when it is told to."""

    def __init__(self, clock: ManualClock) -> None:
        self.now = self.monotonic = clock.time
        self.sleep = clock.sleep


@asynccontextmanager
async def open_world(folder: Path, seed: int) -> AsyncIterator[Office]:
    """The running bot, which knows everybody."""
    async with open_office(folder, slack=build_slack(seed)) as office:
        await office.bot.services.directory._listing.list_everybody()
        yield office


async def make_ticket(
    office: Office,
    title: str,
    channel: str,
    *,
    author: str = "U0ADMIN",
    private: bool = False,
    text: str = "",
) -> Record:
    """Create a ticket directly in the store: it belongs to `channel`, and its card starts a thread there."""
    where = MessageRef(channel, "", "")
    origin = Origin(
        secrets.token_hex(8),
        author,
        office.bot.clocks.now(),
        "T0LOCAL",
        channel,
        private=private,
        text=text or f"create {title}",
    )
    record = (await office.bot.core.store.create(NewTicket(title, TODAY), origin)).record
    if channel in office.slack.workspace.channels:
        posted = office.slack.workspace.post(channel, office.slack.workspace.user("admin"), "before the card")
        card = office.slack.workspace.post(
            channel, office.slack.workspace.users[BOT_USER], record.ticket.id, thread_ts=posted["ts"]
        )
        where = MessageRef(channel, card["ts"], posted["ts"])
        await show_card(office.bot.core.store, record.ticket.id, where)
    return await office.bot.core.store.get(record.ticket.id) or record


def forget_what_was_said(slack: LocalSlack, kept: set[str]) -> None:
    """Delete all messages except those whose `ts` is in `kept`, so that thousands of tries do not get slower
    and slower.
    """
    workspace = slack.workspace
    for messages in (*workspace.messages.values(), *workspace._replies.values()):
        for ts in messages.keys() - kept:
            del messages[ts]
    workspace.ephemerals.clear()
    slack.deliveries.clear()


FORMS_ABOUT = {
    controls.EDIT_FORM: forms.edit_form,
    controls.CLOSE_FORM: forms.close_form,
    controls.POST_FORM: forms.post_form,
}


async def open_forged(office: Office, who: str, form: str, record: Record, metadata: str) -> bool:
    """Open a form about a ticket with forged metadata, which nobody gave this person. Returns whether it opened."""
    slack = office.slack
    channel = slack.dm(who)
    message = slack.workspace.post(channel, slack.workspace.users[BOT_USER], "pressed")
    await slack.press(who, channel, message["ts"], controls.NEW, "x", forge=True)
    await office.idle()
    view = slack.platform.modals.top(slack.workspace.user(who).id)
    if view is None:
        return False
    guessed = replace(record, ticket=Ticket(id=record.ticket.id, title="guessed", created=TODAY))
    view |= {
        "callback_id": form,
        "private_metadata": metadata,
        "blocks": FORMS_ABOUT[form](guessed)["blocks"],
        "state": {"values": {}},
    }
    return True


# What each control that names a ticket gets: the end of its action_id, and its value.
PRESSES_ON = {
    controls.START: [("", "{id} {version}")],
    controls.REOPEN: [("", "{id} {version}")],
    controls.CLOSE: [("", "{id} {version}")],
    controls.EDIT: [("", "{id} {version}")],
    controls.MENU: [
        ("", "pri:1:{id} {version}"),
        ("", "cat:doc:{id} {version}"),
        ("", "history::{id} {version}"),
        ("", "undo::{id} {version}"),
    ],
    controls.OPEN: [(".{id}", "{id} {version}")],
    controls.PAGE: [(".next", json.dumps({"action": "VIEW", "tickets": ["ID"]}))],
    controls.HISTORY_PAGE: [(".next", "{id} 1")],
    controls.UNDO: [("", "{id} {version}")],
    controls.UNDO_BULK: [("", "{id} {version}")],
    controls.POST: [("", "{id} {version}")],
    controls.SOLVED: [(".T001", "{id} {version}"), (".{id}", "T001 1")],
    controls.REOPEN_SIMILAR: [(".T001", "{id} {version}"), (".{id}", "T001 1")],
    controls.ADD_TO: [(".T001", "{id} {version}"), (".{id}", "T001 1")],
    controls.HOME_PAGE: [(".next", json.dumps({"action": "VIEW", "tickets": ["ID"]}))],
}
# Controls of one person's frozen content, and those that open an empty form: they name no ticket.
PRESSES_ON_NONE = {
    controls.CONFIRM: "invented",
    controls.CANCEL: "invented",
    controls.CHOOSE: "invented 0",
    controls.NEW: "x",
    controls.HOME_FILTER: "x",
}


def filled(template: str, ticket_id: str, version: int) -> str:
    return template.replace("{id}", ticket_id).replace("{version}", str(version)).replace("ID", ticket_id)
