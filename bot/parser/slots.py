"""What a command says: its verbs, ids and fields' values, gathered clause by clause.

A clause is taken whole or not at all. What is left begins a note, or is not understood.
"""

from dataclasses import dataclass, field

from bot.parser.tokens import Token


@dataclass(slots=True)
class Value:
    """A field's value; `marked` as the new one by a `to` or `as` before it; `named`: its field's name was said."""

    field: str
    value: str
    marked: bool = False
    named: bool = False


@dataclass(slots=True)
class Slots:
    verbs: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    bad: list[Token] = field(default_factory=list)  # meant as ids, and none
    values: list[Value] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)  # title, desc, res
    flags: dict[str, str] = field(default_factory=dict)  # all, mine, noun, pron, count, wh, aux, question
    search: str = ""
    page: int = 0
    asap: bool = False  # said where it may be politeness
    named: str = ""  # a field's name that got no value
    wrong: tuple[str, Token] | None = None  # a field, and what is no value of it
    guard: str = ""  # the role that stopped the gathering: neg, cond, time, modal, oops
    opened: str = ""  # what came first: verb, id, field, stat, pri, cat, page
    ended: str = ""  # how the last whole clause ended: mark, and, end; stuck within the first one
    rest: int = 0  # the first token that is not accounted for
    scattered: bool = False  # `this` and an id, in a thread: one ticket or two?
    former: bool = False  # a value that was: `was high`

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
        return Slots(
            self.verbs[:],
            self.ids[:],
            self.bad[:],
            self.values[:],
            dict(self.texts),
            dict(self.flags),
            self.search,
            self.page,
            self.asap,
            self.named,
            self.wrong,
            self.guard,
            self.opened,
            self.ended,
            self.rest,
            self.scattered,
            self.former,
        )

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
