"""What follows from Slack's user objects, also in an organisation of several workspaces."""

import pytest

from bot.directory.facts import is_outside, name_of, read_facts, role_of
from bot.people import NAMES
from bot.policy import Role

OURS, SISTER, ORGANISATION = "T1", "T2", "E1"


def enterprise(*teams, **parts):
    return {"id": "W1", "enterprise_id": ORGANISATION, "teams": list(teams), **parts}


@pytest.mark.parametrize(
    ("user", "outside"),
    [
        ({"team_id": OURS}, False),
        ({"team_id": ""}, False),
        ({"team_id": SISTER}, True),
        ({"team_id": OURS, "is_restricted": True}, True),
        ({"team_id": OURS, "is_ultra_restricted": True}, True),
        ({"team_id": OURS, "is_stranger": True}, True),
        # Their own workspace is another, and they are a member of ours too.
        ({"team_id": SISTER, "enterprise_user": enterprise(SISTER, OURS)}, False),
        ({"team_id": ORGANISATION, "enterprise_user": enterprise(OURS)}, False),
        ({"team_id": SISTER, "enterprise_user": enterprise(SISTER)}, True),
        ({"team_id": SISTER, "enterprise_user": enterprise()}, True),
        ({"team_id": SISTER, "enterprise_user": {"id": "W1"}}, True),
        ({"team_id": SISTER, "enterprise_user": enterprise(OURS), "is_restricted": True}, True),
    ],
)
def test_who_is_from_elsewhere(user, outside):
    assert is_outside(read_facts({"id": "U1", **user}), OURS) is outside


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ({}, Role.ENGINEER),
        ({"id": "U9"}, Role.ADMIN),
        ({"enterprise_user": enterprise(OURS, id="W9")}, Role.ADMIN),
        ({"id": "U9", "is_restricted": True}, Role.GUEST),
        ({"id": "U9", "deleted": True}, Role.NOBODY),
        ({"is_bot": True}, Role.NOBODY),
        ({"is_workflow_bot": True}, Role.NOBODY),
        ({"id": "USLACKBOT"}, Role.NOBODY),
    ],
)
def test_roles(user, role):
    user = {"id": "U1", "team_id": OURS, **user}
    assert role_of(user["id"], read_facts(user), OURS, frozenset({"U9", "W9"})) is role


def test_names_are_display_name_real_name_and_account_each_once():
    user = {"id": "U1", "name": "ada", "profile": {"display_name": "Ada", "real_name": "Ada Lovelace"}}
    assert read_facts(user)[NAMES] == ["Ada", "Ada Lovelace", "ada"]
    assert read_facts({"id": "U1", "name": "ada", "real_name": "ada"})[NAMES] == ["ada"]
    assert name_of("U1", read_facts({"id": "U1"})) == "U1"


@pytest.mark.parametrize(
    "broken", [{"profile": None}, {"profile": 3}, {"enterprise_user": []}, {"updated": "x"}]
)
def test_odd_user_objects_are_read_all_the_same(broken):
    assert not is_outside(read_facts({"id": "U1", "team_id": OURS, **broken}), OURS)


def test_facts_always_have_the_same_keys_so_that_newer_ones_replace_older_ones():
    whole = {"is_restricted": True, "deleted": True, "enterprise_user": enterprise(OURS)}
    assert read_facts({"id": "U1"}).keys() == read_facts({"id": "U1", **whole}).keys()
