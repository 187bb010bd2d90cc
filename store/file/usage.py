"""The usage of the model, by day."""

from datetime import date

from store.models.deliveries import UsageDay
from store.models.tickets import Json


class Usage:
    """`days` has for each ISO date, in no order: messages, those that rules understood, calls, tokens."""

    def __init__(self) -> None:
        self.days: dict[str, list[int]] = {}

    def add(self, usage: Json) -> None:
        """Count one message, encoded by `encode_usage`."""
        row = self.days.get(usage["day"], [0, 0, 0, 0])
        more = (1, usage["rules"], usage["calls"], usage["tokens"])
        self.days[usage["day"]] = [one + other for one, other in zip(row, more, strict=True)]

    def tokens(self, day: date) -> int:
        return self.days.get(day.isoformat(), [0, 0, 0, 0])[3]

    def latest(self, count: int) -> list[UsageDay]:
        newest = sorted(self.days, reverse=True)[:count]
        return [UsageDay(date.fromisoformat(day), *self.days[day]) for day in newest]
