"""What people say in a ticket's thread without the bot's mention: only a clear command counts, talk is left alone."""

from bot.actions import Action, Ask, Create, Nothing, Undo, View
from bot.parser import changing, showing
from bot.parser.explained import explained
from bot.parser.markers import settings
from bot.parser.message import Reading
from bot.parser.newcomers import requested
from bot.parser.said import Said, sure
from bot.parser.slots import Slots
from bot.parser.tokens import ID, QUOTE, Token
from bot.parser.words import gather

_SHOWN = frozenset(("view", "show", "status", "list"))  # what people do not say to each other
_PROMISES = frozenset(("consider", "call it"))  # `consider it done`
_TALK = Reading(Nothing(), sure=True, addressed=False)


def overheard(said: Said) -> Reading:
    """Sure, or talk."""
    if not said.body or said.question:
        return _TALK
    made = _created(said)
    if made or not _is_clear(said.lead):
        return made or _TALK
    slots = gather(said.body, said.source, targeted=said.topic is not None)
    action = _shown(said, slots) or _told(said) or _changed(said, slots)
    return sure(action) if action else _TALK


def _created(said: Said) -> Reading | None:
    """`create "a title"`"""
    titled = len(said.body) > 1 and said.body[1].kind == QUOTE
    titled = titled and (len(said.body) == 2 or settings(said.body[2:]) is not None)  # noqa: PLR2004  # a verb and a title
    reading = requested(said) if titled and said.lead.tags.get("verb") == "create" else None
    return reading if reading and reading.sure and isinstance(reading.action, Create) else None


def _is_clear(lead: Token) -> bool:
    """Whether a command to the bot begins so; `urgent`, `open` and `on it` people also say to each other."""
    if lead.word in _PROMISES:
        return False
    if lead.kind == ID or "field" in lead.tags or "clear" in lead.tags:
        return True
    if "pri" in lead.tags:
        return lead.word[-1].isdigit() or "pri" in lead.word
    return lead.tags.get("stat", "open") != "open" or lead.tags.get("verb") not in (None, "start")


def _shown(said: Said, slots: Slots) -> Action | None:
    """`view T032`; a bare `status` is said to somebody else."""
    if slots.verbs != ["view"] or not slots.whole or said.lead.word not in _SHOWN:
        return None
    reading = showing.shown(said, slots) if slots.ids or slots.values else None
    return reading.action if reading and reading.sure and isinstance(reading.action, View) else None


def _told(said: Said) -> Action | None:
    """`fixed in 2.3.1, closing`"""
    reading = explained(said) if said.lead.tags.get("stat") == "done" else None
    return reading.action if reading else None


def _changed(said: Said, slots: Slots) -> Action | None:
    if slots.verbs == ["undo"] and slots.whole:
        return Undo(id=slots.ids[0] if slots.ids else said.topic.id if said.topic else None)
    quoted = any(token.kind == QUOTE for token in said.body)
    noted = "curt" in said.lead.tags and said.body[-1].kind == QUOTE  # `resolve "patched in 4.2"`
    unsaid = slots.texts and not (quoted or any(token.word in (":", "=") for token in said.body))
    if not (noted or slots.ended in ("end", "mark")) or unsaid or ("pron" in slots.flags and not slots.verbs):
        return None
    reading = changing.changed(said, slots)
    if reading is None or not reading.sure or isinstance(reading.action, (Ask, Nothing, View)):
        return None
    return reading.action
