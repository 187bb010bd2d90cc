"""Commands other than creating, viewing and changing tickets: help, undo, admin commands, and what nobody can do."""

from collections.abc import Callable

from bot.actions import Action, Ask, Delete, Export, Help, Undo, Usage
from bot.parser.message import Reading, Surface
from bot.parser.rules import questions
from bot.parser.rules.certainty import tells_tickets_apart
from bot.parser.rules.commands import build
from bot.parser.rules.commands.changes import read_change
from bot.parser.rules.commands.slot_filling import gather
from bot.parser.rules.commands.slots import Slots
from bot.parser.rules.create.tickets import read_report
from bot.parser.rules.language.lexer import Kind, Token
from bot.parser.rules.language.lexicon import load_word_set
from bot.parser.rules.language.roles import FUNCTION_WORDS, Role
from bot.parser.rules.utterance import Utterance, sure

_EMPTY = {"res": "", "note": "", "desc": "", "pri": 2, "cat": "other"}  # values of emptied fields
_EXCUSES = load_word_set("excuses")
_SILENT = (Kind.MARK, Kind.LINE, Kind.PICTURE)
_FORMS = ("csv", "json", "jsonl", "file", "lines")
_EVERYTHING = (Role.NOUN, Role.ALL, Role.TO)


def read_admin_command(utterance: Utterance) -> Reading | None:
    """The reading of a message that begins with one of these verbs; None for any other."""
    read = _READERS.get(utterance.lead.verb)
    return read(utterance, gather(utterance.body, utterance.source)) if read else None


def read_undo(utterance: Utterance, slots: Slots) -> Reading | None:
    """`undo T014`, `undo that, wrong ticket`. `redo`, and an `undo` with anything else behind it, are only offered."""
    if set(slots.verbs) not in ({"undo"}, {"redo"}) or slots.ended not in ("end", "mark"):
        return None
    if "all" in slots.flags and not slots.ids:
        return sure(questions.UNBOUNDED)
    if slots.bad_ids:
        return sure(questions.bad_id(slots.bad_ids[0], "undo"))
    if len(slots.ids) > 1:
        return sure(questions.which("undo T042"))
    undo = Undo(id=next(iter(build.targets(slots, utterance.thread)), None))
    empty = (*FUNCTION_WORDS, Role.OOPS, Role.AUX, Role.ID)
    words = [token.word for token in utterance.body[1:] if not (token.kind in _SILENT or token.has(*empty))]
    plain = " ".join(words) in _EXCUSES or (slots.complete and set(words) <= {"ticket"})
    if not plain or tells_tickets_apart(utterance.raw, several=False):
        report = read_report(utterance)
        return sure(questions.offer(undo, report.action if report else None))
    return sure(undo if slots.verbs == ["undo"] else questions.offer(undo, msg=questions.REDO))


def _export(utterance: Utterance, _: Slots) -> Reading | None:
    said = (token for token in utterance.body[1:] if token.kind not in _SILENT)
    if not all(token.word in _FORMS or token.has(*FUNCTION_WORDS, *_EVERYTHING) for token in said):
        return None  # `export infra`
    export = Export(format="csv" if utterance.body[-1].word == "csv" else "jsonl")
    return restrict_to_admins(export, utterance.surface)


def _delete(utterance: Utterance, slots: Slots) -> Reading | None:
    if slots.bad_ids:
        return sure(questions.bad_id(slots.bad_ids[0], "delete"))
    here = utterance.thread if slots.complete or "pron" in slots.flags else None
    ids = slots.ids or ([here.id] if here else [])
    begin = int(Role.FIELD not in utterance.lead.tags)  # `clear the note`
    if ids and (parts := [token for token in utterance.body[begin:] if not _is_whole_ticket(token)]):
        fields = (token.tags.get(Role.FIELD) or token.verb for token in parts)
        empty = next((field for field in fields if field in _EMPTY), "")
        change = build.change(tuple(ids), {empty.replace("note", "res"): _EMPTY[empty]}) if empty else None
        return sure(questions.not_removable(ids[0], change))
    if len(ids) == 1 and slots.complete:
        return restrict_to_admins(Delete(id=ids[0]), utterance.surface)
    if len(ids) > 1 or (slots.many and not ids):
        return sure(questions.one_deletion(ids[0] if ids else "T042"))
    return sure(_deletion(ids[0] if ids else "T042")) if ids or slots.complete else None


def _is_whole_ticket(token: Token) -> bool:
    """Whether the token belongs to `the ticket T014 please`, not to a part of it or a place: `the note of`, `from my list`."""
    if token.kind == Kind.ID or token.kind in _SILENT:
        return True
    part = token.has(Role.FIELD, Role.MINE, Role.INDIRECT)
    return token.has(*FUNCTION_WORDS, Role.NOUN, Role.ALL) and not part


def _cannot(utterance: Utterance, slots: Slots) -> Reading | None:
    if slots.complete and slots.values and (slots.ids or utterance.thread):  # assign T003 to infra
        slots.verbs = ["update" if verb == "cannot" else verb for verb in slots.verbs]
        return read_change(utterance, slots)
    if slots.ids and utterance.lead.word == "assign" and utterance.body[-1].word in ("me", "myself"):
        return sure(build.change(tuple(slots.ids), {"stat": "prog"}))  # `assign T014 to me`
    reminds = utterance.lead.word == "remind" and any(token.word == "me" for token in utterance.body[1:2])
    named = slots.ids or slots.bad_ids or {"pron", "noun"} & slots.flags.keys()
    if named or reminds or (slots.complete and utterance.thread):
        return sure(questions.unsupported(utterance.lead.word, tuple(slots.ids)))
    return None


def restrict_to_admins(action: Action, surface: Surface) -> Reading:
    """`action`. An admin's action works only as a slash command; elsewhere, a question that says how to type it."""
    if surface == "slash" or not isinstance(action, (Delete, Export, Usage)):
        return sure(action)
    if isinstance(action, Delete):
        return sure(_deletion(action.id))
    what = "export the tickets" if isinstance(action, Export) else "see the usage"
    return sure(questions.by_slash(what, f"/ticket {action.action.lower()}"))


def _deletion(ticket_id: str) -> Ask:
    return questions.by_slash("delete a ticket", f"/ticket delete {ticket_id}", f"close {ticket_id}")


_READERS: dict[str, Callable[[Utterance, Slots], Reading | None]] = {
    "help": lambda _, slots: sure(Help()) if slots.complete and not slots.ids else None,
    "undo": read_undo,
    "redo": read_undo,
    "usage": lambda utterance, slots: (
        restrict_to_admins(Usage(), utterance.surface) if slots.complete and not slots.ids else None
    ),
    "export": _export,
    "delete": _delete,
    "cannot": _cannot,
}
