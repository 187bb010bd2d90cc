"""Messages that are no command: emoji, small talk, forwards; negations, conditions, questions about a command."""

import re
from itertools import pairwise

from bot.actions import Help, Nothing, View
from bot.parser.message import Reading
from bot.parser.rules import questions
from bot.parser.rules.addressing import CLAUSE_ENDS
from bot.parser.rules.commands.filters.search import LONGEST_SEARCH, lists_by_word
from bot.parser.rules.commands.nearest import ENDINGS, EXAMPLE, find_nearest, offer_nearest
from bot.parser.rules.commands.views import read_unfilterable
from bot.parser.rules.create import report
from bot.parser.rules.create.categories import categorise
from bot.parser.rules.create.tickets import build_reading
from bot.parser.rules.create.titles import draft_ticket
from bot.parser.rules.format import format_command
from bot.parser.rules.language.lexer import Kind, Token, any_has, to_bad_id, token_at, tokenize
from bot.parser.rules.language.lexicon import COMMANDS, TALK, has_in_report, load_word_set, load_word_sets
from bot.parser.rules.language.roles import Role
from bot.parser.rules.spoken_of import is_denied_behind_ids, is_denied_last
from bot.parser.rules.utterance import CHANGING, Utterance, sure, unsure
from bot.parser.text import to_plain_text
from store.models.tickets import Status

NOTHING = Nothing()

_SILENT = frozenset((Kind.LINE, Kind.PICTURE, Kind.MARK))
_OTHERS = frozenset((Kind.FORWARD, Kind.CODE, Kind.QUOTE))
_PRAISING = ("well", "nicely", "nice", "beautifully", "brilliantly", "gut", "schön", "bien", "bem")
_LONGEST_TALK = 20  # words
_TROUBLES, _INSPECTING, _WHEN = load_word_sets("troubles inspecting asking_when")
_ONE_OF_SEVERAL = load_word_set("one_of_several")
_NEAR_VERB = 6  # tokens
_FOREIGN = re.compile(r"[A-Z][A-Z0-9]{1,9}-\d{1,7}|[A-Z]{2,8}\d{4,10}")
_TO_TICKETS = CHANGING | {"view", "delete", "cannot", "history", "undo"}
_FARTHEST_ID = 5  # tokens
_BEHIND_ID = (Role.TO, Role.STAT, Role.PRI, Role.FIELD, Role.BECAUSE, Role.POLITE)
_SPEAKER = re.compile(r"^[ ]*(?:assistant|human|ai|me|bot|tickets? ?bot)\s*:|\A\s*user\s*:", re.IGNORECASE | re.MULTILINE)  # fmt: skip


def read_silence(utterance: Utterance) -> Reading | None:
    """NONE for emoji, thanks, quotations, a transcript: nothing is said to the bot. HELP for a lone `?`."""
    first = next(filter(_speaks, utterance.raw), None)
    if first is None:
        asks_help = any(token.word == "?" for token in utterance.raw) or not utterance.raw
        return sure(Help() if asks_help else NOTHING)
    others = all(token.kind in _OTHERS for token in utterance.raw if _speaks(token))
    alone = first.kind != Kind.QUOTE or sum(map(_speaks, utterance.raw)) == 1  # several are their own words
    quoted = (others and alone) or (first.kind in _OTHERS and _is_command_quoted(first))
    quoted = quoted or bool(":" in utterance.source and _SPEAKER.search(utterance.source))
    return sure(NOTHING) if quoted or is_small_talk(utterance) else None


def _speaks(token: Token) -> bool:
    return token.kind not in _SILENT


def _is_command_quoted(first: Token) -> bool:
    """A quoted command is only mentioned, and makes no title: `` `close T077` didn't work ``."""
    words = COMMANDS.tag(tokenize(first.word.strip("`~\"'“”„«»‘’ ")))
    named = any(token.kind == Kind.ID for token in words)
    begins = named and words[0].kind == Kind.ID and words[-1].has(Role.STAT, Role.PRI, Role.CAT)
    return named and (words[0].verb in _TO_TICKETS or begins)


def is_small_talk(utterance: Utterance) -> bool:
    """Whether the message is only thanks, greetings, praise (`well solved!`) and the like, or thanks for something."""
    raw = utterance.raw
    first = raw[0].word
    if first in _PRAISING and len(raw) > 1 and raw[1].tags.get(Role.STAT) == "done":
        return True
    found = TALK.find(raw) if first in TALK.words or first in TALK.phrases else []
    if not found:
        return False
    begins = found[0][0] == raw[0].start
    if Role.THANKS in found[0][2] and not _goes_on(utterance, found[0][1]):
        return True
    if begins and any(tags.get(Role.THANKS) == "anywhere" for *_, tags in found):
        return True  # `oh, I didn't know you were a bot`
    spoken = [token for token in raw if _speaks(token)]
    near = spoken[:_LONGEST_TALK]
    known = all(any(start <= token.start < end for start, end, _ in found) for token in near)
    return known and near == spoken and any(Role.TALK in tags for _, _, tags in found)


def _goes_on(utterance: Utterance, after: int) -> bool:
    """Whether a command follows the thanks that end at `after`: `thanks for the fix! Please close T014`."""
    raw = utterance.raw
    ends = (at for at, token in enumerate(raw) if token.start >= after and token.breaks(CLAUSE_ENDS))
    end = next(ends, len(raw))
    rest = COMMANDS.tag(raw[end:])
    if any(token.tags.get(Role.NOUN) == "one" for token in rest):
        return any(token.verb == "create" or Role.CREATE_VERB in token.tags for token in rest)
    commands = any(token.verb in _TO_TICKETS or token.has(Role.STAT, Role.PRI) for token in rest)
    thanked, named = (any(token.kind == Kind.ID for token in part) for part in (raw[:end], raw[end:]))
    here = utterance.thread is not None and not utterance.overheard
    many = any(token.is_many for token in rest)
    lists = any_has(rest[1:2], Role.WH, Role.VERB) and many  # `, show my tickets`
    return not thanked and (lists or (commands and (named or here)))


def names_a_thing(utterance: Utterance) -> bool:
    """Whether the first word names what a report is about: `Search is broken`, `Export to CSV fails`."""
    lead, body = utterance.lead, utterance.body
    short = len(body) < 2 or lists_by_word(body)  # noqa: PLR2004  # the thing, and what it does
    if utterance.names_ids or utterance.question or short:
        return False
    acts = lead.verb == "view" and _does_something(body)
    made = lead.verb == "create" and any(token.word == "of" for token in body[2:3])
    if made or not (acts or has_in_report(lead, Role.THING)):  # `create list of holidays`
        return False
    after = body[1]
    acts = acts or has_in_report(after, Role.HAPPENS) or after.tags.get(Role.BEHAVES) == "acts"
    if acts and len(body) > 2:  # noqa: PLR2004  # `search errors` looks for them
        return True
    of = after.word in ("of", "for") and Role.SEARCH in lead.tags
    goes_on = of or after.has(Role.AUX, Role.NEG, Role.BEHAVES, Role.WITHIN) or after.word in _TROUBLES
    many = any(token.is_many for token in body)
    return (goes_on or (has_in_report(after, Role.PART) and not many)) and report.is_trouble(utterance.raw)


def _does_something(body: list[Token]) -> bool:
    """Whether a verb follows the first word's object: `Find my phone locks people out`; not `find crashes on Safari`."""
    for token, after in pairwise(body[2 : 2 + _NEAR_VERB]):
        if token.has(Role.NOUN, Role.ABOUT, Role.LEADS):
            return False
        if token.word.endswith("s") and has_in_report(token, Role.HAPPENS):
            return after.kind == Kind.WORD and not after.has(Role.WITHIN, Role.GLUE, Role.AND, Role.FROM)
    return False


def asks_to_look(utterance: Utterance) -> bool:
    """Whether something is to be looked at that is no list: `check the plotter`."""
    listed = any_has(utterance.body[1:_NEAR_VERB], Role.NOUN, Role.ALL)
    return utterance.lead.word in _INSPECTING and not listed


def reject_foreign_id(utterance: Utterance) -> Reading | None:
    """A command for another tracker's ticket or a malformed id: `close JIRA-123`, `done: PROJ-42 fixed`, `close T 042`."""
    lead, body = utterance.lead, utterance.body
    numbered = any(token.word == "#" for token in body[1:3])
    shows = numbered and lead.verb == "view" and Role.SEARCH not in lead.tags  # `show #1234`
    if utterance.names_ids or not (lead.verb in _TO_TICKETS or lead.has(Role.STAT) or shows):
        return None
    for at, token in enumerate(body[1:_FARTHEST_ID], 1):
        split = token.word in ("t", "#") and at + 1 < len(body) and body[at + 1].kind == Kind.NUMBER
        end = body[at + 1].end if split else token.end
        if split or _FOREIGN.fullmatch(utterance.source, token.start, end):
            beyond = next((other for other in body if other.start >= end), None)
            whole = beyond is None or beyond.kind != Kind.WORD or beyond.has(*_BEHIND_ID)
            return sure(questions.foreign_id(utterance.source[token.start : end])) if whole else None
        if not (token.kind == Kind.MARK or token.has(Role.NOUN, Role.GLUE, Role.ARTICLE)):
            return None
    return None


def ask_which(utterance: Utterance) -> Reading | None:
    """A command for a ticket that nobody can know: `make the other one infra`, `close the last ticket`."""
    lead, body = utterance.lead, utterance.body
    pairs = enumerate(pairwise(body[:_FARTHEST_ID]), 2)
    told = ((end, noun) for end, (one, noun) in pairs if one.word in _ONE_OF_SEVERAL)
    end = next((end for end, noun in told if noun.tags.get(Role.NOUN, noun.word) == "one"), 0)
    after = token_at(body, end)
    sets = lead.word == "make" and after.has(Role.STAT, Role.PRI, Role.CAT, Role.TO)
    if utterance.names_ids or not end or not (lead.verb in CHANGING or sets) or Role.ABOUT in after.tags:
        return None
    return sure(questions.which(format_command(find_nearest([lead, *body[end:]], EXAMPLE))))


def read_hedged_command(utterance: Utterance) -> Reading | None:
    """`if T003 passes, close it`; `don't close T003`, after which a second command is offered: `don't close T1, close T2`."""
    lead, body = utterance.lead, utterance.body
    instead = lead.word == "instead of"  # `instead of T044 close T045`
    oops = Role.OOPS in lead.tags and utterance.thread and not utterance.names_ids  # `never mind, close it`
    ordered = instead or oops or lead.tags.get(Role.NEG) == "order"
    denies = ordered or is_denied_last(body) or is_denied_behind_ids(body)
    waits = Role.COND in lead.tags and not (utterance.question and lead.word in _WHEN)
    if utterance.asked or Role.PRI in lead.tags or not ((utterance.names_ids or oops) and (denies or waits)):
        return None
    if waits:  # `once T003 is in, close this`: the command stands behind the condition
        end = next((at for at, token in enumerate(body) if token.word == ","), 0)
        behind = end and any_has(body[end:], Role.ID, *([Role.PRON] if utterance.thread else []))
        return sure(questions.later(find_nearest(body[end + 1 :] if behind else body, utterance.thread)))
    ended = (token.has(Role.BUT) or token.breaks(",;.!") or (instead and token.ids) for token in body)
    ends = (at for at, end in enumerate(ended) if at and end)
    rest = body[next(ends, len(body)) + 1 :]
    later = any(token.kind == Kind.ID for token in rest)
    if oops:
        later = any_has(rest, Role.PRON) and rest[0].verb in CHANGING
        return unsure(questions.offer(find_nearest(rest, utterance.thread))) if later else None
    return unsure(questions.offer(find_nearest(rest, utterance.thread))) if later else sure(NOTHING)


def read_deliberation(utterance: Utterance) -> Reading | None:
    """Thinking aloud about a command: `should we close T003?`, `how do I close a ticket?`."""
    if utterance.asked or not utterance.lead.has(Role.HOWTO, Role.MODAL):
        return None
    if Role.HOWTO in utterance.lead.tags and not utterance.names_ids:
        near = utterance.body[1:4]
        if any_has(near, Role.VERB, Role.NOUN, Role.CREATE_VERB, Role.PRON):
            return sure(Help())
        return unsure(NOTHING, "a question") if report.find_report(utterance) else sure(NOTHING)
    rest = utterance.body[1:]
    if utterance.names_ids or any_has(rest, Role.VERB, Role.PRON, Role.CREATE_VERB):
        return sure(questions.offer(find_nearest(utterance.body, utterance.thread)))
    return unsure(NOTHING, "a question")


def _read_numbered(body: list[Token]) -> Reading | None:
    """A question about a ticket that is named by its bare number, and what is said of it: `number 2 could be closed`."""
    judged = any(Role.STAT in token.tags or token.verb in CHANGING for token in body)
    thought = any_has(body, Role.MODAL, Role.AUX, Role.PERMISSION)
    for at, (before, number) in enumerate(pairwise(body if judged and thought else ())):
        named = before.has(Role.NUMBERED, Role.TICKET) and all(token.tags for token in body[:at])
        if named and number.kind == Kind.NUMBER:  # not `printer number 4`
            return sure(questions.bad_id(to_bad_id(number), ""))
    return None


def read_leftover(utterance: Utterance) -> Reading:
    """The reading of a message that no recogniser accepted."""
    if utterance.names_ids or (utterance.thread and utterance.lead.word in ENDINGS):  # `cancel this ticket`
        return offer_nearest(utterance)
    reading = _read_numbered(utterance.body) or read_unfilterable(utterance)
    if reading:
        return reading
    asks = utterance.lead.has(Role.WH, Role.HOWTO, Role.AUX)
    if (asks or (utterance.question and not utterance.asked)) and not report.find_report(utterance):
        return sure(NOTHING)
    # `send a list of suppliers`
    other = utterance.lead.word.endswith(" of") and Role.NOUN not in utterance.roles
    looks = asks_to_look(utterance) and not utterance.thread
    if utterance.lead.verb == "view" and not (other or looks):
        return _read_unread_list(utterance)
    after = token_at(utterance.body, 1)
    marked = utterance.lead.has(Role.PRI) and (after.word == ":" or Role.BUT in after.tags)
    # `low prio: dust off the shelves`, `not urgent, but we are out of tea`
    if looks or marked or categorise(utterance.source[utterance.lead.start :]):
        made = draft_ticket(utterance.body, utterance.source)
        found = build_reading(made, utterance, certain=False)
        urged = made.fields.pri and not utterance.thread  # news is rarely marked as urgent
        return found if urged else unsure(questions.offer(found.action), found.hint)
    return unsure(NOTHING)


def _read_unread_list(utterance: Utterance) -> Reading:
    """A list of something unknown: it is searched for after `find`, and cannot be a filter after `list`."""
    nearest, rest = View(stat=(Status.OPEN,)), utterance.source[utterance.lead.end :].strip()
    if rest and Role.SEARCH in utterance.lead.tags:  # `find <form>`
        return sure(View(text=to_plain_text(rest)[:LONGEST_SEARCH]))
    lists = rest and (Role.LISTS in utterance.lead.tags or any(token.is_many for token in utterance.body))
    return unsure(questions.cannot_filter(rest, nearest) if lists else questions.offer(nearest))
