"""Which listener handles what Slack sends: one table, which a test compares with `manifest.yml`."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.listeners import commands, home, mentions, reactions, shortcuts
from bot.listeners.buttons import cards, previews, undoing
from bot.listeners.forms import opening, posting, submitted
from bot.listeners.forms.checking import check
from bot.listeners.forms.submitted import result_in_place
from bot.listeners.runner import DeliveryRunner, Job
from bot.views import controls

ANSWER_TIMEOUT = 2.0  # seconds; Slack waits three for the answer to a form

log = logging.getLogger(__name__)

EVENTS: dict[str, Job] = {
    "app_mention": mentions.heard,
    "message": mentions.heard,
    "app_home_opened": home.opened,
    "reaction_added": reactions.added,
    "reaction_removed": reactions.removed,
}
# Events in the manifest that no listener handles: they are acknowledged and not written to disk.
ACKNOWLEDGED = frozenset(
    {
        "app_uninstalled",
        "channel_archive",
        "channel_left",
        "channel_shared",
        "channel_unarchive",
        "channel_unshared",
        "group_archive",
        "group_left",
        "group_unarchive",
        "member_joined_channel",
        "member_left_channel",
        "team_join",
        "tokens_revoked",
        "user_change",
    }
)
COMMANDS: dict[str, Job] = {"/ticket": commands.commanded}
SHORTCUTS: dict[str, Job] = {
    controls.NEW_SHORTCUT: shortcuts.new_ticket,
    controls.MESSAGE_SHORTCUT: shortcuts.from_message,
}
PRESSES: dict[str, Job] = {
    controls.START: cards.started,
    controls.REOPEN: cards.reopened,
    controls.CLOSE: opening.open_close,
    controls.EDIT: opening.open_edit,
    controls.POST: posting.open_post,
    controls.NEW: opening.open_new,
    controls.MENU: cards.chosen,
    controls.UNDO: undoing.undone,
    controls.UNDO_BULK: undoing.bulk_undone,
    controls.OPEN: cards.opened,
    controls.PAGE: cards.paged,
    controls.HISTORY_PAGE: cards.history_paged,
    controls.CONFIRM: previews.confirmed,
    controls.CANCEL: previews.cancelled,
    controls.CHOOSE: previews.chose,
    controls.ADD_TO: cards.added_to,
    controls.SOLVED: cards.solved,
    controls.REOPEN_SIMILAR: cards.similar_reopened,
    controls.HOME_FILTER: home.filtered,
    controls.HOME_PAGE: home.paged,
}
FORMS: dict[str, Job] = {
    controls.NEW_FORM: submitted.new_submitted,
    controls.EDIT_FORM: submitted.edit_submitted,
    controls.CLOSE_FORM: submitted.close_submitted,
    controls.POST_FORM: posting.submitted,
}


def register(app: AsyncApp, runner: DeliveryRunner) -> None:
    """Register all listeners with Bolt. Each acknowledges first: `Intake` has written the delivery to disk by then."""
    app.error(_failed)
    for event, job in EVENTS.items():
        app.event(event)(_acknowledged(runner, job))
    for command, job in COMMANDS.items():
        app.command(command)(_acknowledged(runner, job))
    for callback_id, job in SHORTCUTS.items():
        app.shortcut(callback_id)(_acknowledged(runner, job))
    for action_id, job in PRESSES.items():
        app.action(re.compile(rf"^{re.escape(action_id)}(\.|$)"))(_acknowledged(runner, job))
    for callback_id, job in FORMS.items():
        app.view(callback_id)(_checked(runner, job))


async def _failed(error: Exception) -> None:
    """Log errors from before a listener runs; Slack is then not told "received". Bolt's own log would quote the error's text."""
    log.error("A request could not be taken", exc_info=error)


def _acknowledged(runner: DeliveryRunner, job: Job) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        await runner.work(job, body, context)

    return listener


def _checked(runner: DeliveryRunner, job: Job) -> Callable[..., Awaitable[None]]:
    """Check a form before acknowledging it, so that errors are shown in the form."""

    async def listener(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        if context.get("replayed"):
            await ack()
            await runner.work(job, body, context)
            return
        due = asyncio.get_running_loop().time() + ANSWER_TIMEOUT
        checked = await check(runner.services, body)
        if checked.shows_result:
            work = asyncio.create_task(runner.work(job, body, context))
            await ack(**await result_in_place(runner.services, body, work, due))
            await work
            return
        if not checked.carried_out:
            await runner.drop(context)
        await ack(**checked.answer)
        if checked.carried_out:
            await runner.work(job, body, context)

    return listener
