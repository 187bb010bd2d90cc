"""Short runs of the attacks on and by the model; the full counts are run by hand."""

import pytest

import bot.parser
from bot.parser.message import Message, Read
from tests.support.counts import again_and_again
from tests.tools.attack import hostile_model, model_faults

pytestmark = again_and_again


@pytest.mark.parametrize("seed", [1, 2])
def test_a_hostile_model_does_nothing_that_nobody_asked_for(seed, capsys):
    assert hostile_model.main(250, seed) == 0, capsys.readouterr().out


def test_the_attack_would_notice_a_parser_that_does_what_the_model_says(monkeypatch, capsys):
    def obey(answer: str, message: Message, reading: object, read: Read, spell: object) -> object:
        return read(Message(answer, "slash", message.thread, message.who)).action

    monkeypatch.setattr(bot.parser, "validate_answer", obey)
    assert hostile_model.main(250, 1) == 1
    told = capsys.readouterr().out
    assert "changed without a click" in told
    assert "taken from the model" in told


def test_model_servers_of_many_kinds_are_met_as_they_should_be(capsys):
    assert model_faults.main(20, 1) == 0, capsys.readouterr().out
    assert len(model_faults.kinds()) == model_faults.COUNT >= 85
