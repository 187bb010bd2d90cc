"""An action as the short command that gives it back: what a person could have typed, for no tokens at all."""

import json
from collections.abc import Iterable
from typing import Any

from bot.actions import (
    Action,
    Ask,
    BulkUpdate,
    Changes,
    Close,
    Create,
    Delete,
    Export,
    Help,
    History,
    Nothing,
    Undo,
    Update,
    Usage,
    View,
    Where,
)
from bot.actions import write_action


def spell(action: Action) -> str:
    """The command for `action`; "" for ASK and NONE, which no command gives."""
    match action:
        case Create():
            return " ".join(["create", _quoted(action.title), *_fields(action, ("pri", "cat", "desc"))])
        case Update():
            return " ".join(["update", action.id, *_changes(action)])
        case Close():
            return f"close {action.id}" + (f", res: {_quoted(action.res)}" if action.res else "")
        case View():
            return _view(action)
        case BulkUpdate() if action.tickets and len(action.tickets) > 1:
            return " ".join(["update", *action.tickets, *_changes(action.changes)])
        case BulkUpdate():
            return json.dumps(write_action(action), ensure_ascii=False)
        case History():
            return f"history {action.id}" + (f" page {action.page}" if action.page else "")
        case Undo():
            return f"undo {action.id}" if action.id else "undo"
        case Delete():
            return f"delete {action.id}"
        case Export():
            return "export csv" if action.format == "csv" else "export"
        case Help():
            return "help"
        case Usage():
            return "usage"
        case Ask() | Nothing():
            return ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _fields(values: Any, names: Iterable[str]) -> list[str]:
    said = []
    for name in names:
        value = getattr(values, name)
        if value is not None:
            said.append(f"{name} {_quoted(value)}" if name in ("title", "desc", "res") else f"{name} {value}")
    return said


def _changes(changes: Changes) -> list[str]:
    return _fields(changes, ("stat", "pri", "cat", "title", "desc", "res"))


def _view(view: View) -> str:
    said = ["view"]
    if view.id:
        said.append(view.id)
    said += view.tickets or ()
    said += _filters(view)
    if view.page:
        said.append(f"page {view.page}")
    return " ".join(said) if len(said) > 1 else "view all"


def _filters(where: Where) -> list[str]:
    said = ["mine"] if where.mine else []
    for name in ("stat", "pri", "cat"):
        values = getattr(where, name)
        said += [f"{name} {value}" for value in values or ()]
    if where.text:
        said.append(f"about {_quoted(where.text)}")
    return said
