"""What a word does in a clause, role by role; and the gathering of clauses, which is where commands are read."""

from collections.abc import Callable
from functools import cache

from bot.parser.rules.commands.clause import TEXT_FIELDS, Clause
from bot.parser.rules.commands.search import about, lists, topic
from bot.parser.rules.commands.slots import Slots, Value
from bot.parser.rules.language.lexer import Kind, Token
from bot.parser.rules.language.roles import Role

_FLAGS = (Role.STATS, Role.ALL, Role.MINE, Role.PRON, Role.COUNT, Role.WH, Role.AUX, Role.OR)
_ANY = frozenset(("any", "anything", "something"))  # does not say that it means the closed ones, too
_SILENT = (Role.GLUE, Role.WONDER, Role.POLITE, Role.FILLER, Role.GREET, Role.UP, Role.REQUEST)
_GUARDS = {"oops": Role.OOPS, "neg": Role.NEG, "cond": Role.COND, "time": Role.TIME, "modal": Role.MODAL}
_ALSO = frozenset(("also", "too", "even", "including", "as well"))  # does not narrow a list down
SPARING = frozenset(("leave", "keep"))  # `but leave T022 alone`
_FORBIDDING = frozenset((Role.NEG, Role.COND, Role.OOPS))


def gather(tokens: list[Token], source: str, *, targeted: bool = False) -> Slots:
    """The slots of `tokens`, up to where they can no longer be accounted for. `targeted`: a thread says which ticket."""
    slots, at = Slots(), 0
    while at < len(tokens):
        before = slots.copy() if at else None
        clause = Clause(slots, tokens, source, at, targeted=targeted)
        _read(clause)
        at = clause.at
        told = (
            before is not None
            and before.effective
            and bool(before.ids or targeted)
            and not clause.ids
            and _tells(clause)
        )
        if clause.stuck or told or (before and slots.commands_more_than(before, clause.ids)):
            if before is None:
                slots.ended, slots.rest = "stuck", at
                return slots
            before.guard = slots.guard
            before.wrong = slots.wrong if len(slots.values) == len(before.values) and _ends(clause) else None
            return before
        slots.rest = at
    slots.ended = "end"
    return slots


def _tells(clause: Clause) -> bool:
    """A clause behind a command that begins with a field's word and sets nothing: `title changed`, `infra team fixed it`."""
    tokens = clause.tokens[clause.first : clause.at]
    words = [
        token
        for token in tokens
        if token.kind == Kind.WORD and (Role.POLITE not in token.tags or token.word in ("team", "guys"))
    ]
    if not words:
        return False
    for at, token in enumerate(tokens):
        if token.tags.get(Role.FIELD) in TEXT_FIELDS:
            after = tokens[at + 1] if at + 1 < len(tokens) else None
            return after is None or not (
                after.word in (":", "=") or after.kind == Kind.QUOTE or Role.TO in after.tags
            )
    named = any(token.has(Role.FIELD, Role.TO) for token in words)
    return Role.CAT in words[0].tags and not named and len(words) > 1 and not words[-1].has(Role.PRI)


def _ends(clause: Clause) -> bool:
    """Whether the clause ends behind where it is stuck: `pri 9`; not `cat 6 cable replaced`."""
    after = clause.after()
    return after is None or after.kind == Kind.MARK or not clause.first


def _read(clause: Clause) -> None:
    """Take the clause in, up to its end or to where it is stuck."""
    clause.slots.ended = "end"
    tokens, count = clause.tokens, len(clause.tokens)
    while clause.at < count and not clause.stuck and not clause.closed:
        token = tokens[clause.at]
        if token.kind == Kind.WORD or (
            token.kind == Kind.MARK and token.tags
        ):  # a mark like `&` or `->` is one of its words
            _word(clause, token)
        else:
            clause.take(token)
    if clause.field:
        clause.slots.named = clause.slots.named or clause.field


def _word(clause: Clause, token: Token) -> None:
    tags = token.tags
    if Role.AUX in tags and clause.tells_of_another():
        clause.stuck = True
        return
    if clause.field and ((clause.field in TEXT_FIELDS and clause.text(token)) or _value(clause, token)):
        return
    for read in _readers(tags.roles):
        if read(clause, token):
            return
    if topic(clause):
        return
    guard = next((name for name, role in _GUARDS.items() if role in tags), "")
    clause.slots.guard = clause.slots.guard or guard
    if not guard:
        _unknown(clause, token)
    clause.stuck = True


def _value(clause: Clause, token: Token) -> bool:
    """The value that the field's name announced."""
    if not token.value(clause.field):
        return False
    clause.value(clause.field, token.value(clause.field))
    return True


def _unknown(clause: Clause, token: Token) -> None:
    before = clause.before()
    if clause.field not in ("pri", "cat", "stat") or not before:
        return
    if Role.FIELD in before.tags or Role.TO in before.tags or before.word in (":", "="):
        clause.wrong(token)


# -- one reader a role; False leaves the word to the next role


def _and(clause: Clause, token: Token) -> bool:
    if Role.VERB in token.tags:
        return False
    clause.close("and")
    return True


def _field(clause: Clause, token: Token) -> bool:
    slots, tags, before = clause.slots, token.tags, clause.before()
    name = tags[Role.FIELD]
    last = slots.values[-1] if slots.values else None
    if before and last and before.value(name) and last.field == name and not last.named:
        clause.at += 1  # `high priority`: the value came first
        return True
    if Role.VERB in tags and not slots.opened:
        slots.verbs.append(tags[Role.VERB])
        slots.opened = "verb"
    slots.named = slots.named or clause.field
    clause.field = name
    clause.marked = clause.marked and name not in TEXT_FIELDS
    clause.next("field")
    return True


def _verb(clause: Clause, token: Token) -> bool:
    slots, verb = clause.slots, token.tags[Role.VERB]
    if Role.STAT in token.tags and (slots.opened or clause.marked):
        return False
    slots.verbs.append(verb)
    clause.moved = clause.named
    after = clause.after()
    if verb != "rename" or not (after and after.has(Role.STAT, Role.PRI)):  # `call it done`
        clause.field = {"note": "res", "rename": "title"}.get(verb, clause.field)
    clause.next("verb")
    return True


def _state(clause: Clause, token: Token) -> bool:
    """A value without its field's name."""
    tags = token.tags
    name = "stat" if Role.STAT in tags else "pri" if Role.PRI in tags else "cat"
    if Role.POLITE in tags and not clause.marked:
        clause.slots.asap = True
        clause.at += 1
        return True
    after = clause.after()
    if name == "stat" and _includes(clause):
        clause.slots.included = True
        clause.at += 1
        return True
    if name == "cat" and tags[Role.CAT] == "other" and after and Role.CAT in after.tags:
        clause.at += 1  # `the other infra tickets`
        return True
    if Role.NOUN in tags and not clause.marked:
        clause.slots.flags["noun"] = tags[Role.NOUN]
        if tags[Role.NOUN] == "one":
            clause.at += 1
            return True
    clause.value(name, token.value(name))
    return True


def _from(clause: Clause, token: Token) -> bool:
    """`from low to high`: the value that follows is the old one."""
    if Role.WH in token.tags and not clause.slots.opened:
        return False
    after = clause.after()
    if after and after.kind == Kind.ID and "all" in clause.slots.flags:
        clause.at += 1  # `everything from T001 to T005`
        return True
    clause.past = not lists(clause)  # `closed tickets from infra`
    clause.at += 1
    return True


def _shut(clause: Clause, token: Token) -> bool:  # noqa: ARG001  # as every reader of a role
    """`mach T012 zu`"""
    slots, after = clause.slots, clause.after()
    if slots.verbs != ["update"] or not slots.ids or slots.values or (after and after.kind != Kind.MARK):
        return False
    clause.value("stat", "done")
    return True


def _page(clause: Clause, token: Token) -> bool:
    clause.slots.page = 2 if token.tags[Role.PAGE] == "next" else 1
    clause.next("page")
    return True


def _except(clause: Clause, token: Token) -> bool:  # noqa: ARG001  # as every reader of a role
    """`T001-T005 except T003`; `infra, not code`; `show what is not done`"""
    slots, after = clause.slots, clause.after()
    if after and slots.ids and after.kind == Kind.ID:
        clause.at += 1
        return True
    if after and slots.ids and after.word in SPARING:
        clause.close("mark")
        return True
    if after and after.tags.get(Role.STAT) == "done" and not slots.ids and lists(clause):
        slots.values += [Value("stat", stat) for stat in ("open", "prog")]
        clause.at += 2
        return True
    if after and any(after.value(value.field) not in ("", value.value) for value in slots.values):
        clause.at += 2
        return True
    clause.stuck = "all" in slots.flags and not slots.ids  # `everything but …`: what follows is left out
    return clause.stuck


def _to(clause: Clause, token: Token) -> bool:
    clause.marked = True
    clause.ought = clause.ought or Role.OUGHT in token.tags
    clause.at += 1
    return True


def _flag(clause: Clause, token: Token) -> bool:
    tags, flags = token.tags, clause.slots.flags
    if not _FORBIDDING.isdisjoint(tags):
        return False
    before = clause.before()
    for role in _FLAGS:
        # copulas are no questions, and Portuguese `o` is an `or` only after an id
        little = Role.GLUE in tags and (
            role is Role.AUX or (role is Role.OR and not (before and before.kind == Kind.ID))
        )
        if role in tags and not little:
            flags[str(role.name).lower()] = "any" if token.word in _ANY else tags[role]
    if Role.NOUN in tags:
        flags["noun"] = tags[Role.NOUN]
    joined = clause.at > 0 and Role.AND in clause.tokens[clause.at - 1].tags
    if Role.PRON in tags and joined and clause.targeted and clause.slots.ids and not clause.ids:
        clause.slots.scattered = True  # `close T065 and this one`
    clause.at += 1
    return True


def _enough(clause: Clause, token: Token) -> bool:  # noqa: ARG001  # as every reader of a role
    """`low priority is enough`"""
    if clause.first or not clause.slots.values or clause.slots.verbs:
        return False
    clause.at += 1
    return True


def _only(clause: Clause, token: Token) -> bool:
    """`open or in progress, high only`: a filter; `only if …` is a condition."""
    after = clause.after()
    if token.word != "only" or clause.slots.ids or clause.slots.verbs or not clause.slots.values:
        return False
    if after is not None and after.kind != Kind.MARK:
        return False
    clause.at += 1
    return True


def _includes(clause: Clause) -> bool:
    """`everything, also the closed ones`, `all tickets, done ones too`"""
    near = [*clause.tokens[max(0, clause.at - 2) : clause.at], clause.tokens[-1]]
    return "all" in clause.slots.flags and lists(clause) and any(token.word in _ALSO for token in near)


def _skip(clause: Clause, token: Token) -> bool:
    if not _FORBIDDING.isdisjoint(token.tags):
        return False
    clause.at += 1
    return True


# What a word is taken for, in this order: the first that accepts it.
Reader = Callable[[Clause, Token], bool]
_ROLES: tuple[tuple[Role, Reader], ...] = (
    (Role.AND, _and),
    (Role.SHUT, _shut),
    (Role.FIELD, _field),
    (Role.VERB, _verb),
    (Role.STAT, _state),
    (Role.PRI, _state),
    (Role.CAT, _state),
    (Role.FROM, _from),
    (Role.PAGE, _page),
    (Role.EXCEPT, _except),
    (Role.TO, _to),
    (Role.THROUGH, _skip),
    (Role.ABOUT, about),
    (Role.ENOUGH, _enough),
    (Role.COND, _only),
    (Role.NOUN, _flag),
    *((role, _flag) for role in _FLAGS),
    *((role, _skip) for role in _SILENT),
)


@cache
def _readers(roles: frozenset[Role]) -> tuple[Reader, ...]:
    """The readers of a word with `roles`, in their order."""
    return tuple(read for role, read in _ROLES if role in roles)
