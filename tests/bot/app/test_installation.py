"""When the bot starts, it checks where the app is installed."""

import json

import pytest

from bot.local.fakeslack.server import LocalSlack
from bot.settings import SettingsError
from tests.support.bot_harness import open_office


async def test_an_app_that_is_installed_for_a_whole_organisation_is_refused_in_one_sentence(tmp_path):
    slack = LocalSlack()
    await slack.start()
    me = {"ok": True, "team_id": "E1", "user_id": "U0TICKETS", "is_enterprise_install": True}
    slack.faults.garble("auth.test", json.dumps(me).encode())
    with pytest.raises(SettingsError, match="install the app in one workspace"):
        async with open_office(tmp_path, slack=slack):
            pass


async def test_an_answer_without_what_it_should_hold_is_waited_out(tmp_path):
    slack = LocalSlack()
    await slack.start()
    slack.faults.garble("auth.test", b'{"ok":true}')
    async with open_office(tmp_path, slack=slack) as office:
        assert office.bot.team == "T0LOCAL"


async def test_a_token_that_is_refused_is_one_sentence(tmp_path):
    slack = LocalSlack()
    await slack.start()
    slack.faults.fail("auth.test", "account_inactive")
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN"):
        async with open_office(tmp_path, slack=slack):
            pass
