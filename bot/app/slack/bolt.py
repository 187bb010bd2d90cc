"""The Bolt app, with the middleware that every request passes before its listener."""

import functools
from collections.abc import Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.clients import bolt_logger
from bot.listeners.answering import errors
from bot.listeners.incoming.intake import Intake
from bot.listeners.incoming.refusing import Refusals
from bot.listeners.registration import register
from bot.listeners.runner import DeliveryRunner
from bot.listeners.services import Services
from bot.settings import Settings
from store.errors import StoreError


def build_app(
    settings: Settings,
    team: str,
    services: Services,
    runner: DeliveryRunner,
    written: Callable[[StoreError | None, float], None],
) -> AsyncApp:
    """`written` is called after each attempt to write a delivery, with its error or None and its duration in seconds."""
    # The bot's identity is known. Bolt would ask Slack for it before the intake runs, and if Slack did not answer,
    # acknowledge a message and then drop it.
    me = AuthorizeResult(
        enterprise_id=None,
        team_id=team,
        bot_user_id=services.bot,
    )

    async def authorize() -> AuthorizeResult:
        return me

    app = AsyncApp(
        name="tickets",  # otherwise Bolt searches all loaded modules for its caller's file
        logger=bolt_logger(),
        client=AsyncWebClient(base_url=settings.slack_api_url),
        authorize=authorize,
        request_verification_enabled=False,  # `HttpEndpoints` has verified the raw bytes
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,  # this and the next would make clients that no listener uses
        attaching_conversation_kwargs_enabled=False,
    )
    intake = Intake(
        services.store,
        services.bot,
        services.clock,
        leases=runner.leases,
        refusals=Refusals(functools.partial(errors.tell, services)),
        may_belong=services.threads.may_belong,
        is_busy=services.threads.is_busy,
        written=written,
        is_full=runner.is_full,
        reactions=settings.reactions,
    )
    app.use(intake)
    register(app, runner)
    return app
