"""The requests a page can make: one model each, told apart by `do`. Anything else is rejected."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Short = Annotated[str, Field(max_length=300)]
Text = Annotated[str, Field(max_length=20_000)]
SlackState = Literal["normal", "slow", "busy", "down", "cut"]
ModelState = Literal["normal", "slow", "down"]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[int, Field(ge=0)]


class SwitchUser(_Request):
    """From now on the page acts as another person."""

    do: Literal["be"]
    user: Short


class Say(_Request):
    """A message or a slash command, as typed."""

    do: Literal["say"]
    channel: Short
    text: Text
    thread: Short | None = None


class Edit(_Request):
    do: Literal["edit"]
    channel: Short
    ts: Short
    text: Text


class Remove(_Request):
    do: Literal["remove"]
    channel: Short
    ts: Short


class React(_Request):
    do: Literal["react"]
    channel: Short
    ts: Short
    name: Short
    added: bool


class Press(_Request):
    """Press a button or choose an option, in a message, the topmost form or App Home."""

    do: Literal["press"]
    where: Literal["message", "view", "home"]
    channel: Short = ""
    ts: Short = ""
    action_id: Short
    block_id: Short
    value: Text | None = None


class Submit(_Request):
    do: Literal["submit"]
    view: Short
    values: dict[Short, Any]


class Dismiss(_Request):
    do: Literal["dismiss"]


class Shortcut(_Request):
    do: Literal["shortcut"]
    callback_id: Short


class OnMessage(_Request):
    """Use a shortcut on a message."""

    do: Literal["on"]
    callback_id: Short
    channel: Short
    ts: Short


class Home(_Request):
    do: Literal["home"]


class Read(_Request):
    """The person has seen everything in a channel up to `ts`."""

    do: Literal["read"]
    channel: Short
    ts: Short


class SetOutages(_Request):
    do: Literal["outages"]
    slack: SlackState | None = None
    model: ModelState | None = None


class LoadSamples(_Request):
    do: Literal["samples"]


class Inspect(_Request):
    """Fetch a whole entry of the inspector."""

    do: Literal["inspect"]
    entry: int


PageRequest = Annotated[
    SwitchUser | Say | Edit | Remove | React | Press | Submit | Dismiss | Shortcut | OnMessage | Home | Read
    | SetOutages | LoadSamples | Inspect,
    Field(discriminator="do"),
]  # fmt: skip
PAGE_REQUESTS: TypeAdapter[PageRequest] = TypeAdapter(PageRequest)


class Hello(BaseModel):
    """The first message that a page sends."""

    model_config = ConfigDict(extra="forbid")
    token: Short
    user: Short = ""
