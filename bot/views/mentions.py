"""Mentions in Slack's markup: people, channels and user groups, written as ids that mean nothing to readers."""

import re
from collections.abc import Mapping

from bot.parser.text import to_plain_text
from bot.views.text import clean, person

_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|([^<>]*))?>")
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|([^<>]*))?>")
_NOT_IN_A_LABEL = str.maketrans("", "", "<>|&")
PRIVATE_CHANNEL = "private-channel"  # Slack does not tell the bot its name
GROUP = "@group"  # the bot lacks the scope to ask for its name


def mention(user: str) -> str:
    """A mention that notifies the person; "" if `user` is no user id."""
    return f"<@{user}>" if _USER_ID.fullmatch(user) else ""


def people_in(text: str) -> set[str]:
    """The ids of the people that a message mentions."""
    return set(_MENTION.findall(text))


def channels_in(text: str) -> set[str]:
    """The ids of the channels that a message mentions without their names."""
    return {found[1] for found in _CHANNEL.finditer(text) if not found[2]}


def read_mention(text: str) -> str | None:
    """The user id if `text` is a mention and nothing else."""
    found = _MENTION.fullmatch(text)
    return found[1] if found else None


def label_mentions(text: str, names: Mapping[str, str]) -> str:
    """The message with a name in each mention of a person, channel or group. `names` are the known names by id."""

    def name_person(found: re.Match[str]) -> str:
        name = names.get(found[1], "").translate(_NOT_IN_A_LABEL).strip()
        return f"<@{found[1]}|{name}>" if name else found[0]

    text = _MENTION.sub(name_person, text)
    text = _CHANNEL.sub(
        lambda found: f"<#{found[1]}|{found[2] or names.get(found[1]) or PRIVATE_CHANNEL}>", text
    )
    return _GROUP.sub(lambda found: f"<!subteam^{found[1]}|{found[2] or GROUP}>", text)


def to_readable_text(text: str, names: Mapping[str, str]) -> str:
    """The message as its author saw it, as one line of plain text: names instead of ids, nothing escaped."""
    text = _MENTION.sub(lambda found: f"@{person(found[1], names)}", text)
    return clean(to_plain_text(label_mentions(text, names)))
