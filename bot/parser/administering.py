"""What is said about the bot rather than to a ticket: help, undo, and what is for admins or for nobody."""

from collections.abc import Callable

from bot.actions import Ask, Delete, Export, Help, Undo, Usage
from bot.parser import asks
from bot.parser.changing import changed
from bot.parser.message import Reading
from bot.parser.said import Said, sure
from bot.parser.slots import Slots
from bot.parser.words import gather

_LONGEST_EXPORT = 4  # export all tickets csv


def administered(said: Said) -> Reading | None:
    """The reading of a message that begins with one of these verbs; None for any other."""
    read = _READERS.get(said.lead.tags.get("verb", ""))
    return read(said, gather(said.body, said.source)) if read else None


def _help(said: Said, slots: Slots) -> Reading | None:  # noqa: ARG001  # as the other readers
    return sure(Help()) if slots.whole and not slots.ids else None


def _undo(said: Said, slots: Slots) -> Reading | None:
    if not slots.whole or set(slots.verbs) != {"undo"}:
        return None
    if "all" in slots.flags and not slots.ids:
        return sure(asks.unbounded())
    if len(slots.ids) > 1 or slots.bad:
        return sure(asks.bad_id(slots.bad[0], "undo") if slots.bad else asks.which("undo T042"))
    named = slots.ids or ([said.topic.id] if said.topic else [])
    return sure(Undo(id=named[0] if named else None))


def _usage(said: Said, slots: Slots) -> Reading | None:
    return for_admins(said, Usage()) if slots.whole and not slots.ids else None


def _export(said: Said, slots: Slots) -> Reading | None:
    if slots.ids or len(said.body) > _LONGEST_EXPORT:
        return None
    return for_admins(said, Export(format="csv" if said.body[-1].word == "csv" else "jsonl"))


def _delete(said: Said, slots: Slots) -> Reading | None:
    if slots.many and not slots.ids:
        return sure(asks.unbounded())
    if slots.bad:
        return sure(asks.bad_id(slots.bad[0], "delete"))
    ids = slots.ids or ([said.topic.id] if said.topic and (slots.whole or "pron" in slots.flags) else [])
    if len(ids) == 1 and slots.whole:
        return for_admins(said, Delete(id=ids[0]))
    if ids or slots.whole:
        return sure(asks.by_slash("delete a ticket", f"/ticket delete {ids[0] if ids else 'T042'}"))
    return None


def _cannot(said: Said, slots: Slots) -> Reading | None:
    if slots.whole and slots.values and slots.ids:  # assign T003 to infra
        slots.verbs = ["update" if verb == "cannot" else verb for verb in slots.verbs]
        return changed(said, slots)
    if slots.ids or slots.bad or {"pron", "noun"} & slots.flags.keys():
        return sure(asks.unsupported(f"{said.lead.word} tickets", tuple(slots.ids)))
    return None


def for_admins(said: Said, action: Delete | Export | Usage) -> Reading:
    """`action` where it was typed as a slash command; elsewhere, how to."""
    return sure(action if said.surface == "slash" else by_slash(action))


def by_slash(action: Delete | Export | Usage) -> Ask:
    if isinstance(action, Delete):
        return asks.by_slash("delete a ticket", f"/ticket delete {action.id}")
    if isinstance(action, Export):
        return asks.by_slash("export the tickets", "/ticket export")
    return asks.by_slash("see the usage", "/ticket usage")


_READERS: dict[str, Callable[[Said, Slots], Reading | None]] = {
    "help": _help,
    "undo": _undo,
    "usage": _usage,
    "export": _export,
    "delete": _delete,
    "cannot": _cannot,
}
