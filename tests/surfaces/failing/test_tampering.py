"""Nothing that comes back in a button's value, a menu's option or `private_metadata` is trusted.

What a value names is looked up and checked as if it had been typed. A control that stands in no table fails the first test.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest

from bot.listeners.registration import FORMS, PRESSES
from bot.views import controls
from store.models.filters import EVERYTHING, Filter
from tests.support.bot_harness import HeldTime, Office, open_office
from tests.support.counts import again_and_again
from tests.surfaces.steps import command, ticket, ticket_by_mention

pytestmark = again_and_again

# What each control carries when it names a ticket (and a version of it): its action_id's end, and its value.
Named = Callable[[str, int], tuple[str, str]]
ON_A_TICKET: dict[str, list[Named]] = {
    controls.START: [lambda one, number: ("", f"{one} {number}")],
    controls.REOPEN: [lambda one, number: ("", f"{one} {number}")],
    controls.CLOSE: [lambda one, number: ("", f"{one} {number}")],
    controls.EDIT: [lambda one, number: ("", f"{one} {number}")],
    controls.POST: [lambda one, number: ("", f"{one} {number}")],
    controls.MENU: [
        lambda one, number: ("", f"pri:1:{one} {number}"),
        lambda one, number: ("", f"cat:doc:{one} {number}"),
        lambda one, number: ("", f"history::{one} {number}"),
        lambda one, number: ("", f"undo::{one} {number}"),
    ],
    controls.OPEN: [lambda one, number: (f".{one}", f"{one} {number}")],
    controls.PAGE: [lambda one, _: (".next", json.dumps({"action": "VIEW", "tickets": [one]}))],
    controls.HISTORY_PAGE: [lambda one, _: (".next", f"{one} 1")],
    controls.UNDO: [lambda one, number: ("", f"{one} {number}")],
    controls.UNDO_BULK: [lambda one, number: ("", f"{one} {number}")],
    controls.ADD_TO: [
        lambda one, number: (f".{one}", f"T002 {number}"),
        lambda one, number: (".T002", f"{one} {number}"),
    ],
    controls.SOLVED: [
        lambda one, number: (f".{one}", f"T002 {number}"),
        lambda one, number: (".T002", f"{one} {number}"),
    ],
    controls.REOPEN_SIMILAR: [
        lambda one, number: (f".{one}", f"T002 {number}"),
        lambda one, number: (".T002", f"{one} {number}"),
    ],
    controls.HOME_PAGE: [lambda one, _: (".next", json.dumps({"action": "VIEW", "tickets": [one]}))],
}
ON_A_PREVIEW = {controls.CONFIRM, controls.CANCEL, controls.CHOOSE}
ON_NOTHING = {controls.NEW, controls.HOME_FILTER}
# The control that opens each form about a ticket, and what is filled in.
ABOUT_A_TICKET = {
    controls.EDIT_FORM: (controls.EDIT, {"res": "tampered"}),
    controls.CLOSE_FORM: (controls.CLOSE, {"res": "tampered"}),
    controls.POST_FORM: (controls.POST, {"channel": "C0SUPPORT"}),
}
ABOUT_A_PLACE = {controls.NEW_FORM}

GARBAGE = [
    "",
    " ",
    "T002",
    "T002 -1",
    "T002 ²",
    "T002 1 2",
    "T999999 1",
    "T0A0000000000000 1",
    "drop:1:T002 1",
    "pri:9:T002 1",
    "pri::T002 1",
    "cat:none:T002 1",
    "9-1",
    "1-999999",
    "null",
    "[]",
    '{"action":"DELETE","id":"T002"}',
    '{"action":"bulk_update","where":{},"changes":{"stat":"done"}}',
    "[" * 1900,
    "\ud83d\ude80 <!channel>",
    "x" * 3001,
]


def test_every_control_and_form_stands_in_a_table():
    assert set(PRESSES) == set(ON_A_TICKET) | ON_A_PREVIEW | ON_NOTHING
    assert set(FORMS) == set(ABOUT_A_TICKET) | ABOUT_A_PLACE


def test_every_name_that_a_view_gives_a_control_is_listened_to():
    named = {value for name, value in vars(controls).items() if name.isupper() and isinstance(value, str)}
    assert named == set(PRESSES) | set(FORMS) | {controls.NEW_SHORTCUT, controls.MESSAGE_SHORTCUT}


@pytest.fixture
def time() -> HeldTime:
    return HeldTime()


@pytest.fixture
async def office(tmp_path, time, caplog) -> AsyncIterator[Office]:
    """Over Socket Mode, where what comes in is the same. T001 is the admin's own; T002 everybody's, with its card in the channel. No gesture here ends in an error."""
    async with open_office(tmp_path, clocks=time) as opened:
        await opened.slack.say("admin", "dm", "create secret plans")
        await opened.idle()
        await command(opened, "T001 pri 3", "admin")
        await ticket_by_mention(opened, "@tickets create printer jam on floor 2")
        await opened.slack.open_home("colleague")
        await opened.idle()
        yield opened
        assert await opened.bot.core.store.pending() == []
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


async def state(office: Office) -> list[str]:
    """Everything that the store knows of every ticket, its history included."""
    store = office.bot.core.store
    found = await store.view(Filter(), EVERYTHING)
    histories = [await store.history(record.ticket.id) for record in found.records]
    return [str(one) for one in (*found.records, *histories)]


def seen(office: Office, user: str = "colleague") -> Counter[str]:
    """Everything that is before a person: what they were told, everybody's messages, their modal, their Home."""
    slack = office.slack
    messages = [*slack.ephemerals(user), *slack.messages("support"), *slack.messages(slack.dm(user))]
    views = [view for view in (slack.modal(user), slack.home(user)) if view]
    shown = [f"{one.get('text') or one['title']} {one['blocks']}" for one in (*messages, *views)]
    return Counter(
        re.sub(r"'sent\.[0-9a-f]+'", "''", one) for one in shown
    )  # marks one sending, not what is sent


async def forged(office: Office, action: str, value: str, where: str) -> None:
    if where == "card":
        await office.slack.press("colleague", "support", await card_of(office), action, value, forge=True)
    else:
        await office.slack.press_in_home("colleague", action, value, forge=True)


async def card_of(office: Office) -> str:
    return (await office.bot.core.store.get("T002")).card.ts


async def version(office: Office, ticket_id: str = "T002") -> int:
    return (await office.bot.core.store.get(ticket_id)).version


CASES = [
    pytest.param(control, named, id=f"{control}-{at}")
    for control, ways in ON_A_TICKET.items()
    for at, named in enumerate(ways)
]


@pytest.mark.parametrize("where", ["card", "home"])
@pytest.mark.parametrize(("control", "named"), CASES)
async def test_a_ticket_that_may_not_be_seen_is_answered_like_one_that_is_not_there(
    office, control, named, where
):
    """Byte for byte, and nothing changes. The last change to T001 is the log's second."""
    before = await state(office)
    answers = []
    for one, number in (("T001", 2), ("T999", 999)):
        await office.slack.open_home("colleague")
        await office.idle()
        shown = seen(office)
        end, value = named(one, number)
        await forged(office, control + end, value, where)
        await office.idle()
        answers.append(sorted((seen(office) - shown).elements()))
    hidden, absent = answers
    assert [one.replace("T001", "T999") for one in hidden] == absent
    assert "secret plans" not in str(seen(office))
    assert await state(office) == before


@pytest.mark.parametrize("control", sorted(PRESSES))
async def test_a_value_that_no_view_wrote_changes_nothing_and_breaks_nothing(office, control):
    before = await state(office)
    for value in GARBAGE:
        for end, where in (("", "card"), (".T002", "card"), (".next", "home"), (f".{'x' * 300}", "home")):
            await forged(office, control + end, value, where)
    await office.idle()
    assert await state(office) == before
    assert "Something went wrong" not in str(seen(office))


async def preview(office: Office, user: str) -> str:
    """Asked for by `user`: the token of its Confirm."""
    await command(office, "set all open tickets to pri 1", user)
    blocks = office.slack.ephemerals(user)[-1]["blocks"]
    (confirm,) = [
        element
        for block in blocks
        for element in block.get("elements", [])
        if element.get("action_id") == controls.CONFIRM
    ]
    return str(confirm["value"])


@pytest.mark.parametrize("control", sorted(ON_A_PREVIEW))
async def test_a_preview_of_somebody_else_an_expired_and_an_invented_one_are_answered_alike(
    office, time, control
):
    foreign = await preview(office, "engineer")
    expired = await preview(office, "colleague")
    await time.advance(601)
    before = await state(office)
    answers = []
    for token in (foreign, expired, "invented", ""):
        asked = office.slack.ephemerals("colleague")[-1]["ts"]
        await office.slack.press("colleague", "support", asked, control, token, forge=True)
        await office.idle()
        answers.append(str(office.slack.ephemerals("colleague")[-1]["blocks"]))
    assert len(set(answers)) == 1
    assert await state(office) == before


async def test_a_preview_works_once(office):
    token = await preview(office, "colleague")
    asked = office.slack.ephemerals("colleague")[-1]["ts"]
    await office.slack.press("colleague", "support", asked, controls.CONFIRM)
    await office.idle()
    assert (await ticket(office, "T002")).pri == 1
    await command(office, "T002 pri 3", "colleague")
    before = await state(office)
    await forged(office, controls.CONFIRM, token, "home")
    await office.idle()
    assert await state(office) == before


async def submitted(office: Office, form: str, metadata: str):
    """The colleague sends a form whose `private_metadata` says something else than it was given."""
    card = await card_of(office)
    opens, values = ABOUT_A_TICKET[form]
    await office.slack.press("colleague", "support", card, opens, f"T002 {await version(office)}", forge=True)
    await office.idle()
    office.slack.platform.modals.top("U0COLLEAGUE")["private_metadata"] = metadata
    errors = await office.slack.submit("colleague", values=values, forge=True)
    await office.idle()
    return errors


@pytest.mark.parametrize("form", sorted(ABOUT_A_TICKET))
async def test_a_form_about_a_ticket_that_may_not_be_seen_is_refused_like_one_about_none(office, form):
    before = await state(office)
    hidden, absent, garbage = [await submitted(office, form, one) for one in ("T001 2", "T999 2", "T001")]
    assert hidden == absent == garbage
    assert "not there any more" in str(hidden)
    assert await state(office) == before


@pytest.mark.parametrize("form", sorted(ABOUT_A_TICKET))
async def test_a_form_whose_metadata_no_view_wrote_changes_nothing(office, form):
    before = await state(office)
    for metadata in GARBAGE:
        assert await submitted(office, form, metadata)
    assert await state(office) == before


@pytest.mark.parametrize("number", [0, 2, 999])
@pytest.mark.parametrize("form", sorted(ABOUT_A_TICKET))
async def test_a_form_that_names_another_change_shows_the_ticket_as_it_is_and_changes_nothing(
    office, form, number
):
    before = await state(office)
    await submitted(office, form, f"T002 {number}")
    assert "changed while this form was open" in str(office.slack.modal("colleague")["blocks"])
    assert await state(office) == before


@pytest.mark.parametrize(
    "channel", ["C0PRIVATE", "C0NOWHERE", "D0ADMIN", "U0ADMIN", "", "x" * 300, "C0SUPPORT\n", "\ud83d\ude80"]
)
async def test_a_ticket_is_posted_in_no_channel_that_the_person_is_not_in(office, channel):
    await office.said("colleague", "dm", "create secret of the colleague")
    before = await state(office)
    card = await card_of(office)
    opens, _ = ABOUT_A_TICKET[controls.POST_FORM]
    value = f"T003 {await version(office, 'T003')}"
    await office.slack.press("colleague", "support", card, opens, value, forge=True)
    await office.idle()
    await office.slack.submit("colleague", values={"channel": channel}, forge=True)
    await office.idle()
    assert await state(office) == before
    assert "secret of the colleague" not in str(
        [*office.slack.messages("private"), *office.slack.messages("support")]
    )


async def test_somebody_elses_ticket_is_not_posted(office):
    await office.slack.say("engineer", "private", "@tickets create secret of a few")
    await office.idle()
    before = await state(office)
    refused = [await submitted(office, controls.POST_FORM, f"T003 {await version(office, 'T003')}")]
    refused.append(await submitted(office, controls.POST_FORM, "T999 1"))
    assert refused[0] == refused[1]
    assert await submitted(office, controls.POST_FORM, f"T002 {await version(office)}") is None
    assert "Only the person who reported T002" in str(seen(office))
    assert await state(office) == before


async def new_ticket(office: Office, metadata: str):
    await office.slack.shortcut("colleague", controls.NEW_SHORTCUT)
    await office.idle()
    office.slack.platform.modals.top("U0COLLEAGUE")["private_metadata"] = metadata
    assert await office.slack.submit("colleague", values={"title": "A new one"}) is None
    await office.idle()
    return await office.bot.core.store.get("T003")


@pytest.mark.parametrize("channel", ["C0PRIVATE", "C0NOWHERE", "D0ADMIN"])
async def test_a_new_ticket_is_born_in_no_channel_that_its_author_is_not_in(office, channel):
    where = {"channel": channel, "message": "1700000000.000100", "thread": "1700000000.000100"}
    record = await new_ticket(office, json.dumps(where))
    assert (record.origin.channel, record.origin.thread) == ("", "")
    assert office.slack.messages("private") == []


@pytest.mark.parametrize("metadata", GARBAGE)
async def test_a_new_ticket_whose_metadata_no_view_wrote_is_born_nowhere(office, metadata):
    record = await new_ticket(office, metadata)
    assert (record.origin.channel, record.origin.thread, record.origin.message) == ("", "", "")
