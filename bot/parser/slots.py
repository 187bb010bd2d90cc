"""What a command says: its verbs, ids and fields' values, gathered clause by clause.

A clause is taken whole or not at all. What is left begins a note, or is not understood.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.parser.tokens import Token


@dataclass(slots=True)
class Value:
    """A field's value; `marked` as the new one by a `to` or `as` before it; `named`: its field's name was said."""

    field: str
    value: str
    marked: bool = False
    named: bool = False


class Slots:
    """A plain class, its defaults the class's own: one is made for every message, and copied for every clause."""

    search = ""
    page = 0
    asap = False  # said where it may be politeness
    named = ""  # a field's name that got no value
    wrong: tuple[str, Token] | None = None  # a field, and what is no value of it
    guard = ""  # the role that stopped the gathering: neg, cond, time, modal, oops
    opened = ""  # what came first: verb, id, field, stat, pri, cat, page
    ended = ""  # how the last whole clause ended: mark, and, end; stuck within the first one
    rest = 0  # the first token that is not accounted for
    scattered = False  # `this` and an id, in a thread: one ticket or two?
    former = False  # a value that was: `was high`

    def __init__(self, ids: Sequence[str] = ()) -> None:
        self.verbs: list[str] = []
        self.ids: list[str] = [*ids]
        self.bad: list[Token] = []  # meant as ids, and none
        self.values: list[Value] = []
        self.texts: dict[str, str] = {}  # title, desc, res
        self.flags: dict[str, str] = {}  # all, mine, noun, pron, count, wh, aux, question

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
        return bool(self.values or self.texts) or not {"close", "start", "reopen"}.isdisjoint(self.verbs)

    def copy(self) -> "Slots":
        """One that goes its own way."""
        twin = Slots(self.ids)
        mine = {name: value for name, value in vars(self).items() if name not in _CONTAINERS}
        vars(twin).update(mine)
        twin.verbs, twin.bad, twin.values = self.verbs[:], self.bad[:], self.values[:]
        twin.texts, twin.flags = dict(self.texts), dict(self.flags)
        return twin

    def commands_more_than(self, before: "Slots", ids: Sequence[str]) -> bool:
        """Whether the clause since `before`, which named `ids`, is a command of its own: about other tickets, what to do."""
        if not ids or not before.ids or set(ids) == set(self.ids):
            return False
        verbs, values = self.verbs[len(before.verbs) :], len(self.values) > len(before.values)
        if not before.effective:
            return bool(verbs or values) and not set(before.ids).isdisjoint(ids)  # `T3, T4: close T4`
        once_more = verbs == before.verbs[-1:] and not values  # `close T3 and close T4`
        return bool(values or verbs or before.values) and not once_more


_CONTAINERS = frozenset(vars(Slots()))
