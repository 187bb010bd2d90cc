"""Everything that can go wrong with Slack, on request. Nothing goes wrong unasked."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

EVERY = "*"
Outage = Literal["answers 503", "resets"]


@dataclass(slots=True)
class Fault:
    """One planned failure of a Web API method (or `response_url`, or `*` for every one).

    `times` is how often it still happens; None is until `clear`.
    """

    method: str
    times: int | None
    error: str = ""
    status: int = 0
    retry_after: int | str = 0
    body: bytes | None = None
    content_type: str = "application/json"
    reset: Literal["", "before", "after"] = ""
    delay: float | asyncio.Event = 0.0


@dataclass(slots=True)
class Faults:
    """`changed` is called whenever a switch that sockets depend on is thrown."""

    changed: Callable[[], None] = lambda: None
    outage: Outage | None = None
    silent: bool = False
    pongs: bool = True
    _planned: list[Fault] = field(default_factory=list)

    def rate_limit(self, method: str = EVERY, retry_after: int | str = 1, times: int | None = 1) -> None:
        """429 with `Retry-After`, which may be anything; nothing is done."""
        self._planned.append(Fault(method, times, error="ratelimited", status=429, retry_after=retry_after))

    def fail(self, method: str = EVERY, error: str | int = "internal_error", times: int | None = 1) -> None:
        """Slack's error code, or an HTTP status with a body that is no JSON; nothing is done."""
        fault = (
            Fault(method, times, status=error)
            if isinstance(error, int)
            else Fault(method, times, error=error)
        )
        self._planned.append(fault)

    def garble(
        self,
        method: str,
        body: bytes,
        times: int | None = 1,
        *,
        status: int = 200,
        content_type: str = "application/json",
        after: bool = False,
    ) -> None:
        """An answer that may not be one of Slack's, as a proxy or a page of a hotel gives it; `after` the work was done."""
        fault = Fault(method, times, status=status, body=body, content_type=content_type)
        fault.reset = "after" if after else ""
        self._planned.append(fault)

    def reset_before(self, method: str, times: int | None = 1) -> None:
        """The connection breaks and nothing was done."""
        self._planned.append(Fault(method, times, reset="before"))

    def reset_after(self, method: str, times: int | None = 1) -> None:
        """The work is done, then the connection breaks: the caller cannot know."""
        self._planned.append(Fault(method, times, reset="after"))

    def slow(self, method: str, delay: float | asyncio.Event, times: int | None = 1) -> None:
        """Seconds on the clock before it answers, or an event that lets it."""
        self._planned.append(Fault(method, times, delay=delay))

    def down(self, how: Outage = "answers 503") -> None:
        """No call succeeds, every socket drops and none can be opened, until `up`."""
        self.outage = how
        self.changed()

    def up(self) -> None:
        self.outage = None
        self.changed()

    def silence(self, *, pongs: bool = True) -> None:
        """Sockets stay open and deliver nothing, until `speak`; without `pongs` not even those."""
        self.silent, self.pongs = True, pongs
        self.changed()

    def speak(self) -> None:
        self.silent, self.pongs = False, True
        self.changed()

    def clear(self) -> None:
        """Whatever was planned and has not happened yet, will not."""
        self._planned.clear()
        self.speak()
        self.up()

    def take(self, method: str) -> list[Fault]:
        """What befalls this call: delays and the first failure planned for it."""
        taken: list[Fault] = []
        for fault in list(self._planned):
            if fault.method not in (method, EVERY):
                continue
            fails = not fault.delay
            if fails and any(not one.delay for one in taken):
                continue
            taken.append(fault)
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self._planned.remove(fault)
        return taken
