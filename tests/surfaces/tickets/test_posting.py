"""What is made in a direct message can be posted in a channel, by whoever reported it, where they and the bot are members."""

import asyncio

from store.models.tickets import Origin
from tests.support.blockkit.check import check_message, check_view
from tests.surfaces.steps import buttons, command, read, ticket


async def private_ticket(office):
    await office.said("engineer", "dm", "create staging database is out of disk, asap")
    return office.slack.messages(office.slack.dm("engineer"))[-1]


async def post(office, card, channel, user="engineer"):
    await office.slack.press(user, office.slack.dm(user), card["ts"], "ticket.post")
    await office.idle()
    form = office.slack.modal(user)
    assert "One that you and I are in" in str(form["blocks"])
    check_view({name: form[name] for name in ("type", "callback_id", "title", "submit", "close", "blocks")})
    errors = await office.slack.submit(user, values={"channel": channel})
    await office.idle()
    return errors


async def test_posted_it_is_everybodys_and_its_card_stands_in_the_channel(office):
    card = await private_ticket(office)
    await command(office, "view T001", "colleague")
    assert "There is no ticket T001" in read(office.slack.ephemerals("colleague")[-1])
    assert await post(office, card, "C0SUPPORT") is None
    posted = office.slack.messages("support")[-1]
    check_message(posted)
    assert "staging database is out of disk" in read(posted)
    assert "🔒" not in read(posted)
    where = office.slack.messages(office.slack.dm("engineer"))[-1]
    check_message(where)
    assert "You posted T001" in read(where)
    await office.slack.press("colleague", "support", posted["ts"], "ticket.start")
    await office.idle()
    assert "In progress · colleague" in read(office.slack.messages("support")[0])


async def test_undone_the_card_leaves_the_channel(office):
    card = await private_ticket(office)
    await post(office, card, "C0SUPPORT")
    line = office.slack.messages(office.slack.dm("engineer"))[-1]
    await office.slack.press("engineer", office.slack.dm("engineer"), line["ts"], "ticket.undo")
    await office.idle()
    assert "staging" not in str(office.slack.messages("support"))
    where = read(office.slack.messages(office.slack.dm("engineer"))[1])
    assert where == "engineer posted T001 “staging database is out of disk” in a channel · undone"
    assert (await office.bot.core.store.get("T001")).private
    await command(office, "view T001", "colleague")
    assert "There is no ticket T001" in read(office.slack.ephemerals("colleague")[-1])
    assert "staging" in read(office.slack.messages(office.slack.dm("engineer"))[-1])


async def test_where_the_bot_or_the_person_is_not_the_form_says_so(office):
    card = await private_ticket(office)
    assert "channel" in await post(office, card, "C0NOWHERE")
    assert (await office.bot.core.store.get("T001")).private


async def test_the_form_for_a_new_ticket_from_anywhere_asks_for_the_channel_too(office):
    await office.slack.shortcut("engineer", "new_ticket")
    await office.idle()
    values = {"title": "Printer jam", "channel": "C0SUPPORT"}
    assert await office.slack.submit("engineer", values=values) is None
    await office.idle()
    assert "Printer jam" in read(office.slack.messages("support")[-1])
    shown = office.slack.modal("engineer")
    assert shown["title"]["text"] == "T001 created"
    assert "/archives/C0SUPPORT/" in str(shown["blocks"])
    await office.slack.press_in_view("engineer", "ticket.start")
    await office.idle()
    assert "In progress · engineer" in read(office.slack.messages("support")[-1])
    found = await office.bot.core.store.get("T001")
    assert (found.channel, found.private) == ("C0SUPPORT", False)
    assert await ticket(office, "T001")


async def test_somebody_who_is_not_in_the_channel_posts_nothing_there_although_nothing_could_be_checked(
    office, monkeypatch
):
    """The form closed unchecked, because Slack was slow."""
    monkeypatch.setattr("bot.listeners.forms.checking.CHECK_TIMEOUT", 0.05)
    card = await private_ticket(office)
    office.slack.workspace.channel("lobby").members.append("U0TICKETS")
    office.slack.workspace.channel("lobby").members.remove("U0ENGINEER")
    await office.slack.press("engineer", office.slack.dm("engineer"), card["ts"], "ticket.post")
    await office.idle()
    office.bot.services.directory.forget()
    held = asyncio.Event()
    office.slack.faults.slow("conversations.info", held)
    lobby = office.slack.workspace.channel("lobby").id
    assert await office.slack.submit("engineer", values={"channel": lobby}) is None
    held.set()
    await office.idle()
    assert (await office.bot.core.store.get("T001")).private
    assert office.slack.messages("lobby") == []
    (told,) = office.thread(office.slack.dm("engineer"), card["ts"])
    assert read(told) == "Nothing was posted. You are not in this channel."


async def test_what_is_deleted_at_that_moment_is_not_there(office, mocker):
    card = await private_ticket(office)
    store = office.bot.core.store
    write = store.post

    async def second(*arguments, **named):
        await store.delete("T001", Origin("", "U0ADMIN", 0.0))
        return await write(*arguments, **named)

    mocker.patch.object(store, "post", side_effect=second)
    await post(office, card, "C0SUPPORT")
    (told,) = office.thread(office.slack.dm("engineer"), card["ts"])
    assert read(told) == "There is no ticket T001. See what there is: list"
    assert office.slack.messages("support") == []


async def test_what_changed_while_the_form_was_open_is_shown_before_it_is_posted(office):
    card = await private_ticket(office)
    dm = office.slack.dm("engineer")
    await office.slack.press("engineer", dm, card["ts"], "ticket.post")
    await office.idle()
    await office.said("engineer", "dm", "T001: note the password is hunter2")
    await office.slack.submit("engineer", values={"channel": "C0SUPPORT"})
    await office.idle()
    assert (await office.bot.core.store.get("T001")).private
    form = office.slack.modal("engineer")
    check_view({name: form[name] for name in ("type", "callback_id", "title", "submit", "close", "blocks")})
    assert "changed while this form was open" in str(form)
    assert "hunter2" in str(form)
    assert await office.slack.submit("engineer", values={"channel": "C0SUPPORT"}) is None
    await office.idle()
    assert not (await office.bot.core.store.get("T001")).private


async def test_where_slack_does_not_take_the_card_its_author_hears_that_it_is_posted(office):
    card = await private_ticket(office)
    office.slack.faults.fail("chat.postMessage", "restricted_action")
    await post(office, card, "C0SUPPORT")
    assert (await office.bot.core.store.get("T001")).channel == "C0SUPPORT"
    (told,) = office.thread(office.slack.dm("engineer"), card["ts"])
    assert "It is done, but I could not say so in the channel" in read(told)
    assert "You posted T001" in read(told)
    assert "🔒" not in read(office.slack.messages(office.slack.dm("engineer"))[-1])
    assert await office.bot.core.store.pending() == []
    assert await office.bot.core.store.parked() == []


async def test_undone_by_a_command_elsewhere_the_line_says_so_and_has_no_button(office):
    card = await private_ticket(office)
    await post(office, card, "C0SUPPORT")
    for told in (" · undone", ""):
        await command(office, "undo")
        where = office.slack.message(office.slack.dm("engineer"), card["ts"])
        expected = "engineer posted T001 “staging database is out of disk” in a channel"
        assert read(where) == f"{expected}{told}"
    assert "staging" in read(office.slack.messages("support")[-1])


async def test_posted_by_an_admin_both_hear_who_did_it_and_the_admin_can_undo_it(office):
    card = await private_ticket(office)
    await command(office, "view T001", "admin")
    shown = office.slack.ephemerals("admin")[-1]
    await office.slack.press("admin", "support", shown["ts"], "ticket.post")
    await office.idle()
    assert await office.slack.submit("admin", values={"channel": "C0PRIVATE"}) is None
    await office.idle()
    assert "staging" in read(office.slack.messages("private")[-1])
    where = office.slack.message(office.slack.dm("engineer"), card["ts"])
    check_message(where)
    assert read(where) == "admin posted T001 “staging database is out of disk” in a channel."
    assert "ticket.undo" not in str(where["blocks"])
    told = office.slack.messages(office.slack.dm("admin"))[-1]
    check_message(told)
    assert "You posted T001" in read(told)
    assert "ticket.undo" in str(told["blocks"])


async def test_taken_back_into_a_conversation_that_is_shut_the_change_is_made_all_the_same(office):
    card = await private_ticket(office)
    await post(office, card, "C0SUPPORT")
    office.slack.faults.fail("chat.postMessage", "is_archived")
    await command(office, "undo")
    assert (await office.bot.core.store.get("T001")).private
    assert "took T001" in read(office.slack.ephemerals("engineer")[-1])
    assert await office.bot.core.store.pending() == []
    assert await office.bot.core.store.parked() == []


async def test_undone_by_an_admin_who_posted_it_the_reporters_line_says_so(office):
    await private_ticket(office)
    await command(office, "view T001", "admin")
    shown = office.slack.ephemerals("admin")[-1]
    await office.slack.press("admin", "support", shown["ts"], "ticket.post")
    await office.idle()
    assert await office.slack.submit("admin", values={"channel": "C0SUPPORT"}) is None
    await office.idle()
    line = office.slack.messages(office.slack.dm("engineer"))[1]
    assert read(line).startswith("admin posted T001")
    assert buttons(line) == []
    await command(office, "undo", "admin")
    line, card = office.slack.messages(office.slack.dm("engineer"))[1:]
    assert read(line).endswith("in a channel · undone")
    assert buttons(line) == []
    assert read(card).startswith("T001 staging database is out of disk")
    assert office.slack.messages("support") == []
    await command(office, "undo", "admin")
    line = office.slack.messages(office.slack.dm("engineer"))[1]
    assert not read(line).endswith("undone")
    assert buttons(line) == []
