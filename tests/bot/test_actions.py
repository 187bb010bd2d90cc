"""The union of actions: what it accepts, what it refuses, and its JSON."""

import pytest

from bot.actions import read_action, write_action


@pytest.mark.parametrize(
    "data",
    [
        {"action": "CLOSE", "about": "login bug"},
        {"action": "UPDATE", "about": "the invoice one", "pri": 1},
        {"action": "UPDATE", "id": "T003", "res": ""},
        {"action": "CREATE", "source": "thread", "pri": 1},
        {"action": "VIEW", "by": "@ada", "since": "2024-05-01", "until": "2024-05-31"},
        {"action": "VIEW", "started_by": "me", "stale": True, "stats": True},
        {"action": "VIEW", "stat": ["open", "prog", "done"]},
        {"action": "bulk_update", "where": {"by": "Ada", "stat": "open"}, "changes": {"pri": 3}},
        {"action": "ASK", "msg": "Did you mean?", "choices": [{"action": "CLOSE", "id": "T003"}]},
        {"action": "several", "actions": [{"action": "CLOSE", "id": "T003"}, {"action": "CREATE", "title": "x"}]},
    ],
    ids=str,
)  # fmt: skip
def test_an_action_is_written_as_it_is_read(data):
    assert write_action(read_action(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        {"action": "CLOSE"},
        {"action": "CLOSE", "id": "T003", "about": "login bug"},
        {"action": "CREATE", "pri": 1},
        {"action": "CREATE", "source": "elsewhere"},
        {"action": "UPDATE", "about": "login bug"},
        {"action": "several", "actions": [{"action": "HELP"}]},
        {"action": "ASK", "msg": "?", "choices": [{"action": "HELP"}] * 4},
        {"action": "ASK", "msg": "?", "choices": [{"action": "CLOSE"}]},
    ],
    ids=str,
)
def test_what_lacks_its_target_or_has_two_is_refused(data):
    with pytest.raises(ValueError, match=r"\w"):
        read_action(data)
