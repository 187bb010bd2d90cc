"""Who somebody is and who reads along, as Slack tells it; to be safe where it does not, and no longer than it is true."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.delivery.errors import MissingScopeError, RefusedError, UnreadableAnswerError
from bot.directory import FRESH_ENOUGH, Directory
from bot.directory.answer_cache import FRESH, SILENCE
from bot.local.fakeslack.workspace.people import Channel, User
from bot.policy import Role, Room
from store.errors import UnwritableError
from tests.store.reference.shared_turns import SharedTurns

STAFF = "C0STAFF"


def make_directory(sender, store, time, **more) -> Directory:
    return Directory(
        sender,
        store,
        "T0LOCAL",
        frozenset({"U0ADMIN"}),
        bot="U0TICKETS",
        clock=time.clock,
        now=time.clock,
        sleep=time.sleep,
        **more,
    )


@pytest.fixture
def directory(sender, store, time):
    return make_directory(sender, store, time)


@pytest.fixture
def staff(slack):
    """A channel of full members, and the bot."""
    channel = Channel(STAFF, "staff", "public", ["U0ENGINEER", "U0COLLEAGUE", "U0TICKETS"])
    slack.workspace.channels[STAFF] = channel
    return channel


def demote(slack, user="U0ENGINEER", **parts):
    """At Slack; the user object that its event carries."""
    slack.workspace.users[user] = replace(slack.workspace.users[user], **parts)
    return {**slack.workspace.users[user].shown(), "updated": 1_700_000_000}


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
        ("staff", Room(STAFF, "public")),
    ],
)
async def test_a_room_and_who_reads_along(staff, directory, name, room):
    await directory._listing.list_everybody()
    assert await directory.room(room.id) == room


async def test_until_it_is_known_who_is_a_guest_outsiders_are_taken_to_read_along(slack, staff, directory):
    assert (await directory.room(STAFF)).outsiders
    assert {call.method for call in slack.calls} == {"conversations.info", "conversations.members"}
    await directory._listing.list_everybody()
    assert not (await directory.room(STAFF)).outsiders


async def test_what_was_listed_is_known_after_a_restart(slack, staff, directory, sender, store, time):
    await directory._listing.list_everybody()
    again = Directory(
        sender, store, "T0LOCAL", frozenset(), bot="U0TICKETS", clock=time.clock, now=time.clock
    )
    assert not (await again.room(STAFF)).outsiders


async def test_somebody_who_is_not_in_the_listing_is_taken_for_an_outsider(slack, staff, directory):
    await directory._listing.list_everybody()
    staff.members.append("U0SISTER")  # of another workspace of the organisation, which lists only its own
    await directory.observe({"type": "member_joined_channel", "channel": STAFF, "user": "U0SISTER"})
    assert (await directory.room(STAFF)).outsiders


@pytest.mark.parametrize("kind", ["is_ext_shared", "is_org_shared", "is_pending_ext_shared"])
async def test_a_channel_that_is_shared_in_any_way_has_outsiders(slack, staff, directory, monkeypatch, kind):
    await directory._listing.list_everybody()
    shown = Channel.shown
    monkeypatch.setattr(Channel, "shown", lambda self, who: {**shown(self, who), kind: True})
    assert (await directory.room(STAFF)).outsiders


async def test_a_direct_message_is_read_by_nobody_else(slack, directory):
    assert await directory.room(slack.dm("engineer")) == Room(slack.dm("engineer"), "dm")


async def test_a_place_that_the_bot_may_not_know_is_taken_for_the_most_private(directory):
    assert await directory.room("C0NOWHERE") == Room("C0NOWHERE", "private", outsiders=True, joined=False)


async def test_membership_is_slacks_to_tell(directory):
    assert await directory.is_in("C0PRIVATE", "U0ADMIN")
    assert not await directory.is_in("C0PRIVATE", "U0COLLEAGUE")
    assert not await directory.is_in("C0NOWHERE", "U0ADMIN")


# remembered, and no longer


async def test_an_answer_is_remembered_for_a_while_and_then_asked_again(slack, directory, time):
    for _ in range(3):
        await directory.person("U0ENGINEER")
    assert len(slack.called("users.info")) == 1
    for _ in range(int(FRESH / 30)):
        time.now += 30
        directory.note_connected()
    await directory.person("U0ENGINEER")
    assert len(slack.called("users.info")) == 2


async def test_many_who_ask_at_once_wait_for_one_answer(slack, directory):
    await asyncio.gather(*(directory.person("U0ENGINEER") for _ in range(20)))
    await asyncio.gather(*(directory.room("C0SUPPORT") for _ in range(20)))
    assert [call.method for call in slack.calls] == [
        "users.info",
        "conversations.info",
        "conversations.members",
    ]


@pytest.mark.parametrize(
    ("parts", "role"),
    [({"is_restricted": True}, Role.GUEST), ({"deleted": True}, Role.NOBODY)],
)
async def test_somebody_who_is_demoted_is_so_from_the_event_on(slack, directory, parts, role):
    assert (await directory.person("U0ENGINEER")).role is Role.ENGINEER
    await directory.observe({"type": "user_change", "user": demote(slack, **parts)})
    assert (await directory.person("U0ENGINEER")).role is role


async def test_a_member_who_becomes_a_guest_makes_the_room_one_that_guests_read(slack, staff, directory):
    await directory._listing.list_everybody()
    assert not (await directory.room(STAFF)).outsiders
    await directory.observe({"type": "user_change", "user": demote(slack, is_restricted=True)})
    assert (await directory.room(STAFF)).outsiders


async def test_an_older_event_that_comes_late_says_nothing(slack, staff, directory):
    await directory._listing.list_everybody()
    before = {**slack.workspace.users["U0ENGINEER"].shown(), "updated": 1_650_000_000}
    await directory.observe({"type": "user_change", "user": demote(slack, is_restricted=True)})
    await directory.observe({"type": "user_change", "user": before})
    assert (await directory.room(STAFF)).outsiders


async def test_an_answer_that_an_event_has_overtaken_is_not_remembered(slack, directory):
    held = asyncio.Event()
    slack.faults.slow("users.info", held)
    asked = asyncio.create_task(directory.person("U0ENGINEER"))
    await slack.until(lambda: not slack.faults._planned)
    await directory.observe({"type": "user_change", "user": demote(slack, is_restricted=True)})
    held.set()
    await asked
    await directory.person("U0ENGINEER")
    assert len(slack.called("users.info")) == 2


async def test_a_guest_who_joins_a_channel_reads_along_from_then_on(slack, staff, directory):
    await directory._listing.list_everybody()
    assert not (await directory.room(STAFF)).outsiders
    calls = len(slack.calls)
    await directory.observe({"type": "member_joined_channel", "channel": STAFF, "user": "U0GUEST"})
    assert (await directory.room(STAFF)).outsiders
    await directory.observe({"type": "member_left_channel", "channel": STAFF, "user": "U0GUEST"})
    assert not (await directory.room(STAFF)).outsiders
    assert len(slack.calls) == calls


async def test_somebody_joins_a_channel_whose_members_slack_did_not_tell(slack, staff, directory):
    slack.faults.fail("conversations.members", "fetch_members_failed")
    assert (await directory.room(STAFF)).outsiders
    await directory.observe({"type": "member_joined_channel", "channel": STAFF, "user": "U0ADMIN"})
    assert (await directory.room(STAFF)).outsiders


@pytest.mark.parametrize(
    "event",
    [
        {"type": "user_change"},
        {"type": "user_change", "user": "U1"},
        {"type": "user_change", "user": {"id": "U1", "profile": []}},
        {"type": "member_joined_channel"},
        {"type": "channel_left", "channel": None},
        {"type": "tokens_revoked"},
        {"type": "tokens_revoked", "tokens": ["bot"]},
        {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}},
        {"type": "message", "subtype": None},
        {},
    ],
)
async def test_odd_events_break_nothing(directory, sender, event):
    await directory.observe(event)
    assert not sender.outage.code


@pytest.mark.parametrize(
    "event",
    [
        {"type": "channel_left", "channel": STAFF},
        {"type": "group_left", "channel": STAFF},
        {"type": "channel_archive", "channel": STAFF},
        {"type": "channel_unarchive", "channel": STAFF},
        {"type": "channel_shared", "channel": STAFF},
        {"type": "channel_unshared", "channel": STAFF},
        {"type": "message", "subtype": "channel_convert_to_private", "channel": STAFF},
        {"type": "message", "subtype": "channel_convert_to_public", "channel": STAFF},
        {"type": "member_left_channel", "channel": STAFF, "user": "U0TICKETS"},
        {"type": "channel_rename", "channel": {"id": STAFF, "name": "all"}},
    ],
)
async def test_a_place_that_has_changed_is_asked_for_anew(slack, staff, directory, event):
    await directory.room(STAFF)
    await directory.observe(event)
    await directory.room(STAFF)
    assert len(slack.called("conversations.info")) == 2


async def test_nothing_is_believed_once_events_may_have_been_missed(slack, directory, time):
    await directory.person("U0ENGINEER")
    time.now += SILENCE
    await directory.person("U0ENGINEER")
    assert len(slack.called("users.info")) == 2
    directory.note_connected()
    await directory.person("U0ENGINEER")
    assert len(slack.called("users.info")) == 3


async def test_a_socket_that_answers_is_a_sign_of_life(slack, directory, time):
    await directory.person("U0ENGINEER")
    for _ in range(3):
        time.now += SILENCE - 1
        directory.note_connected()
    await directory.person("U0ENGINEER")
    assert len(slack.called("users.info")) == 1


async def test_what_cannot_be_taken_back_asks_anew_what_is_not_of_this_moment(slack, directory, time):
    await directory.person("U0ENGINEER")
    time.now += FRESH_ENOUGH - 1
    await directory.person("U0ENGINEER", FRESH_ENOUGH)
    time.now += 1
    await directory.person("U0ENGINEER", FRESH_ENOUGH)
    assert len(slack.called("users.info")) == 2


async def test_memory_is_bounded(directory, monkeypatch):
    monkeypatch.setattr(directory._cache._answers, "_most", 10)
    for number in range(30):
        await directory.person(f"U{number:05d}")
    assert len(directory._cache) == 10


# no verdict on a person


@pytest.mark.parametrize(
    ("granted", "ask", "needed"),
    [
        ({"channels:read"}, lambda directory: directory.person("U0ENGINEER"), "users:read"),
        ({"users:read"}, lambda directory: directory.room("C0SUPPORT"), "channels:read"),
        ({"users:read"}, lambda directory: directory.is_in("C0SUPPORT", "U0ENGINEER"), "channels:read"),
    ],
)
async def test_a_missing_scope_is_an_error_with_its_name(slack, directory, granted, ask, needed):
    slack.settings.scopes = frozenset(granted)
    with pytest.raises(MissingScopeError, match=needed) as missing:
        await ask(directory)
    assert missing.value.needed == needed


async def test_a_passing_refusal_is_no_verdict(slack, directory):
    slack.faults.fail("users.info", "fetch_failed")
    with pytest.raises(RefusedError):
        await directory.person("U0ENGINEER")
    assert (await directory.person("U0ENGINEER")).role is Role.ENGINEER


# listing and names


async def test_many_people_are_listed_in_large_pages_at_slacks_pace(slack, directory, time, store):
    slack.workspace.users |= {f"U{n:05d}": User(f"U{n:05d}", f"n{n}", f"N {n}") for n in range(2500)}
    assert await directory._listing.list_everybody() == 2509
    assert [call.args["limit"] for call in slack.called("users.list")] == ["1000"] * 3
    assert time.slept == [3.5, 3.5]
    assert len(await store.people()) == 2509


async def test_who_is_not_listed_any_more_is_forgotten(slack, directory, time, store):
    await directory._listing.list_everybody()
    del slack.workspace.users["U0COLLEAGUE"]
    time.now += 10
    await directory._listing.list_everybody()
    assert not await store.people(["U0COLLEAGUE"])


async def test_many_members_are_read_in_large_pages(slack, directory):
    slack.workspace.channel("lobby").members += [f"U{number:05d}" for number in range(1450)]
    assert await directory.is_in("C0LOBBY", "U00449")
    assert len(slack.called("conversations.members")) == 2


async def test_a_page_that_is_followed_by_itself_is_not_read_for_ever(slack, directory):
    """Nobody is taken for a member, and nobody is forgotten."""
    await directory._listing.list_everybody()
    known = await directory.names(["U0ENGINEER"])
    page = {"ok": True, "members": [], "response_metadata": {"next_cursor": "again"}}
    slack.faults.garble("conversations.members", json.dumps(page).encode(), times=None)
    slack.faults.garble("users.list", json.dumps(page).encode(), times=None)
    assert not await directory.is_in("C0LOBBY", "U0ENGINEER")
    with pytest.raises(UnreadableAnswerError):
        await directory._listing.list_everybody()
    assert await directory.names(["U0ENGINEER"]) == known


async def test_names_of_people_who_are_known_cost_nothing(slack, directory):
    await directory._listing.list_everybody()
    calls = len(slack.calls)
    assert await directory.names(["U0ENGINEER", "U0ADMIN", ""]) == {
        "U0ENGINEER": "engineer",
        "U0ADMIN": "admin",
    }
    assert len(slack.calls) == calls


async def test_of_three_hundred_strangers_a_few_are_asked_for(slack, directory):
    await directory.names(f"U{number:05d}" for number in range(300))
    assert len(slack.called("users.info")) <= 10


# what runs for ever


async def test_the_listing_and_the_writing_survive_what_goes_wrong(slack, directory, store, time, mocker):
    slack.faults.fail("users.list", "limit_required")
    broken = mocker.patch.object(directory.people, "renew", side_effect=[KeyError("odd"), None, None])
    listing = asyncio.create_task(directory.keep_listing())
    await slack.until(lambda: broken.call_count == 2)
    assert not listing.done()
    listing.cancel()


async def test_what_was_learned_is_written_once_the_store_takes_it(directory, store, mocker):
    write = mocker.patch.object(
        directory.people, "write", side_effect=[UnwritableError("full"), None, asyncio.CancelledError]
    )
    with pytest.raises(asyncio.CancelledError):
        await directory.keep_writing()
    assert write.call_count == 3


async def test_people_who_were_met_are_known_after_a_restart(directory, store):
    await directory.person("U0GUEST")
    await directory.people.write()
    (person,) = await store.people(["U0GUEST"])
    assert person.facts["names"] == ["guest", "Gus Guest"]
    assert person.facts["guest"]


# several processes


@pytest.fixture
def other(sender, store, time, monkeypatch):
    """The directory of another process on the same store, which none of the events reaches."""
    shared = SharedTurns()
    for name in ("shared", "take_turn", "end_turn", "announce", "announced"):
        monkeypatch.setattr(store, name, getattr(shared, name))
    return make_directory(sender, store, time, owner="other")


async def test_what_one_process_hears_of_a_person_no_other_believes_any_more(slack, directory, other):
    assert (await other.person("U0ENGINEER")).role is Role.ENGINEER
    await directory.observe({"type": "user_change", "user": demote(slack, deleted=True)})
    assert (await other.person("U0ENGINEER")).role is Role.NOBODY


async def test_a_guest_of_whom_one_process_hears_reads_along_for_all(slack, staff, directory, other):
    await directory._listing.list_everybody()
    assert not (await other.room(STAFF)).outsiders
    await directory.observe({"type": "user_change", "user": demote(slack, is_restricted=True)})
    assert (await other.room(STAFF)).outsiders


async def test_what_one_process_hears_of_a_place_no_other_believes_any_more(slack, staff, directory, other):
    await directory._listing.list_everybody()
    assert not (await other.room(STAFF)).outsiders
    staff.members.append("U0GUEST")
    await directory.observe({"type": "member_joined_channel", "channel": STAFF, "user": "U0GUEST"})
    assert (await other.room(STAFF)).outsiders


async def test_whoever_hears_of_it_itself_does_not_ask_again(slack, staff, directory, other):
    await directory._listing.list_everybody()
    await directory.room(STAFF)
    await directory.observe({"type": "member_joined_channel", "channel": STAFF, "user": "U0COLLEAGUE"})
    before = len(slack.called("conversations.members"))
    await directory.room(STAFF)
    assert len(slack.called("conversations.members")) == before


async def test_everybody_is_listed_once_a_day_by_one_process_of_all(slack, directory, other, time):
    time.now = 1_700_000_000.0
    assert await directory._listing._list_if_due() > 0
    assert await other._listing._list_if_due() > 0
    assert len(slack.called("users.list")) == 1
