"""All methods, with the scopes they require."""

from typing import NamedTuple

from bot.local.fakeslack.webapi import app, chat, conversations, files, reactions, views
from bot.local.fakeslack.webapi.call import Method


class Entry(NamedTuple):
    """`scopes`: any one of them is enough. `app_token`: the method takes the app token instead of the bot token."""

    method: Method
    scopes: tuple[str, ...] = ()
    app_token: bool = False


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: dict[str, Entry] = {
    "apps.connections.open": Entry(app.open_connection, app_token=True),
    "assistant.threads.setStatus": Entry(app.set_status, ("chat:write", "assistant:write")),
    "auth.test": Entry(app.auth_test),
    "chat.delete": Entry(chat.delete, ("chat:write",)),
    "chat.getPermalink": Entry(chat.get_permalink),
    "chat.postEphemeral": Entry(chat.post_ephemeral, ("chat:write",)),
    "chat.postMessage": Entry(chat.post_message, ("chat:write",)),
    "chat.update": Entry(chat.update, ("chat:write",)),
    "conversations.history": Entry(conversations.history, _HISTORY),
    "conversations.info": Entry(conversations.info, _READ),
    "conversations.members": Entry(conversations.members, _READ),
    "conversations.open": Entry(conversations.open_, ("im:write", "mpim:write", "channels:manage")),
    "conversations.replies": Entry(conversations.replies, _HISTORY),
    "files.completeUploadExternal": Entry(files.complete_upload, ("files:write",)),
    "files.getUploadURLExternal": Entry(files.get_upload_url, ("files:write",)),
    "reactions.add": Entry(reactions.add, ("reactions:write",)),
    "reactions.get": Entry(reactions.get, ("reactions:read",)),
    "reactions.remove": Entry(reactions.remove, ("reactions:write",)),
    "users.conversations": Entry(conversations.list_of_bot, _READ),
    "users.info": Entry(app.user_info, ("users:read",)),
    "users.list": Entry(app.user_list, ("users:read",)),
    "views.open": Entry(views.open_),
    "views.publish": Entry(views.publish),
    "views.push": Entry(views.push),
    "views.update": Entry(views.update),
}
