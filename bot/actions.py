"""The actions a person can ask for: one union, told apart by `action`. Unknown keys are refused; texts that are too long
are cut.

A required text may be "" where another field replaces it (`about` replaces `id`, `source` replaces `title`).
"""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.fields import (
    Categories,
    FittedDesc,
    FittedRes,
    Ids,
    Person,
    Priorities,
    ShortDesc,
    ShortRes,
    Statuses,
    TicketId,
    Words,
)
from store.models.tickets import Category, Priority, Status, Title, fit_title

ME = "me"  # as `by` or `started_by`: the person who asks
STALE_DAYS = 14
MAX_CHOICES = 3
MAX_ACTIONS = 20  # of one message


def _read_actions(values: Any) -> Any:
    """Decode the actions nested inside another action."""
    if not isinstance(values, (list, tuple)):
        return values
    return tuple(read_action(value) if isinstance(value, dict) else value for value in values)


class _FrozenModel(BaseModel):
    # Pydantic builds each model when it is first used: the bot starts faster, and actions may refer to later ones.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class _WithTitle(_FrozenModel):
    @model_validator(mode="before")
    @classmethod
    def _keep_long_titles(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("title"), str):
            title, desc = fit_title(data["title"], data.get("desc") or None)
            return {**data, "title": title} | ({"desc": desc} if desc else {})
        return data


class _AboutOneTicket(_FrozenModel):
    """About one ticket, given by its `id` or by words (`about`). Words are looked up and offered, never acted on at once."""

    id: TicketId = ""
    about: Words | None = None

    @model_validator(mode="after")
    def _require_id_or_about(self) -> Self:
        if bool(self.id) == bool(self.about):
            raise ValueError("give either id or about")
        return self


class Create(_WithTitle):
    """`source="thread"`: the ticket comes from the first message of the thread, read as a report; `title` is then
    optional."""

    action: Literal["CREATE"] = "CREATE"
    title: Title = ""
    source: Literal["thread"] | None = None
    desc: ShortDesc | None = None
    cat: Category | None = None
    pri: Priority | None = None

    @model_validator(mode="before")
    @classmethod
    def _require_title(cls, data: Any) -> Any:
        """Treat a missing title like an empty one, unless it comes from the thread."""
        if isinstance(data, dict) and not data.get("source"):
            return {**data, "title": data.get("title", "")}
        return data


class Changes(_WithTitle):
    """The new values of a ticket's fields; at least one is given."""

    title: Title | None = None
    desc: FittedDesc | None = None
    cat: Category | None = None
    pri: Priority | None = None
    stat: Status | None = None
    res: FittedRes | None = None

    @model_validator(mode="after")
    def _require_change(self) -> "Changes":
        no_text = self.title is self.desc is self.res is None
        if no_text and self.cat is None and self.pri is None and self.stat is None:
            raise ValueError("nothing to change: give stat, pri, cat, title, desc or res")
        return self

    def values(self) -> dict[str, Any]:
        """The given fields as JSON values. "" becomes None: it empties the field."""
        given = self.model_dump(mode="json", exclude_none=True, include=set(Changes.model_fields))
        return {name: None if value == "" else value for name, value in given.items()}


class Update(Changes, _AboutOneTicket):
    action: Literal["UPDATE"] = "UPDATE"


class Close(_AboutOneTicket):
    action: Literal["CLOSE"] = "CLOSE"
    res: ShortRes | None = None


class Where(_FrozenModel):
    """A filter. `by` reported the ticket, `started_by` works on it. `since` and `until` are inclusive days: of creation, or
    of closing if `stat` is done only. `stale`: open or in progress, and unchanged for `STALE_DAYS`.
    """

    stat: Statuses = None
    pri: Priorities = None
    cat: Categories = None
    text: Words | None = None
    mine: Literal[True] | None = None
    by: Person | None = None
    started_by: Person | None = None
    since: date | None = None
    until: date | None = None
    stale: Literal[True] | None = None


class View(Where):
    """Show one ticket (`id`), a list, or with `stats` the number of tickets in each status instead of a list."""

    action: Literal["VIEW"] = "VIEW"
    id: TicketId | None = None
    tickets: Ids | None = None
    page: Annotated[int, Field(ge=1, le=100_000)] | None = None
    stats: Literal[True] | None = None


class BulkUpdate(_FrozenModel):
    """Change either the tickets the person named (`tickets`) or those a filter finds (`where`)."""

    action: Annotated[Literal["bulk_update"], BeforeValidator(lambda name: str(name).lower())] = "bulk_update"
    tickets: Ids | None = None
    where: Where | None = None
    changes: Changes

    @model_validator(mode="after")
    def _require_one_target(self) -> "BulkUpdate":
        if (self.tickets is None) == (self.where is None):
            raise ValueError("a bulk update names either tickets or where")
        return self


class Help(_FrozenModel):
    action: Literal["HELP"] = "HELP"


class History(_FrozenModel):
    action: Literal["HISTORY"] = "HISTORY"
    id: TicketId
    page: Annotated[int, Field(ge=1, le=100_000)] | None = None


class Undo(_FrozenModel):
    """Undo the person's latest change, or their latest change to one ticket."""

    action: Literal["UNDO"] = "UNDO"
    id: TicketId | None = None


class Ask(_FrozenModel):
    """The message concerns tickets but is incomplete, wrong or uncertain. `msg` says what is the matter, `hint` is a command
    that would work, `choices` are actions the person may have meant, offered as buttons.
    """

    action: Literal["ASK"] = "ASK"
    msg: str
    hint: str | None = None
    choices: Annotated[
        tuple["Action", ...], BeforeValidator(_read_actions), Field(max_length=MAX_CHOICES)
    ] = ()


class Nothing(_FrozenModel):
    """Small talk, a question, a negated or hypothetical command: the bot does nothing."""

    action: Literal["NONE"] = "NONE"


class Delete(_FrozenModel):
    action: Literal["DELETE"] = "DELETE"
    id: TicketId


class Export(_FrozenModel):
    action: Literal["EXPORT"] = "EXPORT"
    format: Literal["jsonl", "csv"] = "jsonl"


class Usage(_FrozenModel):
    action: Literal["USAGE"] = "USAGE"


class Several(_FrozenModel):
    """Several commands, one per line, run in order."""

    action: Annotated[Literal["several"], BeforeValidator(lambda name: str(name).lower())] = "several"
    actions: Annotated[
        tuple["Action", ...], BeforeValidator(_read_actions), Field(min_length=2, max_length=MAX_ACTIONS)
    ]


Action = (
    Create
    | Update
    | View
    | Close
    | BulkUpdate
    | Help
    | History
    | Undo
    | Ask
    | Nothing
    | Delete
    | Export
    | Usage
    | Several
)

# These change no ticket. Every other action except CREATE changes existing tickets.
READ_ONLY = (View, History, Help, Ask, Nothing)
# Accepted only as typed commands, never offered as buttons: admins' actions, and undo, which depends on the latest change.
ONLY_TYPED = (Undo, Delete, Export, Usage)


def _action_name(value: Any) -> str:
    name = value.get("action") if isinstance(value, dict) else getattr(value, "action", "")
    return str(name).upper()


_BY_NAME: dict[str, type[Action]] = {
    "CREATE": Create,
    "UPDATE": Update,
    "VIEW": View,
    "CLOSE": Close,
    "BULK_UPDATE": BulkUpdate,
    "HELP": Help,
    "HISTORY": History,
    "UNDO": Undo,
    "ASK": Ask,
    "NONE": Nothing,
    "DELETE": Delete,
    "EXPORT": Export,
    "USAGE": Usage,
    "SEVERAL": Several,
}


def read_action(data: Any) -> Action:
    """Validate `data`, a decoded JSON object, as an action. The action's name may be in any letter case.

    Raises pydantic's `ValidationError` (a `ValueError`).
    """
    kind = _BY_NAME.get(_action_name(data))
    if kind is None or not isinstance(data, dict):
        raise ValueError(f"unknown action: {_action_name(data)!r}; there are {', '.join(_BY_NAME)}")
    plain = {key: value for key, value in data.items() if value is not None}
    if kind not in (BulkUpdate, Several):
        plain["action"] = _action_name(data)
    return kind.model_validate(plain)


def write_action(action: Action) -> dict[str, Any]:
    """`action` as JSON data: its name first, fields that are not given left out."""
    fields = action.model_dump(mode="json", exclude_none=True)
    for name in ("choices", "actions"):
        if inner := getattr(action, name, ()):
            fields[name] = [write_action(each) for each in inner]
        else:
            fields.pop(name, None)
    for name in ("id", "title"):  # "" means that another field replaces it
        if fields.get(name) == "":
            del fields[name]
    return {"action": fields.pop("action"), **fields}
