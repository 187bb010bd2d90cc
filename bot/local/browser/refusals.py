"""Error sentences for a person whose action Slack refused or the bot did not answer: what is wrong, and what to do."""

from bot.local.fakeslack.errors import GestureError

TOLD = {
    "account_inactive": "This person's account is deactivated.",
    "already_in_channel": "They are already in this channel.",
    "already_reacted": "You have already added this reaction.",
    "cant_delete_message": "Only the author of a message, or an admin, can delete it.",
    "cant_update_message": "Only the author of a message can edit it.",
    "channel_not_found": "This channel does not exist, or you are not in it.",
    "dispatch_failed": "The bot cannot be reached. Try again when Slack is back to normal.",
    "invalid_command_response": "Slack cannot show the bot's answer. The inspector has the details.",
    "message_not_found": "This message no longer exists.",
    "msg_too_long": "This message is too long.",
    "no_home": "App Home has not loaded yet.",
    "no_modal": "This form is already closed.",
    "no_such_element": "This button no longer exists.",
    "no_text": "The message is empty.",
    "not_empty": "Samples can only be loaded into an empty workspace.",
    "not_in_channel": "You are not in this channel.",
    "operation_timeout": "The bot did not answer within three seconds. Try again.",
    "thread_not_found": "The first message of this thread no longer exists.",
    "unknown_shortcut": "This app is not installed in your organisation, so you cannot use its shortcuts.",
    "user_not_found": "There is nobody with that name.",
}


def sentence(error: GestureError) -> str:
    if error.code == "unknown_command":  # its detail is a sentence already
        return error.detail
    return TOLD.get(error.code, f"Slack refused this ({error}).")
