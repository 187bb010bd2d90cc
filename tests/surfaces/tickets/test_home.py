"""App Home: the queue, for one person, and what is done there."""

from dataclasses import replace

from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import COLLEAGUE
from tests.support.blockkit.check import check_message, check_view
from tests.support.bot_harness import Office
from tests.surfaces.steps import command, ticket, ticket_by_mention


async def opened(office: Office, user: str = "engineer") -> str:
    await office.slack.open_home(user)
    await office.idle()
    return shown(office, user)


def shown(office: Office, user: str = "engineer") -> str:
    return str(office.slack.home(user)["blocks"])


async def pressed(office: Office, action: str, value=None, user: str = "engineer") -> None:
    await office.slack.press_in_home(user, action, value)
    await office.idle()


async def pressed_in_card(office: Office, action: str, value=None, user: str = "engineer") -> None:
    await office.slack.press_in_view(user, action, value)
    await office.idle()


def modal(office: Office, user: str = "engineer") -> str:
    view = office.slack.modal(user)
    ours = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")
    check_view({name: view[name] for name in ours if view.get(name)})
    return f"{view['title']} {view['blocks']}"


def written(slack: LocalSlack, user: str = "engineer"):
    """What the bot wrote to them directly."""
    return slack.messages(slack.dm(user))


class TestQueue:
    async def test_it_shows_the_queue_and_opens_a_ticket(self, office):
        await ticket_by_mention(office, "@tickets create API timeout, urgent")
        assert "API timeout" in await opened(office, "colleague")
        await pressed(office, "ticket.open.T001", user="colleague")
        assert "T001" in modal(office, "colleague")

    async def test_a_row_of_what_is_gone_says_so(self, office):
        await ticket_by_mention(office, "@tickets create API timeout, urgent")
        await opened(office, "colleague")
        await command(office, "delete T001", "admin")
        await office.slack.press_in_home("colleague", "ticket.open.T001", "T001 1", forge=True)
        await office.idle()
        assert "There is no ticket T001." in modal(office, "colleague")

    async def test_its_filters_narrow_the_queue(self, office):
        await ticket_by_mention(office, "@tickets create API timeout, urgent")
        await ticket_by_mention(office, "@tickets create typo in the README, low priority")
        await opened(office, "colleague")
        await pressed(office, "home.filter.pri", "1", "colleague")
        home = shown(office, "colleague")
        assert "T001" in home
        assert "engineer" in home
        assert "T002" not in home

    async def test_opened_again_it_is_as_it_was_left(self, office):
        await ticket_by_mention(office, "@tickets create API timeout, urgent")
        await opened(office)
        await pressed(office, "home.filter.pri", "3")
        assert "T001" not in await opened(office)

    async def test_its_pages_turn(self, office):
        for number in range(11):
            await command(office, f'create "ticket number {number}" cat other')
        assert "Page 1 of 2" in await opened(office)
        await pressed(office, "home.page.next")
        assert "Page 2 of 2" in shown(office)


class TestKeptUpToDate:
    async def test_what_changes_elsewhere_is_seen_by_whoever_has_it_open(self, office):
        ts, _ = await ticket_by_mention(office)
        for user in ("engineer", "colleague"):
            await opened(office, user)
        await pressed(office, "home.filter.stat", "open", "colleague")
        await office.said("admin", "support", "in progress", thread=ts)
        assert "In progress" in shown(office, "engineer").partition("T001")[2]
        assert "T001" not in shown(office, "colleague")
        await command(office, "create printer jam on floor 2")
        assert "printer jam" in shown(office, "engineer")
        assert "printer jam" in shown(office, "colleague")

    async def test_whoever_became_a_guest_sees_no_more_of_it_from_then_on(self, office):
        await ticket_by_mention(office)
        for user in ("engineer", "colleague"):
            assert "API timeout" in await opened(office, user)
        workspace = office.slack.workspace
        guest = workspace.users[COLLEAGUE] = replace(workspace.users[COLLEAGUE], is_restricted=True)
        event = {"type": "user_change", "user": {**guest.shown(), "updated": 1_700_000_000}}
        office.slack.platform.emit(event)
        await office.idle()
        assert "API timeout" not in shown(office, "colleague")
        assert "API timeout" in shown(office, "engineer")

    async def test_nothing_is_published_for_whoever_has_not_opened_it_or_sees_no_difference(self, office):
        await opened(office, "colleague")
        calls = len(office.slack.called("views.publish"))
        await office.said("engineer", "private", "@tickets create secret merger")
        assert len(office.slack.called("views.publish")) == calls
        assert "secret merger" not in shown(office, "colleague")
        assert "secret merger" in await opened(office, "admin")

    async def test_what_somebody_else_published_meanwhile_is_not_overwritten(self, office):
        ts, _ = await ticket_by_mention(office)
        await opened(office)
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        await office.bot.services.sender.call("views.publish", user_id="U0ENGINEER", view=view)
        await office.said("colleague", "support", "in progress", thread=ts)
        assert "T001" not in shown(office)
        assert "T001" in await opened(office)


class TestCardInAModal:
    """What is pressed there is answered there: nobody is sent elsewhere to learn what came of it."""

    async def test_it_shows_what_a_button_did_and_the_tickets_thread_is_told(self, office):
        ts, _ = await ticket_by_mention(office)
        await opened(office)
        await pressed(office, "ticket.open.T001")
        await pressed_in_card(office, "ticket.start")
        assert "engineer* started T001" in modal(office)
        assert "ticket.close" in modal(office)
        assert "started" in office.thread("support", ts)[-1]["text"]
        assert written(office.slack) == []

    async def test_after_its_forms_it_shows_the_newer_state(self, office):
        ts, _ = await ticket_by_mention(office)
        await opened(office)
        await pressed(office, "ticket.open.T001")
        await pressed_in_card(office, "ticket.close")
        assert await office.slack.submit("engineer", values={"res": "new cable"}) is None
        await office.idle()
        assert "new cable" in modal(office)
        assert "ticket.reopen" in modal(office)
        assert "new cable" in office.thread("support", ts)[-1]["text"]
        assert written(office.slack) == []

    async def test_undo_is_offered_and_works_there(self, office):
        await ticket_by_mention(office)
        await opened(office)
        await pressed(office, "ticket.open.T001")
        await pressed_in_card(office, "ticket.start")
        await pressed_in_card(office, "ticket.undo")
        assert (await ticket(office, "T001")).stat == "open"
        assert "ticket.start" in modal(office)

    async def test_the_history_opens_above_it_and_its_pages_turn_in_place(self, office):
        await ticket_by_mention(office)
        for number in range(11):
            await command(office, f"T001 pri {number % 3 + 1}")
        await opened(office)
        await pressed(office, "ticket.open.T001")
        (menu,) = [
            one
            for block in office.slack.modal("engineer")["blocks"]
            for one in block.get("elements", [])
            if one.get("action_id") == "ticket.menu"
        ]
        values = [one["value"] for group in menu["option_groups"] for one in group["options"]]
        await pressed_in_card(office, "ticket.menu", next(one for one in values if one.startswith("history")))
        assert "Page 1 of 2" in modal(office)
        await pressed_in_card(office, "history.page.next")
        assert "Page 2 of 2" in modal(office)
        await office.slack.dismiss("engineer")
        assert "ticket.menu" in modal(office)
        assert written(office.slack) == []

    async def test_of_a_ticket_that_is_gone_it_says_so(self, office):
        await ticket_by_mention(office)
        await opened(office)
        await pressed(office, "ticket.open.T001")
        await command(office, "delete T001", "admin")
        await pressed_in_card(office, "ticket.start")
        assert "There is no ticket T001" in modal(office)

    async def test_closed_before_the_answer_came_it_is_answered_directly(self, office):
        await ticket_by_mention(office)
        await opened(office)
        await pressed(office, "ticket.open.T001")
        office.slack.faults.fail("views.update", "not_found")
        await pressed_in_card(office, "ticket.start")
        assert "started T001" in written(office.slack)[-1]["text"]


class TestTicketMadeThere:
    async def test_its_card_comes_directly_and_stays_up_to_date(self, office):
        await opened(office)
        await pressed(office, "ticket.new")
        assert await office.slack.submit("engineer", values={"title": "Printer jam"}) is None
        await office.idle()
        assert "Printer jam" in shown(office)
        (card,) = written(office.slack)
        check_message(card)
        await command(office, "start T001", "colleague")
        assert "In progress" in written(office.slack)[0]["text"]
        thread = office.slack.messages(office.slack.dm("engineer"), card["ts"])
        assert "colleague started" in thread[-1]["text"]

    async def test_its_thread_is_the_tickets(self, office):
        await office.slack.shortcut("engineer", "new_ticket")
        await office.idle()
        await office.slack.submit("engineer", values={"title": "Printer jam"})
        await office.idle()
        (card,) = written(office.slack)
        await office.slack.say("engineer", "dm", "done: new cable", thread=card["ts"])
        await office.idle()
        assert (await ticket(office, "T001")).res == "new cable"

    async def test_others_are_shown_no_link_that_they_cannot_open(self, office):
        await office.slack.shortcut("engineer", "new_ticket")
        await office.idle()
        await office.slack.submit("engineer", values={"title": "Printer jam"})
        await office.idle()
        assert "Printer jam" in await opened(office, "colleague")
        assert "/archives/D" not in shown(office, "colleague")


class TestGuest:
    async def test_shows_what_a_guest_reported_in_a_direct_message(self, office):
        await office.said("guest", "dm", "create printer jam")
        await command(office, "create API timeout")
        assert "printer jam" in await opened(office, "guest")
        assert "API timeout" not in shown(office, "guest")
        assert "printer jam" not in await opened(office, "engineer")

    async def test_a_guest_opens_and_changes_it_there(self, office):
        await office.said("guest", "dm", "create printer jam")
        await opened(office, "guest")
        await pressed(office, "ticket.open.T001", user="guest")
        assert "printer jam" in str(office.slack.modal("guest"))
        await pressed_in_card(office, "ticket.start", "T001 1", user="guest")
        assert (await ticket(office, "T001")).stat == "prog"
