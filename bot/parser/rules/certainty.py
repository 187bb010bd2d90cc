"""Decides whether a message is a command. Every reading of a change passes here, and only here becomes sure.

There are four forms, and no other:
(a) it begins with the change's verb and its target: `close T014, fixed`, `I'm working on T009`;
(b) it begins with the ids, then what to set: `T042 pri 1`, `T042: done, …`;
(c) its last clause is a command of form (a): `the VPN works again, close T014`;
(d) in a ticket's thread it begins with a status or a field: `done: cache flushed`.
A note stands after a separator or begins with `because`. An id anywhere else is only mentioned.
"""

from itertools import pairwise

from bot.actions import Action, BulkUpdate, Close, Update
from bot.parser.rules import spoken_of
from bot.parser.rules.commands.clause import TEXT_FIELDS
from bot.parser.rules.commands.notes import is_version
from bot.parser.rules.commands.slot_filling import gather
from bot.parser.rules.language.lexer import MOST_TOKENS, NO_TOKEN, Kind, Token, any_has, token_at
from bot.parser.rules.language.lexicon import load_word_sets
from bot.parser.rules.language.roles import FUNCTION_WORDS, Role
from bot.parser.rules.second_thoughts import Verdict, is_ironic, judge_tail
from bot.parser.rules.utterance import CHANGING, Utterance

_SEPARATORS = frozenset(",:-;(.!…?")
_CLAUSES = frozenset(",;.!…-")
_LEADING = (Role.AND, Role.FILLER, Role.POLITE, Role.REQUEST, Role.WISH)
_PLACING, _ONE_OF_SEVERAL = load_word_sets("placing one_of_several")
_VALUES = (Role.STAT, Role.PRI, Role.CAT, Role.FIELD)
_VERBS = CHANGING | {"create", "cannot"}  # add a note to T003, assign T003 to infra
_TEXT_VERBS = ("note", "rename")  # the text follows


def judge_change(action: Action, utterance: Utterance) -> Verdict:
    """How certain it is that `utterance` commands the change `action`."""
    body = utterance.body
    where = isinstance(action, BulkUpdate) and action.where
    about = isinstance(action, (Update, Close)) and action.about
    if where or about or not isinstance(action, (Update, Close, BulkUpdate)):
        return Verdict.SURE  # the person confirms, or picks the ticket with a click
    if len(utterance.raw) >= MOST_TOKENS:
        return Verdict.DOUBTFUL  # no command is that long, and its end was not read
    may = (token for token in body if Role.PERMISSION in token.tags)
    allowed = utterance.permission or utterance.wish in ("may", "have") or any_has(may, Role.STAT)
    apart = tells_tickets_apart(utterance.raw, several=isinstance(action, BulkUpdate))
    if allowed or apart or is_ironic(utterance.raw):
        return (
            Verdict.DOUBTFUL
        )  # a permission, a question for one, something about one of the tickets, or irony
    targets = action.tickets or () if isinstance(action, BulkUpdate) else (action.id,)
    end = _find_command_end(body, targets, utterance, last=False)
    if end:
        return _judge_tail(utterance, end, closes=isinstance(action, Close))
    return _judge_last_clause(utterance, targets)


def tells_tickets_apart(tokens: list[Token], *, several: bool) -> bool:
    """Whether it is about one of `several` tickets: `close the first one`, `T014 and T015: the first is done, the second not`."""
    told = (Role.AUX, Role.NEG, Role.STAT)
    behind = [after for one, after in pairwise([*tokens, NO_TOKEN]) if one.word in _ONE_OF_SEVERAL]
    parted = several and any(after.kind == Kind.MARK or after.has(*told) for after in behind)
    return parted or any(after.word == "one" for after in behind)


def _judge_tail(utterance: Utterance, at: int, *, closes: bool) -> Verdict:
    tail = utterance.body[at:]
    while tail and tail[-1].kind == Kind.MARK and (tail[-1].word != "?" or utterance.asked):
        tail = tail[:-1]
    if not tail:
        return Verdict.SURE
    low, high = tail[0].start, tail[-1].end
    said = [token for token in utterance.raw if low <= token.start < high]
    return judge_tail(said, closes=closes, noted=utterance.body[at - 1].word == ":")


def _judge_last_clause(utterance: Utterance, targets: tuple[str, ...]) -> Verdict:
    """Form (c): the command is the last clause; what comes before it is its note."""
    body = utterance.body
    if spoken_of.addresses_somebody(body, utterance.source):
        return Verdict.DOUBTFUL
    for at in range(len(body) - 2, 0, -1):
        start = at + 1
        while start < len(body) - 1 and Role.VERB not in body[start].tags and body[start].has(*_LEADING):
            start += 1
        if body[at].breaks(_CLAUSES) and body[start].verb in CHANGING:
            ends = _find_command_end(body[start:], targets, utterance, last=True)
            return Verdict.SURE if ends else Verdict.DOUBTFUL
    return Verdict.DOUBTFUL


def _find_command_end(
    body: list[Token], targets: tuple[str, ...], utterance: Utterance, *, last: bool
) -> int:
    """The index after the command for `targets` (and its separator) that begins `body`; 0 if none does. `last`: in the
    last clause, which needs its own verb and ticket (or the thread's) and may leave nothing over."""
    at = 0
    while at < len(body) - 1 and _introduces(body[at], body[at + 1]):
        at += 1
    first, verb, opens = body[at], body[at].verb, _is_verb(body, at)
    slots = gather(body[at:], utterance.source, targeted=utterance.thread is not None)
    covered, ids = at + slots.rest, [at + place for place in slots.id_places]
    if not ids:
        threaded = utterance.thread is not None and targets == (utterance.thread.id,) and not slots.bad_ids
        begins = opens or (first.has(*_VALUES) and not last)
        return _find_values_end(body, at, covered, last=last) if threaded and begins else 0
    between = body[at + 1 : ids[0]]  # the ids do not belong to the verb
    apart = any(_is_question_word(one) or Role.THROUGH in one.tags or one.breaks("?") for one in between)
    apart = apart or (bool(between) and spoken_of.names_part(body, at))  # `fixed the title of T003`
    begins = (opens and not apart) or (first.kind == Kind.ID and not last)
    whole = not any(_ends_id_list(token, verb) for token in body[ids[0] : ids[-1]])
    listed = whole and set(targets) <= set(slots.ids)
    end = ids[-1] + 1
    beyond = token_at(body, end)
    owns = beyond.word and body[end - 1].word.endswith(("'s", "’s"))  # `T014's docs`
    owns = owns and (Role.CAT in beyond.tags or (opens and not beyond.has(*_VALUES)))
    if owns or not (begins and listed):
        return 0
    return len(body) if verb in _TEXT_VERBS else _find_values_end(body, end, covered, last=last)


def _is_verb(body: list[Token], at: int) -> bool:
    """Whether a change's verb stands at `at`, in any form: `close`, `closing`, `fixed T014`, `open T014 again`."""
    first = body[at]
    if spoken_of.lacks_object(body, at):
        return False
    if first.verb in _VERBS or (first.has(Role.CREATE_VERB) and first.has(Role.STAT)):
        return True
    after = token_at(body, at + 1)
    return Role.STAT in first.tags and (after.kind == Kind.ID or after.has(Role.NOUN, Role.ARTICLE))


def _introduces(token: Token, after: Token) -> bool:
    """Whether `token` only leads to the verb or the ids: `the ticket T014 …`, `I'm working on …`."""
    if Role.ARTICLE in token.tags and Role.POLITE in after.tags:
        return False  # `the bot closed T014`
    says = token.has(Role.VERB, Role.STAT) or (token.has(*_VALUES) and after.kind != Kind.ID)
    return token.has(*FUNCTION_WORDS, Role.NOUN) and token.word not in _PLACING and not says


def _is_question_word(token: Token) -> bool:
    """Whether the token fits only in a list or a question: `about`, `yet`, `only`."""
    asks = Role.WONDER in token.tags
    return asks or (token.has(Role.ABOUT, Role.COND) and not token.has(Role.GLUE, Role.TO))


def _ends_id_list(token: Token, verb: str) -> bool:
    """Whether the token ends a list of ids: a value, a verb other than `verb`, the end of a sentence."""
    mark = token.kind == Kind.PICTURE or (token.kind == Kind.MARK and token.word in ".?!:…")
    other = token.tags.get(Role.VERB, verb) != verb
    return mark or other or _is_question_word(token) or token.has(*_VALUES, Role.FROM, Role.ALL)


def _find_values_end(body: list[Token], at: int, covered: int, *, last: bool) -> int:
    """The index after the values, including the separator before the note; 0 if anything else stands there."""
    while at < len(body):
        token = body[at]
        if spoken_of.limits_status(body, at) or spoken_of.names_part(body, at):
            return 0
        noted = token.kind == Kind.QUOTE or token.tags.get(Role.BECAUSE) == "yes" or is_version(body, at)
        noted = noted or (token.kind == Kind.ID and Role.BECAUSE in body[at - 1].tags)  # `as T034 was fixed`
        if token.breaks(_SEPARATORS):
            if not body[at - 1].has(Role.FIELD):
                return at + 1
        elif token.tags.get(Role.FIELD) in TEXT_FIELDS or token.verb in _TEXT_VERBS:
            return len(body)
        elif noted:
            return 0 if last or _compares(body, at) or spoken_of.describes_state(body, at - 1) else at
        elif at >= covered or _is_question_word(token):
            return 0
        at += 1
    return len(body)


def _compares(body: list[Token], at: int) -> bool:
    """Whether the `as` at `at` compares tickets, and gives no reason: `T014 is as urgent as T015`, `urgent as T015`."""
    other = at + 2 if token_at(body, at + 2).word == body[at].word else at
    after, beyond = token_at(body, other + 1), token_at(body, other + 2)
    return Role.TO in body[at].tags and after.kind == Kind.ID and beyond.kind == Kind.MARK
