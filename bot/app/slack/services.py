"""Builds the services that the listeners use."""

import secrets
from collections.abc import Callable

from bot.app.clocks import Clocks
from bot.app.connecting import BotIdentity
from bot.app.core import Core
from bot.app.monitoring.metrics import Metrics
from bot.delivery.cards import Cards, DebouncePolicy
from bot.delivery.homes import Homes
from bot.delivery.pacing.turns import Turns
from bot.delivery.sender import Sender
from bot.delivery.undo_lines import UndoLines
from bot.directory import Directory
from bot.listeners import home
from bot.listeners.answering.drawing import redraw_card
from bot.listeners.incoming.threads import Threads
from bot.listeners.services import RequestContext, Services
from bot.pipeline import Answer
from bot.settings import Settings


def build_services(
    settings: Settings,
    core: Core,
    sender: Sender,
    me: BotIdentity,
    clocks: Clocks,
    *,
    turns: Turns,
    pace: float,
    on_answer: Callable[[RequestContext, Answer], None],
    metrics: Metrics | None,
) -> Services:
    store = core.store
    directory = Directory(
        sender,
        store,
        me.team,
        settings.admins,
        bot=me.user,
        clock=clocks.monotonic,
        now=clocks.now,
        owner=turns.owner,
        sleep=clocks.sleep,
    )
    services = Services(
        bot=me.user,
        name=me.name,
        workspace=me.url,
        store=store,
        pipeline=core.pipeline,
        router=core.router,
        directory=directory,
        sender=sender,
        threads=Threads(
            sender,
            core.pipeline,
            me.user,
            find_posted=lambda *thread: services.cards.find_posted(*thread),  # noqa: PLW0108  # `services` is assigned later
            now=clocks.now,
            sleep=clocks.sleep,
        ),
        cards=Cards(
            store,
            sender,
            lambda record: redraw_card(services, record),
            turns,
            clock=clocks.monotonic,
            sleep=clocks.sleep,
            debounce=DebouncePolicy(pace / 4, pace),
        ),
        homes=Homes(
            sender,
            lambda user, query: home.draw_home(services, user, query),
            clock=clocks.monotonic,
            sleep=clocks.sleep,
            pace=pace,
        ),
        undo_lines=UndoLines(store),
        clock=clocks.now,
        reference=lambda: f"E-{secrets.token_hex(3).upper()}",
        on_answer=on_answer,
        **({"count_delivery": metrics.count_delivery} if metrics else {}),
    )
    return services
