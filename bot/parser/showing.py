"""What is to be shown: a ticket, a list, a history; and questions that one of them answers."""

from bot.actions import MOST_IDS, History, View
from bot.parser import asks, changes
from bot.parser.message import Reading, Topic
from bot.parser.said import CHANGING, Said, sure, unsure
from bot.parser.slots import EFFECTS, Slots, Value
from bot.parser.suggestions import nearest
from bot.parser.text import plain
from bot.parser.tokens import ID

_LONGEST_SEARCH = 200


def history(slots: Slots, topic: Topic | None) -> Reading:
    ids = changes.targets(slots, topic)
    return sure(History(id=ids[0], page=slots.page or None) if len(ids) == 1 else asks.which("history T042"))


def shown(said: Said, slots: Slots) -> Reading | None:
    """`show T003`, `list open infra`, `search VPN`."""
    if slots.bad or slots.wrong:
        return sure(
            asks.wrong_value(*slots.wrong, "view") if slots.wrong else asks.bad_id(slots.bad[0], "view")
        )
    if not set(slots.verbs) <= {"view"}:
        return None
    if slots.whole:
        nobody = "pron" in slots.flags and not (slots.ids or slots.values or said.topic)
        topic = None if "lists" in said.lead.tags else said.topic
        return sure(asks.which("view T042") if nobody else changes.view(slots, topic))
    if "search" in said.lead.tags and not slots.ids and not slots.values:
        return _searched(said, slots)
    guess = not slots.guard and (slots.ids or slots.values or slots.many)
    return unsure(changes.view(slots, said.topic), nearest(said.body, said.topic)) if guess else None


def answered(said: Said, slots: Slots) -> Reading | None:
    """A question: never a change. What shows the answer, where that is plain."""
    if slots.bad and slots.whole:
        return sure(asks.bad_id(slots.bad[0], "view"))
    if _asks_leave(said, slots):
        return sure(asks.instead(nearest(said.body, said.topic)))
    ids = slots.ids or _named(said)
    if ids:
        return sure(History(id=ids[0]) if "history" in slots.verbs else changes.view(Slots(ids=ids), None))
    if slots.whole and not slots.texts and set(slots.verbs) <= {"view", *EFFECTS}:
        return _listed(said, slots)
    return _looked_for(said, slots)


def _named(said: Said) -> list[str]:
    """The tickets that stand anywhere in a question; just over `MOST_IDS` if there are too many."""
    ids: dict[str, None] = {}
    for token in said.body:
        if token.kind == ID and len(ids) <= MOST_IDS:
            ids.update(dict.fromkeys(token.ids))
    return list(ids)


def _asks_leave(said: Said, slots: Slots) -> bool:
    """`close T003?`, `can we close it?`: a command that is asked about."""
    changing = not (CHANGING - {"update"}).isdisjoint(slots.verbs) or bool(slots.texts)
    changing = changing or ("update" in slots.verbs and slots.effective)
    asked = said.wish == "may" or (changing and slots.opened == "verb" and not said.lead.has("wh", "aux"))
    return (
        asked and (changing or bool(slots.values)) and bool(slots.ids or "pron" in slots.flags or said.topic)
    )


def _listed(said: Said, slots: Slots) -> Reading | None:
    """`what's open?`, `what did we close?`; in a thread, `what's the status?`"""
    slots.values += [Value("stat", EFFECTS[verb]) for verb in slots.verbs if verb in EFFECTS]
    described = slots.values or slots.flags.get("noun") == "many" or "mine" in slots.flags or slots.search
    this_one = "pron" in slots.flags or ("aux" in said.lead.tags and not slots.many)
    if described and not (said.topic and this_one):
        return sure(changes.view(slots, None))
    return sure(View(id=said.topic.id)) if said.topic else None


def _looked_for(said: Said, slots: Slots) -> Reading | None:
    """`do we have a ticket for the login bug?`"""
    if (
        slots.flags.get("noun") != "one"
        or slots.values
        or "aux" not in said.lead.tags
        or slots.rest >= len(said.body)
    ):
        return None
    leads = any("leads" in token.tags for token in said.body[: slots.rest])
    return _searched(said, slots) if leads else None


def _searched(said: Said, slots: Slots) -> Reading | None:
    """The words that are not accounted for are those to look for."""
    words = plain(said.source[said.body[slots.rest].start : said.body[-1].end]).strip(" .?!\"'“”")
    return sure(View(text=words[:_LONGEST_SEARCH])) if words else None
