"""manifest.yml creates the app that the code needs: nothing is missing, and nothing is requested in vain."""

from pathlib import Path

import pytest
import yaml

from bot.app.check import SCOPES
from bot.app.manifest import AddressError, http_manifest, socket_manifest
from bot.listeners.registration import ACKNOWLEDGED, COMMANDS, EVENTS, SHORTCUTS

ROOT = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
FEATURES, SETTINGS = MANIFEST["features"], MANIFEST["settings"]
# Slack's names for the kinds of `message`, and the scope that each needs.
HISTORY = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}


def test_every_event_has_its_listener_or_is_acknowledged_and_every_listener_its_event():
    subscribed = {event.partition(".")[0] for event in SETTINGS["event_subscriptions"]["bot_events"]}
    assert subscribed == set(EVENTS) | ACKNOWLEDGED
    assert not set(EVENTS) & ACKNOWLEDGED


def test_every_command_and_shortcut_has_its_listener():
    assert {one["command"] for one in FEATURES["slash_commands"]} == set(COMMANDS)
    assert {one["callback_id"] for one in FEATURES["shortcuts"]} == set(SHORTCUTS)


def test_the_scopes_are_those_that_the_check_looks_for():
    scopes = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert scopes == sorted(set(scopes))
    assert set(scopes) == set(SCOPES)


@pytest.mark.parametrize(("event", "scope"), HISTORY.items())
def test_messages_of_every_kind_of_conversation_are_subscribed_with_their_scope(event, scope):
    assert event in SETTINGS["event_subscriptions"]["bot_events"]
    assert scope in MANIFEST["oauth_config"]["scopes"]["bot"]


@pytest.mark.parametrize(
    ("event", "scopes"),
    [
        ("reaction_added", ["reactions:read"]),
        ("reaction_removed", ["reactions:read"]),
        ("user_change", ["users:read"]),
        ("team_join", ["users:read"]),
        ("member_joined_channel", ["channels:read", "groups:read"]),
        ("member_left_channel", ["channels:read", "groups:read"]),
        ("channel_left", ["channels:read"]),
        ("channel_archive", ["channels:read"]),
        ("channel_unarchive", ["channels:read"]),
        ("group_left", ["groups:read"]),
        ("group_archive", ["groups:read"]),
        ("group_unarchive", ["groups:read"]),
        ("channel_shared", ["channels:read", "groups:read"]),
        ("channel_unshared", ["channels:read", "groups:read"]),
        ("tokens_revoked", []),
        ("app_uninstalled", []),
    ],
)
def test_what_tells_of_people_and_rooms_is_subscribed_with_its_scopes(event, scopes):
    assert event in SETTINGS["event_subscriptions"]["bot_events"]
    assert set(scopes) <= set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_socket_mode_interactivity_and_the_home_tab_are_on():
    assert SETTINGS["socket_mode_enabled"]
    assert SETTINGS["interactivity"]["is_enabled"]
    assert FEATURES["app_home"]["home_tab_enabled"]
    assert FEATURES["app_home"]["messages_tab_read_only_enabled"] is False


def test_names_in_commands_reach_the_bot_as_ids():
    assert all(one["should_escape"] for one in FEATURES["slash_commands"])


def test_texts_fit_slacks_limits():
    assert len(MANIFEST["display_information"]["description"]) <= 140
    assert 174 <= len(MANIFEST["display_information"]["long_description"]) <= 4000
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in FEATURES["shortcuts"])


def test_the_file_is_what_the_command_prints():
    assert (ROOT / "manifest.yml").read_text(encoding="utf-8") == socket_manifest()


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://tickets.example.com", "https://tickets.example.com/slack/events"),
        ("https://tickets.example.com/", "https://tickets.example.com/slack/events"),
        ("https://example.com:8443/bots/", "https://example.com:8443/bots/slack/events"),
        ("https://example.com/slack/events", "https://example.com/slack/events"),
    ],
)
def test_over_http_the_address_is_wherever_slack_asks_for_one_and_nothing_else_differs(address, url):
    changed = yaml.safe_load(http_manifest(address))
    settings, (command,) = changed["settings"], changed["features"]["slash_commands"]
    found = [
        command.pop("url"),
        settings["event_subscriptions"].pop("request_url"),
        settings["interactivity"].pop("request_url"),
    ]
    assert found == [url] * 3
    assert settings["socket_mode_enabled"] is False
    settings["socket_mode_enabled"] = True
    assert changed == MANIFEST


@pytest.mark.parametrize(
    "address",
    [
        "http://tickets.example.com",
        "tickets.example.com",
        "https://",
        "https://x:y@example.com",
        "https://example.com/?a=b",
        "https://example.com/a b",
        "https://example.com:99999",
        "https://example.com\nx: y",
        'https://exa"mple.com',
        "https://example.com/: x",
    ],
)
def test_an_address_that_slack_cannot_call_is_refused(address):
    with pytest.raises(AddressError, match="such as https://"):
        http_manifest(address)
