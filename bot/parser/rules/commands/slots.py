"""What a command says: its verbs, ids and fields' values, gathered clause by clause.

A clause is taken whole or not at all. What is left begins a note, or is not understood.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.parser.rules.language.lexer import Token

EFFECTS = {"close": "done", "start": "prog", "reopen": "open"}  # what a verb makes of the status


@dataclass(slots=True)
class Value:
    """A field's value; `marked` as the new one by a `to` or `as` before it; `named`: its field's name was said."""

    field: str
    value: str
    marked: bool = False
    named: bool = False


class Slots:
    __slots__ = (
        "asap", "bad", "ended", "filters", "flags", "former", "guard", "ids", "included", "named", "opened",
        "page", "rest", "scattered", "search", "texts", "values", "verbs", "wrong",
    )  # fmt: skip

    def __init__(self, ids: Sequence[str] = ()) -> None:
        self.verbs: list[str] = []
        self.ids: list[str] = [*ids]
        self.bad: list[Token] = []  # meant as ids, and none
        self.values: list[Value] = []
        self.texts: dict[str, str] = {}  # title, desc, res
        self.filters: dict[str, Any] = {}  # people and days
        self.flags: dict[str, str] = {}  # all, mine, noun, pron, count, wh, aux, question
        self.wrong: tuple[str, Token] | None = None  # a field, and what is no value of it
        self.search = ""
        self.page = 0
        self.rest = 0  # the first token that is not accounted for
        self.named = ""  # a field's name that got no value
        self.guard = ""  # the role that stopped the gathering: neg, cond, time, modal, oops
        self.opened = ""  # what came first: verb, id, field, stat, pri, cat, page
        self.ended = ""  # how the last whole clause ended: mark, and, end; stuck within the first one
        self.asap = False  # said where it may be politeness
        self.scattered = False  # `this` and an id, in a thread: one ticket or two?
        self.included = False  # `all, also the closed ones`
        self.former = False  # a value that was: `was high`

    @property
    def whole(self) -> bool:
        """Every token is accounted for."""
        return self.ended == "end"

    @property
    def many(self) -> bool:
        """Speaks of tickets without naming them: `all`, `tickets`."""
        return "all" in self.flags or self.flags.get("noun") == "many"

    @property
    def effective(self) -> bool:
        """Says what to do with tickets, not only with which."""
        return bool(self.values or self.texts) or not _EFFECTIVE.isdisjoint(self.verbs)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Fields and their values, those that verbs stand for first."""
        said = [("stat", EFFECTS[verb]) for verb in self.verbs if verb in EFFECTS]
        return [*said, *((value.field, value.value) for value in self.values), *self.texts.items()]

    def copy(self) -> "Slots":
        """One that goes its own way."""
        twin = Slots(self.ids)
        for name in _SINGLE:
            setattr(twin, name, getattr(self, name))
        twin.verbs, twin.bad, twin.values = self.verbs[:], self.bad[:], self.values[:]
        twin.texts, twin.flags, twin.filters = dict(self.texts), dict(self.flags), self.filters
        return twin

    def commands_more_than(self, before: "Slots", ids: Sequence[str]) -> bool:
        """Whether the clause since `before`, which named `ids`, is a command of its own: about other tickets, what to do."""
        if before.ids and not ids:
            return self.flags.get("noun") == "many" != before.flags.get("noun")  # `T3 and all infra tickets`
        if not ids or not before.ids or set(ids) == set(self.ids):
            return False
        verbs, values = self.verbs[len(before.verbs) :], len(self.values) > len(before.values)
        if not before.effective:
            return bool(verbs or values) and not set(before.ids).isdisjoint(ids)  # `T3, T4: close T4`
        once_more = verbs == before.verbs[-1:] and not values  # `close T3 and close T4`
        return bool(values or verbs or before.values) and not once_more


_SINGLE = [name for name in Slots.__slots__ if not isinstance(getattr(Slots(), name), (list, dict))]
_EFFECTIVE = frozenset(("close", "start", "reopen"))
