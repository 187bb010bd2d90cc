"""Two processes share a database. What reaches them at the same instant is done once, in order, and told once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from bot.app.slack import Bot
from bot.local.fakeslack.delivery.envelope import Attempt, Delivery
from bot.local.fakeslack.delivery.signed import SignedHttp
from bot.local.fakeslack.server import LocalSlack
from store.errors import UnavailableError
from tests.store.postgres.server import MissingError, shared_server
from tests.support.bot_harness import settings_for
from tests.support.counts import again_and_again
from tests.surfaces.steps import buttons, read

pytestmark = again_and_again


@dataclass
class Pair:
    """Two bots on one database. Slack delivers to the second what somebody says with an odd number at its end, reactions, and what the
    colleague presses and submits; all else to the first."""

    slack: LocalSlack
    bots: tuple[Bot, Bot]
    timeout_reason = "http_timeout"

    async def carry(self, delivery: Delivery, attempt: Attempt) -> Any:
        event = delivery.payload.get("event", {})
        odd = event.get("type") == "reaction_added" or event.get("text", "").endswith(("1", "3", "5", "7"))
        person = delivery.payload.get("user")  # of an interaction
        bot = self.bots[odd or (isinstance(person, dict) and person["id"] == "U0COLLEAGUE")]
        url = f"http://127.0.0.1:{bot.port}/slack/events"
        carrier = SignedHttp(url, self.slack.signing_secret, bot.clocks.now, self.slack._http)
        return await carrier.carry(delivery, attempt)

    async def idle(self) -> None:
        store = self.bots[0].core.store
        await self.slack.until(lambda: all(one.done for one in self.slack.deliveries))
        while True:
            for bot in self.bots:
                await bot.runner.idle()
            if not await store.pending():
                return
            for bot in self.bots:
                await bot.replayer.finish_earlier()

    async def set_priority(self) -> str:
        """The engineer makes a ticket, and the colleague sets its priority in its thread. The thread's ts."""
        ts = await self.slack.say("engineer", "support", "@tickets create printer jam")
        await self.idle()
        await self.slack.say("colleague", "support", "@tickets pri high", thread=ts)
        await self.idle()
        return ts

    def meet_at(self, mocker, name: str) -> None:
        """Whoever calls this method of the store waits until the other bot calls it too, or has nothing to do."""
        arrived = 0

        def patch(bot: Bot) -> None:
            store = bot.core.store
            method = getattr(store, name)

            async def meet(*given, **named):
                nonlocal arrived
                arrived += 1
                while arrived < 2 and not (  # noqa: ASYNC110  # what it waits for sets no event
                    all(one.done for one in self.slack.deliveries)
                    and sum(len(each.runner.leases.held) for each in self.bots) < 2
                ):
                    await asyncio.sleep(0)
                return await method(*given, **named)

            mocker.patch.object(store, name, side_effect=meet)

        for bot in self.bots:
            patch(bot)

    async def tickets(self) -> list[str]:
        return [record.ticket.title for record in await self.bots[0].core.store.scan()]


@pytest.fixture
async def pair(tmp_path) -> AsyncIterator[Pair]:
    try:
        url = shared_server().database_of(tmp_path)
    except MissingError as error:
        pytest.skip(str(error))
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(LocalSlack())
        slack.settings.subscriptions -= {"message.channels"}  # each mention is delivered once
        bots = [
            await stack.enter_async_context(Bot(settings_for(slack, "http", url), pace=0.0)) for _ in range(2)
        ]
        both = Pair(slack, (bots[0], bots[1]))
        slack.platform.dispatcher.carrier = both
        yield both


@pytest.mark.parametrize("within", ["", "is anybody there?"])
async def test_a_mention_and_a_reaction_to_it_make_one_ticket(pair, mocker, within):
    slack = pair.slack
    thread = await slack.say("engineer", "support", within) if within else None
    await pair.idle()
    pair.meet_at(mocker, "create")
    ts = await slack.say("engineer", "support", "@tickets create login page is slow", thread=thread)
    await slack.react("colleague", "support", ts, "ticket")
    await pair.idle()
    assert await pair.tickets() == ["login page is slow"]
    shown = [read(one) for one in slack.messages("support", thread or ts)[1:]]
    alone = [read(one) for one in slack.ephemerals("colleague")]
    assert sum("T001" in text for text in shown + alone) == 2


async def test_a_reaction_and_a_ticket_for_this_make_one_ticket(pair, mocker):
    slack = pair.slack
    ts = await slack.say("colleague", "support", "the login page is slow")
    await pair.idle()
    pair.meet_at(mocker, "create")
    await asyncio.gather(
        slack.say("engineer", "support", "@tickets create a ticket for this", thread=ts),
        slack.react("colleague", "support", ts, "ticket"),
    )
    await pair.idle()
    assert len(await pair.tickets()) == 1


async def test_a_card_that_is_drawn_again_shows_what_another_process_has_changed_meanwhile(pair, mocker):
    slack = pair.slack
    await slack.say("colleague", "support", "@tickets create payment API timeout in production")
    await pair.idle()
    ts = await slack.say("engineer", "support", "@tickets create payment API timeout in production again")
    await pair.idle()
    await slack.say("colleague", "support", "@tickets close T001: fixed the load balancer")
    await pair.idle()
    store = pair.bots[0].core.store
    find, calls = store.similar, 0

    def card() -> dict[str, Any]:
        return slack.messages("support", ts)[1]

    async def change_before_it_is_drawn(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:  # the first asks whether the button may still be pressed
            await slack.say("colleague", "support", "@tickets T002 pri 1")
            await slack.until(lambda: "High" in read(card()))
        return await find(*given, **named)

    mocker.patch.object(store, "similar", side_effect=change_before_it_is_drawn)
    await slack.press("engineer", "support", card()["ts"], "similar.add.T001")
    await pair.idle()
    assert calls > 1
    assert "High" in read(card())


async def test_only_the_newest_line_offers_undo_although_the_database_did_not_answer_when_the_older_was_known(
    pair, mocker
):
    slack, store = pair.slack, pair.bots[0].core.store
    ts = await slack.say("engineer", "support", "@tickets create printer jam")
    await pair.idle()
    card = slack.messages("support", ts)[1]
    finish, lines = store.finish, store.undo_lines_in

    async def after_a_change_by_the_other(key: str, *given: Any, **named: Any) -> Any:
        mocker.patch.object(store, "finish", side_effect=finish)
        await slack.react("colleague", "support", card["ts"], "eyes")
        await slack.until(lambda: len(slack.messages("support", ts)) == 5)
        await pair.bots[1].runner.idle()
        done = await finish(key, *given, **named)
        mocker.patch.object(store, "undo_lines_in", side_effect=away_once)
        return done

    answers = iter([UnavailableError("The database does not answer at the moment.")])

    async def away_once(*given: Any) -> Any:
        if error := next(answers, None):
            raise error
        return await lines(*given)

    mocker.patch.object(store, "finish", side_effect=after_a_change_by_the_other)
    await slack.say("engineer", "support", "@tickets pri high", thread=ts)
    await pair.idle()
    assert next(answers, None) is None
    offering = [buttons(one) for one in slack.messages("support", ts)[3:]]
    assert offering == [[], ["ticket.undo"]]


def meanwhile_before(mocker, sender: Any, name: str, place: str, work: Any) -> None:
    """`work` is done before the next message that `sender` posts or updates there, which is drawn already."""
    method = getattr(sender, name)

    async def after(where: Any, *given: Any, **named: Any) -> Any:
        if place in where:
            mocker.patch.object(sender, name, side_effect=method)
            await work()
        return await method(where, *given, **named)

    mocker.patch.object(sender, name, side_effect=after)


@pytest.mark.parametrize("asked", ["pressed", "written"])
async def test_a_line_keeps_its_button_although_another_process_undoes_an_older_one_before_it_is_posted(
    pair, mocker, asked
):
    slack = pair.slack
    ts = await pair.set_priority()

    async def undo() -> None:
        if asked == "pressed":
            await slack.press("colleague", "support", slack.messages("support", ts)[3]["ts"], "ticket.undo")
        else:
            await slack.say("colleague", "support", "@tickets undo T001")
        await slack.until(lambda: read(slack.messages("support", ts)[3]).endswith("undone"))
        await pair.bots[1].runner.idle()

    meanwhile_before(mocker, pair.bots[0].services.sender, "post", "C0SUPPORT", undo)
    await slack.say("engineer", "support", "@tickets cat doc", thread=ts)
    await pair.idle()
    record = await pair.bots[0].core.store.get("T001")
    assert (record.ticket.pri, record.ticket.cat) == (2, "doc")
    assert [buttons(one) for one in slack.messages("support", ts)[-2:]] == [[], ["ticket.undo"]]


async def test_a_line_says_undone_although_another_process_drew_it_without_its_button_before(pair, mocker):
    slack = pair.slack
    ts = await pair.set_priority()
    line = slack.messages("support", ts)[3]["ts"]

    async def undo() -> None:
        await slack.press("colleague", "support", line, "ticket.undo")
        await slack.until(lambda: read(slack.messages("support", ts)[3]).endswith("undone"))
        await pair.bots[1].runner.idle()

    meanwhile_before(mocker, pair.bots[0].services.sender, "update", line, undo)
    await slack.say("engineer", "support", "@tickets cat doc", thread=ts)
    await pair.idle()
    older, newer = slack.messages("support", ts)[3::2]
    assert read(older) == "colleague set the priority of this ticket to High · undone"
    assert (buttons(older), buttons(newer)) == ([], ["ticket.undo"])


async def test_a_redone_line_offers_nothing_if_another_process_posts_a_newer_one_before_it_is_drawn(
    pair, mocker
):
    slack = pair.slack
    ts = await pair.set_priority()
    await slack.say("colleague", "support", "@tickets undo T001")
    await pair.idle()
    line = slack.messages("support", ts)[3]["ts"]

    async def change() -> None:
        await slack.say("engineer", "support", "@tickets cat doc", thread=ts)
        await slack.until(lambda: len(slack.messages("support", ts)) > 5)
        await pair.bots[0].runner.idle()

    meanwhile_before(mocker, pair.bots[1].services.sender, "update", line, change)
    await slack.say("colleague", "support", "@tickets undo T001")
    await pair.idle()
    record = await pair.bots[0].core.store.get("T001")
    assert (record.ticket.pri, record.ticket.cat) == (1, "doc")
    older, newer = slack.messages("support", ts)[3::2]
    assert read(older) == "colleague set the priority of this ticket to High"
    assert (buttons(older), buttons(newer)) == ([], ["ticket.undo"])


async def test_a_line_offers_undo_if_another_process_redoes_its_change_before_the_undo_is_shown(pair, mocker):
    slack = pair.slack
    ts = await pair.set_priority()
    line = slack.messages("support", ts)[3]["ts"]

    async def redo() -> None:
        await slack.say("colleague", "support", "@tickets undo")
        await slack.until(lambda: any(one.args["ts"] == line for one in slack.called("chat.update")))
        await pair.bots[0].runner.idle()

    meanwhile_before(mocker, pair.bots[1].services.sender, "update", line, redo)
    await slack.press("colleague", "support", line, "ticket.undo")
    await pair.idle()
    assert (await pair.bots[0].core.store.get("T001")).ticket.pri == 1
    shown = slack.messages("support", ts)[3]
    assert read(shown) == "colleague set the priority of this ticket to High"
    assert buttons(shown) == ["ticket.undo"]


@pytest.mark.parametrize(
    ("theirs", "title", "priority", "told"),
    [
        ({"pri": "1"}, "login is slow since noon", 1, []),
        ({"title": "login is broken"}, "login is slow since noon", 2, ["login is broken"]),
    ],
    ids=["another field", "the same field"],
)
async def test_two_forms_of_a_ticket_lose_nothing_of_what_was_filled_in(
    pair, mocker, theirs, title, priority, told
):
    slack = pair.slack
    ts = await slack.say("engineer", "support", "@tickets create login page is slow")
    await pair.idle()
    for person in ("engineer", "colleague"):
        await slack.press(person, "support", slack.messages("support", ts)[1]["ts"], "ticket.edit")
        await pair.idle()
    pair.meet_at(mocker, "bulk_update")
    errors = await asyncio.gather(
        slack.submit("engineer", {"title": title}), slack.submit("colleague", theirs)
    )
    assert errors == [None, None]
    await pair.idle()
    record = await pair.bots[0].core.store.get("T001")
    left = [read(one) for one in slack.ephemerals("engineer") + slack.ephemerals("colleague")]
    if record.ticket.title != title:  # the colleague's form was first
        title, told = "login is broken", [title]
    assert (record.ticket.title, record.ticket.pri) == (title, priority), left
    assert len(left) == len(told)
    assert all(lost in text for lost, text in zip(told, left, strict=True))
