from tests.support.calling import sender, slack, time

__all__ = ["sender", "slack", "time"]
