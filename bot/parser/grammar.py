"""The rules: one message in, their best reading out, and whether they are sure of it. No network, no clock, no error."""

import re
from dataclasses import replace

from bot.actions import Action, Ask, Create, Delete, Export, Help, History, Nothing, Undo, Usage, View
from bot.parser import asks, changes, creating, notes, questions, reporting, suggestions
from bot.parser.categories import categorise
from bot.parser.manners import Opening, asks_something, opening, spoken, without_mentions
from bot.parser.message import Message, Reading, Topic
from bot.parser.slots import Slots, gather
from bot.parser.spelling import spell
from bot.parser.text import plain
from bot.parser.titles import Draft, draft
from bot.parser.tokens import BAD, CODE, FORWARD, ID, LINE, MARK, PICTURE, QUOTE, Token, tokenize
from bot.parser.typed import typed
from bot.parser.vocabulary import COMMANDS

_LABEL = re.compile(r"^\s*(?:assistant|user|human|ai|system prompt)\s*:", re.IGNORECASE | re.MULTILINE)
_FORWARDED = re.compile(r"^\s*(?:fwd?|forwarded(?: message)?|-+ ?(?:forwarded|original) message ?-+)\s*:?", re.IGNORECASE)
_NOTHING = Nothing()
_EMPTY = frozenset((LINE, PICTURE))
_COMMANDS = frozenset(("close", "start", "reopen", "update", "raise", "lower", "rename", "note"))


def read(message: Message) -> Reading:
    """What the rules make of `message`. Any text at all gives a reading."""
    text, bot, mentioned = spoken(message)
    if message.surface == "thread" and not mentioned:
        return _overheard(text, message.thread)
    if not text or text.isspace():
        return Reading(Help(), sure=True)
    action = typed(text)
    if action is not None:
        return _given(action, message)
    raw = tokenize(text)
    if bot:
        raw = without_mentions(raw, bot)
    return _Rules(text, raw, message).read()


def _overheard(text: str, topic: Topic | None) -> Reading:
    """Talk in a thread: only a clear command counts."""
    tokens = COMMANDS.tag(tokenize(text))
    slots = gather(tokens, text)
    first = tokens[0].tags if tokens else {}
    clear = (
        ("verb" in first or "stat" in first or "field" in first or (tokens and tokens[0].kind == ID) or "pri" in first)
        and slots.opened
        and slots.verbs[:1] not in (["view"], ["history"], ["create"], ["help"])
        and not slots.guard
        and "question" not in slots.flags
        and (slots.ended == "end" or slots.rest > 0)
    )
    if clear:
        reading = _Rules(text, tokens, Message(text, "thread", topic), tagged=tokens).changed(slots, 0)
        if reading and reading.sure and not isinstance(reading.action, (Ask, Nothing)):
            return reading
    return Reading(_NOTHING, sure=True, addressed=False)


def _given(action: Action, message: Message) -> Reading:
    """JSON that somebody typed, as they typed it."""
    if isinstance(action, (Delete, Export, Usage)) and message.surface != "slash":
        return Reading(_by_slash(action), sure=True)
    if isinstance(action, Create):
        given = {"pri": action.pri or 2, "cat": action.cat or categorise(action.title)}
        action = action.model_copy(update=given)
        return Reading(action, sure=True, uncategorised=action.cat is None)
    return Reading(action, sure=True)


def _by_slash(action: Delete | Export | Usage) -> Ask:
    return asks.by_slash({"DELETE": "delete a ticket", "EXPORT": "export tickets"}.get(action.action, "see the usage"), f"/ticket {spell(action)}")


class _Rules:
    """The recognisers, in their order, over one message."""

    def __init__(self, source: str, raw: list[Token], message: Message, tagged: list[Token] | None = None) -> None:
        self.source, self.raw, self.message = source, raw, message
        self.topic = message.thread
        self.tokens = tagged if tagged is not None else COMMANDS.tag(raw)
        self.open = Opening()

    def read(self) -> Reading:
        early = self._nothing_said()
        if early:
            return early
        self.open = opening(self.tokens)
        body = self.tokens[self.open.at :]
        if not body:
            return self._sure(_NOTHING)
        lead = body[0].tags
        question = asks_something(body)
        if "neg" in lead and lead["neg"] == "order" and "pri" not in lead:
            return self._forbidden(body)
        if "cond" in lead and not self.open.asked and self._conditional(body):
            slots = gather(body, self.source)
            return self._sure(asks.later(self._command(body)))
        if not self.open.asked and ("howto" in lead or "modal" in lead):
            return self._asked_about(body)
        return (
            self._administered(body)
            or self._created(body, question)
            or self._commanded(body, question)
            or self._reported(body, question)
            or self._unclear(body, question)
        )

    # -- nothing to do

    def _nothing_said(self) -> Reading | None:
        said = [token for token in self.raw if token.kind not in _EMPTY]
        words = [token for token in said if token.kind != MARK]
        if not words:
            if any(token.word == "?" for token in said) or not self.raw:
                return self._sure(Help())
            return self._sure(_NOTHING)
        if all(token.kind in (FORWARD, CODE) for token in words):
            return self._sure(_NOTHING)
        if _LABEL.search(self.source):
            return self._sure(_NOTHING)
        if _FORWARDED.match(self.source):
            return Reading(_NOTHING, sure=False, hint="forwarded text")
        if all("talk" in token.tags or token.kind in _EMPTY or (token.kind == MARK and token.word != "?") for token in self.tokens):
            return self._talk()
        return None

    def _talk(self) -> Reading | None:
        first = next((token for token in self.tokens if token.tags), None)
        commands = first is not None and ("verb" in first.tags or "stat" in first.tags)
        return None if commands else self._sure(_NOTHING)

    def _forbidden(self, body: list[Token]) -> Reading:
        """`don't close T003`, `keep it open`; a command after it is somebody else's to judge."""
        rest = next((at for at, token in enumerate(body) if at and token.kind in (MARK, LINE) and token.word in ",;.\n" or "but" in token.tags), len(body))
        later = body[rest + 1 :]
        command = any(_COMMANDS & {token.tags.get("verb", "")} or "opens" in token.tags for token in later[:3]) or any(token.kind == ID for token in later)
        about = any("verb" in token.tags or token.kind in (ID, BAD) or "stat" in token.tags or "pron" in token.tags or "noun" in token.tags for token in body)
        if command or not about:
            reported = None if command else self._reported(body, False)
            return reported or Reading(_NOTHING, sure=False, hint="begins with a negation")
        return self._sure(_NOTHING)

    def _conditional(self, body: list[Token]) -> bool:
        ids = any(token.kind in (ID, BAD) for token in body)
        return ids or any(_COMMANDS & {token.tags.get("verb", "")} and "stat" not in token.tags and at and (body[at - 1].word in (",", "then") or "request" in body[at - 1].tags) for at, token in enumerate(body))

    def _asked_about(self, body: list[Token]) -> Reading:
        """`should we close T003?`, `how do I close a ticket?`"""
        if "howto" in body[0].tags and not any(token.kind in (ID, BAD) for token in body):
            known = any({"verb", "noun", "opens"} & token.tags.keys() for token in body[1:4])
            return self._sure(Help()) if known else Reading(_NOTHING, sure=not reporting.report(self.raw, body, question=False, asked=False))
        if any(token.kind in (ID, BAD) or "verb" in token.tags or "pron" in token.tags or "opens" in token.tags for token in body[1:]):
            return self._sure(asks.instead(self._command(body)))
        return Reading(_NOTHING, sure=False, hint="a question")

    def _command(self, body: list[Token]) -> str:
        """The command that the words of `body` come closest to, for a hint."""
        return suggestions.nearest(body, self.topic)

    # -- for admins, and what there is not

    def _administered(self, body: list[Token]) -> Reading | None:
        verb = body[0].tags.get("verb", "")
        if verb not in ("help", "undo", "history", "delete", "export", "usage", "cannot"):
            return None
        slots = gather(body, self.source)
        ids = changes.targets(slots, self.topic)
        whole = slots.ended == "end"
        if verb == "help" and whole and not slots.ids:
            return self._sure(Help())
        if verb == "undo" and whole and len(slots.ids) < 2:  # noqa: PLR2004  # one at a time
            return self._sure(Undo(id=slots.ids[0] if slots.ids else None))
        if verb == "history" and whole and not slots.bad:
            return self._sure(History(id=ids[0], page=slots.page or None) if len(ids) == 1 else asks.which("history"))
        if verb == "usage" and whole and not slots.ids:
            return self._for_admins(Usage())
        if verb == "export" and not slots.ids and len(body) <= 3:  # noqa: PLR2004  # export tickets csv
            form = "csv" if any(token.word == "csv" for token in body) else "jsonl"
            return self._for_admins(Export(format=form))  # type: ignore[arg-type]  # one of the two
        if verb == "delete":
            return self._deleted(slots, whole)
        if verb == "cannot" and (slots.ids or slots.bad or "pron" in slots.flags or slots.flags.get("noun")):
            return self._sure(asks.unsupported(f"{body[0].word} tickets", slots.ids))
        return None

    def _deleted(self, slots: Slots, whole: bool) -> Reading | None:
        if "all" in slots.flags or slots.flags.get("noun") == "many":
            return self._sure(asks.unbounded())
        if slots.bad:
            return self._sure(asks.bad_id(slots.bad[0], "delete"))
        ids = slots.ids or ((self.topic.id,) if self.topic and (whole or "pron" in slots.flags) else ())
        if len(ids) == 1 and whole:
            return self._for_admins(Delete(id=ids[0]))
        if ids or whole:
            return self._sure(asks.by_slash("delete a ticket", "/ticket delete T042"))
        return None

    def _for_admins(self, action: Delete | Export | Usage) -> Reading:
        return self._sure(action if self.message.surface == "slash" else _by_slash(action))

    # -- a new ticket

    def _created(self, body: list[Token], question: bool) -> Reading | None:
        if {"wh", "aux", "count"} & body[0].tags.keys() and "verb" not in body[0].tags and "wants" not in body[0].tags:
            return None
        if creating.names_a_part(body, 0) and not self._plain_create(body):
            found = reporting.report(self.raw, body, question=question, asked=False)
            if found:
                return None
        asked = self.open.asked or bool(self.open.wish)
        made = creating.create(body, self.source, asked=asked)
        if made is None:
            return None
        sure = not (question and not asked and not any("request" in token.tags for token in self.tokens))
        if self._second_command(body):
            return Reading(asks.one_at_a_time(), sure=False, hint="a new ticket and another command")
        return self._create(made, sure=sure)

    def _plain_create(self, body: list[Token]) -> bool:
        return creating.titled_from(body, 0) > 1

    def _second_command(self, body: list[Token]) -> bool:
        """`create X and close T003`"""
        for at in range(2, len(body) - 1):
            token = body[at]
            if token.tags.get("verb") in _COMMANDS | {"delete", "cannot", "view"} and ("and" in body[at - 1].tags or body[at - 1].word in (",", ".", ";") or body[at - 1].kind == LINE or "filler" in body[at - 1].tags):
                if any(after.kind == ID for after in body[at + 1 : at + 5]) or (token.tags["verb"] == "cannot" and "pron" in body[at + 1].tags):
                    return True
        return False

    def _create(self, made: Draft, *, sure: bool) -> Reading:
        if made.problem:
            return self._sure(made.problem)
        if not made.title:
            return self._sure(asks.no_title())
        pri = made.pri or (1 if reporting.vital(self.raw) else 2)
        cat = made.cat or categorise(made.title) or (categorise(plain(made.note)) if made.note else None) or (categorise(made.desc) if made.desc else None)
        action = Create(title=made.title, desc=made.desc or None, cat=cat, pri=pri)  # type: ignore[arg-type]  # validated
        return Reading(action, sure=sure, uncategorised=cat is None and sure, hint="" if sure else spell(action))

    # -- views and changes

    def _commanded(self, body: list[Token], question: bool) -> Reading | None:
        if creating.names_a_part(body, 0) and "verb" in body[0].tags and not any(token.kind == ID for token in body):
            return None
        slots = gather(body, self.source)
        if questions.about_tickets(slots, body, question and not self.open.asked, self.topic):
            action = questions.answer(slots, body, self.source, self.topic)
            if action:
                return self._sure(action)
        if question and not self.open.asked or ("aux" in body[0].tags and "verb" not in body[0].tags):
            return None
        if slots.verbs[:1] == ["view"] or (slots.opened == "page"):
            return self._viewed(slots, body)
        return self.changed(slots, self.open.at)

    def _viewed(self, slots: Slots, body: list[Token]) -> Reading | None:
        if slots.bad:
            return self._sure(asks.bad_id(slots.bad[0], "view"))
        if slots.wrong and slots.wrong[0] in asks.RIGHT:
            return self._sure(asks.wrong_value(*slots.wrong, ()))
        if set(slots.verbs) <= {"view"} and slots.ended == "end":
            return self._sure(changes.view(slots, self.source, self.topic))
        if set(slots.verbs) <= {"view"} and not slots.guard and (slots.ids or slots.values or slots.flags.get("noun") == "many"):
            return Reading(changes.view(slots, self.source, self.topic), sure=False, hint=self._command(body))
        searched = body[0].word in ("search", "find", "search for", "suche", "busca", "cherche", "procura", "lookup", "look up")
        if searched and slots.verbs == ["view"] and not slots.ids and not slots.values and slots.rest < len(body):
            text = plain(self.source[body[slots.rest].start : body[-1].end]).strip(" .?!\"'“”")
            return self._sure(View(text=text[:200])) if text else None
        return None

    def changed(self, slots: Slots, at: int) -> Reading | None:
        """A change, or what is missing for one; None when it does not look like a command at all."""
        body = self.tokens[at:]
        verbs = set(slots.verbs) - {"update"}
        if verbs - _COMMANDS or (not slots.effective and not slots.verbs and not slots.ids and not slots.bad):
            return None
        whole = slots.ended == "end"
        if slots.bad:
            named = whole or slots.rest > 0
            return self._sure(asks.bad_id(slots.bad[0], self._word(slots))) if named else None
        if slots.wrong and (slots.ids or slots.verbs or self.topic):
            field, token = slots.wrong
            if field in asks.RIGHT:
                return self._sure(asks.wrong_value(field, token, changes.targets(slots, self.topic)))
        many = "all" in slots.flags or slots.flags.get("noun") == "many"
        if not slots.ids and many and (slots.effective or slots.verbs):
            if slots.guard or not whole:
                return self._sure(asks.unbounded())
            action = changes.by_filter(slots, self.source)
            return self._sure(action) if action else None
        if "all" in slots.flags and not slots.ids and self.topic is None:
            return None
        note = notes.Note()
        if not whole:
            note = notes.note(slots, body, self.source, self.topic)
            if not note.found:
                return self._left_over(slots, body, note)
        return self._applied(slots, body, note)

    def _word(self, slots: Slots) -> str:
        return next((verb for verb in slots.verbs if verb in ("close", "start", "reopen", "update")), "update" if slots.values else "")

    def _left_over(self, slots: Slots, body: list[Token], note: notes.Note) -> Reading | None:
        command = self._command(body)
        targeted = bool(slots.ids) or "pron" in slots.flags or self.topic is not None
        if note.later and targeted:
            return self._sure(asks.later(command))
        if slots.ids:
            return Reading(asks.unclear(command), sure=False, hint=command)
        return None

    def _applied(self, slots: Slots, body: list[Token], note: notes.Note) -> Reading | None:
        try:
            values = changes.effects(slots, self.source)
        except changes.ConflictError:
            return Reading(asks.one_at_a_time(self._command(body)), sure=False, hint=self._command(body))
        ids = changes.targets(slots, self.topic)
        if note.text:
            values.setdefault("res", note.text)
        if not ids:
            return self._sure(asks.which(self._word(slots) or "close")) if slots.verbs or "pron" in slots.flags else None
        if "raise" in slots.verbs and "pri" not in values:
            return self._sure(asks.instead(f"update {' '.join(ids)} pri 1"))
        if "lower" in slots.verbs and "pri" not in values:
            return self._sure(asks.instead(f"update {' '.join(ids)} pri 3"))
        if not values or (values.keys() == {"res"} and not slots.texts):
            if slots.verbs or slots.dangling or note.text or not slots.ids:
                if slots.dangling and not slots.verbs and slots.ids and not note.text:
                    return self._sure(changes.view(slots, self.source, self.topic))
                return self._sure(asks.no_change(ids)) if slots.verbs and not note.text else Reading(asks.no_change(ids), sure=False, hint=self._command(body))
            return self._sure(changes.view(slots, self.source, self.topic))
        if slots.asap and "pri" not in values and not slots.verbs and "stat" not in values:
            values["pri"] = 1
        return self._sure(changes.change(ids, values, close="close" in slots.verbs or values.keys() <= {"stat", "res"}))

    # -- reports

    def _reported(self, body: list[Token], question: bool) -> Reading | None:
        if self.topic:
            return None
        asked = self.open.asked
        found = reporting.report(self.raw, body, question=question, asked=asked)
        if not found:
            return None
        if question and not asked:
            return Reading(_NOTHING, sure=False, hint="a question")
        left = [token for token in body if token.start >= found.start]
        made = draft(left, self.source)
        if not made.title:
            return None
        return self._create(made, sure=found.sure)

    # -- the rest

    def _unclear(self, body: list[Token], question: bool) -> Reading:
        mistyped = suggestions.mistyped(self.raw, self.message, read)
        if mistyped:
            return mistyped
        ids = any(token.kind in (ID, BAD) for token in body)
        if question and not ids:
            return self._sure(_NOTHING)
        if any(token.kind == QUOTE for token in body) or not ids:
            return Reading(_NOTHING, sure=False)
        return Reading(asks.unclear(self._command(body)), sure=False, hint=self._command(body))

    @staticmethod
    def _sure(action: Action) -> Reading:
        return Reading(action, sure=True)


_ = replace
