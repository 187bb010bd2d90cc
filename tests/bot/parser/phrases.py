"""The phrasebook: what people write, under the reading that it must have.

A line that begins with `=` is a reading, and every line after it a message, in a channel with the bot's mention unless it begins
with a place: `[slash]`, `[dm]`, `[T012]` (with a mention in that ticket's thread), `[overheard T012]` (there, without one).
`\\n` is a line break. A reading is an action, the tickets it is about, and conditions: `pri=1` is so, `res=` is missing,
`title~word|other` contains one of them. What is not mentioned is free in a CREATE, and must not be there in anything else. NOTHING is an ASK or a NONE.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from bot.actions import BulkUpdate, Close, Update, write_action
from bot.parser.message import Message, Reading, ThreadTicket
from store.models.tickets import Status

BOOK = Path(__file__).parent / "phrasebook"
BOT = "U0BOT"
_PLACE = re.compile(r"\[(slash|dm|overheard)?\s*(T\w+)?\]\s?(.*)", re.DOTALL)
_CONDITION = re.compile(r'(\w+)([=~])("[^"]*"|[^=~]*?(?=\s\w+[=~]|$))')
_FIELDS = (
    "stat",
    "pri",
    "cat",
    "title",
    "desc",
    "res",
    "text",
    "about",
    "mine",
    "by",
    "started_by",
    "since",
    "until",
    "stale",
    "stats",
    "page",
)


class Phrase(NamedTuple):
    reading: str
    line: str

    def __str__(self) -> str:
        return f"{self.line} = {self.reading}"


def phrases(name: str) -> Iterator[Phrase]:
    """The phrases in one file of the phrasebook."""
    reading = ""
    for line in (BOOK / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            reading = line.removeprefix("= ")
        elif line and not line.startswith("# "):
            yield Phrase(reading, line)


def message(line: str) -> Message:
    """The message that a line of the phrasebook stands for."""
    found = _PLACE.match(line)
    kind, ticket, text = (
        (found[1], found[2], found[3]) if found and (found[1] or found[2]) else ("", "", line)
    )
    text = text.replace("\\n", "\n")
    topic = ThreadTicket(ticket) if ticket else None
    if kind == "slash":
        return Message(text, "slash", topic)
    if kind == "dm":
        return Message(text, "dm")
    if kind == "overheard":
        return Message(text, "thread", topic, bot=BOT)
    return Message(f"<@{BOT}> {text}", "thread" if ticket else "mention", topic)


def meets(reading: Reading, wanted: str) -> bool:
    """Whether `reading` is what the `=` line `wanted` requires."""
    name, *rest = wanted.split(" ", 1)
    said = _comparable(reading)
    if name == "NOTHING":
        return said["action"] in ("ASK", "NONE")
    if name != said["action"]:
        return False
    conditions = " ".join(rest)
    ids = re.match(r"(?:T\w+\s*)*", conditions)
    tickets = ids[0].split() if ids else []
    if said["tickets"] != tickets:
        return False
    conditions = conditions[len(ids[0]) if ids else 0 :]
    return _fields_meet(said, conditions)


def _fields_meet(said: dict[str, Any], conditions: str) -> bool:
    given = {"mine"} if conditions.split(" ", maxsplit=1)[0] == "mine" else set()
    if given and not said["fields"].get("mine"):
        return False
    for name, sign, value in _CONDITION.findall(conditions):
        given.add(name)
        got = said["fields"].get(name)
        wanted = value.strip().strip('"')
        if sign == "~" and not any(
            word.casefold() in str(got or "").casefold() for word in wanted.split("|")
        ):
            return False
        if sign == "=" and _plain(got) != _plain(wanted):
            return False
    free = (
        {"stat", "res"}
        if said["action"] == "CLOSE"
        else {"res"}
        if said["fields"].get("stat") == "done"
        else set()
    )
    return said["action"] == "CREATE" or not set(said["fields"]) - given - free


def _comparable(reading: Reading) -> dict[str, Any]:
    """An action with its changes and filters as `fields`; CLOSE and BULK become the change that they make."""
    action = reading.action
    if not reading.sure and isinstance(action, (Update, Close, BulkUpdate)):
        return {"action": "NONE", "tickets": [], "fields": {}}
    data = write_action(action)
    name = data["action"].upper()
    if data.get("stat") == list(Status):
        del data["stat"]  # `view all`
    fields = dict(data.get("changes") or {key: data[key] for key in _FIELDS if key in data})
    tickets = [data["id"]] if "id" in data else list(data.get("tickets", ()))
    if name == "CLOSE":
        fields["stat"] = "done"
    if name == "CREATE":
        fields.setdefault("cat", "other")
    name = {"BULK_UPDATE": "BULK"}.get(name, name)
    if name == "UPDATE" and fields.get("stat") == "done" and set(fields) <= {"stat", "res"}:
        name = "CLOSE"
    return {"action": name, "tickets": tickets, "fields": fields}


def _plain(value: Any) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return " ".join(text.split()).strip(" .!?,;:\"'").casefold()
