"""An action as the short command that gives it back: what a person could have typed, for no tokens at all."""

import json
from collections.abc import Callable
from typing import Any

from bot.actions import (
    Action,
    BulkUpdate,
    Changes,
    Close,
    Create,
    Delete,
    Export,
    Help,
    History,
    Several,
    Undo,
    Update,
    Usage,
    View,
    Where,
    write_action,
)
from store.models.tickets import Status


def format_command(action: Action | None) -> str:
    """The command for `action`, with quotation marks in its texts escaped; "" for ASK and NONE, which no command gives."""
    spelled = _SPELLED.get(type(action))
    return spelled(action) if spelled else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _fields(values: Any, *names: str) -> list[str]:
    """`pri 1`, `title "…"`: those of the fields that are given."""
    said = []
    for name in names:
        value = getattr(values, name)
        if value is not None:
            said.append(f"{name} {_quoted(value) if name in ('title', 'desc', 'res') else value}")
    return said


def _changes(changes: Changes) -> list[str]:
    return _fields(changes, "stat", "pri", "cat", "title", "desc", "res")


def _create(action: Create) -> str:
    title = _quoted(action.title) if action.title else "a ticket for this"
    return " ".join(["create", title, *_fields(action, "desc", "pri", "cat")])


def _update(action: Update) -> str:
    return " ".join(["update", _target(action), *_changes(action)])


def _target(action: Update | Close) -> str:
    return f"the {_quoted(action.about)} ticket" if action.about else action.id


def _close(action: Close) -> str:
    return f"close {_target(action)}" + (f", {_quoted(action.res)}" if action.res else "")


def _bulk(action: BulkUpdate) -> str:
    if action.tickets and len(action.tickets) > 1:
        return " ".join(["update", *action.tickets, *_changes(action.changes)])
    where = action.where
    plain = Where(**where.model_dump(include={"stat", "pri", "cat", "mine"})) if where else None
    if where is None or where == Where() or where != plain or where.stat == tuple(Status):
        return json.dumps(write_action(action), ensure_ascii=False)
    return " ".join(
        ["update all", *_filter(where), "tickets", *(f"to {change}" for change in _changes(action.changes))]
    )


def _view(view: View) -> str:
    ids = [view.id] if view.id else list(view.tickets or ())
    said = [*ids, *_filter(view), *([f"page {view.page}"] if view.page else [])]
    if view.text:
        said.append(f"about {_quoted(view.text)}")
    return " ".join(
        ["view", *(["stats"] if view.stats else []), *said] if said or view.stats else ["view", "tickets"]
    )


def _filter(where: Where) -> list[str]:
    """`mine stat open pri 1 by @ada since 2024-05-01`"""
    every = where.stat == tuple(Status)
    said = (["all"] if every else []) + (["mine"] if where.mine else []) + (["stale"] if where.stale else [])
    for name in ("by", "started_by", "since", "until"):
        value = getattr(where, name)
        said += [f"{name.replace('_', ' ')} {value}"] if value else []
    for name in ("stat", "pri", "cat"):
        said += [f"{name} {value}" for value in getattr(where, name) or () if not (every and name == "stat")]
    return said


def _history(action: History) -> str:
    return f"history {action.id}" + (f" page {action.page}" if action.page else "")


_SPELLED: dict[type, Callable[[Any], str]] = {
    Create: _create,
    Update: _update,
    Close: _close,
    BulkUpdate: _bulk,
    View: _view,
    History: _history,
    Undo: lambda action: f"undo {action.id}" if action.id else "undo",
    Delete: lambda action: f"delete {action.id}",
    Export: lambda action: "export csv" if action.format == "csv" else "export",
    Help: lambda _: "help",
    Usage: lambda _: "usage",
    Several: lambda action: "\n".join(map(format_command, action.actions)),
}
