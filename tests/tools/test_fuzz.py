"""The fuzzer of the parser, the router and the views finds nothing in a small number of messages."""

from tests.tools import fuzz


def test_random_messages_break_nothing(capsys):
    assert fuzz.main(["400", "--seed", "3", "--routed", "20"]) == 0
    assert "nothing broken" in capsys.readouterr().out
