"""Short runs of the attacks on the running bot; and that they notice broken promises."""

import asyncio
from dataclasses import replace

import pytest

from bot import policy
from bot.delivery.sender import Sender
from store.models.filters import EVERYTHING
from store.models.tickets import MessageRef
from tests.support.counts import again_and_again
from tests.tools.attack import authorization, load, outgoing_faults, tampering, two_worlds

pytestmark = again_and_again


def test_a_bad_day_of_slack(capsys):
    assert outgoing_faults.main(60, 1) == 0, capsys.readouterr().out


def test_everybody_everywhere(capsys):
    assert authorization.main(120, 1) == 0, capsys.readouterr().out


def test_two_workspaces_that_differ_in_what_is_hidden(capsys):
    assert two_worlds.main(4, 1) == 0, capsys.readouterr().out


def test_values_that_no_view_wrote(capsys):
    assert tampering.main(80, 1) == 0, capsys.readouterr().out


def test_a_busy_workspace():
    """Speed and memory are reported only where nothing else runs."""
    figures = asyncio.run(load.measure(150, 1))
    assert figures.broken() == []
    assert (len(figures.calm) >= 150, len(figures.burst) >= 15) == (True, True)
    assert figures.asked > 0
    assert min(figures.warm, figures.end) > 0


def test_losses_errors_and_delays_under_load_are_noticed():
    assert load.Figures(asked=2, found=1).broken() == ["2 tickets were asked for, 1 were made"]
    assert len(load.Figures(refused=1, parked=1, errors=["x"]).broken()) == 3
    assert load.Figures(calm=[0.05] * 999 + [1.1]).slow() == ["acknowledged too late"]
    assert load.Figures(calm=[0.05] * 900 + [0.2] * 100).slow() == ["acknowledged too late"]
    assert load.Figures(calm=[0.05] * 1000, warm=2**20, end=2 * 2**20).slow() == [
        "2 MB at the end, 1 are allowed"
    ]
    assert load.Figures(calm=[0.05] * 1000).slow() == []


def test_an_operation_that_is_in_no_table_ends_the_attack(monkeypatch, capsys):
    monkeypatch.setitem(authorization.PRESSES, "ticket.explode", None)
    assert authorization.main(0, 1) == 1
    assert "control ticket.explode" in capsys.readouterr().out


@pytest.fixture
def everybody_sees_everything(monkeypatch):
    monkeypatch.setattr(policy, "scope", lambda *_, **__: EVERYTHING)


def test_a_policy_that_lets_everything_through_is_noticed(everybody_sees_everything):
    assert authorization.main(40, 1) == 1


def test_a_value_that_is_believed_is_noticed(everybody_sees_everything, capsys):
    assert tampering.main(40, 1) == 1
    assert "shown" in capsys.readouterr().out


def test_a_hidden_ticket_that_shows_is_noticed(everybody_sees_everything):
    assert two_worlds.main(2, 1) == 1


def test_words_of_a_private_place_that_show_are_noticed(monkeypatch):
    monkeypatch.setattr(policy, "may_read_words", lambda *_: True)
    monkeypatch.setattr(two_worlds, "SAID", ("history {visible}",))
    assert two_worlds.main(3, 1) == 1


def test_an_answer_that_is_given_twice_is_noticed(monkeypatch):
    post = Sender.post

    async def post_twice(self, channel, thread, rendered, **how) -> MessageRef:
        await post(self, channel, thread, rendered, **{**how, "key": ""})
        return await post(self, channel, thread, replace(rendered), **how)

    monkeypatch.setattr(Sender, "post", post_twice)
    assert outgoing_faults.main(5, 1) == 1
