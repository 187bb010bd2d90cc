"""What a person is told when a gesture does not get through: one sentence, saying what to do."""

from bot.local.fakeslack.errors import GestureError

TOLD = {
    "account_inactive": "This person's account is deactivated.",
    "already_in_channel": "They are in this channel already.",
    "already_reacted": "You have added this reaction already.",
    "cant_delete_message": "Only the author of a message, or an admin, can delete it.",
    "cant_update_message": "Only the author of a message can edit it.",
    "channel_not_found": "There is no such channel, or you are not in it.",
    "dispatch_failed": "The bot cannot be reached. Try again once Slack is fine.",
    "invalid_command_response": "The bot's answer is nothing that Slack can show. The inspector shows it.",
    "message_not_found": "This message is not there any more.",
    "msg_too_long": "This message is too long.",
    "no_home": "App Home is still empty.",
    "no_modal": "This form is closed already.",
    "no_such_element": "This button is not there any more.",
    "no_text": "There is nothing to send.",
    "not_in_channel": "You are not in this channel.",
    "operation_timeout": "The bot did not answer within three seconds. Try again.",
    "thread_not_found": "The message that this thread belongs to is not there any more.",
    "unknown_command": "This is no slash command that you can use here. Try /ticket help.",
    "unknown_shortcut": "This shortcut belongs to the other organisation's app.",
    "user_not_found": "There is nobody of that name.",
}


def sentence(error: GestureError) -> str:
    return TOLD.get(error.code, f"Slack did not take this ({error}).")
