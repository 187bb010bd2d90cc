"""The shapes of Slack's payloads, as far as the bot reads them. Anything of another shape is rejected.

Keys that the bot does not read may hold anything.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import from_json

DEEPEST = 60  # nested lists and objects; Slack's own payloads have about fifteen

Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Text = str | None


class MalformedError(Exception):
    """A payload that Slack would not send. The text names the place, but not its contents."""


class _Shape(BaseModel):
    # Pydantic builds each model when it is first used, so the bot starts faster.
    model_config = ConfigDict(extra="allow", strict=True, defer_build=True)


class _Named(_Shape):
    id: Id


class _Member(_Shape):
    """An entry of `authorizations`: an installation that the event is meant for."""

    team_id: Text = None
    enterprise_id: Text = None
    is_enterprise_install: bool | None = None


class _Event(_Shape):
    type: Id
    user: str | dict[str, Any] | None = None
    channel: str | dict[str, Any] | None = None
    text: Text = None
    tab: Text = None
    enterprise: str | dict[str, Any] | None = None
    team: str | dict[str, Any] | None = None
    authorizations: list[_Member] | None = None


class _Message(_Event):
    channel: Id
    ts: Id
    user: Id | None = None
    thread_ts: Text = None
    subtype: Text = None
    bot_id: Text = None
    channel_type: Text = None
    client_msg_id: Text = None
    message: dict[str, Any] | None = None
    previous_message: dict[str, Any] | None = None


class _Item(_Shape):
    type: Text = None
    channel: Text = None
    ts: Text = None


class _Reaction(_Event):
    """A reaction to a message, or to something that the bot ignores."""

    user: Id
    reaction: Id
    item: _Item
    item_user: Text = None
    event_ts: Text = None


class _Home(_Event):
    user: Id


class _Body(_Shape):
    """Fields that any payload may have."""

    type: Text = None
    team_id: Text = None
    enterprise_id: Text = None
    context_team_id: Text = None
    context_enterprise_id: Text = None
    api_app_id: Text = None
    event_id: Text = None
    authorizations: list[_Member] | None = None
    enterprise: str | dict[str, Any] | None = None
    event: dict[str, Any] = {}
    response_url: Text = None
    is_ext_shared_channel: bool | None = None


class _Plain(_Body):
    """Events, commands and everything without a listener: fields that the bot looks for, as text or object."""

    team: str | dict[str, Any] | None = None
    user: str | dict[str, Any] | None = None
    channel: str | dict[str, Any] | None = None
    view: dict[str, Any] | None = None
    message: dict[str, Any] | None = None
    trigger_id: Text = None


class _Callback(_Plain):
    event: dict[str, Any]


class _Verification(_Body):
    """Sent once, when the request URL is entered in Slack."""

    challenge: str


class _Command(_Plain):
    command: Id
    user_id: Id
    channel_id: Id
    text: str = ""


class _Option(_Shape):
    value: Text = None


class _Action(_Shape):
    action_id: Id
    block_id: Text = None
    type: Text = None
    value: Text = None
    selected_option: _Option | None = None


class _Container(_Shape):
    type: Text = None
    channel_id: Text = None
    message_ts: Text = None
    view_id: Text = None
    thread_ts: Text = None
    is_ephemeral: bool | None = None


class _Shown(_Shape):
    """The message in which something was pressed."""

    ts: Text = None
    thread_ts: Text = None
    text: Text = None


class _Input(_Shape):
    value: Text = None
    selected_conversation: Text = None
    selected_option: _Option | None = None


class _State(_Shape):
    values: dict[str, dict[str, _Input]] | None = None


class _View(_Shape):
    id: Id
    type: Id
    callback_id: Text = None
    private_metadata: Text = None
    previous_view_id: Text = None
    app_installed_team_id: Text = None
    state: _State | None = None


class _Interaction(_Body):
    type: Id
    trigger_id: Id
    user: _Named
    team: _Named | None = None
    channel: _Named | None = None
    container: _Container | None = None


class _Pressed(_Interaction):
    actions: Annotated[list[_Action], Field(min_length=1)]
    message: _Shown | None = None
    view: _View | None = None  # the modal or App Home in which it was pressed


class _Submitted(_Interaction):
    view: _View


class _Shortcut(_Interaction):
    callback_id: Id
    view: dict[str, Any] | None = None


class _FromMessage(_Shortcut):
    channel: _Named
    message: _Shown


class _MessageTs(_Shape):
    ts: Id


_TYPES: dict[str, type[_Body]] = {
    "url_verification": _Verification,
    "block_actions": _Pressed,
    "view_submission": _Submitted,
    "shortcut": _Shortcut,
    "message_action": _FromMessage,
}
_EVENTS: dict[str, type[_Event]] = {
    "message": _Message,
    "app_mention": _Message,
    "app_home_opened": _Home,
    "reaction_added": _Reaction,
    "reaction_removed": _Reaction,
}


def parse_json(text: str | bytes) -> Any:
    """Raises `MalformedError` if the text is not JSON or is nested too deeply."""
    try:
        found = from_json(text, allow_inf_nan=False)
    except ValueError:
        raise MalformedError("the body is no JSON") from None
    if _deeper_than(found, DEEPEST):
        raise MalformedError("the body is nested too deeply")
    return found


def check_payload(body: Any) -> dict[str, Any]:
    """Return `body` if it has one of the shapes that the bot can read. Raises `MalformedError`.

    A message's text becomes "" where Slack sends null: for messages with only blocks or attachments.
    """
    if not isinstance(body, dict):
        raise MalformedError("the body is no object")
    try:
        kind = body.get("type")
        if kind == "event_callback":
            event = _Callback.model_validate(body).event
            _EVENTS.get(str(event.get("type")), _Event).model_validate(event)
            return {**body, "event": _with_text(event)}
        if "command" in body:
            _Command.model_validate(body)
        else:
            _TYPES.get(kind if isinstance(kind, str) else "", _Plain).model_validate(body)
            if kind == "message_action":
                _MessageTs.model_validate(body["message"])
                return {**body, "message": _with_text(body["message"])}
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise MalformedError(".".join(str(part)[:40] for part in fault["loc"]) or "the body") from None
    return body


def _with_text(message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "text": ""} if message.get("text", "") is None else message


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True
