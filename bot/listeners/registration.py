"""Which listener handles what Slack sends: one table, which a test compares with `manifest.yml`."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.listeners import commands, home, mentions, reactions, shortcuts, writable_again
from bot.listeners.buttons import cards, previews, undoing
from bot.listeners.forms import opening, posting, submitted
from bot.listeners.forms.checking import check
from bot.listeners.forms.submitted import result_in_place
from bot.listeners.incoming.refusing import NotAcceptedError
from bot.listeners.runner import DeliveryRunner, Job
from bot.views import controls
from store.errors import StoreError

ANSWER_TIMEOUT = 2.0  # seconds; Slack waits three for the answer to a form

log = logging.getLogger(__name__)

EVENTS: dict[str, Job] = {
    "app_mention": mentions.handle_message,
    "message": mentions.handle_message,
    "app_home_opened": home.handle_opened,
    "reaction_added": reactions.handle_added,
    "reaction_removed": reactions.handle_removed,
    "channel_unarchive": writable_again.redraw_cards,
    "group_unarchive": writable_again.redraw_cards,
    "member_joined_channel": writable_again.redraw_cards,
}
# Events in the manifest that no listener handles: they are acknowledged and not written to disk.
ACKNOWLEDGED = frozenset(
    {
        "app_uninstalled",
        "channel_archive",
        "channel_left",
        "channel_shared",
        "channel_unshared",
        "group_archive",
        "group_left",
        "member_left_channel",
        "team_join",
        "tokens_revoked",
        "user_change",
    }
)
COMMANDS: dict[str, Job] = {"/ticket": commands.handle_command}
SHORTCUTS: dict[str, Job] = {
    controls.NEW_SHORTCUT: shortcuts.new_ticket,
    controls.MESSAGE_SHORTCUT: shortcuts.from_message,
}
PRESSES: dict[str, Job] = {
    controls.START: cards.start,
    controls.REOPEN: cards.reopen,
    controls.CLOSE: opening.open_close,
    controls.EDIT: opening.open_edit,
    controls.POST: posting.open_post,
    controls.NEW: opening.open_new,
    controls.MENU: cards.handle_menu,
    controls.UNDO: undoing.undo,
    controls.UNDO_BULK: undoing.undo_bulk,
    controls.OPEN: cards.open_ticket,
    controls.PAGE: cards.turn_list_page,
    controls.HISTORY_PAGE: cards.turn_history_page,
    controls.CONFIRM: previews.confirm,
    controls.CANCEL: previews.cancel,
    controls.CHOOSE: previews.choose,
    controls.ADD_TO: cards.merge_into_similar,
    controls.SOLVED: cards.close_as_solved,
    controls.REOPEN_SIMILAR: cards.reopen_similar,
    controls.HOME_FILTER: home.apply_filters,
    controls.HOME_PAGE: home.turn_page,
}
FORMS: dict[str, Job] = {
    controls.NEW_FORM: submitted.submit_new,
    controls.EDIT_FORM: submitted.submit_edit,
    controls.CLOSE_FORM: submitted.submit_close,
    controls.POST_FORM: posting.submit_post,
}


def register(app: AsyncApp, runner: DeliveryRunner) -> None:
    """Register all listeners with Bolt. Each acknowledges first: `Intake` has written the delivery to disk by then."""
    app.error(_log_failure)
    for event, job in EVENTS.items():
        app.event(event)(_acknowledge_and_run(runner, job))
    for command, job in COMMANDS.items():
        app.command(command)(_acknowledge_and_run(runner, job))
    for callback_id, job in SHORTCUTS.items():
        app.shortcut(callback_id)(_acknowledge_and_run(runner, job))
    for action_id, job in PRESSES.items():
        app.action(re.compile(rf"^{re.escape(action_id)}(\.|$)"))(_acknowledge_and_run(runner, job))
    for callback_id, job in FORMS.items():
        app.view(callback_id)(_check_and_run(runner, job))


async def _log_failure(error: Exception) -> None:
    """Log errors from before a listener runs; Slack is then not told "received". Bolt's own log would quote the error's
    text."""
    if isinstance(error, NotAcceptedError):
        return
    if isinstance(error, StoreError):
        log.error("A request could not be taken: %s", error)
    else:
        log.error("A request could not be taken", exc_info=error)


def _acknowledge_and_run(runner: DeliveryRunner, job: Job) -> Callable[..., Awaitable[None]]:
    async def listener(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await ack()
        await runner.work(job, body, context)

    return listener


def _check_and_run(runner: DeliveryRunner, job: Job) -> Callable[..., Awaitable[None]]:
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
