"""`tickets check` says what is configured, what is missing and what answers, with the remedy for each problem."""

import errno
import os
import sys
import time
from dataclasses import dataclass

import pytest

from bot import settings as configured
from bot.app.check import SCOPES, check_all
from bot.delivery.refusals import LASTING_REFUSALS
from bot.local.fakeslack.server import LocalSlack
from bot.local.fakeslack.workspace.people import BOT_USER
from store import open_store
from store.errors import StoreError
from store.file.disk.filesystem import Filesystem
from store.models.deliveries import Delivery
from tests.support.bot_harness import open_office, settings_for
from tests.support.model_server import completion, fails, hangs, resets, running_model_server, says, sends


@pytest.fixture
async def slack():
    async with LocalSlack() as running:
        yield running


async def found(settings, *, fine: bool) -> str:
    return "\n".join(finding.sentence for finding in await check_all(settings) if finding.fine is fine)


async def test_a_bot_with_all_that_it_needs_has_nothing_to_mend(slack, tmp_path):
    slack.settings.scopes = frozenset(SCOPES)
    settings = settings_for(slack, "socket", tmp_path / "tickets.json")
    assert await found(settings, fine=False) == ""
    assert "Socket Mode is ready" in await found(settings, fine=True)
    assert "Admins: U0ADMIN" in await found(settings, fine=True)


async def test_a_missing_scope_is_named_with_what_it_is_for(slack, tmp_path):
    slack.settings.scopes = frozenset(SCOPES) - {"reactions:write"}
    settings = settings_for(slack, "socket", tmp_path / "tickets.json")
    assert "reactions:write is missing, needed to mark the message" in await found(settings, fine=False)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "SLACK_BOT_TOKEN is refused (invalid_auth)"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "SLACK_APP_TOKEN is refused"),
        ("SLACK_API_URL", "http://127.0.0.1:9/api/", "does not answer"),
    ],
)
async def test_what_slack_refuses_is_named_without_its_value(slack, tmp_path, name, value, said):
    given = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.url,
    }
    settings = configured.load(store=str(tmp_path / "tickets.json"), **{**given, name: value})
    told = await found(settings, fine=False)
    assert said in told
    assert "xoxb-" not in told
    assert "xapp-" not in told


@pytest.mark.parametrize("code", sorted(LASTING_REFUSALS))
async def test_what_slack_refuses_everything_for_is_told_with_what_helps(slack, tmp_path, code):
    slack.faults.fail("*", code, times=None)
    settings = settings_for(slack, "http", tmp_path / "tickets.json")
    told = await found(settings, fine=False)
    assert f"({code}): {LASTING_REFUSALS[code]}." in told


async def test_over_http_it_says_where_slacks_requests_go(slack, tmp_path):
    settings = settings_for(slack, "http", tmp_path / "tickets.json")
    assert "/slack/events" in await found(settings, fine=True)


async def test_a_store_in_use_is_no_fault(tmp_path):
    async with open_office(tmp_path) as office:
        settings = settings_for(office.slack, "socket", tmp_path / "tickets.json")
        assert "in use by a running bot" in await found(settings, fine=True)


async def test_a_running_bot_is_asked_how_it_is_and_what_it_has_parked(tmp_path):
    async with open_office(tmp_path) as office:
        settings = settings_for(office.slack, "socket", tmp_path / "tickets.json")
        store = office.bot.core.store
        assert await found(settings, fine=False) == ""
        await store.accept(Delivery(("message:1",), time.time(), {}))
        await store.accept(Delivery(("message:2",), time.time(), {}))
        await store.fail("message:1", "E-123 KeyError", park=True)
        office.bot.services.sender.outage.begin("ekm_access_denied")
        told = await found(settings, fine=False)
        assert "Running bot: Slack refuses everything (ekm_access_denied): the organisation has" in told
        assert "Store: message:1 (E-123 KeyError) could not be processed and was set aside" in told
        assert "accepted, and not finished yet: 1" in await found(settings, fine=True)


@pytest.mark.parametrize(
    ("operation", "error", "next_step"),
    [
        ("pwrite", errno.ENOSPC, "make room on that disk"),
        ("sync", errno.EDQUOT, "make room on that disk"),
        ("pwrite", errno.EROFS, "find out why that disk is read-only, and mount it for writing"),
        ("sync", errno.EIO, "see to that disk, which is failing"),
    ],
)
async def test_a_running_bot_that_cannot_write_says_why_and_what_to_do_each_time(
    tmp_path, mocker, operation, error, next_step
):
    async with open_office(tmp_path) as office:
        mocker.patch.object(Filesystem, operation, side_effect=OSError(error, os.strerror(error)))
        settings = settings_for(office.slack, "socket", tmp_path / "tickets.json")
        for _ in range(2):  # the second time, the disk is not tried again
            await office.slack.command("engineer", "support", "/ticket", "create printer jam")
            (fault,) = [one for one in await check_all(settings) if one.about == "Running bot"]
            assert os.strerror(error) in fault.what
            assert (fault.fine, fault.next_step) == (False, next_step)
        mocker.stopall()


@pytest.fixture
def nonsense(tmp_path):
    path = tmp_path / "tickets.json"
    path.write_text("nonsense", encoding="utf-8")
    return path


async def test_a_store_that_cannot_be_read_is_a_fault(nonsense):
    assert "Store: " in await found(configured.load(store=str(nonsense)), fine=False)


async def test_damage_in_the_history_that_a_start_does_not_read_is_found_also_while_the_bot_runs(tmp_path):
    async with open_office(tmp_path) as office:
        await office.said("engineer", "support", "@tickets create login bug")
    settings = configured.load(store=str(tmp_path / "tickets.json"))
    assert await found(settings, fine=False) == ""
    segment = tmp_path / "tickets.json.journal" / "000001"
    segment.write_bytes(segment.read_bytes().replace(b"login bug", b"login bag"))
    told = "tickets.json.journal/000001 is damaged in line 2 (byte"
    assert told in await found(settings, fine=False)
    async with open_office(tmp_path):
        said = await found(settings, fine=False)
    assert told in said
    assert "`tickets restore` brings back a backup" in said


async def test_what_was_parked_is_named_with_its_reason(tmp_path):
    store = await open_store(str(tmp_path / "tickets.json"))
    await store.accept(Delivery(("message:1",), 1.0, {}))
    await store.accept(Delivery(("message:2",), 1.0, {}))
    await store.fail("message:1", "E-123 KeyError", park=True)
    await store.close()
    settings = configured.load(store=str(tmp_path / "tickets.json"))
    assert "message:1 (E-123 KeyError)" in await found(settings, fine=False)
    assert "accepted, and to be finished at the next start: 1" in await found(settings, fine=True)


@pytest.fixture
async def model():
    async with running_model_server() as running:
        yield running


@pytest.fixture
def with_model(tmp_path, model):
    """Settings for a model, with secrets in its address and its key."""
    address = model.url.replace("://", "://canary-user:canary-pass@") + "?key=canary-query"
    return configured.load(
        store=str(tmp_path / "t.json"), OPENAI_BASE_URL=address, OPENAI_API_KEY="sk-canary", deadline=60
    )


async def test_a_model_that_answers_is_told_with_its_price(model, with_model):
    model.does(says("create code: login page is slow"))
    told = await found(with_model, fine=True)
    assert "answers, 100 tokens" in told
    assert "schemas" not in told
    assert "canary" not in told
    assert await found(with_model, fine=False) == ""


async def test_a_server_that_refuses_schemas_is_told_as_such(model, with_model):
    model.does(fails(400, "response_format is not supported"), says("create code: login page is slow"))
    told = await found(with_model, fine=True)
    assert "answers, 100 tokens" in told
    assert "refuses JSON schemas" in told


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (fails(401, "Incorrect API key provided: sk-canary"), "check OPENAI_API_KEY"),
        (fails(429, "You exceeded your current quota", code="insufficient_quota"), "no credit left"),
        (fails(429, "Rate limit reached"), "too many requests"),
        (fails(404, "The model `gpt-6-luna` does not exist", code="model_not_found"), "check TICKETS_MODEL"),
        (fails(404, "404 page not found"), "check OPENAI_BASE_URL"),
        (fails(503, "Loading model"), "still loading"),
        (fails(500), "an error of its own"),
        (fails(400), "does not accept the request"),
        (resets, "cannot be reached"),
        (hangs, "TICKETS_DEADLINE"),
        (sends(completion("<think>Well, the login page", finish="length")), "150 tokens"),
        (says("I think that you should restart it."), "no command"),
        (sends("<html>Welcome</html>"), "no command"),
    ],
)
async def test_a_model_that_does_not_answer_is_told_with_the_cause_and_its_remedy(
    model, with_model, trouble, said
):
    model.does(trouble)
    settings = with_model.model_copy(update={"deadline": 0.3}) if trouble is hangs else with_model
    told = await found(settings, fine=False)
    assert said in told
    assert "clear commands work without it" in told
    assert "canary" not in told


async def test_an_answer_in_free_form_is_told_to_come_from_a_server_that_refuses_schemas(model, with_model):
    model.does(fails(400, "response_format is not supported"), sends(completion("Restart it.")))
    assert "refuses JSON schemas" in await found(with_model, fine=False)


# What goes wrong on the first day.


@dataclass(frozen=True)
class Broken:
    """A set-up with one fault. `given` are settings, in which {} stands for the test's folder; `error` is
    Slack's answer to `method`, `scope` a missing scope, `clock` the number of seconds by which this machine's
    clock is ahead.
    """

    said: str
    next_step: str
    given: dict[str, str]
    method: str = ""
    error: str = ""
    scope: str = ""
    clock: float = 0.0
    file: str = ""


NEWER = '{"_store":{"1":{"version":9,"segment":1,"offset":1,"chain":1,"sequence":1,"last":1}},\n"tickets":{}}'
BROKEN = {
    "the tokens are swapped": Broken(
        "SLACK_BOT_TOKEN is not a bot token",
        "xoxb-",
        {"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"},
    ),
    "a person's token": Broken("SLACK_BOT_TOKEN is not a bot token", "xoxb-", {"SLACK_BOT_TOKEN": "xoxp-1"}),
    "no bot token": Broken("SLACK_BOT_TOKEN is missing", "OAuth & Permissions", {"SLACK_BOT_TOKEN": ""}),
    "no way for Slack to reach it": Broken(
        "SLACK_SIGNING_SECRET is missing", "Basic Information", {"SLACK_APP_TOKEN": ""}
    ),
    "a revoked token": Broken(
        "SLACK_BOT_TOKEN is refused (token_revoked)",
        "OAuth & Permissions",
        {},
        method="auth.test",
        error="token_revoked",
    ),
    "Socket Mode is off": Broken(
        "SLACK_APP_TOKEN is refused",
        "switch Socket Mode on",
        {},
        method="apps.connections.open",
        error="forbidden_team",
    ),
    "a scope is missing": Broken(
        "the scope users:read is missing", "reinstall the app", {}, scope="users:read"
    ),
    "Slack cannot be reached": Broken(
        "does not answer", "the network", {"SLACK_API_URL": "http://127.0.0.1:9/api/"}
    ),
    "a clock that is ahead": Broken("seconds ahead of Slack's", "NTP", {}, clock=120),
    "a clock that is behind": Broken("seconds behind Slack's", "NTP", {}, clock=-3600),
    "a store where nothing can be written": Broken(
        "cannot be opened", "TICKETS_STORE", {"store": "/dev/null/tickets.json"}
    ),
    "a store of a newer version": Broken("newer version", "upgrade this one", {}, file=NEWER),
    "a damaged store": Broken("cannot be read", "tickets restore", {}, file="nonsense"),
    "another program's file": Broken("no store", "name a file", {"store": "redis://desk"}),
    "a model that is not there": Broken(
        "cannot be reached", "OPENAI_BASE_URL", {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    ),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_each_broken_set_up_is_named_with_its_next_step(slack, tmp_path, broken):
    slack.settings.scopes = frozenset(SCOPES) - {broken.scope}
    if broken.error:
        slack.faults.fail(broken.method, broken.error)
    if broken.file:
        (tmp_path / "tickets.json").write_text(broken.file, encoding="utf-8")
    given = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.url,
        "store": str(tmp_path / "tickets.json"),
    }
    settings = configured.load(**given | broken.given)
    findings = await check_all(settings, lambda: time.time() + broken.clock)
    wrong = [finding for finding in findings if not finding.fine]
    assert wrong
    assert broken.said in wrong[0].what
    assert broken.next_step in wrong[0].next_step
    assert all(finding.next_step for finding in wrong)


async def test_a_bot_in_no_channel_is_told_how_it_gets_into_one(slack, tmp_path):
    settings = settings_for(slack, "socket", tmp_path / "tickets.json")
    assert "in no channel" not in await found(settings, fine=True)
    for channel in slack.workspace.channels.values():
        if channel.kind in ("public", "private") and BOT_USER in channel.members:
            channel.members.remove(BOT_USER)
    assert "in no channel. Write /invite @tickets" in await found(settings, fine=True)


async def test_one_ticket_is_told_as_one(tmp_path):
    async with open_office(tmp_path) as office:
        await office.said("engineer", "support", "@tickets create login bug")
    settings = configured.load(store=str(tmp_path / "tickets.json"))
    assert "(1 ticket, 1 not done)" in await found(settings, fine=True)


async def test_the_store_is_told_with_its_place_and_what_is_in_it(tmp_path):
    async with open_office(tmp_path) as office:
        await office.said("engineer", "support", "@tickets create login bug")
        done = await office.said("engineer", "support", "@tickets create VPN drops")
        await office.said("engineer", "support", "done: fixed", thread=done)
    settings = configured.load(store=str(tmp_path / "tickets.json"))
    assert f"{tmp_path}/tickets.json can be read and written (2 tickets, 1 not done)" in await found(
        settings, fine=True
    )


@pytest.mark.parametrize("beginning", ["postgres//", "postgresql:/", "postgresql:", "PostgreSQL://"])
async def test_a_mistyped_address_of_a_database_is_no_file_and_its_password_is_not_shown(
    tmp_path, monkeypatch, beginning
):
    monkeypatch.chdir(tmp_path)
    settings = configured.load(store=f"{beginning}bot:s3cret@db/helpdesk")
    told = await found(settings, fine=False)
    assert "Store: a database's address begins with postgresql://: correct it, or name a file." in told
    assert "s3cret" not in told + await found(settings, fine=True)
    with pytest.raises(StoreError, match=r"begins with postgresql://"):
        await open_store(settings.store)
    assert not [*tmp_path.iterdir()]


async def test_a_store_that_is_not_there_is_said_to_be_new_and_nothing_is_made(tmp_path):
    settings = configured.load(store=str(tmp_path / "mistyped" / "folder" / "tickets.json"))
    assert "does not exist yet: the first start creates it, and its folder" in await found(
        settings, fine=True
    )
    assert not (tmp_path / "mistyped").exists()
    settings = configured.load(store=str(tmp_path / "mistyped.json"))
    assert "does not exist yet: the first start creates it." in await found(settings, fine=True)
    assert not [*tmp_path.iterdir()]


async def test_a_store_that_cannot_be_looked_up_is_told_with_the_cause(tmp_path, mocker):
    settings = configured.load(store=str(tmp_path / ("long" * 99) / "tickets.json"))
    told = await found(settings, fine=False)
    assert told.endswith("cannot be reached (File name too long): name another file in TICKETS_STORE.")
    denied = PermissionError(errno.EACCES, "Permission denied", "data")
    mocker.patch("pathlib.Path.stat", side_effect=denied)  # root, who may run the tests, is denied nothing
    told = await found(configured.load(store="data/tickets.json"), fine=False)
    assert told.endswith("(Permission denied): run this as the user that the bot runs as.")


async def test_a_store_that_is_a_folder_is_told_so(tmp_path):
    told = await found(configured.load(store=str(tmp_path)), fine=False)
    assert "TICKETS_STORE has to name a file, not a folder" in told


async def test_a_full_disk_is_told_to_need_room_and_no_permission(tmp_path, mocker):
    full = OSError(errno.ENOSPC, "No space left on device")
    mocker.patch("store.file.opening.Lock", side_effect=full)
    told = await found(configured.load(store=str(tmp_path / "tickets.json")), fine=False)
    assert told.endswith("No space left on device: make room on that disk.")


async def test_a_database_without_its_driver_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "store.postgres", None)
    told = await found(configured.load(store="postgresql://bot@db/helpdesk"), fine=False)
    assert told.endswith("needs its driver: install it with the extra: pip install '.[postgres]'.")
