"""What the model costs, day by day."""

from datetime import date

from store.base import UsageDay
from store.journal import JournalStorage
from store.patch import Json

USAGE = "usage"


class Usage:
    """The table `usage`: a row a day, by the day's ordinal."""

    def __init__(self, storage: JournalStorage) -> None:
        self._storage = storage

    async def count(self, day: date, who: str, via: str, tokens: int, calls: int) -> None:
        key = str(day.toordinal())
        with self._storage.data.lock:
            row = self._storage.data.staged(USAGE, key) or {}
            patch: Json = {
                "messages": row.get("messages", 0) + 1,
                "by_rules": row.get("by_rules", 0) + (via == "rules"),
                "calls": row.get("calls", 0) + calls,
                "tokens": row.get("tokens", 0) + tokens,
                "people": {who: row.get("people", {}).get(who, 0) + 1},
            }
            commit = self._storage.stage({USAGE: {key: patch}})
        await self._storage.settle(commit)

    def spent(self, day: date) -> int:
        with self._storage.data.lock:
            row = self._storage.data.table(USAGE).get(str(day.toordinal()), {})
        tokens: int = row.get("tokens", 0)
        return tokens

    def days(self, count: int) -> list[UsageDay]:
        with self._storage.data.lock:
            rows = sorted(self._storage.data.table(USAGE).items(), key=lambda item: -int(item[0]))[:count]
        return [
            UsageDay(
                date.fromordinal(int(key)), row["messages"], row["by_rules"], row["calls"], row["tokens"]
            )
            for key, row in rows
        ]
