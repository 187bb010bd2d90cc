"""Whether a later clause of a command only says something: a remark or note, thanks, or a statement."""

from itertools import pairwise

from bot.parser.rules.commands.clause import TEXT_FIELDS, Clause
from bot.parser.rules.commands.notes import may_say
from bot.parser.rules.commands.slots import EFFECTS, Slots
from bot.parser.rules.language.lexer import NO_TOKEN, Kind, any_has
from bot.parser.rules.language.roles import Role

_MANNER = (Role.POLITE, Role.GREET, Role.REQUEST, Role.NAMED, Role.AND)
_PUZZLING = frozenset(("wh", "aux", "count", "or", "stats"))


def tells(clause: Clause, before: Slots, *, targeted: bool) -> bool:
    """Whether a later clause sets nothing for the tickets that `before` names; in a thread, `done, see T015`."""
    if clause.ids:
        said = [token for token in clause.tokens[clause.first : clause.at] if token.kind == Kind.WORD]
        return targeted and not (before.ids or all(token.has(*_MANNER) for token in said))
    if before.many and clause.slots.search != before.search:
        return True
    return bool(before.ids or targeted) and (_is_statement(clause) or _is_note(clause, before))


def sets_nothing(clause: Clause, before: Slots) -> bool:
    """Whether a later clause says something and sets nothing new: it is a note, as `quick fix`, `team` or `fixed`."""
    after, tokens, first = clause.slots, clause.tokens, clause.first
    resumes = before.asides and before.asides[-1].stop == first  # `again and again`
    goes_on = before.ended == "mark" or resumes
    if not (before.effective and goes_on) or clause.ids or len(before.bad_ids) < len(after.bad_ids):
        return False
    words = [token for token in tokens[first : clause.at] if token.kind == Kind.WORD]
    listed = tokens[first - 1].word == ","
    says = any(not token.has(*_MANNER) or (may_say(token) and not listed) for token in words)
    acts = any(token.verb not in ("", "start") for token in words)
    polite = any_has(words[:1], Role.POLITE) and not may_say(words[0])
    asks = polite or any_has(words, Role.PRON)  # `change it`
    other = any(value.field != "stat" for value in after.values[len(before.values) :])  # `low prio`
    again = len(after.field_values) > len(before.field_values) and before.opened == "id"
    other = other or (again and tokens[first - 2].kind == Kind.ID)  # `T1 - done, T2 - done`
    tells = ("working", "started") if tokens[first - 1].word == ":" else ("working",)
    works = before.closes and any(token.word in tells for token in words[:1])  # `done: started`
    same = works or set(before.field_values) == set(after.field_values)
    return same and says and not (other or (acts and asks) or any_has(words, Role.EXCEPT))


def asks_more(clause: Clause, before: Slots) -> bool:
    """Whether a later clause that sets nothing could also be a request of its own: `duplicate`, `next page`."""
    after = clause.slots
    waits = after.named != before.named and clause.at < len(clause.tokens)  # `priority - high`
    former = (before.filters, before.search, before.page, set(before.flags) & _PUZZLING)
    same = former == (after.filters, after.search, after.page, set(after.flags) & _PUZZLING)
    same = same and set(before.field_values) == set(after.field_values)
    return waits or not same or not {"update", *EFFECTS}.issuperset(after.verbs[len(before.verbs) :])


def is_remark(clause: Clause) -> bool:
    """Whether the clause is a note all the same: behind a colon, or only a word such as `duplicate`."""
    words = [token for token in clause.tokens[clause.first :] if token.kind != Kind.MARK]
    alone = len(words) == 1 and words[0].verb == "cannot"
    return alone or clause.tokens[clause.first - 1].word == ":"


def says_thanks(clause: Clause) -> bool:
    """Whether a later clause says what the thanks are for: `thanks for looking at T015`."""
    first, *rest = clause.tokens[clause.first : clause.at] or [NO_TOKEN]
    return first.tags.get(Role.POLITE) == "thanks" and any_has(rest, Role.VERB, Role.ID)


def _is_statement(clause: Clause) -> bool:
    """Whether a later clause begins with a field's word but sets nothing: `title changed`, `infra team fixed it`."""
    tokens = clause.tokens[clause.first : clause.at]
    if any(token.verb == "view" and before.has(Role.ARTICLE) for before, token in pairwise(tokens)):
        return True  # `on my list`
    for at, token in enumerate(tokens):
        if token.tags.get(Role.FIELD) in TEXT_FIELDS:
            after = tokens[at + 1] if at + 1 < len(tokens) else NO_TOKEN
            return not (after.word in (":", "=") or after.kind == Kind.QUOTE or Role.TO in after.tags)
    words = [token for token in tokens if token.kind == Kind.WORD]
    words = [token for token in words if Role.POLITE not in token.tags or token.word in ("team", "guys")]
    if len(words) < 2 or Role.CAT not in words[0].tags or words[-1].has(Role.PRI):  # noqa: PLR2004  # the team, and what it did
        return False
    return not any_has(words, Role.FIELD, Role.TO)


def _is_note(clause: Clause, before: Slots) -> bool:
    """Whether a clause after `close T014` is its note, naming no field: `not urgent anymore`; `p3` sets the priority."""
    words, said = clause.tokens[clause.first : clause.at], clause.slots.values[len(before.values) :]
    sets = (Role.STAT, Role.VERB, Role.FIELD, Role.TO)
    words = [one for one in words if one.tags.get(Role.STAT) != "done" and Role.ARTICLE not in one.tags]
    names = any(token.has(*sets) or token.word[-1:].isdigit() for token in words)
    if names or not (any(value.field != "stat" for value in said) or clause.slots.former):
        return False
    return before.closes and before.ended == "mark" and "update" not in before.verbs  # `set T014 done, low`
