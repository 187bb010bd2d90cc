"""What the model costs, day by day."""

from datetime import date

from store.models.deliveries import UsageDay
from store.models.tickets import Json, MessageUsage


def encode_usage(usage: MessageUsage) -> Json:
    """As a line of the journal or of the deliveries file keeps it."""
    return {
        "day": usage.day.isoformat(),
        "rules": int(usage.parsed_by == "rules"),
        "calls": usage.calls,
        "tokens": usage.tokens,
    }


class Usage:
    """`days` has a row a day, in no order: the numbers of messages, of those that rules understood, of calls, of tokens."""

    def __init__(self) -> None:
        self.days: dict[str, list[int]] = {}

    def add(self, usage: Json) -> None:
        """As `encode_usage` makes it."""
        row = self.days.get(usage["day"], [0, 0, 0, 0])
        more = (1, usage["rules"], usage["calls"], usage["tokens"])
        self.days[usage["day"]] = [one + other for one, other in zip(row, more, strict=True)]

    def tokens(self, day: date) -> int:
        return self.days.get(day.isoformat(), [0, 0, 0, 0])[3]

    def latest(self, count: int) -> list[UsageDay]:
        newest = sorted(self.days, reverse=True)[:count]
        return [UsageDay(date.fromisoformat(day), *self.days[day]) for day in newest]
