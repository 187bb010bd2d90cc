"""Slot filling: one handler for each word role; `gather` applies them clause by clause."""

from collections.abc import Callable
from functools import cache

from bot.parser.rules.commands.clause import TEXT_FIELDS, Clause
from bot.parser.rules.commands.filters import search
from bot.parser.rules.commands.filters.exclusions import take_exclusion
from bot.parser.rules.commands.notes import may_say
from bot.parser.rules.commands.remarks import asks_more, is_remark, says_thanks, sets_nothing, tells
from bot.parser.rules.commands.slots import EFFECTS, Slots, Value
from bot.parser.rules.language.lexer import Kind, Token, token_at
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import FIELDS, Role

RANKED, _ANY, _ALSO, _NONE = load_word_sets("ranked any not_narrowing none_of")

_FLAGS = (Role.STATS, Role.ALL, Role.MINE, Role.PRON, Role.COUNT, Role.WH, Role.AUX, Role.OR)
_SILENT = (Role.GLUE, Role.WONDER, Role.POLITE, Role.FILLER, Role.GREET, Role.PARTICLE, Role.REQUEST)
_GUARDS = {"oops": Role.OOPS, "neg": Role.NEG, "cond": Role.COND, "time": Role.TIME, "modal": Role.MODAL}
_FORBIDDING = frozenset((Role.NEG, Role.COND, Role.OOPS))
_NUMERALS = {"one": "1", "two": "2", "three": "3"}


def gather(tokens: list[Token], source: str, *, targeted: bool = False) -> Slots:
    """The slots of `tokens` up to the first clause that cannot be read. `targeted`: the thread says which ticket is meant."""
    slots, at = Slots(), 0
    announced = None  # `done: me and Bob fixed it`: what is before the note
    while at < len(tokens):
        before = slots.copy()
        clause = Clause(slots, tokens, source, at, targeted=targeted)
        _read(clause)
        at = clause.at
        if not clause.first:
            slots.ended, slots.rest = "stuck" if clause.stuck else slots.ended, at
            if clause.stuck:
                return slots
            continue
        quiet = (before.ids or before.many or targeted) and sets_nothing(clause, before)
        remark = quiet and asks_more(clause, before)
        told = before.effective and tells(clause, before, targeted=targeted)
        told = told or (remark and is_remark(clause)) or says_thanks(clause)
        listed = tokens[clause.first - 2].kind == Kind.ID
        told = told or slots.commands_more_than(before, clause.ids, listed=listed)
        if clause.stuck or told:
            before = announced or before
            before.guard = slots.guard
            ends = clause.after().kind == Kind.MARK  # `pri 9`; not `cat 6 cable replaced`
            before.wrong = slots.wrong if len(slots.values) == len(before.values) and ends else None
            return before
        if quiet and not remark:
            announced = announced or before  # if a later clause cannot be read, the note begins here
            slots.add_aside(clause.first, at)
        slots.rest = at
    slots.ended = "end"
    return slots


def _read(clause: Clause) -> None:
    """Read the clause until it ends or is stuck."""
    clause.slots.ended = "end"
    tokens, count = clause.tokens, len(clause.tokens)
    while clause.at < count and not clause.stuck and not clause.closed:
        token = tokens[clause.at]
        # Marks like `&` or `->` can be in the lexicon.
        if token.kind == Kind.WORD or (token.kind == Kind.MARK and token.tags):
            _word(clause, token)
        elif not (search.take_quoted(clause) if token.kind == Kind.QUOTE else _take_sign(clause, token)):
            clause.take(token)
    if clause.field:
        clause.slots.named = clause.slots.named or clause.field


def _take_sign(clause: Clause, token: Token) -> bool:
    """Read a sign that excludes what it is joined to: `list !done`, `list open -infra`."""
    joined = token.word in "!-" and token.end == clause.after().start and clause.before().end < token.start
    return joined and search.asks_for_list(clause) and take_exclusion(clause, token)


def _word(clause: Clause, token: Token) -> None:
    before = clause.before()
    told = Role.AUX in token.tags and Role.AND not in token.tags and clause.first and clause.slots.verbs
    if told and before.kind == Kind.ID:  # `close T001, T003 is …`: not part of the command
        clause.stuck = True
        return
    no = token.word in _NONE and clause.after().has(*FIELDS.values())
    if no and search.asks_for_list(clause) and take_exclusion(clause, token):
        return  # `high, no infra`
    announced = token.value(clause.field) or (clause.field == "pri" and _NUMERALS.get(token.word))
    taken = clause.field in TEXT_FIELDS and clause.text(token)
    taken = taken or bool(announced and clause.value(clause.field, announced))
    taken = taken or (search.is_acronym(clause, token) and search.take_topic(clause))
    taken = taken or any(read(clause, token) for read in _readers(token.tags.roles))
    if taken or search.take_topic(clause):
        return
    guard = next((name for name, role in _GUARDS.items() if role in token.tags), "")
    clause.slots.guard = clause.slots.guard or guard
    due = before.has(Role.FIELD, Role.TO) or before.word in (":", "=")
    if due and not guard and clause.field in FIELDS:
        clause.wrong(token)
    clause.stuck = True


# One reader for each role. It returns whether it took the word; otherwise the next role's reader gets it.


def _field(clause: Clause, token: Token) -> bool:
    slots, tags, before = clause.slots, token.tags, clause.before()
    name = tags[Role.FIELD]
    if search.take_named(clause):
        return True
    if Role.FIELD in clause.after().tags and _acted(clause):
        return clause.stop()  # `close T014 status page is up`: the note
    last = slots.values[-1] if slots.values else None
    if last and before.value(name) and last.field == name and not last.named:
        return clause.next()  # `high priority`: the value came first
    named = clause.targeted and clause.after().word in (":", "=")  # in a thread `status: done`
    if Role.VERB in tags and not (slots.opened or named):
        slots.verbs.append(tags[Role.VERB])
        slots.opened = "verb"
    slots.named = slots.named or clause.field
    clause.field = name
    clause.marked = clause.marked and name not in TEXT_FIELDS
    return clause.next("field")


def _verb(clause: Clause, token: Token) -> bool:
    slots, verb = clause.slots, token.tags[Role.VERB]
    listed = clause.before().is_many and "all" not in slots.flags  # `tickets done`
    if Role.STAT in token.tags and (slots.opened or clause.marked or listed):
        return False
    if verb == "view" and slots.values and Role.ARTICLE in clause.tokens[clause.first].tags:
        return clause.stop()  # `the p1 filter in the grid does nothing`
    new = clause.ids or (slots.ids and clause.first and not clause.after().has(Role.FIELD, *FIELDS.values()))
    if verb == "create" and slots.effective and new:
        return clause.stop()  # `close T014 new cable laid`, `close T014 and create one for the docs`
    if verb == "cannot" and slots.verbs == ["close"] and clause.before().has(Role.TO):
        return clause.stop()  # `close T014 as duplicate`: the note
    slots.verbs.append(verb)
    if Role.MINE in token.tags:  # `what's on my plate`
        slots.flags["mine"] = "yes"
    clause.moved = clause.named
    if verb != "rename" or not clause.after().has(Role.STAT, Role.PRI):  # `call it done`
        clause.field = {"note": "res", "rename": "title"}.get(verb, clause.field)
    return clause.next("verb")


def _state(clause: Clause, token: Token) -> bool:
    """Read a value without its field's name."""
    tags, slots, after = token.tags, clause.slots, clause.after()
    name = "stat" if Role.STAT in tags else "pri" if Role.PRI in tags else "cat"
    if Role.POLITE in tags and not clause.marked:
        slots.asap = int(tags.get(Role.PRI, "1"))
        return clause.next()
    if name == "stat" and "all" in slots.flags and search.asks_for_list(clause):
        near = [*clause.tokens[max(0, clause.at - 2) : clause.at], clause.tokens[-1]]
        if any(other.word in _ALSO for other in near):
            return clause.next()  # `everything, also the closed ones`, `all tickets, done ones too`
    if _is_told(clause, name) or (name == "pri" and _is_denied(clause, token)):
        return clause.stop()
    if tags.get(Role.CAT) == "other" and name == "cat" and Role.CAT in after.tags:
        return clause.next()  # `the other infra tickets`
    if Role.NOUN in tags and not clause.marked:
        slots.flags["noun"] = tags[Role.NOUN]
        if tags[Role.NOUN] == "one":
            return clause.next()
    if name == "pri" and token.word.startswith("not ") and not clause.marked and search.asks_for_list(clause):
        slots.values.append(Value(name, "2"))  # `list what is not urgent`
    return clause.value(name, token.value(name))


def _acted(clause: Clause) -> bool:
    """Whether a verb that sets a status has its tickets: `close T014 …`, in a thread `close this …`."""
    named = clause.ids or (clause.targeted and "pron" in clause.slots.flags)
    return bool(named) and clause.slots.verbs[-1:] in [[verb] for verb in EFFECTS]


def _is_denied(clause: Clause, token: Token) -> bool:
    """Whether a denied priority only explains another change: `reopen: not urgent but still broken`."""
    denied = "not " in token.word or "n't " in token.word
    return denied and not clause.marked and not EFFECTS.keys().isdisjoint(clause.slots.verbs)


def _is_told(clause: Clause, name: str) -> bool:
    """Whether the value begins what is said of the tickets: `close T014 low on disk`, `close T014 code fixed`."""
    after, token = clause.after(), clause.tokens[clause.at]
    named = Role.ARTICLE in clause.before().tags and clause.slots.verbs[-1:] == [
        "update"
    ]  # `update the docs for T014`
    thing = name == "cat" and (named or Role.AUX in after.tags)  # `docs are done`
    if thing and not (
        clause.marked or clause.field or after.has(Role.NOUN, Role.FIELD) or search.asks_for_list(clause)
    ):
        return True
    goes_on = not after.tags or after.has(Role.NOUN, Role.AUX, Role.WITHIN, Role.MEASURES) or may_say(after)
    goes_on = goes_on or (name == "cat" and after.tags.get(Role.STAT) == "done")
    of_others = name == "stat" and after.is_many and clause.ids  # `T014 open tasks: cabling`
    if clause.marked or clause.field == name or token.tags.get(Role.STAT) == "done":
        return False  # `close T014 fixed in v2`
    return after.kind == Kind.WORD and goes_on and bool(of_others or _acted(clause))


def _from(clause: Clause, token: Token) -> bool:
    """Skip `from low` in `from low to high`: the value that follows is the old one."""
    if Role.AUX in token.tags and _acted(clause):
        return clause.stop()  # `close T014 was low`: the note
    lists, named = search.asks_for_list(clause), clause.after().kind == Kind.ID
    if (Role.WH in token.tags and not clause.slots.opened) or (Role.NEG in token.tags and (lists or named)):
        return False  # `list infra instead of code`, `close T014 instead of T015`
    # `everything from T001 to T005`
    everything = named and "all" in clause.slots.flags
    clause.past = not everything and not lists  # `closed tickets from infra`
    return clause.next()


def _page(clause: Clause, token: Token) -> bool:
    clause.slots.page = 2 if token.tags[Role.PAGE] == "next" else 1
    return clause.next("page")


def _to(clause: Clause, token: Token) -> bool:
    values, before, after = clause.slots.values, clause.before(), clause.after()
    former = values[-1].field if values else ""
    if before.value(former) and after.value(former) and not search.asks_for_list(clause):
        values.pop()  # `p1 -> p3`
    elif (before.value("pri"), after.value("pri")) == ("1", "3"):
        values.append(Value("pri", "2"))  # `list p1 to p3`
    clause.marked = True
    clause.ought = clause.ought or Role.OUGHT in token.tags
    return clause.next()


def _flag(clause: Clause, token: Token) -> bool:
    tags, slots, before = token.tags, clause.slots, clause.before()
    if not _FORBIDDING.isdisjoint(tags):
        return False
    if Role.OR in tags and _joins_fields(clause):
        return clause.stop()
    named = before.kind == Kind.ID
    if named and Role.OR in tags and slots.ids and clause.after().kind == Kind.ID and clause.excepts():
        return clause.next()  # `but not T012 or T013`
    if named and Role.LEADS in tags and slots.verbs == ["create"] and not slots.effective:
        slots.verbs, clause.field = ["note"], "res"  # `add to T014 that it happens again`
        return clause.next()
    for role in _FLAGS:
        # copulas do not make questions, and Portuguese `o` means `or` only after an id
        little = Role.GLUE in tags and (role is Role.AUX or (role is Role.OR and not named))
        if role in tags and not little:
            slots.flags[str(role.name).lower()] = "any" if token.word in _ANY else tags[role]
    if Role.NOUN in tags:
        slots.flags["noun"] = tags[Role.NOUN]
    joined = clause.at > 0 and not clause.ids and Role.AND in clause.tokens[clause.at - 1].tags
    more = joined and ((Role.PRON in tags and clause.targeted) or tags.get(Role.ALL) == "yes")
    if slots.ids and (more or tags.get(Role.ALL) == "rest"):
        slots.scattered = True  # `close T065 and this one`, `T065 and all open infra`, `T065, T066 and so on`
    return clause.next()


def _joins_fields(clause: Clause) -> bool:
    """Whether `or` joins two fields of a list, which no list can hold: `list urgent or infra`, `list mine or infra`."""
    slots, after = clause.slots, clause.after()
    former = slots.values[-1].field if slots.values else ""
    joins = (former or "mine" in slots.flags) and after.has(*FIELDS.values()) and not after.value(former)
    return bool(joins) and search.asks_for_list(clause)


def _and(clause: Clause, token: Token) -> bool:
    if clause.field and clause.joins_ids():
        return clause.next()
    return Role.VERB not in token.tags and clause.close("and")


def _enough(clause: Clause, _token: Token) -> bool:
    """Skip `is enough` in `low priority is enough`."""
    return not clause.first and bool(clause.slots.values) and not clause.slots.verbs and clause.next()


def _only(clause: Clause, token: Token) -> bool:
    """Skip `only` in a list: `open or in progress, high only`, `only infra`, `show only my tickets`. `only if …` is a condition."""
    slots, after = clause.slots, clause.after()
    after = token_at(clause.tokens, clause.at + 2) if Role.ARTICLE in after.tags else after
    ends = bool(slots.values or slots.verbs) and after.kind == Kind.MARK
    begins = not slots.verbs and after.has(Role.STAT, Role.PRI, Role.CAT, Role.MINE)
    begins = begins or (slots.verbs == ["view"] and not after.has(Role.COND, Role.TIME))
    return token.word == "only" and not slots.ids and (ends or begins) and clause.next()


def _skip(clause: Clause, token: Token) -> bool:
    if token.word in RANKED and clause.after().word == "first":
        clause.slots.flags["noun"] = "many"
        return clause.stop()  # `list oldest first`: a list has its own order
    return _FORBIDDING.isdisjoint(token.tags) and clause.next()


# A word's roles are tried in this order; the first reader that accepts the word wins.
Reader = Callable[[Clause, Token], bool]
_ROLES: tuple[tuple[Role, Reader], ...] = (
    (Role.AND, _and),
    (Role.FIELD, _field),
    (Role.VERB, _verb),
    (Role.STAT, _state),
    (Role.PRI, _state),
    (Role.CAT, _state),
    (Role.FROM, _from),
    (Role.PAGE, _page),
    (Role.EXCEPT, take_exclusion),
    (Role.TO, _to),
    (Role.THROUGH, _skip),
    (Role.ABOUT, search.take_about),
    (Role.ENOUGH, _enough),
    (Role.COND, _only),
    (Role.NOUN, _flag),
    *((role, _flag) for role in _FLAGS),
    *((role, _skip) for role in _SILENT),
)


@cache
def _readers(roles: frozenset[Role]) -> tuple[Reader, ...]:
    return tuple(read for role, read in _ROLES if role in roles)
