"""views.*: modals and App Home."""

import copy
from typing import Any

from bot.local.fakeslack.blockkit.check import check_view
from bot.local.fakeslack.blockkit.elements import add_defaults
from bot.local.fakeslack.errors import SlackError
from bot.local.fakeslack.platform import Platform
from bot.local.fakeslack.webapi.call import Call
from bot.local.fakeslack.workspace.people import Json


def check_and_copy(platform: Platform, view: Any, *kinds: str) -> Json:
    """A copy of the view, checked, and with the defaults that Slack adds."""
    check_view(view, *kinds)
    return dict(view) | {"blocks": add_defaults(view["blocks"], lambda: platform.ids.token("block")[:5])}


def _view(platform: Platform, call: Call, *kinds: str) -> Json:
    view = call.data("view")
    if view is None:
        raise SlackError.invalid("invalid_arguments", ["missing required field: view [json-pointer:/view]"])
    return check_and_copy(platform, view, *kinds)


def open_(platform: Platform, call: Call) -> Json:
    view = _view(platform, call, "modal")
    trigger = platform.triggers.exchange(call.text("trigger_id"))
    return shown(platform, trigger.user, platform.modals.open(trigger.user, view))


def push(platform: Platform, call: Call) -> Json:
    view = _view(platform, call, "modal")
    trigger = platform.triggers.exchange(call.text("trigger_id"))
    return shown(platform, trigger.user, platform.modals.push(trigger.user, view))


def update(platform: Platform, call: Call) -> Json:
    old = platform.modals.find(call.maybe("view_id"), call.maybe("external_id"))
    view = _view(platform, call, old["type"])
    owner = platform.modals.owner(old["id"])
    return shown(platform, owner, platform.modals.update(old, view, call.maybe("hash")))


def publish(platform: Platform, call: Call) -> Json:
    view = _view(platform, call, "home")
    user = platform.workspace.user(call.text("user_id"))
    return shown(platform, user.id, platform.modals.publish(user.id, view, call.maybe("hash")))


def shown(platform: Platform, user: str, view: Json) -> Json:
    platform.bus.publish("home" if view["type"] == "home" else "modal", user=user, view=view)
    return {"view": copy.deepcopy(view)}
