"""What an app answers a gesture with: trigger ids and response URLs, both short-lived."""

from dataclasses import dataclass
from typing import Any

from bot.local.fakeslack.clock import Clock
from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.ids import Ids

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5
MAX_KEPT = 1_000


@dataclass(slots=True)
class Trigger:
    user: str
    issued: float
    view_id: str = ""  # the modal in which it was issued
    used: bool = False


class Triggers:
    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock, self._ids = clock, ids
        self._issued: dict[str, Trigger] = {}
        self._count = 0

    def issue(self, user: str, view_id: str = "") -> str:
        self._count += 1
        trigger_id = f"{self._count}.{1_000_000 + self._count}.{self._ids.secret()}"
        _forget_oldest(self._issued)
        self._issued[trigger_id] = Trigger(user, self._clock.time(), view_id)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Valid once, within 3 s. Raises `invalid_trigger_id`, `exchanged_trigger_id`, `expired_trigger_id`."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.time() - trigger.issued >= TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass(slots=True)
class ResponseUrl:
    """Where the gesture was made; `ts` is the message's, "" for a command."""

    channel: str
    user: str
    issued: float
    ts: str = ""
    thread_ts: str = ""
    uses: int = 0


class ResponseUrls:
    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock, self._ids = clock, ids
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, channel: str, user: str, ts: str = "", thread_ts: str = "") -> str:
        """Returns the secret part of the URL."""
        secret = self._ids.secret()
        _forget_oldest(self._issued)
        self._issued[secret] = ResponseUrl(channel, user, self._clock.time(), ts, thread_ts)
        return secret

    def use(self, secret: str) -> ResponseUrl:
        """Valid 5 times within 30 minutes. Raises `invalid_url`, `expired_url`, `used_url`."""
        url = self._issued.get(secret)
        if url is None:
            raise SlackError("invalid_url")
        if self._clock.time() - url.issued >= RESPONSE_SECONDS:
            raise SlackError("expired_url")
        if url.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        url.uses += 1
        return url


def _forget_oldest(issued: dict[str, Any]) -> None:
    """Bound the memory of a workspace that runs for weeks."""
    if len(issued) >= MAX_KEPT:
        del issued[next(iter(issued))]
