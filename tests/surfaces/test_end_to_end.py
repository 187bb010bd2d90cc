"""The whole path, through real Bolt, over Socket Mode and over signed HTTP: what a person does and sees."""

from tests.support.blockkit.check import check_message, check_view
from tests.support.bot_harness import Office


def as_sent(view):
    """A view without the fields that Slack adds."""
    ours = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")
    return {name: view[name] for name in ours if view.get(name)}


def words(message) -> str:
    return str(message["text"])


async def test_a_ticket_is_created_listed_started_in_its_thread_and_closed_by_its_form(office: Office):
    slack = office.slack
    ts = await office.said("engineer", "support", "@tickets create API timeout, urgent")
    (card,) = office.thread("support", ts)
    check_message(card)
    assert "T001" in words(card)
    assert "API timeout" in words(card)
    assert "High" in words(card)
    assert card["metadata"]["event_payload"]["data"]["pri"] == 1
    assert set(slack.reactions("support", ts)) == {"ticket"}

    await slack.command("engineer", "support", "/ticket", "view open pri 1")
    await office.idle()
    (listed,) = slack.ephemerals("engineer")
    check_message(listed)
    assert "T001" in words(listed)

    await office.said("engineer", "support", "in progress, looking at the load balancer", thread=ts)
    card, delta = office.thread("support", ts)[0], office.thread("support", ts)[-1]
    check_message(card)
    check_message(delta)
    assert "In progress" in words(card)
    assert "looking at the load balancer" in words(delta)
    assert set(slack.reactions("support", ts)) == {"eyes"}

    await slack.press("engineer", "support", card["ts"], "ticket.close")
    await office.idle()
    form = slack.modal("engineer")
    check_view(as_sent(form))
    assert await slack.submit("engineer", values={"res": "fixed load balancer configuration"}) is None
    await office.idle()
    card = office.thread("support", ts)[0]
    check_message(card)
    assert "Done" in words(card)
    assert "fixed load balancer configuration" in words(card)
    assert set(slack.reactions("support", ts)) == {"white_check_mark"}
    (record,) = (await office.bot.core.store.get("T001"),)
    assert record.ticket.stat == "done"


async def test_what_was_closed_can_be_undone_from_its_thread(office: Office):
    ts = await office.said("engineer", "support", "@tickets create API timeout, urgent")
    await office.said("engineer", "support", "done: fixed", thread=ts)
    closed = office.thread("support", ts)[-1]
    await office.slack.press("engineer", "support", closed["ts"], "ticket.undo")
    await office.idle()
    record = await office.bot.core.store.get("T001")
    assert (record.ticket.stat, record.ticket.res) == ("open", None)
    assert set(office.slack.reactions("support", ts)) == {"ticket"}


async def test_an_error_is_told_to_the_person_alone(office: Office):
    ts = await office.said("engineer", "support", "@tickets close T999")
    (told,) = office.slack.ephemerals("engineer")
    assert "There is no ticket T999" in words(told)
    assert office.thread("support", ts) == []
