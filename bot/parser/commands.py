"""Commands about tickets that there are: show, change, close; and questions that a list or a ticket answers."""

from bot.actions import Action, Ask, History, Nothing, Undo, View
from bot.parser import asks, changes, notes
from bot.parser.clauses import gather
from bot.parser.creating import names_a_part
from bot.parser.message import Reading, Topic
from bot.parser.refusals import CHANGING
from bot.parser.said import Said, sure, unsure
from bot.parser.slots import Slots, Value
from bot.parser.suggestions import nearest
from bot.parser.text import plain
from bot.parser.tokens import ID, PICTURE

_FILTER = {"close": "done", "start": "prog", "reopen": "open"}
_SEARCHING = frozenset(
    ("search", "search for", "find", "look up", "lookup", "suche", "suche nach", "busca", "buscar", "cherche", "chercher", "procura", "procurar", "find me")
)


def command(said: Said) -> Reading | None:
    """The reading of `said` as a question or command about tickets; None where it is neither."""
    lead = said.lead.tags
    if "verb" in lead and names_a_part(said.body, 0) and not any(token.kind == ID for token in said.body):
        return None
    slots = gather(said.body, said.source, targeted=said.topic is not None)
    if slots.guard == "neg" and not slots.ids and not said.topic:
        return None
    asking = (said.question and not said.asked) or "wh" in lead or "count" in lead or ("aux" in lead and "verb" not in lead)
    if asking:
        return _answered(said, slots)
    if "history" in slots.verbs and slots.whole and not slots.bad:
        return history(slots, said.topic)
    if slots.verbs[:1] == ["view"] or (slots.page and not slots.effective) or _is_list(slots, said):
        return _shown(said, slots)
    return change(said, slots)


def history(slots: Slots, topic: Topic | None) -> Reading:
    ids = changes.targets(slots, topic)
    return sure(History(id=ids[0], page=slots.page or None) if len(ids) == 1 else asks.which("history"))


# -- to show


def _is_list(slots: Slots, said: Said) -> bool:
    """`open infra tickets`, `my tickets`, `p1`: filters and nothing else."""
    if not slots.whole or slots.ids or slots.texts or slots.bad or set(slots.verbs) - {"view"}:
        return False
    if any(value.marked for value in slots.values) or slots.named or "pron" in slots.flags:
        return False
    return slots.many or "mine" in slots.flags or (bool(slots.values) and said.topic is None)


def _shown(said: Said, slots: Slots) -> Reading | None:
    if slots.bad:
        return sure(asks.bad_id(slots.bad[0], "view"))
    if slots.wrong:
        return sure(asks.wrong_value(*slots.wrong, ()))
    only = set(slots.verbs) <= {"view"}
    if slots.whole and only and "pron" in slots.flags and not (slots.ids or slots.values or said.topic):
        return sure(asks.which("view"))
    if slots.whole and only:
        return sure(changes.view(slots, said.topic))
    if only and said.lead.word in _SEARCHING and not slots.ids and not slots.values:
        words = plain(said.source[said.body[slots.rest].start : said.body[-1].end]).strip(" .?!\"'“”")
        return sure(View(text=words[:200])) if words else None
    if only and not slots.guard and (slots.ids or slots.values or slots.many):
        return unsure(changes.view(slots, said.topic), nearest(said.body, said.topic))
    return None


def _answered(said: Said, slots: Slots) -> Reading | None:
    """A question: never a change. What shows the answer, where that is plain."""
    commands = bool(CHANGING - {"update"} & set(slots.verbs)) or ("update" in slots.verbs and slots.effective) or bool(slots.texts)
    if slots.bad and slots.whole:
        return sure(asks.bad_id(slots.bad[0], "view"))
    if said.wish == "may" or (commands and slots.opened == "verb" and not {"wh", "aux"} & said.lead.tags.keys()):
        if (commands or slots.values) and (slots.ids or "pron" in slots.flags or said.topic):
            return sure(asks.instead(nearest(said.body, said.topic)))
    ids = slots.ids or [ticket for token in said.body for ticket in token.ids]
    if "history" in slots.verbs and ids:
        return sure(History(id=ids[0]))
    if ids:
        return sure(changes.view(Slots(ids=ids), None))
    if slots.whole and not slots.texts and set(slots.verbs) <= {"view", *_FILTER}:
        for verb in slots.verbs:
            if verb in _FILTER:
                slots.values.append(Value("stat", _FILTER[verb]))
        if slots.values or slots.flags.get("noun") == "many" or "mine" in slots.flags or slots.search:
            if not (said.topic and "pron" in slots.flags):
                return sure(changes.view(slots, None))
        if said.topic:
            return sure(View(id=said.topic.id))
    return _looked_for(said, slots)


def _looked_for(said: Said, slots: Slots) -> Reading | None:
    """`do we have a ticket for the login bug?`"""
    before = said.body[slots.rest - 1] if 0 < slots.rest < len(said.body) else said.lead
    if slots.flags.get("noun") != "one" or slots.values or not {"about", "glue"} & before.tags.keys() or "aux" not in said.lead.tags:
        return None
    if not any(token.word in ("for", "für", "para", "pour") for token in said.body[: slots.rest]):
        return None
    words = plain(said.source[said.body[slots.rest].start : said.body[-1].end]).rstrip(" ?!.")
    return sure(View(text=words[:200])) if words else None


# -- to change


def change(said: Said, slots: Slots) -> Reading | None:
    """A change, or what is missing for one; None where it does not look like a command."""
    allowed = CHANGING | {"create"} if slots.texts else CHANGING
    if set(slots.verbs) - allowed or not (slots.effective or slots.verbs or slots.ids or slots.bad or slots.wrong):
        return None
    other = any(value.field == "cat" and value.value == "other" and not value.marked for value in slots.values)
    if {"wh", "aux", "count", "or"} & slots.flags.keys() or slots.page or other:
        return unsure(asks.unclear(nearest(said.body, said.topic))) if slots.ids else None
    if slots.bad:
        return sure(asks.bad_id(slots.bad[0], _verb(slots))) if slots.whole or slots.ended != "stuck" or slots.verbs else None
    if slots.wrong and (slots.ids or slots.verbs or said.topic):
        return sure(asks.wrong_value(*slots.wrong, changes.targets(slots, said.topic)))
    if said.wish == "may" and (slots.ids or said.topic) and slots.whole:
        return sure(asks.instead(nearest(said.body, said.topic)))
    if slots.many and not slots.ids and (slots.effective or slots.verbs):
        return _unnamed(slots)
    if slots.whole:
        return _applied(said, slots, "")
    note = notes.note(slots, said.body, said.source, said.topic)
    if note.found:
        return _applied(said, slots, note.text)
    return _left_over(said, slots, note)


def _verb(slots: Slots) -> str:
    """The word of the command for a hint."""
    known = next((verb for verb in slots.verbs if verb in ("close", "start", "reopen", "update")), "")
    return known or ("update" if slots.values else "")


def _unnamed(slots: Slots) -> Reading | None:
    """`close all open doc tickets`: by filter, if that is all that is said."""
    if slots.whole and not slots.guard:
        return sure(changes.by_filter(slots))
    if slots.verbs or "all" in slots.flags:
        return sure(asks.unbounded())
    return None


def _left_over(said: Said, slots: Slots, note: notes.Note) -> Reading | None:
    hint = nearest(said.body, said.topic)
    targeted = bool(slots.ids) or "pron" in slots.flags
    if note.later and targeted:
        return sure(asks.later(hint))
    if slots.ids:
        return unsure(asks.unclear(hint), hint)
    return None


def _applied(said: Said, slots: Slots, note: str) -> Reading | None:
    topic = said.topic
    hint = nearest(said.body, topic)
    try:
        values = changes.effects(slots)
    except changes.ConflictError:
        return unsure(asks.one_at_a_time(hint), hint)
    ids = changes.targets(slots, topic)
    if not ids:
        return _untargeted(slots)
    if {"raise", "lower"} & set(slots.verbs) and "pri" not in values:
        return sure(asks.instead(f"update {' '.join(ids)} pri {1 if 'raise' in slots.verbs else 3}"))
    if slots.asap and not values:
        values["pri"] = 1
    if not values:
        return _without_change(slots, ids, topic, doubtful=slots.former or any(token.kind == PICTURE for token in said.body))
    if note:
        values.setdefault("res", note)
    return sure(changes.change(ids, values))


def _untargeted(slots: Slots) -> Reading | None:
    if slots.verbs == ["note"]:
        return None
    if slots.verbs or "pron" in slots.flags:
        return sure(asks.which(_verb(slots) or "close"))
    return None


def _without_change(slots: Slots, ids: tuple[str, ...], topic: Topic | None, *, doubtful: bool) -> Reading | None:
    """`T003`, `priority of T003`, `update T003`"""
    if slots.verbs:
        return sure(asks.no_change(ids))
    if slots.ids:
        return Reading(changes.view(slots, topic), sure=not doubtful)
    return None


# -- talk among people in a ticket's thread


def overheard(said: Said) -> Action | None:
    """A clear command in words that nobody directed at the bot; None for talk."""
    if not said.body:
        return None
    lead = said.lead
    begins = lead.kind == ID or bool({"verb", "stat", "pri", "field"} & lead.tags.keys())
    if not begins or said.question:
        return None
    slots = gather(said.body, said.source, targeted=said.topic is not None)
    clear = slots.whole or slots.ended == "mark"
    if not clear or set(slots.verbs) - CHANGING - {"undo"} or "pron" in slots.flags and not slots.verbs:
        return None
    if slots.verbs == ["undo"]:
        return Undo(id=slots.ids[0] if slots.ids else None) if slots.whole else None
    reading = change(said, slots)
    if reading is None or not reading.sure or isinstance(reading.action, (Ask, Nothing, View)):
        return None
    return reading.action
