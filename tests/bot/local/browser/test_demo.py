"""The sample workspace: forty tickets that nobody takes for real ones, in a file of their own."""

import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from bot import settings as configured
from bot.app.local import LocalWorkspace, demo, open_demo
from bot.app.local.samples import SAMPLES
from bot.settings import SettingsError
from store import open_store
from store.errors import LockedError
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import Status
from tests.support.environment import forget_settings


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def made(tmp_path_factory):
    """The sample workspace, made once, and the folder that it is made in."""
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        forget_settings(patch)
        patch.chdir(folder)
        async with AsyncExitStack() as stack:
            settings = configured.load(None, local_port=0, store="data/tickets.json")
            yield await open_demo(settings, stack), folder


@pytest.fixture
def sample(made, monkeypatch) -> LocalWorkspace:
    """The same for all who only look at it."""
    workspace, folder = made
    monkeypatch.chdir(folder)  # its store's path is a relative one
    return workspace


def names() -> set[str]:
    return {path.name for path in Path("data").iterdir()}


def leave(*files: str) -> None:
    Path("data").mkdir()
    for name in files:
        Path("data", name).write_text("left over")


async def count(sample: LocalWorkspace, status: Status) -> int:
    return (await sample.bot.core.store.view(Filter(stat=(status,)), EVERYTHING)).count


async def test_forty_tickets_are_in_several_states_and_clearly_named_as_samples(sample: LocalWorkspace):
    page = await sample.bot.core.store.view(Filter(), EVERYTHING, 1, 100)
    assert page.count == 40
    assert all("Sample" in record.ticket.title for record in page.records)
    assert all("…" not in record.ticket.title for record in page.records)
    assert len({record.ticket.created for record in page.records}) > 15
    assert await count(sample, Status.OPEN) == 11
    assert await count(sample, Status.PROG) == 9
    assert await count(sample, Status.DONE) == 20


def test_many_of_them_are_said_in_ones_own_words():
    own = [sample.text for sample in SAMPLES if not re.search(r"create|:\S", sample.text)]
    assert len(own) >= 15


async def test_they_lie_in_a_file_of_their_own_and_the_configured_one_is_not_touched(sample: LocalWorkspace):
    assert {name.split(".")[0] for name in names()} == {"demo"}
    assert sample.bot.settings.store == demo.STORE


async def test_each_has_its_card_and_its_thread_at_its_own_time(sample: LocalWorkspace):
    record = await sample.bot.core.store.get("T001")
    assert record.card is not None
    card = sample.slack.message(record.card.channel, record.card.ts)
    assert "Done" in card["text"]
    now = sample.bot.clocks.now()
    assert now - float(card["ts"]) > 20 * 86_400
    latest = await sample.slack.say("engineer", "lobby", "hello")  # not where another test looks
    assert abs(now - float(latest)) < 60


async def test_old_news_is_read_and_the_latest_is_not(sample: LocalWorkspace):
    marks = sample.browser.hub.marks
    latest = sample.slack.messages("support")[-1]["ts"]
    oldest = sample.slack.messages("support")[0]["ts"]
    assert oldest < marks.of("U0COLLEAGUE")["C0SUPPORT"] < latest


async def test_it_is_made_anew_at_each_start():
    leave("demo.json", "demo.json.3.journal", "tickets.json")
    assert await demo.empty_store("data/tickets.json") == demo.STORE
    assert names() == {"tickets.json"}


async def test_a_store_that_somebody_has_open_is_not_taken_away():
    store = await open_store(demo.STORE)
    with pytest.raises(LockedError):
        await demo.empty_store("data/tickets.json")
    await store.close()


async def test_ones_own_store_is_never_emptied():
    with pytest.raises(SettingsError, match="--demo"):
        await demo.empty_store("./data/../data/demo.json")


def test_the_clock_moves_back_and_forth():
    clock = demo.MovableTime()
    before = clock.now()
    clock.go_back(100)
    assert before - 101 < clock.now() < before - 98
    clock.go_back(0)
    assert clock.now() >= before
