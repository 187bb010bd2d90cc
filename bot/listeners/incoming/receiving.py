"""What HTTP and Socket Mode share: checks a payload, and passes it to Bolt if it is Slack's and for this bot."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.delivery.response_url import is_slack_url
from bot.directory.events import OBSERVED_EVENTS
from bot.listeners.incoming.identity import WRITABLE_AGAIN, is_for_team, needs_no_listener
from bot.listeners.incoming.schemas import MalformedError, check_payload

log = logging.getLogger(__name__)

# As `Receiver.receive`: from a request's body and headers to the answer for Slack.
Receive = Callable[[Any, Mapping[str, Any]], Awaitable[BoltResponse]]

_WORKED_ON = ("event_callback", "block_actions", "view_submission", "shortcut", "message_action")


class Receiver:
    """`team` is the workspace's id, `api_url` the address of Slack's Web API, `events` the event types that have a listener,
    `bot` the bot's user id. `observe` is called with every event of this workspace."""

    def __init__(
        self,
        app: AsyncApp,
        team: str,
        api_url: str,
        events: Iterable[str],
        *,
        bot: str,
        observe: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self._app, self._team, self._bot, self._api_url = app, team, bot, api_url
        self._observe = observe
        self._noted = frozenset(events) | OBSERVED_EVENTS

    async def receive(self, body: Any, headers: Mapping[str, Any] | None = None) -> BoltResponse:
        """Returns the answer for Slack, once everything that must not be lost is on disk.

        400 if the payload does not have a shape of Slack's; 200 without further effect if it is for another workspace
        or needs no action.
        """
        try:
            checked = check_payload(body)
        except MalformedError as error:
            log.warning("Turned away what is not of Slack's shape: %s", error)
            return _refusal()
        name = _name(checked)
        answer = self._answer_without_work(checked, name)
        if answer is None and checked.get("type") == "event_callback":
            answer = await self._answer_observed(checked["event"], name)
        return answer or await self._dispatch(self._without_foreign_address(checked), headers or {}, name)

    async def _answer_observed(self, event: dict[str, Any], name: str) -> BoltResponse | None:
        """Answer events that need no listener; None for the others. Deciding here is far cheaper than in Bolt."""
        await self._observe(event)
        if name not in OBSERVED_EVENTS - WRITABLE_AGAIN and not needs_no_listener(event, self._bot):
            return None
        log.debug("Acknowledged, and nothing done: %s", name)
        return BoltResponse(status=200, body="")

    def _answer_without_work(self, body: dict[str, Any], name: str) -> BoltResponse | None:
        """Answer what needs no action or is not for this bot; None for what a listener must handle."""
        kind = body.get("type")
        if kind == "url_verification":
            return BoltResponse(status=200, body={"challenge": body["challenge"]})
        if kind == "app_rate_limited":
            log.warning("Slack holds back events of this hour: there were more than it delivers")
            return BoltResponse(status=200, body="")
        if body.get("ssl_check") or (kind == "event_callback" and name not in self._noted):
            log.debug("Acknowledged, and nothing done: %s", name)
            return BoltResponse(status=200, body="")
        if kind not in _WORKED_ON and "command" not in body:
            log.info("No listener takes this: %s", name)
            return BoltResponse(status=404, body={"error": "no listener takes this"})
        if not is_for_team(body, self._team):
            log.info("Left alone, because it is for another workspace: %s", name)
            return BoltResponse(status=200, body="")
        return None

    async def _dispatch(self, body: dict[str, Any], headers: Mapping[str, Any], name: str) -> BoltResponse:
        try:
            # The transport has verified the signature on the raw bytes.
            request = AsyncBoltRequest(
                body=body,
                headers={name: str(value) for name, value in headers.items()},
                mode="socket_mode",
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            log.warning("Turned away what Bolt cannot read: %s", name)
            return _refusal()
        response = await self._app.async_dispatch(request)
        if response.status == 404:  # noqa: PLR2004  # Bolt's status if there is no listener
            log.info("No listener takes this: %s", name)
        return response

    def _without_foreign_address(self, body: dict[str, Any]) -> dict[str, Any]:
        """Remove a `response_url` that leads anywhere but to Slack's hosts or the configured API."""
        url = body.get("response_url")
        if not url or is_slack_url(str(url), self._api_url):
            return body
        log.warning("A response_url that leads elsewhere is not used: %s", _name(body))
        return {name: value for name, value in body.items() if name != "response_url"}


def _refusal() -> BoltResponse:
    """Tells Slack not to retry, as it would be rejected again."""
    body = {"error": "the body is not what Slack sends"}
    return BoltResponse(status=400, body=body, headers={"x-slack-no-retry": "1"})


def _name(body: Mapping[str, Any]) -> str:
    """The type of event or interaction, or the command; Slack's word, never a person's."""
    if body.get("type") == "event_callback":
        return str(body["event"].get("type"))[:40]
    return str(body.get("command") or body.get("type") or "something without a type")[:40]
