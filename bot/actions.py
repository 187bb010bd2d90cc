"""What can be asked: one union, told apart by `action`. Unknown keys are refused; what is too long is cut.

A text that is not given is "" where another field stands in for it (`id` beside `about`, `title` beside `source`).
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

MOST_CHOICES = 3
MOST_ACTIONS = 20  # of one message


def _read_all(values: Any) -> Any:
    """Actions from their JSON, wherever they stand inside another."""
    if not isinstance(values, (list, tuple)):
        return values
    return tuple(read_action(value) if isinstance(value, dict) else value for value in values)


class _Asked(BaseModel):
    # Built when first used, not while the bot starts: then, too, those that hold others know them all.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class _Titled(_Asked):
    @model_validator(mode="before")
    @classmethod
    def _keep_long_titles(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("title"), str):
            title, desc = fit_title(data["title"], data.get("desc") or None)
            return {**data, "title": title} | ({"desc": desc} if desc else {})
        return data


class _OfOne(_Asked):
    """About one ticket: by its `id`, or by its words (`about`), which are looked up and never acted on at once."""

    id: TicketId = ""
    about: Words | None = None

    @model_validator(mode="after")
    def _one_ticket(self) -> Self:
        if bool(self.id) == bool(self.about):
            raise ValueError("give either id or about")
        return self


class Create(_Titled):
    """`source`: a ticket of the first message of the thread, whose text is then read as a report; its `title` may be left out."""

    action: Literal["CREATE"] = "CREATE"
    title: Title = ""
    source: Literal["thread"] | None = None
    desc: ShortDesc | None = None
    cat: Category | None = None
    pri: Priority | None = None

    @model_validator(mode="before")
    @classmethod
    def _need_title(cls, data: Any) -> Any:
        """Without a thread to take it from, a title that is missing is as wrong as an empty one."""
        if isinstance(data, dict) and not data.get("source"):
            return {**data, "title": data.get("title", "")}
        return data


class Changes(_Titled):
    """At least one field."""

    title: Title | None = None
    desc: FittedDesc | None = None
    cat: Category | None = None
    pri: Priority | None = None
    stat: Status | None = None
    res: FittedRes | None = None

    @model_validator(mode="after")
    def _something(self) -> "Changes":
        no_text = self.title is self.desc is self.res is None
        if no_text and self.cat is None and self.pri is None and self.stat is None:
            raise ValueError("nothing to change: give stat, pri, cat, title, desc or res")
        return self

    def values(self) -> dict[str, Any]:
        """The fields that are given, as JSON values; None for a text that is to be empty ("")."""
        given = self.model_dump(mode="json", exclude_none=True, include=set(Changes.model_fields))
        return {name: None if value == "" else value for name, value in given.items()}


class Update(Changes, _OfOne):
    action: Literal["UPDATE"] = "UPDATE"


class Close(_OfOne):
    action: Literal["CLOSE"] = "CLOSE"
    res: ShortRes | None = None


class Where(_Asked):
    """A filter. `by` reported it, `started_by` works on it. `since` and `until` are days, both included: of creation, or of
    closing where `stat` is done. `stale`: open or in progress, and unchanged for 14 days.
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
    """`stats`: how many there are of each status, in place of a list."""

    action: Literal["VIEW"] = "VIEW"
    id: TicketId | None = None
    tickets: Ids | None = None
    page: Annotated[int, Field(ge=1, le=100_000)] | None = None
    stats: Literal[True] | None = None


class BulkUpdate(_Asked):
    """Over the ids that the person named (`tickets`), or those that a filter finds (`where`): exactly one of them."""

    action: Annotated[Literal["bulk_update"], BeforeValidator(lambda name: str(name).lower())] = "bulk_update"
    tickets: Ids | None = None
    where: Where | None = None
    changes: Changes

    @model_validator(mode="after")
    def _one_target(self) -> "BulkUpdate":
        if (self.tickets is None) == (self.where is None):
            raise ValueError("a bulk update names either tickets or where")
        return self


class Help(_Asked):
    action: Literal["HELP"] = "HELP"


class History(_Asked):
    action: Literal["HISTORY"] = "HISTORY"
    id: TicketId
    page: Annotated[int, Field(ge=1, le=100_000)] | None = None


class Undo(_Asked):
    """The person's latest change, or their latest on that ticket."""

    action: Literal["UNDO"] = "UNDO"
    id: TicketId | None = None


class Ask(_Asked):
    """About a ticket, but something is missing, wrong or not certain: `msg` says what, `hint` is a command that would do,
    `choices` are actions that may be meant, each for one click.
    """

    action: Literal["ASK"] = "ASK"
    msg: str
    hint: str | None = None
    choices: Annotated[tuple["Action", ...], BeforeValidator(_read_all), Field(max_length=MOST_CHOICES)] = ()


class Nothing(_Asked):
    """Small talk, a question, a negated or hypothetical command: nothing is done."""

    action: Literal["NONE"] = "NONE"


class Delete(_Asked):
    action: Literal["DELETE"] = "DELETE"
    id: TicketId


class Export(_Asked):
    action: Literal["EXPORT"] = "EXPORT"
    format: Literal["jsonl", "csv"] = "jsonl"


class Usage(_Asked):
    action: Literal["USAGE"] = "USAGE"


class Several(_Asked):
    """Several commands, one a line: done one after the other."""

    action: Annotated[Literal["several"], BeforeValidator(lambda name: str(name).lower())] = "several"
    actions: Annotated[
        tuple["Action", ...], BeforeValidator(_read_all), Field(min_length=2, max_length=MOST_ACTIONS)
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

# What changes no ticket; an action that stands neither here nor is a new ticket is a change.
SHOWS = (View, History, Help, Ask, Nothing)
# Done only when it is typed: what only admins may do, and what is about whatever was done last.
ONLY_TYPED = (Undo, Delete, Export, Usage)


def _name(value: Any) -> str:
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
    """The action that `data`, a decoded JSON object, describes; its name in any letter case.

    Raises pydantic's `ValidationError` (a `ValueError`).
    """
    kind = _BY_NAME.get(_name(data))
    if kind is None or not isinstance(data, dict):
        raise ValueError(f"unknown action: {_name(data)!r}; there are {', '.join(_BY_NAME)}")
    plain = {key: value for key, value in data.items() if value is not None}
    if kind not in (BulkUpdate, Several):
        plain["action"] = _name(data)
    return kind.model_validate(plain)


def write_action(action: Action) -> dict[str, Any]:
    """`action` as JSON data, its name first and what is not given left out."""
    fields = action.model_dump(mode="json", exclude_none=True)
    for name in ("choices", "actions"):
        if inner := getattr(action, name, ()):
            fields[name] = [write_action(each) for each in inner]
        else:
            fields.pop(name, None)
    for name in ("id", "title"):  # another field stands in for it
        if fields.get(name) == "":
            del fields[name]
    return {"action": fields.pop("action"), **fields}
