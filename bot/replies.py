"""Answers as compressed JSON, made from fixed templates."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.actions import View
from store.models.tickets import Ticket

Code = Literal["ok", "nf", "er", "up"]

TEMPLATES = {
    "created": '{"status":"ok","action":"created","data":%s}',
    "updated": '{"status":"ok","action":"updated","data":%s}',
    "closed": '{"status":"ok","action":"closed","data":%s}',
    "unchanged": '{"status":"ok","action":"unchanged","data":%s}',
    "deleted": '{"status":"ok","action":"deleted","data":%s}',
    "undone": '{"status":"ok","action":"undone","data":%s}',
    "posted": '{"status":"ok","action":"posted","data":%s}',
    "exported": '{"status":"ok","action":"exported","data":%s}',
    "one": '{"status":"ok","data":%s}',
    "list": '{"status":"ok","count":%d,"data":%s}',
    "page": '{"status":"ok","count":%d%s,"page":%d,"pages":%d,"data":%s}',
    "stats": '{"status":"ok","action":"stats","data":%s}',
    "history": '{"status":"ok","action":"history","count":%d,"data":%s}',
    "usage": '{"status":"ok","action":"usage","count":%d,"data":%s}',
    "preview": '{"status":"ok","action":"preview","count":%d,"data":%s}',
    "bulk_updated": '{"status":"up","action":"bulk_updated","count":%d,"data":%s}',
    "missing": '{"status":"nf","msg":%s}',
    "error": '{"status":"er","msg":%s}',
    "choices": '{"status":"er","msg":%s,"data":%s}',
    "several": '{"status":"ok","action":"several","data":[%s]}',
    "help": '{"status":"ok","action":"help"}',
    "none": '{"status":"ok","action":"none"}',
}


@dataclass(frozen=True, slots=True)
class Reply:
    """`json` is the answer that programs read; `kind` is the key of its template."""

    kind: str
    json: str

    @property
    def code(self) -> Code:
        if self.kind == "bulk_updated":
            return "up"
        return {"missing": "nf", "error": "er", "choices": "er"}.get(self.kind, "ok")  # type: ignore[return-value]  # the three literals

    @property
    def data(self) -> dict[str, Any]:
        """The reply as a decoded object."""
        return dict(json.loads(self.json))


def _dumps(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _fields(ticket: Ticket, names: Iterable[str]) -> dict[str, Any]:
    """The ticket's non-empty fields as JSON values, in the order of `names`."""
    values = ((name, getattr(ticket, name)) for name in names)
    return {
        name: value.isoformat() if name == "created" else value for name, value in values if value is not None
    }


_SHOWN = ("id", "title", "desc", "cat", "pri", "stat", "created", "res")


def created(ticket: Ticket) -> Reply:
    return Reply("created", TEMPLATES["created"] % _dumps(_fields(ticket, _SHOWN)))


def changed(
    kind: Literal["updated", "closed", "undone", "posted"], ticket_id: str, after: Mapping[str, Any]
) -> Reply:
    """Only the changed fields, in a fixed order. None means that the field is now empty."""
    order = [name for name in ("stat", "res", "title", "desc", "cat", "pri") if name in after]
    return Reply(kind, TEMPLATES[kind] % _dumps({"id": ticket_id} | {name: after[name] for name in order}))


def id_only(kind: Literal["unchanged", "deleted"], ticket_id: str) -> Reply:
    return Reply(kind, TEMPLATES[kind] % _dumps({"id": ticket_id}))


def one(ticket: Ticket) -> Reply:
    return Reply("one", TEMPLATES["one"] % _dumps(_fields(ticket, _SHOWN)))


def listed(
    tickets: Sequence[Ticket], count: int, page: int, pages: int, query: View, *, more: bool = False
) -> Reply:
    """One row per ticket. Status and category are left out if the query fixes them; priority stays, because the list is
    sorted by it. `more`: there are more than `count`, which was as far as the store counted."""
    names = ["id", "title", "cat", "pri", "stat"]
    names = [name for name in names if name not in ("cat", "stat") or len(getattr(query, name) or ()) != 1]
    data = _dumps([_fields(ticket, names) for ticket in tickets])
    if pages > 1:
        beyond = ',"more":true' if more else ""
        return Reply("page", TEMPLATES["page"] % (count, beyond, page, pages, data))
    return Reply("list", TEMPLATES["list"] % (count, data))


def stats(counts: Mapping[str, int]) -> Reply:
    """The number of tickets in each status; `high` counts the open ones of high priority."""
    return Reply("stats", TEMPLATES["stats"] % _dumps(dict(counts)))


def bulk(ids: Sequence[str]) -> Reply:
    return Reply("bulk_updated", TEMPLATES["bulk_updated"] % (len(ids), _dumps(list(ids))))


def preview(ids: Sequence[str]) -> Reply:
    return Reply("preview", TEMPLATES["preview"] % (len(ids), _dumps(list(ids))))


def many(kind: Literal["history", "usage"], count: int, rows: Sequence[Mapping[str, Any]]) -> Reply:
    return Reply(kind, TEMPLATES[kind] % (count, _dumps(list(rows))))


def exported(form: str, count: int) -> Reply:
    return Reply("exported", TEMPLATES["exported"] % _dumps({"format": form, "count": count}))


def missing(ticket_id: str) -> Reply:
    """The same bytes for an id that does not exist and for one that the person may not see."""
    return Reply("missing", TEMPLATES["missing"] % _dumps(ticket_id))


def error(message: str) -> Reply:
    return Reply("error", TEMPLATES["error"] % _dumps(message))


def choices(message: str, commands: Sequence[str]) -> Reply:
    """A question and the commands the person may have meant."""
    return Reply("choices", TEMPLATES["choices"] % (_dumps(message), _dumps(list(commands))))


def several(parts: Sequence[Reply]) -> Reply:
    """The replies to several commands, in order."""
    return Reply("several", TEMPLATES["several"] % ",".join(part.json for part in parts))


HELP = Reply("help", TEMPLATES["help"])
NONE = Reply("none", TEMPLATES["none"])
