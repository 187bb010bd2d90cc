from bot.local.fakeslack.server import LocalSlack
from tests.support.slack_calls import sender, slack, time

__all__ = ["sender", "slack", "time"]


def said(slack: LocalSlack) -> list[str]:
    """The texts in #support, oldest first."""
    return [message["text"] for message in slack.messages("support")]
