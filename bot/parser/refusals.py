"""Messages that are no command: pictures, small talk, forwarded text; negated, conditional, asked about."""

import re

from bot.actions import Help, Nothing
from bot.parser import asks, reporting
from bot.parser.categories import categorise
from bot.parser.lines import trimmed
from bot.parser.message import Reading
from bot.parser.said import CHANGING, Said, sure, unsure
from bot.parser.suggestions import nearest
from bot.parser.text import plain
from bot.parser.tokens import CODE, FORWARD, ID, LINE, MARK, PICTURE, QUOTE, Token
from bot.parser.vocabulary import TALK

NOTHING = Nothing()

_SILENT = frozenset((LINE, PICTURE, MARK))
_OTHERS = frozenset((FORWARD, CODE, QUOTE))
_NOBODY = frozenset(("nobody", "no one", "nothing"))
_DESCRIBING = frozenset(("when", "whenever", "while", "after", "before", "since"))
_FEWEST = 3  # words: something, and that it is not to be now
_LONGEST_TALK = 20  # words
_SPEAKER = re.compile(
    r"^[ ]*(?:assistant|user|human|ai|me|bot|tickets? ?bot)\s*:", re.IGNORECASE | re.MULTILINE
)
_FORWARDED = re.compile(r"^[ ]*(?:fwd?|wg|tr|rv)[ ]*:|^[ ]*-+ ?(?:forwarded|original) message", re.IGNORECASE)


def silence(said: Said) -> Reading | None:
    """Nothing is said, or only to somebody else: pictures, thanks, quotations, somebody's transcript."""
    first = next(filter(_speaks, said.raw), None)
    if first is None:
        asks_help = any(token.word == "?" for token in said.raw) or not said.raw
        return sure(Help() if asks_help else NOTHING)
    if first.kind in _OTHERS and _only_others(said.raw, first):
        return sure(NOTHING)
    if (":" in said.source and _SPEAKER.search(said.source)) or _FORWARDED.match(said.source):
        return sure(NOTHING)
    return sure(NOTHING) if _small_talk(said) else None


def _speaks(token: Token) -> bool:
    return token.kind not in _SILENT


def _only_others(raw: list[Token], first: Token) -> bool:
    """Nothing but what others have said; several quotations in a row are somebody's own."""
    words = list(filter(_speaks, raw))
    return all(token.kind in _OTHERS for token in words) and (len(words) == 1 or first.kind != QUOTE)


def _small_talk(said: Said) -> bool:
    """Nothing but thanks, greetings and the like; or thanks for something."""
    first = said.raw[0].word
    if first not in TALK.words and first not in TALK.phrases:
        return False
    found = TALK.find(said.raw)
    if found and "thanks" in found[0][2]:
        return True
    if sum(map(_speaks, said.raw)) > _LONGEST_TALK:
        return False
    ends = {start: end for start, end, _ in found}
    until = 0
    for token in said.raw:
        until = max(until, ends.get(token.start, 0))
        if token.start >= until and token.kind not in (LINE, PICTURE, MARK):
            return False
    return any("talk" in tags for _, _, tags in found)


def negation(said: Said) -> Reading | None:
    """`don't close T003`, `keep it open`. A command after it is for somebody else to judge."""
    lead = said.lead.tags
    if lead.get("neg") != "order" or "pri" in lead:
        return None
    if said.lead.word in _NOBODY and len(said.body) > _FEWEST and said.body[1].kind != ID:
        return None  # `nobody could reproduce it, close T003`
    if said.lead.word in ("no", "nope") and len(said.body) > 1 and said.body[1].kind == MARK:
        return None  # an answer to somebody, and what follows is what counts
    rest = said.body[_clause_end(said.body) + 1 :]
    if any(token.kind == ID for token in rest) or any(_commands(token) for token in rest[:3]):
        return unsure(asks.unclear(nearest(rest, said.topic)), "begins with a negation")
    about = said.names_ids or not said.roles.isdisjoint(("verb", "stat", "pron", "noun", "opens"))
    return sure(NOTHING) if about else None


def condition(said: Said) -> Reading | None:
    """`if T003 passes, close it`; not `when I click save, the page crashes`."""
    lead = said.lead.tags
    if "cond" not in lead or "pri" in lead or said.asked:
        return None
    if said.names_ids or any(_acts(said.body, at) and _begins(said.body, at) for at in range(len(said.body))):
        return sure(asks.later(nearest(said.body, said.topic)))
    return None


def postponed(said: Said) -> Reading | None:
    """`we will need a ticket for the audit, but not now`"""
    if "notnow" not in said.roles:
        return None
    words = [token for token in said.body if not (token.kind in _SILENT or token.has("but", "polite"))]
    if len(words) < _FEWEST or "notnow" not in words[-1].tags or words[-1] is said.lead:
        return None
    before = next(token for token in reversed(said.body) if token.start < words[-1].start)
    if not (before.kind == MARK or before.has("but", "and")) or any(token.word == ":" for token in said.body):
        return None
    return sure(asks.later(nearest(said.body, said.topic)))


def deliberation(said: Said) -> Reading | None:
    """`should we close T003?`, `how do I close a ticket?`"""
    if said.asked or not said.lead.has("howto", "modal"):
        return None
    if "howto" in said.lead.tags and not said.names_ids:
        about_tickets = any(token.has("verb", "noun", "opens", "pron") for token in said.body[1:4])
        if about_tickets:
            return sure(Help())
        return unsure(NOTHING, "a question") if reporting.report(said) else sure(NOTHING)
    if said.names_ids or any(token.has("verb", "pron", "opens") for token in said.body[1:]):
        return sure(asks.instead(nearest(said.body, said.topic)))
    return unsure(NOTHING, "a question")


def leftover(said: Said) -> Reading:
    """Whatever no recogniser accounted for."""
    command = nearest(said.body, said.topic)
    if said.names_ids:
        return unsure(asks.unclear(command), command)
    asks_something = (said.question and not said.asked) or said.lead.has("wh", "howto", "aux")
    if asks_something and not reporting.report(said):
        return unsure(NOTHING, "a question") if _may_be_of_tickets(said) else sure(NOTHING)
    if said.lead.tags.get("verb") == "view":
        return unsure(asks.unclear("view open"))
    if categorise(said.source[said.lead.start :]):
        title = trimmed(plain(said.source[said.lead.start :].split("\n")[0]))
        return unsure(asks.unclear(f'create "{title}"' if title and '"' not in title else ""))
    return unsure(NOTHING)


def _may_be_of_tickets(said: Said) -> bool:
    """`have we wrapped up anything server-ish?`: a list may be meant, though not every word of it is known."""
    return any(token.tags.get("noun") == "many" or "stat" in token.tags for token in said.body)


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
