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

    def commands_more_than(self, before: "Slots") -> bool:
        """Whether what came since `before` is a command of its own: other tickets, and what to do with them."""
        if not before.ids or len(self.ids) == len(before.ids) or not before.effective:
            return False
        same = self.verbs[len(before.verbs) :] == before.verbs[-1:] and len(self.values) == len(before.values)
        more = (
            len(self.values) > len(before.values)
            or len(self.verbs) > len(before.verbs)
            or bool(before.values)
        )
        return more and not same


_CONTAINERS = frozenset(vars(Slots()))
