"""The content of a command, collected clause by clause: its verbs, ids and field values.

A clause is taken whole or not at all. The rest begins a note, or is not understood.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from bot.parser.rules.language.lexer import Token

EFFECTS = {"close": "done", "start": "prog", "reopen": "open"}  # the status that a verb sets


@dataclass(slots=True)
class Value:
    """A field's value. `marked`: the new value, after `to` or `as`. `named`: with the field's name. `late`: after the
    tickets that it is for."""

    field: str
    value: str
    marked: bool = False
    named: bool = False
    late: bool = False


@dataclass(slots=True)
class Slots:
    ids: list[str] = field(default_factory=list)
    id_places: list[int] = field(default_factory=list)  # indices of the tokens that name them
    verbs: list[str] = field(default_factory=list)
    bad_ids: list[Token] = field(default_factory=list)  # malformed ids
    values: list[Value] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)  # title, desc, res
    filters: dict[str, Any] = field(default_factory=dict)  # people and days
    flags: dict[str, str] = field(default_factory=dict)  # all, mine, noun, pron, count, wh, aux, question
    wrong: tuple[str, Token] | None = None  # a field, and a token that is no valid value for it
    search: str = ""
    page: int = 0
    rest: int = 0  # index of the first token not taken
    named: str = ""  # a field's name without a value
    guard: str = ""  # the role that stopped the reading: neg, cond, time, modal, oops
    opened: str = ""  # what came first: verb, id, field, stat, pri, cat, page
    ended: str = ""  # how the last whole clause ended: mark, and, end; stuck: not even the first is whole
    asap: int = 0  # the priority of `asap` or `whenever`, which may be mere politeness
    scattered: bool = False  # an id, and `this` in a thread or `all`: which tickets?
    former: bool = False  # an old value was given: `was high`
    described: bool = False  # a value that describes the tickets: `the infra ticket T003`
    asides: list[range] = field(default_factory=list)  # the clauses that set nothing: `T003 p1: ok`

    @property
    def closes(self) -> bool:
        return "close" in self.verbs or any(value.value == "done" for value in self.values)

    @property
    def complete(self) -> bool:  # every token was taken
        return self.ended == "end"

    @property
    def many(self) -> bool:
        """Whether tickets are meant without being named: `all`, `tickets`."""
        return self.flags.get("all", "both") != "both" or self.flags.get("noun") == "many"

    @property
    def effective(self) -> bool:
        """Whether it says what to do, not only with which tickets."""
        return bool(self.values or self.texts) or not EFFECTS.keys().isdisjoint(self.verbs)

    @property
    def field_values(self) -> list[tuple[str, str]]:
        """Fields and their values; those that a verb implies come first."""
        said = [("stat", EFFECTS[verb]) for verb in self.verbs if verb in EFFECTS]
        return [*said, *((value.field, value.value) for value in self.values), *self.texts.items()]

    def copy(self) -> "Slots":
        """An independent copy."""
        twin = copy(self)
        for name in ("ids", "id_places", "verbs", "bad_ids", "values", "texts", "flags", "asides"):
            setattr(twin, name, getattr(self, name).copy())
        return twin

    def add_aside(self, begin: int, end: int) -> None:
        """Remember a clause that sets nothing, as one with the clause before it if that set nothing either."""
        last = self.asides.pop() if self.asides and self.asides[-1].stop == begin else range(begin, begin)
        self.asides.append(range(last.start, end))

    def commands_more_than(self, before: "Slots", ids: Sequence[str], *, listed: bool) -> bool:
        """Whether the clause after `before`, which named `ids`, is a second command, for other tickets. `listed`: right
        behind an id, as in `set pri 1 for T3, T4`."""
        if before.many and len(self.verbs) > len(before.verbs) > 0:
            return True  # `close all doc tickets, start all code tickets`
        if before.ids and not ids:
            return self.flags.get("noun") == "many" != before.flags.get("noun")  # `T3 and all infra tickets`
        if not ids or not before.ids or set(ids) == set(self.ids):
            return False
        verbs, values = self.verbs[len(before.verbs) :], len(self.values) > len(before.values)
        if not before.effective:
            return bool(verbs or values) and not set(before.ids).isdisjoint(ids)  # `T3, T4: close T4`
        same = verbs == before.verbs[-1:] or (listed and not verbs)
        once_more = same and not values  # `close T3 and close T4`
        return bool(values or verbs or before.values) and not once_more
