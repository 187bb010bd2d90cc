from tests.support.slack_calls import sender, slack, time

__all__ = ["sender", "slack", "time"]
