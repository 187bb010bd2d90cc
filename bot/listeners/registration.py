"""What Slack can send, and who listens: the one table that `manifest.yml` is held against."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.listeners import buttons, commands, forms, home, mentions, posting, reactions, shortcuts
from bot.listeners.runner import DeliveryRunner, Job
from bot.views import controls

log = logging.getLogger(__name__)

EVENTS: dict[str, Job] = {
    "app_mention": mentions.heard,
    "message": mentions.heard,
    "app_home_opened": home.opened,
    "reaction_added": reactions.added,
    "reaction_removed": reactions.removed,
}
# Events that the manifest subscribes to and no listener works on: they are acknowledged, and not written to disk.
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
    controls.START: buttons.started,
    controls.REOPEN: buttons.reopened,
    controls.CLOSE: forms.open_close,
    controls.EDIT: forms.open_edit,
    controls.POST: posting.open_post,
    controls.NEW: forms.open_new,
    controls.MENU: buttons.chosen,
    controls.UNDO: buttons.undone,
    controls.UNDO_BULK: buttons.bulk_undone,
    controls.OPEN: buttons.opened,
    controls.PAGE: buttons.paged,
    controls.HISTORY_PAGE: buttons.history_paged,
    controls.CONFIRM: buttons.confirmed,
    controls.CANCEL: buttons.cancelled,
    controls.CHOOSE: buttons.chose,
    controls.ADD_TO: buttons.added_to,
    controls.SOLVED: buttons.solved,
    controls.REOPEN_SIMILAR: buttons.similar_reopened,
    controls.HOME_FILTER: home.filtered,
    controls.HOME_PAGE: home.paged,
}
FORMS: dict[str, Job] = {
    controls.NEW_FORM: forms.new_submitted,
    controls.EDIT_FORM: forms.edit_submitted,
    controls.CLOSE_FORM: forms.close_submitted,
    controls.POST_FORM: posting.submitted,
}


def register(app: AsyncApp, runner: DeliveryRunner) -> None:
    """Each listener acknowledges, then works: what was delivered is on disk by then."""
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
    """Before anything was worked on, so that Slack is not told "received". Bolt itself would log the error's own text."""
    log.error("A request could not be taken", exc_info=error)


def _acknowledged(runner: DeliveryRunner, job: Job) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        await runner.work(job, body, context)

    return listener


def _checked(runner: DeliveryRunner, job: Job) -> Callable[..., Awaitable[None]]:
    """A form is looked at before it is acknowledged: what is wrong is said in the form itself."""

    async def listener(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        instead = None if context.get("replayed") else await forms.check(runner.services, body)
        if instead is not None:
            await runner.drop(context)
            await ack(**instead)
            return
        await ack()
        await runner.work(job, body, context)

    return listener
