"""Exports every ticket as a line of JSON or CSV."""

import csv
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from store.models.tickets import Record
from store.progress import Progress, ignore_progress
from store.protocol import TicketStore
from store.transfer.columns import COLUMNS, Form, guard_formula, is_blank

_NOTHING = (None, "", False)
_OF_ORIGIN = ("team", "message", "thread", "source_author", "source_link")
# Line breaks to some programs but not to JSON, and lone surrogates, which UTF-8 cannot encode.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


async def export(
    store: TicketStore,
    write: Callable[[str], object],
    form: Form = "jsonl",
    *,
    names: Mapping[str, str] | None = None,
    progress: Progress = ignore_progress,
) -> int:
    """Write every ticket that is not deleted, in id order. Returns their number.

    `names` are people's names by id. The output can be encoded as UTF-8.
    """
    write_row = csv.writer(SimpleNamespace(write=write)).writerow
    if form == "csv":
        write_row(COLUMNS)
    done, after = 0, ""
    while records := await store.scan(after):
        for record in records:
            values = _values(record, names or {})
            if form == "csv":
                write_row([_cell(values[name]) for name in COLUMNS])
            else:
                write(_json_line(values))
        done += len(records)
        after = records[-1].ticket.id
        progress(done, 0)
    return done


def _values(record: Record, names: Mapping[str, str]) -> dict[str, Any]:
    ticket, origin = record.ticket.model_dump(mode="json"), record.origin
    return {
        **ticket,
        "title": "(no title)" if is_blank(ticket["title"]) else ticket["title"],
        "author": origin.user_id,
        "author_name": names.get(origin.user_id),
        "created_at": _iso(origin.timestamp),
        "started_by": record.started_by,
        "started_by_name": names.get(record.started_by),
        "closed_at": _iso(record.closed_at),
        "channel": record.channel,
        "private": record.private,
        **{name: getattr(origin, name) for name in _OF_ORIGIN},
    }


def _iso(timestamp: Any) -> str | None:
    """`timestamp` in ISO 8601; None if it is no valid time."""
    with suppress(TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(timestamp, UTC).isoformat().replace("+00:00", "Z")
    return None


def _json_line(values: Mapping[str, Any]) -> str:
    said = {key: values[key] for key in COLUMNS if values[key] not in _NOTHING}
    text = json.dumps(said, ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _cell(value: Any) -> Any:
    if value in _NOTHING:
        return ""
    if isinstance(value, str):
        return guard_formula(value.encode("utf-8", "replace").decode())
    return "true" if value is True else value
