"""What a page can ask for, one model each, told apart by `do`; anything else is refused."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Short = Annotated[str, Field(max_length=300)]
Text = Annotated[str, Field(max_length=20_000)]
SlackWeather = Literal["fine", "slow", "busy", "down", "cut"]
ModelWeather = Literal["fine", "slow", "down"]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[int, Field(ge=0)]


class Be(_Asked):
    """Somebody else, from now on."""

    do: Literal["be"]
    user: Short


class Say(_Asked):
    """A message or a slash command, as typed."""

    do: Literal["say"]
    channel: Short
    text: Text
    thread: Short | None = None


class Edit(_Asked):
    do: Literal["edit"]
    channel: Short
    ts: Short
    text: Text


class Remove(_Asked):
    do: Literal["remove"]
    channel: Short
    ts: Short


class React(_Asked):
    do: Literal["react"]
    channel: Short
    ts: Short
    name: Short
    added: bool


class Press(_Asked):
    """A button or an option, in a message, in the topmost form or in App Home."""

    do: Literal["press"]
    where: Literal["message", "view", "home"]
    channel: Short = ""
    ts: Short = ""
    action_id: Short
    block_id: Short
    value: Text | None = None


class Submit(_Asked):
    do: Literal["submit"]
    view: Short
    values: dict[Short, Any]


class Dismiss(_Asked):
    do: Literal["dismiss"]


class Shortcut(_Asked):
    do: Literal["shortcut"]
    callback_id: Short


class OnMessage(_Asked):
    """A shortcut on a message."""

    do: Literal["on"]
    callback_id: Short
    channel: Short
    ts: Short


class Home(_Asked):
    do: Literal["home"]


class Read(_Asked):
    """Everything in a channel up to `ts` has been seen."""

    do: Literal["read"]
    channel: Short
    ts: Short


class SetWeather(_Asked):
    do: Literal["weather"]
    slack: SlackWeather | None = None
    model: ModelWeather | None = None


class Inspect(_Asked):
    """One entry of the look inside, whole."""

    do: Literal["inspect"]
    entry: int


Asked = Annotated[
    Be | Say | Edit | Remove | React | Press | Submit | Dismiss | Shortcut | OnMessage | Home | Read
    | SetWeather | Inspect,
    Field(discriminator="do"),
]  # fmt: skip
ASKED: TypeAdapter[Asked] = TypeAdapter(Asked)


class Hello(BaseModel):
    """The first thing that a page says."""

    model_config = ConfigDict(extra="forbid")
    token: Short
    user: Short = ""
