"""Who somebody is and where something is said, as Slack tells it; to be safe where it does not."""

import pytest

from bot.listeners.directory import FRESH, Directory
from bot.policy import Role, Room


@pytest.fixture
def directory(sender, time):
    return Directory(sender, "T0LOCAL", frozenset({"U0ADMIN"}), time.clock)


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ("U0ADMIN", Role.ADMIN),
        ("U0ENGINEER", Role.ENGINEER),
        ("U0GUEST", Role.GUEST),
        ("U0CONSULTANT", Role.GUEST),
        ("U0PARTNER", Role.GUEST),
        ("U0FORMER", Role.NOBODY),
        ("U0BUILDBOT", Role.NOBODY),
        ("U0UNKNOWN", Role.NOBODY),
    ],
)
async def test_a_persons_role(directory, user, role):
    assert (await directory.person(user)).role is role


@pytest.mark.parametrize(
    ("name", "room"),
    [
        ("support", Room("C0SUPPORT", "public", outsiders=True)),
        ("private", Room("C0PRIVATE", "private", outsiders=True)),
        ("shared", Room("C0SHARED", "public", outsiders=True)),
        ("lobby", Room("C0LOBBY", "public", joined=False)),
    ],
)
async def test_a_room_and_who_reads_along(slack, directory, name, room):
    assert await directory.room(room.id) == room


async def test_a_direct_message_is_read_by_nobody_else(slack, directory):
    assert await directory.room(slack.dm("engineer")) == Room(slack.dm("engineer"), "dm")


async def test_a_place_that_the_bot_may_not_know_is_taken_for_the_most_private(directory):
    assert await directory.room("C0NOWHERE") == Room("C0NOWHERE", "private", outsiders=True, joined=False)


async def test_membership_is_slacks_to_tell(directory):
    assert await directory.is_in("C0PRIVATE", "U0ADMIN")
    assert not await directory.is_in("C0PRIVATE", "U0COLLEAGUE")
    assert not await directory.is_in("C0NOWHERE", "U0ADMIN")


async def test_an_answer_is_remembered_for_a_while_and_then_asked_again(slack, directory, time):
    for _ in range(3):
        await directory.person("U0ENGINEER")
    assert len(slack.called("users.info")) == 1
    time.now += FRESH
    await directory.person("U0ENGINEER")
    assert len(slack.called("users.info")) == 2


async def test_many_members_are_read_page_by_page(slack, directory, time):
    slack.workspace.channel("lobby").members += [f"U{number:05d}" for number in range(450)]
    assert await directory.is_in("C0LOBBY", "U00449")
    assert len(slack.called("conversations.members")) == 3
