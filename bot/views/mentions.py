"""Whom and what a message names in Slack's own way: people, channels and user groups, by ids that say nothing to anybody."""

import re
from collections.abc import Mapping

from bot.parser.text import to_plain_text
from bot.views.text import clean, person

_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|([^<>]*))?>")
_GROUP = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|([^<>]*))?>")
_NOT_IN_A_LABEL = str.maketrans("", "", "<>|&")
PRIVATE_CHANNEL = "private-channel"  # of whose name Slack says nothing
GROUP = "@group"  # whose name the bot may not ask for


def mention(user: str) -> str:
    """A live mention, which notifies that person; "" for what is no user id."""
    return f"<@{user}>" if _USER_ID.fullmatch(user) else ""


def people_in(text: str) -> set[str]:
    """The ids of the people whom a message, as Slack delivers it, mentions."""
    return set(_MENTION.findall(text))


def channels_in(text: str) -> set[str]:
    """The ids of the channels that it names without saying what they are called."""
    return {found[1] for found in _CHANNEL.finditer(text) if not found[2]}


def named_in(text: str) -> str | None:
    """The id of the person whom `text`, being a mention and nothing else, names."""
    found = _MENTION.fullmatch(text)
    return found[1] if found else None


def labelled(text: str, names: Mapping[str, str]) -> str:
    """A message as Slack delivers it, with the name of each person, channel and group as the label of its mention. `names` are
    those that are known, by id."""

    def name_person(found: re.Match[str]) -> str:
        name = names.get(found[1], "").translate(_NOT_IN_A_LABEL).strip()
        return f"<@{found[1]}|{name}>" if name else found[0]

    text = _MENTION.sub(name_person, text)
    text = _CHANNEL.sub(
        lambda found: f"<#{found[1]}|{found[2] or names.get(found[1]) or PRIVATE_CHANNEL}>", text
    )
    return _GROUP.sub(lambda found: f"<!subteam^{found[1]}|{found[2] or GROUP}>", text)


def written(text: str, names: Mapping[str, str]) -> str:
    """A message as its writer saw it, as plain text in one line: people and channels by their names, nothing escaped."""
    text = _MENTION.sub(lambda found: f"@{person(found[1], names)}", text)
    return clean(to_plain_text(labelled(text, names)))
