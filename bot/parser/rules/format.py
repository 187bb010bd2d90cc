"""Formats an action as the short command that reproduces it without the model."""

import json
from collections.abc import Callable
from typing import Any

from bot.actions import Action, Where, write_action
from store.models.tickets import Status

_TEXTS = ("title", "desc", "res")
_CHANGES = ("stat", "pri", "cat", *_TEXTS)


def format_command(action: Action | None) -> str:
    """The command for `action`, with quotation marks in its texts escaped; "" for ASK and NONE, which have none."""
    spelled = _SPELLED.get(action.action) if action else None
    return " ".join(filter(None, spelled(action))) if spelled else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _fields(values: Any, *names: str) -> list[str]:
    """The given fields as words of a command: `pri 1`, `title "…"`."""
    given = {name: value for name in names if (value := getattr(values, name)) is not None}
    return [f"{name} {_quoted(value) if name in _TEXTS else value}" for name, value in given.items()]


def _target(action: Any) -> str:
    return f"the {_quoted(action.about)} ticket" if action.about else action.id


def _create(action: Any) -> list[str]:
    title = _quoted(action.title) if action.title else "a ticket for this"
    return ["create", title, *_fields(action, "desc", "pri", "cat")]


def _bulk(action: Any) -> list[str]:
    changes, where = _fields(action.changes, *_CHANGES), action.where
    if action.tickets and len(action.tickets) > 1:
        return ["update", *action.tickets, *changes]
    plain = Where(**where.model_dump(include={"stat", "pri", "cat", "mine"})) if where else None
    if where is None or where == Where() or where != plain or where.stat == tuple(Status):
        return [json.dumps(write_action(action), ensure_ascii=False)]
    return ["update all", *_filter(where), "tickets", *(f"to {change}" for change in changes)]


def _view(view: Any) -> list[str]:
    ids = [view.id] if view.id else list(view.tickets or ())
    text = f"about {_quoted(view.text)}" if view.text else ""
    said = ["stats" if view.stats else "", *ids, *_filter(view), *_fields(view, "page"), text]
    return ["view", *(said if any(said) else ["tickets"])]


def _filter(where: Where) -> list[str]:
    """`mine stat open pri 1 by @ada since 2024-05-01`"""
    every = where.stat == tuple(Status)
    said = [name for name, given in (("all", every), ("mine", where.mine), ("stale", where.stale)) if given]
    for name in ("by", "started_by", "since", "until"):
        value = getattr(where, name)
        said += [f"{name.replace('_', ' ')} {value}"] if value else []
    for name in ("stat", "pri", "cat"):
        said += [f"{name} {value}" for value in getattr(where, name) or () if not (every and name == "stat")]
    return said


_SPELLED: dict[str, Callable[[Any], list[str]]] = {
    "CREATE": _create,
    "UPDATE": lambda action: ["update", _target(action), *_fields(action, *_CHANGES)],
    "CLOSE": lambda action: [f"close {_target(action)}" + (f", {_quoted(action.res)}" if action.res else "")],
    "bulk_update": _bulk,
    "VIEW": _view,
    "HISTORY": lambda action: ["history", action.id, *_fields(action, "page")],
    "UNDO": lambda action: ["undo", action.id],
    "DELETE": lambda action: ["delete", action.id],
    "EXPORT": lambda action: ["export", "csv" if action.format == "csv" else ""],
    "HELP": lambda _: ["help"],
    "USAGE": lambda _: ["usage"],
    "several": lambda action: ["\n".join(map(format_command, action.actions))],
}
