"""A ticket of what somebody said: in a thread by a mention, or by the shortcut on the message."""

from bot.local.fakeslack.workspace.people import BUILD_BOT
from tests.support.blockkit.check import check_message
from tests.surfaces.steps import read, ticket, whispered


async def shortcut(office, ts, user="engineer"):
    await office.slack.message_shortcut(user, "support", ts, "create_ticket")
    await office.idle()
    return office.slack.modal(user)


class TestThread:
    async def test_a_ticket_for_this_is_one_of_the_threads_first_message(self, office):
        ts = await office.said("colleague", "support", "prod db is down since 9, urgent")
        await office.said("engineer", "support", "same here", thread=ts)
        await office.said("engineer", "support", "@tickets create a ticket for this", thread=ts)
        found = await office.bot.core.store.get("T001")
        assert found.ticket.title.startswith("prod db is down since 9")
        assert (found.ticket.pri, found.ticket.cat) == (1, "infra")
        assert found.origin.source_link.endswith(f"p{ts.replace('.', '')}")
        card = office.thread("support", ts)[-1]
        check_message(card)
        assert "a message by colleague" in read(card)
        assert set(office.slack.reactions("support", ts)) == {"ticket"}

    async def test_what_the_asker_adds_wins(self, office):
        ts = await office.said("colleague", "support", "prod db is down since 9, urgent")
        await office.said("engineer", "support", "@tickets create a ticket for this, p3", thread=ts)
        assert (await ticket(office, "T001")).pri == 3

    async def test_of_a_deleted_first_message_no_ticket_is_made(self, office):
        ts = await office.said("colleague", "support", "prod db is down since 9")
        await office.said("engineer", "support", "same here", thread=ts)
        await office.slack.remove("colleague", "support", ts)
        await office.said("engineer", "support", "@tickets create a ticket for this", thread=ts)
        assert await ticket(office, "T001") is None
        assert "I cannot read the first message of this thread." in whispered(office)

    async def test_one_ticket_a_thread(self, office):
        ts = await office.said("colleague", "support", "prod db is down since 9, urgent")
        for _ in range(2):
            await office.said("engineer", "support", "@tickets create a ticket for this", thread=ts)
        assert await ticket(office, "T002") is None
        assert read(office.thread("support", ts)[-1]).startswith("T001: 🎫 Open")

    async def test_replies_in_that_thread_are_the_tickets(self, office):
        ts = await office.said("colleague", "support", "prod db is down since 9")
        await office.said("engineer", "support", "@tickets create a ticket for this", thread=ts)
        await office.said("colleague", "support", "done: restarted", thread=ts)
        assert (await ticket(office, "T001")).stat == "done"


class TestShortcut:
    async def test_its_form_is_filled_in_by_the_rules(self, office):
        ts = await office.said("colleague", "support", "prod db is down since 9, urgent")
        form = str((await shortcut(office, ts))["blocks"])
        assert "'initial_option': {'text': {'type': 'plain_text', 'text': '🔴\\xa0High'" in form
        await office.slack.submit("engineer", values={})
        await office.idle()
        found = await office.bot.core.store.get("T001")
        assert (found.ticket.pri, found.ticket.cat) == (1, "infra")
        assert found.origin.source_author == "U0COLLEAGUE"
        assert "a message by colleague" in read(office.thread("support", ts)[0])

    async def test_an_alert_without_text_fills_it_in_with_its_attachment(self, office):
        platform = office.slack.platform
        alert = platform.post(
            platform.workspace.channel("support"),
            platform.workspace.user(BUILD_BOT),
            "",
            attachments=[{"title": "[FIRING:1] HighCPU db-1", "text": "CPU above 95% for 10m"}],
        )
        await office.idle()
        assert "HighCPU db-1" in str((await shortcut(office, alert["ts"]))["blocks"])

    async def test_a_message_that_has_a_ticket_shows_it(self, office):
        ts = await office.said("colleague", "support", "@tickets create API timeout")
        shown = await shortcut(office, ts)
        assert "API timeout" in str(shown["blocks"])
        assert not shown.get("submit")
