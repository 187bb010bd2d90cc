"""Messages that are no command: pictures, small talk, forwarded text; negated, conditional, asked about."""

import re

from bot.actions import Create, Help, Nothing, View
from bot.parser.message import Reading
from bot.parser.rules import questions
from bot.parser.rules.create import report
from bot.parser.rules.create.categories import categorise
from bot.parser.rules.create.title_lines import trimmed
from bot.parser.rules.format import format_command
from bot.parser.rules.language.lexer import (
    CODE,
    FORWARD,
    ID,
    LINE,
    MARK,
    NO_TAGS,
    NUMBER,
    PICTURE,
    QUOTE,
    WORD,
    Token,
)
from bot.parser.rules.language.lexicon import REPORTS, TALK
from bot.parser.rules.suggestions import nearest
from bot.parser.rules.utterance import CHANGING, Utterance, sure, unsure
from bot.parser.text import plain
from store.models import Status

NOTHING = Nothing()

_SILENT = frozenset((LINE, PICTURE, MARK))
_OTHERS = frozenset((FORWARD, CODE, QUOTE))
_NOBODY = frozenset(("nobody", "no one", "nothing"))
_DESCRIBING = frozenset(("when", "whenever", "while", "after", "before", "since"))
_FEWEST = 3  # words: something, and that it is not to be now
_PRAISING = ("well", "nicely", "nice", "beautifully", "brilliantly", "gut", "schön", "bien", "bem")
_LONGEST_TALK = 20  # words
_THINGS = frozenset(
    (
        "search", "lookup", "list", "view", "export", "help", "history", "usage", "filter", "status", "undo", "print",
        "display", "download", "dump", "details", "summary", "overview", "timeline", "activity", "menu", "options", "report",
        "manual", "audit", "update", "backup", "login", "log", "delete", "edit", "comment", "archive",
        "copy", "link", "schedule", "email", "transfer", "merge", "watch", "follow",
    )
)  # fmt: skip
_TROUBLES = frozenset(
    ("fails", "failed", "failing", "crashes", "hangs", "broken", "down", "stuck", "missing", "breaks")
)
_FOREIGN = re.compile(r"[A-Z][A-Z0-9]{1,9}-\d{1,7}")
_TO_TICKETS = CHANGING | {"view", "delete", "cannot", "history", "undo"}
_FARTHEST_ID = 5  # tokens
_SPEAKER = re.compile(
    r"^[ ]*(?:assistant|user|human|ai|me|bot|tickets? ?bot)\s*:", re.IGNORECASE | re.MULTILINE
)
_FORWARDED = re.compile(r"^[ ]*(?:fwd?|wg|tr|rv)[ ]*:|^[ ]*-+ ?(?:forwarded|original) message", re.IGNORECASE)


def silence(utterance: Utterance) -> Reading | None:
    """Nothing is said, or only to somebody else: pictures, thanks, quotations, somebody's transcript."""
    first = next(filter(_speaks, utterance.raw), None)
    if first is None:
        asks_help = any(token.word == "?" for token in utterance.raw) or not utterance.raw
        return sure(Help() if asks_help else NOTHING)
    if first.kind in _OTHERS and _only_others(utterance.raw, first):
        return sure(NOTHING)
    if ":" in utterance.source and (_SPEAKER.search(utterance.source) or _forwards(utterance)):
        return sure(NOTHING)
    return sure(NOTHING) if is_small_talk(utterance) else None


def _forwards(utterance: Utterance) -> bool:
    """Whether somebody else's command, or a whole message of theirs, is passed on; `Fwd: login fails` is a report."""
    if not _FORWARDED.match(utterance.source):
        return False
    several = "\n" in utterance.source or utterance.names_ids or "-" in utterance.source[:2]
    return several or any(_commands(token) for token in utterance.body)


def _speaks(token: Token) -> bool:
    return token.kind not in _SILENT


def _only_others(raw: list[Token], first: Token) -> bool:
    """Nothing but what others have said; several quotations in a row are somebody's own."""
    words = list(filter(_speaks, raw))
    return all(token.kind in _OTHERS for token in words) and (len(words) == 1 or first.kind != QUOTE)


def is_small_talk(utterance: Utterance) -> bool:
    """Nothing but thanks, greetings, praise (`well solved!`) and the like; or thanks for something."""
    first = utterance.raw[0].word
    if first in _PRAISING and len(utterance.raw) > 1 and utterance.raw[1].tags.get("stat") == "done":
        return True
    if first not in TALK.words and first not in TALK.phrases:
        return False
    found = TALK.find(utterance.raw)
    if found and "thanks" in found[0][2]:
        return True
    if sum(map(_speaks, utterance.raw)) > _LONGEST_TALK:
        return False
    ends = {start: end for start, end, _ in found}
    until = 0
    for token in utterance.raw:
        until = max(until, ends.get(token.start, 0))
        if token.start >= until and token.kind not in (LINE, PICTURE, MARK):
            return False
    return any("talk" in tags for _, _, tags in found)


def names_a_thing(utterance: Utterance) -> bool:
    """Whether the first word is the thing that a report is about: `Search is broken`, `Export to CSV fails`."""
    lead, body = utterance.lead, utterance.body
    if utterance.names_ids or len(body) < 2 or lead.word not in _THINGS:  # it, and what it does
        return False
    after = body[1]
    goes_on = after.has("aux", "neg", "behaves", "within") or after.word in ("to", "not", "no", "returns")
    goes_on = goes_on or (after.word in ("of", "for") and "search" in lead.tags)
    part = "part" in REPORTS.words.get(after.word, NO_TAGS)
    tells = (
        after.word in _TROUBLES
        or goes_on
        or (part and not any(token.tags.get("noun") == "many" for token in body))
    )
    return tells and report.is_trouble(utterance.raw)


def foreign_id(utterance: Utterance) -> Reading | None:
    """`close JIRA-123`, `done: PROJ-42 fixed`, `close T 042`: a command for another tracker's ticket, or for no id at all."""
    lead, body = utterance.lead, utterance.body
    if utterance.names_ids or not (lead.tags.get("verb") in _TO_TICKETS or lead.has("stat")):
        return None
    for at, token in enumerate(body[1:_FARTHEST_ID], 1):
        split = token.word == "t" and at + 1 < len(body) and body[at + 1].kind == NUMBER
        end = body[at + 1].end if split else token.end
        if split or _FOREIGN.fullmatch(utterance.source, token.start, end):
            beyond = next((other for other in body if other.start >= end), None)
            whole = (
                beyond is None
                or beyond.kind != WORD
                or beyond.has("to", "stat", "pri", "field", "because", "polite")
            )
            return sure(questions.foreign_id(utterance.source[token.start : end])) if whole else None
        if not (token.kind == MARK or token.has("noun", "glue", "article")):
            return None
    return None


def negation(utterance: Utterance) -> Reading | None:
    """`don't close T003`, `keep it open`. A command after it is for somebody else to judge."""
    lead = utterance.lead.tags
    if lead.get("neg") != "order" or "pri" in lead:
        return None
    if utterance.lead.word in _NOBODY and len(utterance.body) > _FEWEST and utterance.body[1].kind != ID:
        return None  # `nobody could reproduce it, close T003`
    if utterance.lead.word in ("no", "nope") and len(utterance.body) > 1 and utterance.body[1].kind == MARK:
        return None  # an answer to somebody, and what follows is what counts
    rest = utterance.body[_clause_end(utterance.body) + 1 :]
    if any(token.kind == ID for token in rest) or any(_commands(token) for token in rest[:3]):
        return unsure(questions.offer(nearest(rest, utterance.topic)), "begins with a negation")
    about = utterance.names_ids or not utterance.roles.isdisjoint(("verb", "stat", "pron", "noun", "opens"))
    return sure(NOTHING) if about else None


def condition(utterance: Utterance) -> Reading | None:
    """`if T003 passes, close it`; not `when I click save, the page crashes`."""
    lead = utterance.lead.tags
    if "cond" not in lead or "pri" in lead or utterance.asked:
        return None
    if utterance.names_ids or any(
        _acts(utterance.body, at) and _begins(utterance.body, at) for at in range(len(utterance.body))
    ):
        return sure(questions.later(nearest(utterance.body, utterance.topic)))
    return None


def postponed(utterance: Utterance) -> Reading | None:
    """`we will need a ticket for the audit, but not now`"""
    if "notnow" not in utterance.roles:
        return None
    words = [token for token in utterance.body if not (token.kind in _SILENT or token.has("but", "polite"))]
    if len(words) < _FEWEST or "notnow" not in words[-1].tags or words[-1] is utterance.lead:
        return None
    before = next(token for token in reversed(utterance.body) if token.start < words[-1].start)
    if not (before.kind == MARK or before.has("but", "and")) or any(
        token.word == ":" for token in utterance.body
    ):
        return None
    return sure(questions.later(nearest(utterance.body, utterance.topic)))


def deliberation(utterance: Utterance) -> Reading | None:
    """`should we close T003?`, `how do I close a ticket?`"""
    if utterance.asked or not utterance.lead.has("howto", "modal"):
        return None
    if "howto" in utterance.lead.tags and not utterance.names_ids:
        about_tickets = any(token.has("verb", "noun", "opens", "pron") for token in utterance.body[1:4])
        if about_tickets:
            return sure(Help())
        return unsure(NOTHING, "a question") if report.report(utterance) else sure(NOTHING)
    if utterance.names_ids or any(token.has("verb", "pron", "opens") for token in utterance.body[1:]):
        return sure(questions.offer(nearest(utterance.body, utterance.topic)))
    return unsure(NOTHING, "a question")


def leftover(utterance: Utterance) -> Reading:
    """Whatever no recogniser accounted for."""
    if utterance.names_ids:
        action = nearest(utterance.body, utterance.topic)
        return unsure(questions.offer(action), format_command(action) if action else "")
    asks_something = (utterance.question and not utterance.asked) or utterance.lead.has("wh", "howto", "aux")
    if asks_something and not report.report(utterance):
        return unsure(NOTHING, "a question") if _may_be_of_tickets(utterance) else sure(NOTHING)
    if utterance.lead.tags.get("verb") == "view":
        return unsure(questions.offer(View(stat=(Status.OPEN,))))
    if categorise(utterance.source[utterance.lead.start :]):
        title = trimmed(plain(utterance.source[utterance.lead.start :].split("\n")[0]))
        return unsure(questions.offer(Create(title=title) if title else None))
    return unsure(NOTHING)


def _may_be_of_tickets(utterance: Utterance) -> bool:
    """`have we wrapped up anything server-ish?`: a list may be meant, though not every word of it is known."""
    return any(token.tags.get("noun") == "many" or "stat" in token.tags for token in utterance.body)


def _clause_end(body: list[Token]) -> int:
    for at, token in enumerate(body):
        if at and (
            token.kind == LINE or "but" in token.tags or (token.kind == MARK and token.word in ",;.!")
        ):
            return at
    return len(body)


def _commands(token: Token) -> bool:
    return token.tags.get("verb") in CHANGING and "stat" not in token.tags


def _acts(body: list[Token], at: int) -> bool:
    """A command stands at `at`: `close it`, `open a ticket`."""
    token = body[at]
    if _commands(token):
        return True
    if body[0].word in _DESCRIBING:
        return False  # `when I save, it crashes; can you log this`
    asks_for_one = "opens" in token.tags or token.tags.get("verb") == "create"
    return asks_for_one and at + 1 < len(body) and body[at + 1].has("article", "noun", "pron")


def _begins(body: list[Token], at: int) -> bool:
    """A command can begin at `at`: at the beginning, after a comma, after `please`."""
    return at == 0 or body[at - 1].word in (",", "then") or body[at - 1].has("request", "polite")
