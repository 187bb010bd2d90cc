"""files.*: an upload in Slack's three steps: a URL, the bytes, a message that shares it."""

from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.platform import Platform
from bot.local.fakeslack.webapi.call import Call
from bot.local.fakeslack.workspace.people import BOT, BOT_USER, Json

MAX_BYTES = 1_000_000_000


def get_upload_url(platform: Platform, call: Call) -> Json:
    length = call.number("length", 0)
    if length < 1:
        raise SlackError("missing_argument")
    if length > MAX_BYTES:
        raise SlackError("file_upload_size_restricted")
    identity, secret = platform.ids.next("F"), platform.ids.secret()
    platform.workspace.files[identity] = {
        "id": identity,
        "name": call.text("filename"),
        "title": call.text("filename"),
        "size": length,
        "user": BOT_USER,
        "secret": secret,
        "content": None,
    }
    return {"upload_url": f"{platform.root}/upload/{secret}", "file_id": identity}


def receive(platform: Platform, secret: str, content: bytes) -> str:
    """The second step: the file's bytes. Raises `file_not_found`."""
    for file in platform.workspace.files.values():
        if file["secret"] == secret:
            file["content"] = content
            return f"OK - {len(content)}"
    raise SlackError("file_not_found")


def complete_upload(platform: Platform, call: Call) -> Json:
    """The third step. Without a channel, only the bot has access to the file."""
    wanted = call.data("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError.invalid("invalid_arguments", ["missing required field: files [json-pointer:/files]"])
    shared: list[Json] = []
    for one in wanted:
        file = platform.workspace.files.get(one.get("id", "") if isinstance(one, dict) else "")
        if file is None or file["content"] is None or len(file["content"]) != file["size"]:
            raise SlackError("file_not_found")
        file["title"] = one.get("title") or file["name"]
        shared.append({name: part for name, part in file.items() if name not in ("secret", "content")})
    if name := call.maybe("channel_id"):
        try:
            channel = platform.workspace.inside(BOT_USER, name)
        except SlackError:
            raise SlackError("invalid_channel") from None
        more = {"subtype": "file_share", "files": shared, "thread_ts": call.maybe("thread_ts") or None}
        platform.post(channel, BOT, call.maybe("initial_comment"), **more)
        platform.bus.publish("file", channel=channel.id, files=shared)
    return {"files": shared}
