"""Faults of Slack that can be simulated on request."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

EVERY = "*"
Outage = Literal["answers 503", "resets"]


@dataclass(slots=True)
class Fault:
    """A planned failure of a Web API method (or of `response_url`, or of every method: `*`).

    `times` is how often it will still happen; None: until `clear`.
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
    """`changed` is called whenever a switch that concerns sockets changes."""

    changed: Callable[[], None] = lambda: None
    outage: Outage | None = None
    silent: bool = False
    pongs: bool = True
    _planned: list[Fault] = field(default_factory=list)

    def rate_limit(self, method: str = EVERY, retry_after: int | str = 1, times: int | None = 1) -> None:
        """Answer 429 with `Retry-After`, which may have any value, without carrying out the call."""
        self._planned.append(Fault(method, times, error="ratelimited", status=429, retry_after=retry_after))

    def fail(self, method: str = EVERY, error: str | int = "internal_error", times: int | None = 1) -> None:
        """Answer with Slack's error code, or an HTTP status and a body that is not JSON, without carrying out the call."""
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
        """Answer with any body, as a proxy or a hotel's login page does. `after`: the call is carried out first."""
        fault = Fault(method, times, status=status, body=body, content_type=content_type)
        fault.reset = "after" if after else ""
        self._planned.append(fault)

    def reset_before(self, method: str, times: int | None = 1) -> None:
        """Break the connection before the call is carried out."""
        self._planned.append(Fault(method, times, reset="before"))

    def reset_after(self, method: str, times: int | None = 1) -> None:
        """Break the connection after the call was carried out, which the caller cannot know."""
        self._planned.append(Fault(method, times, reset="after"))

    def slow(self, method: str, delay: float | asyncio.Event, times: int | None = 1) -> None:
        """Delay the answer by seconds of the clock, or until an event is set."""
        self._planned.append(Fault(method, times, delay=delay))

    def down(self, how: Outage = "answers 503") -> None:
        """Fail every call, drop every socket and let none be opened, until `up`."""
        self.outage = how
        self.changed()

    def up(self) -> None:
        self.outage = None
        self.changed()

    def silence(self, *, pongs: bool = True) -> None:
        """Keep sockets open but deliver nothing, until `speak`. `pongs=False`: do not answer pings either."""
        self.silent, self.pongs = True, pongs
        self.changed()

    def speak(self) -> None:
        self.silent, self.pongs = False, True
        self.changed()

    def clear(self) -> None:
        """Cancel all planned faults and end all outages."""
        self._planned.clear()
        self.speak()
        self.up()

    def take(self, method: str) -> list[Fault]:
        """The faults of this call: all delays and the first failure planned for it."""
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
