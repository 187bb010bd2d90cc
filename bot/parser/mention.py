"""The bot's own mention in a message."""

import re

from bot.parser.message import Message
from bot.parser.text import normalize


def _mention_pattern(message: Message) -> re.Pattern[str]:
    """Matches the bot's mention; while the bot's id is unknown, any mention at the very beginning."""
    if message.bot:
        return re.compile(rf"<@{re.escape(message.bot)}(\|[^<>]*)?>")
    return re.compile(r"\A\s*<@[A-Z0-9]+(\|[^<>]*)?>")


def is_mentioned(message: Message) -> bool:
    return _mention_pattern(message).search(message.text) is not None


def remove_mention(message: Message) -> str:
    """The message as Slack delivers it, without the bot's mention."""
    return _mention_pattern(message).sub("", normalize(message.text)).strip()
