"""Methods about the app itself and about people: auth.test, apps.connections.open, users.info, …"""

from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.platform import Platform
from bot.local.fakeslack.webapi.call import Call, page
from bot.local.fakeslack.workspace.people import BOT, BOT_ID, BOT_USER, TEAM, Json

MAX_LOADING = 10


def auth_test(platform: Platform, _call: Call) -> Json:
    team = platform.workspace.team
    return {
        "url": team.get("url") or f"https://{team['domain']}.slack.com/",
        "team": team["name"],
        "user": BOT.name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def open_connection(platform: Platform, _call: Call) -> Json:
    root = "ws" + platform.root.removeprefix("http")
    return {"url": f"{root}/link/?ticket={platform.sockets.issue_ticket()}"}


def user_info(platform: Platform, call: Call) -> Json:
    identity = call.text("user")
    if identity not in platform.workspace.users:
        raise SlackError("user_not_found")
    return {"user": platform.workspace.users[identity].shown()}


def user_list(platform: Platform, call: Call) -> Json:
    """Everybody, including deactivated people and bots."""
    found, metadata = page([user.shown() for user in platform.workspace.users.values()], call)
    return {"members": found, "cache_ts": int(platform.clock.time()), "response_metadata": metadata}


def set_status(platform: Platform, call: Call) -> Json:
    """A status such as "is thinking…", shown in a thread until the bot answers there."""
    channel = platform.workspace.inside(BOT_USER, call.text("channel_id"))
    thread, status = call.text("thread_ts"), call.maybe("status")
    if thread not in platform.workspace.messages.get(channel.id, {}):
        raise SlackError("invalid_thread_ts")
    shown = call.data("loading_messages") or []
    if not isinstance(shown, list) or len(shown) > MAX_LOADING:
        reason = f"must be an array of at most {MAX_LOADING} [json-pointer:/loading_messages]"
        raise SlackError.invalid("invalid_arguments", [reason])
    platform.workspace.statuses.pop((channel.id, thread), None)
    if status:
        platform.workspace.statuses[channel.id, thread] = status
    platform.bus.publish("status", channel=channel.id, thread=thread)
    return {}
