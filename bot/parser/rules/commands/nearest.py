"""Guesses the command that an unclear message may mean: the first one that its verb, ids and values form."""

from dataclasses import replace
from itertools import pairwise, takewhile
from typing import Any

from bot.actions import Action, Close, Create, History, Undo, Update, View
from bot.parser.message import Reading, ThreadTicket
from bot.parser.rules import questions
from bot.parser.rules.commands import build
from bot.parser.rules.commands.slots import EFFECTS
from bot.parser.rules.create.tickets import read_report, read_request
from bot.parser.rules.format import format_command
from bot.parser.rules.language.lexer import Kind, Token, any_has, token_at
from bot.parser.rules.language.lexicon import load_word_set
from bot.parser.rules.language.roles import FIELDS, FUNCTION_WORDS, Role
from bot.parser.rules.utterance import Utterance, commands_again, unsure
from bot.parser.text import to_plain_text

EXAMPLE = ThreadTicket("T042")
ENDINGS = load_word_set("endings")  # they say that a ticket has come to its end: `obsolete`
_LEADING = (Role.ADDS, Role.ABOUT, Role.BECAUSE)  # `add to T012`, `re T012`
_SETTING = (Role.AUX, Role.VERB, Role.PRI, Role.STAT)
_SHORTEST_NOTE = 2  # tokens
_FARTHEST = 60  # tokens before a second command
_MOST_IDS = 3  # in a suggestion
_OF_ONE: dict[str, type[Undo | History]] = {"undo": Undo, "history": History}
_MOVES: dict[str | None, dict[str, Any]] = {"raise": {"pri": 1}, "lower": {"pri": 3}}
_BY_VERB = (*EFFECTS, *_OF_ONE, "view")


def find_nearest(body: list[Token], thread: ThreadTicket | None = None) -> Action | None:
    """The command that the verb, ids and values in `body` may mean; None if no ticket is named. Of several commands, the
    first: a change is never offered for tickets that something else was said about."""
    body = _until_others(body) if thread else body
    others = any(token.kind == Kind.ID for token in body)  # then it is not about the thread's ticket
    excessive = any(token.word in ("too", "less") for token in body)  # `the priority is too high`
    mistaken = any_has(body, Role.MISTAKE)
    body = body[: _end_of_first(body)]
    ids = tuple(_first_named(body, Kind.ID))
    ids = ids or ((thread.id,) if thread and not others else tuple(_first_named(body, Kind.BAD)))
    if not ids:
        return None
    verbs = [verb for token in body if (verb := token.verb)]
    verb = next((verb for verb in verbs if verb in _BY_VERB), "")
    if not verb and any(token.word in ENDINGS for token in body):
        verb = "close"  # `cancel T012`
    if any_has(body, Role.NEG):
        verb = "view"
    if verb == "close" and mistaken:
        verb = "reopen"  # `closed by mistake`
    if verb in EFFECTS:
        return build.change(ids, {"stat": EFFECTS[verb]})
    if verb in _OF_ONE and len(ids) == 1:
        return _OF_ONE[verb](id=ids[0])
    change = None if verb == "view" else _new_value(body, excessive=excessive)
    if change == {"stat": "done"} and mistaken:
        change = {"stat": "open"}
    numbered = any(token.kind == Kind.NUMBER for token in body)  # `lower T1 from 1 to 2`
    if not change and verb != "view" and not numbered:
        change = next((_MOVES[verb] for verb in verbs if verb in _MOVES), None)
    if change:
        return build.change(ids, change)
    return View(id=ids[0]) if len(ids) == 1 else View(tickets=ids)


def _until_others(body: list[Token]) -> list[Token]:
    """The first clause, if it names no ticket, and is about `this` or sets a value: `close this one, T015 stays open`,
    `in progress, T003 has to be done first`. Otherwise `body`."""
    clause = [*takewhile(lambda token: not token.breaks(",;.!:-"), body)]
    here = any_has(clause, Role.PRON) or _only_sets(clause)
    return clause if here and not any_has(clause, Role.ID) else body


def _only_sets(clause: list[Token]) -> bool:
    return all(token.kind == Kind.NUMBER or token.has(Role.FIELD, *FIELDS.values()) for token in clause)


def offer_nearest(utterance: Utterance, *, several: bool = False) -> Reading:
    """Offer the nearest command; beside showing a ticket, a note. `several`: the message holds more than one command."""
    body, thread, source = utterance.body, utterance.thread, utterance.source
    action = find_nearest(body, thread)
    starts = (at for at in range(2, min(len(body), _FARTHEST)) if commands_again(body, at))
    second = next((find_nearest(body[at:], thread) for at in starts), None)  # `close T003 and start T004`
    action = action or second  # `this is like T002, close it`
    second = None if second == action else second
    if not second and several:
        second = find_nearest(body[_end_of_first(body) :])  # `T003 done, T004 to low`
    elif not second and not isinstance(action, View):
        second = _find_report_behind(utterance)
    first = _until_others(body) if thread and not second else body
    behind = body[len(first) + 1 :] if _only_sets(first) else []  # `p1, T003 blocks everything`
    if behind and isinstance(action, (Update, Close)):
        said = to_plain_text(source[behind[0].start : behind[-1].end])
        action, several = action.model_copy(update={"res": said}), False
    reason = _find_reason(body)
    if reason and thread and action is None:  # `this is a duplicate of T002`
        action = Close(id=thread.id)
    if reason and isinstance(action, Close):
        action = action.model_copy(update={"res": to_plain_text(source[reason.start :])})
    note = _find_note(body, source) if isinstance(action, (View, Update)) else None
    offered = (action, note) if isinstance(action, Update) else (note, action)
    asked = questions.one_at_a_time(action, second) if several or second else questions.offer(*offered)
    return unsure(asked, format_command(action))


def _find_reason(body: list[Token]) -> Token | None:
    """Where it begins why a ticket, or `this`, has come to its end: `duplicate of T002`, `wontfix, out of scope`."""
    reasons = (at for at, token in enumerate(body) if Role.BECAUSE in token.tags and token.word in ENDINGS)
    at = next(reasons, len(body) - 1)
    behind = body[at + 1 :]
    ends = any(token.kind == Kind.ID for token in behind[:1]) or not any_has(behind, Role.ID, Role.VERB)
    before = (token for token in body[:at] if token.kind not in (Kind.ID, Kind.MARK))
    plain = all(token.has(*FUNCTION_WORDS, Role.AUX, Role.VERB) for token in before)
    return body[at] if ends and plain and body[at].word in ENDINGS else None


def _find_report_behind(utterance: Utterance) -> Action | None:
    """The new ticket in `close T003 and the printer is broken`, `close T003 and open one for the printer`."""
    body = utterance.body
    last = max((at for at, token in enumerate(body) if token.kind == Kind.ID), default=len(body))
    begin = next((at + 1 for at in range(last, len(body) - 1) if body[at].has(Role.AND)), 0)
    if not begin:
        return None
    behind = replace(utterance, body=body[begin:], thread=None)
    reading = read_request(behind) or read_report(behind)
    return reading.action if reading and isinstance(reading.action, Create) else None


def _find_note(body: list[Token], source: str) -> Update | None:
    """The note that may be meant by what is told of one ticket: `T012: vendor called back`, `update T012: also in Zug`."""
    at = next((at for at, token in enumerate(body) if token.kind == Kind.ID), len(body))
    low, high = at + 1, len(body)
    while low < high and (_announces(body[low]) or body[low].word == "with"):
        low += 1
    while high > low and body[high - 1].breaks(".!"):
        high -= 1
    told = body[low:high]
    leads = all(_announces(token) or token.has(*FUNCTION_WORDS, *_LEADING) for token in body[:at])
    named = leads and at < len(body) and len(body[at].ids) == 1 and not any_has(told, Role.ID)
    if not named or len(told) < _SHORTEST_NOTE - (low > at + 1) or told[0].has(*_SETTING):
        return None
    if any(token.has(Role.NEG, Role.COND, Role.WH, Role.TIME) or token.breaks("?{") for token in told):
        return None
    return Update(id=body[at].ids[0], res=to_plain_text(source[told[0].start : told[-1].end]))


def _announces(token: Token) -> bool:
    return token.kind == Kind.MARK or token.verb == "update"


def _new_value(body: list[Token], *, excessive: bool) -> dict[str, Any] | None:
    """The first value in `body` that is no verb and describes no ticket; nouns last: `the login bug is fixed, T001`."""
    near = zip(body, body[1:], body[2:], strict=False)  # `the urgent ticket T3`
    which = [one for one, noun, ticket in near if Role.NOUN in noun.tags and ticket.ids]
    which += [one for before, one in pairwise(body) if Role.FROM in before.tags]  # `it was high`
    words = (token for token in body if token not in which and Role.VERB not in token.tags)
    for token in sorted(words, key=lambda token: Role.NOUN in token.tags):
        for field in ("pri", "stat", "cat"):
            value = token.value(field)
            if value and not (field == "pri" and excessive):
                return {field: value}
    return None


def _end_of_first(body: list[Token]) -> int:
    """Where something else begins about another ticket: `close T1, T2 is …`, `T1 to low, T2 to high`."""
    ids = told = False
    for at, token in enumerate(body):
        others = Role.ALL in token.tags and Role.AND in body[at - 1].tags
        if token.kind in (Kind.ID, Kind.BAD):
            before, beyond = body[at - 1], body[at + 1 : at + 2]
            spoken_of = bool(beyond) and beyond[0].has(Role.AUX, Role.NEG, Role.ENOUGH)
            if ids and (told or spoken_of or Role.BECAUSE in before.tags):
                return at - 1 if Role.VERB in before.tags else at  # `T1 is fine, close T2`
            ids = True
        elif ids and (token.has(Role.NEG, Role.BUT, Role.EXCEPT) or others):
            return at  # what follows is excluded or contradicts, or is of others: `T012 and all open infra`
        elif ids and token.has(Role.VERB, Role.STAT, Role.PRI, Role.CAT, Role.BECAUSE):
            told = True
    return len(body)


def _first_named(body: list[Token], kind: str) -> list[str]:
    """The named ids, or the ids nearest to malformed ones. An id that is only a reason does not count."""
    ids: dict[str, None] = {}
    for at, token in enumerate(body):
        before = token_at(body, at - 1)
        beside = bool(ids) and (before.word in ("in", "on", "->", "(", "[") or Role.OR in before.tags)
        reason = beside or Role.BECAUSE in before.tags
        if token.kind == kind and len(ids) < _MOST_IDS and not reason:
            ids.update(dict.fromkeys(token.ids or filter(None, [token.nearest])))
    return list(ids)[:_MOST_IDS]
