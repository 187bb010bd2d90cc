"""Lists, counts and what they leave out."""

import pytest

from tests.support.blockkit.check import check_message
from tests.surfaces.saying.test_choices import button
from tests.surfaces.steps import command, press, ticket_by_mention, whispered


class TestList:
    async def test_it_holds_what_is_to_be_done_and_says_what_it_leaves_out(self, office):
        await ticket_by_mention(office)
        await command(office, "create printer jam on floor 2")
        await command(office, "close T001, fixed")
        await command(office, "list")
        check_message(office.slack.ephemerals("engineer")[-1])
        assert "T002" in whispered(office)
        assert "T001" not in whispered(office)
        assert "1 done not shown: `/ticket list all`" in whispered(office)

    async def test_of_every_status_it_shows_first_what_is_not_done(self, office):
        await command(office, "create API timeout, urgent")
        await command(office, "create printer jam on floor 2, low priority")
        await command(office, "close T001, fixed")
        await command(office, "list all")
        assert whispered(office).index("T002") < whispered(office).index("T001")

    async def test_a_mention_is_told_the_command_as_a_mention(self, office):
        ts, _ = await ticket_by_mention(office)
        await command(office, "close T001, fixed")
        await command(office, "create printer jam on floor 2")
        await office.said("engineer", "support", "@tickets list", thread=ts)
        assert "`@tickets list all`" in office.thread("support", ts)[-1]["text"]

    async def test_its_next_page_tells_commands_as_the_first_one_did(self, office):
        for number in range(12):
            await command(office, f"create printer {number} is jammed")
        await command(office, "close T001, fixed")
        await command(office, "list")
        listed = office.slack.ephemerals("engineer")[-1]
        await press(office, "engineer", listed, button(listed, "Next"))
        assert "Page 2 of 2" in whispered(office)
        assert "1 done not shown: `/ticket list all`" in whispered(office)

    async def test_who_is_on_it_and_who_reported_it_are_told_apart(self, office):
        await ticket_by_mention(office)
        await command(office, "start T001", "colleague")
        await command(office, "list")
        assert "In progress · colleague" in whispered(office)
        assert "from engineer" in whispered(office)

    async def test_a_private_ticket_bears_a_lock(self, office):
        await office.said("engineer", "private", "@tickets create secret merger")
        await office.said("engineer", "private", "@tickets list")
        listed = office.slack.called("chat.postMessage")[-1]
        assert "🔒" in str(listed.args["blocks"])

    async def test_whoever_asks_in_a_channel_hears_alone_how_many_more_there_are_for_them(self, office):
        await ticket_by_mention(office)
        await office.said("engineer", "private", "@tickets create secret merger")
        ts = await office.said("engineer", "support", "@tickets view open pri 2")
        assert "secret" not in str(office.thread("support", ts))
        told = whispered(office)
        assert "1 more ticket matches that not everybody here may see." in told
        assert "For you alone: /ticket view stat open pri 2" in told
        await office.said("colleague", "support", "@tickets view open pri 2")
        assert office.slack.ephemerals("colleague") == []

    async def test_where_nothing_is_for_all_to_see_they_hear_alone_of_what_is_theirs(self, office):
        await office.said("engineer", "private", "@tickets create secret merger")
        for asked, command_alone in (
            ("find merger", '/ticket view about "merger"'),
            ("list", "/ticket view tickets"),
            ("stats", "/ticket view stats"),
        ):
            ts = await office.said("engineer", "support", f"@tickets {asked}")
            (answer,) = office.thread("support", ts)
            assert "1" not in answer["text"]
            assert f"For you alone: {command_alone}" in whispered(office)
            await office.said("colleague", "support", f"@tickets {asked}")
        assert office.slack.ephemerals("colleague") == []

    @pytest.mark.parametrize("asked", ["view T001", "history T001", "close T001", "list T001, T002"])
    async def test_a_ticket_that_not_everybody_there_may_see_is_theirs_alone_and_to_others_none(
        self, office, asked
    ):
        await office.said("engineer", "private", "@tickets create secret merger")
        before = await office.bot.core.store.get("T001")
        for user in ("engineer", "colleague"):
            ts = await office.said(user, "support", f"@tickets {asked}")
            assert office.thread("support", ts) == []
        assert "Not everybody here may see T001. For you alone: /ticket" in whispered(office)
        missing = whispered(office, "colleague")
        assert "There is no ticket T001." in missing or "There are no tickets T001, T002." in missing
        assert await office.bot.core.store.get("T001") == before

    async def test_an_age_is_told_in_its_largest_unit(self, office):
        await ticket_by_mention(office)
        await command(office, "list")
        assert "from engineer · just now" in whispered(office)

    async def test_stats_are_counts(self, office):
        await ticket_by_mention(office, "@tickets create API timeout, urgent")
        await command(office, "create printer jam on floor 2")
        await command(office, "start T002")
        await command(office, "stats")
        assert "1 open (1 high) · 1 in progress · 0 done" in whispered(office)

    @pytest.mark.parametrize("asked", ["list until 9999-12-31", "list since 0001-01-01 until 9999-12-31"])
    async def test_the_first_and_the_last_day_of_all_are_days_too(self, office, asked):
        await ticket_by_mention(office)
        await command(office, asked)
        assert "T001 API timeout" in whispered(office)
