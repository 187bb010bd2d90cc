"""What is excluded: `T001-T005 except T003`, `open but not infra`, `isn't code, it's documentation`."""

from bot.parser.rules.commands.clause import Clause
from bot.parser.rules.commands.filters.search import asks_for_list
from bot.parser.rules.commands.slots import Value
from bot.parser.rules.language.lexer import Kind, Token, token_at
from bot.parser.rules.language.roles import FIELDS, Role
from store.models.tickets import Category, Priority, Status

_SPARING = frozenset(("leave", "keep"))  # `but leave T022 alone`
_VALUES = {"stat": tuple(Status), "pri": tuple(str(int(pri)) for pri in Priority), "cat": tuple(Category)}


def take_exclusion(clause: Clause, _token: Token) -> bool:
    """Read an exclusion: `T001-T005 except T003`, `isn't code, it's documentation`, `show what is not done`."""
    slots, after = clause.slots, clause.after()
    if slots.ids and after.kind == Kind.ID:
        return clause.next()
    if slots.ids and after.word in _SPARING:
        return clause.close("mark")
    if asks_for_list(clause) and not slots.ids and set(slots.verbs) <= {"view"}:
        begin = clause.at + 1
        while begin + 1 < len(clause.tokens) and clause.tokens[begin].has(Role.WITHIN, Role.ARTICLE):
            begin += 1  # `not in infra`
        if field := next((name for name in FIELDS if token_at(clause.tokens, begin).value(name)), ""):
            return _leave_out(clause, begin, field)
    ahead = [Value(name, token.value(name)) for token in clause.tokens[clause.at + 3 :] for name in FIELDS]
    others = [value for value in (*slots.values, *ahead) if value.value]
    if any(after.value(value.field) not in ("", value.value) for value in others):
        return clause.next(count=2)
    clause.stuck = "all" in slots.flags and not slots.ids  # what follows `everything but` is excluded
    return clause.stuck


def _leave_out(clause: Clause, begin: int, field: str) -> bool:
    """Read the values to exclude from a list, which begin at `begin`: `not infra`, `except infra or code`."""
    slots, out, end = clause.slots, {clause.tokens[begin].value(field)}, begin + 1
    while end + 1 < len(clause.tokens):
        joint, value = clause.tokens[end], clause.tokens[end + 1].value(field)
        if value and Role.BUT in joint.tags:
            return clause.next(count=end + 1 - clause.at)  # `not docs but infra`
        if not value or not (joint.word == "," or joint.has(Role.OR, Role.AND)):
            break
        out.add(value)
        end += 2
    said = [value for value in slots.values if value.field == field]
    unfinished = "prog" in out and "all" not in slots.flags  # what is not started is not closed, either
    known = said or [Value(field, one) for one in _VALUES[field] if not (unfinished and one == "done")]
    left = [value for value in known if value.value not in out]
    slots.values = [value for value in slots.values if value.field != field] + left
    clause.stuck = not left
    return clause.next(count=end - clause.at)
