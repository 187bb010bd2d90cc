"""The system clock, and the protocol for clocks that tests replace it with."""

import asyncio
import time
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clocks(Protocol):
    """`now` is in seconds since 1970; `monotonic` and `sleep` are in seconds."""

    def now(self) -> float: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def day_of(at: float, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at, zone).date()


def start_of(day: date, zone: ZoneInfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
