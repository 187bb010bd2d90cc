"""How people ask for a ticket: `create X`, `can you open an urgent infra ticket for X`, `ticket: X`, `X, please log this`."""

from bot.parser.markers import Settings, settings
from bot.parser.said import Said
from bot.parser.titles import Draft, draft
from bot.parser.tokens import BAD, ID, LINE, MARK, NO_TAGS, NUMBER, PICTURE, QUOTE, Token
from bot.parser.vocabulary import REPORTS

# What may stand between `ticket` and its title.
_CONNECTORS = frozenset(
    "from : - = for about that re regarding to saying says stating titled called named concerning on as because reading describing"
    " which asking -> of covering mentioning around explaining with title subject"
    " für fur über uber dass zu wegen para sobre de por que porque pour concernant sur".split()
)
_OBJECTS = frozenset("me us mir uns mich moi nous up just also quickly kindly now".split())
_BEFORE_NOUN = frozenset(
    "a an the one another new some this my our quick brand small separate fresh"
    " ein eine einen das neues un una uno el la nuevo nueva une le nouveau nouvelle um uma o novo nova , - /".split()
)
_IN_OR_WITH = frozenset("in with on when where at of from during after while mit bei con avec com en dans".split())
_TICKETS = frozenset(("ticket", "new ticket", "support ticket", "trouble ticket", "tix", "tkt", "chamado", "tique", "tiquete"))
_LOGS_IT = frozenset("log file raise create track register submit record report add".split())
_AS_NOUN = 5  # tokens: `log this customer mail as a ticket`
_MOST_BEFORE = 8
_LONGEST_NOUN = 7


def create(said: Said, *, headed: bool = True) -> Draft | None:
    """The ticket that `said` asks for, if it asks for one; `headed` unless its first word is no verb."""
    body, source = said.body, said.source
    before, at = _urgency_first(body)
    body = body[at:]
    made = (_headed(body, source, asked=said.asked or bool(said.wish)) if headed else None) or _named(body, source)
    if made is None and not said.names_ids:
        made = _suffixed(body, source) or _embedded(body, source)
    if made and before:
        made.said.join(before)
    return made


def has_head(tokens: list[Token]) -> bool:
    """Whether it begins with a request that names a ticket: `create a ticket for …`."""
    return _head(tokens, asked=False)[0] > 1


def names_a_part(tokens: list[Token], at: int) -> bool:
    """Whether the verb at `at` is only the name of something: `close button`, `create user page`."""
    return at + 1 < len(tokens) and "part" in REPORTS.words.get(tokens[at + 1].word, NO_TAGS) and not (at + 2 < len(tokens) and tokens[at + 2].kind == NUMBER)


def _urgency_first(body: list[Token]) -> tuple[Settings | None, int]:
    """`low priority: create a ticket`, `URGENT create ticket`: what comes before the request, and where that begins."""
    if "pri" not in body[0].tags:
        return None, 0
    for at in range(1, min(_MOST_BEFORE, len(body) - 1)):
        tags = body[at].tags
        if tags.get("verb") == "create" or "opens" in tags:
            found = settings(body[:at])
            return (found, at) if found else (None, 0)
    return None, 0


# -- the request comes first


def _headed(tokens: list[Token], source: str, *, asked: bool) -> Draft | None:
    at, head = _head(tokens, asked=asked)
    if at < 0:
        return None
    return _with(head, tokens, at, source)


def _with(head: Settings, tokens: list[Token], at: int, source: str) -> Draft:
    found = draft(tokens[at:], source)
    found.said.join(head)
    return found


def _head(tokens: list[Token], *, asked: bool) -> tuple[int, Settings]:
    """Where the title begins after `create`, `open a new ticket for`, `file an urgent bug:`, and what that sets; -1 for no request."""
    nothing = Settings()
    tags = tokens[0].tags
    creates = tags.get("verb") == "create"
    opens = "wants" in tags or "opens" in tags and (tags["opens"] == "ticket" or asked)
    if not (creates or opens):
        return -1, nothing
    at = 1
    while at < len(tokens) and (tokens[at].word in _OBJECTS or ("polite" in tokens[at].tags and "pri" not in tokens[at].tags)):
        at += 1
    noun, head = _noun(tokens, at)
    if noun < 0:
        noun, head = _as_noun(tokens, at)
    if noun < 0 and opens and "opens" in tags:
        logged = _logged(tokens, at)
        if logged[0] >= 0:
            return logged
    if noun >= 0:
        return _connected(tokens, noun, head, articled=noun > at), head
    if not creates or _for_a_ticket(tokens, at):
        return -1, nothing
    return (at + 1 if at + 1 < len(tokens) and tokens[at].word in ("a", "an") else at), nothing


def _for_a_ticket(tokens: list[Token], at: int) -> bool:
    """`add a note to T003`, `new T003`: not a new ticket."""
    if at < len(tokens) and tokens[at].kind in (ID, BAD):
        return True
    near = tokens[at : at + 5]
    if any(token.kind in (ID, BAD) for token in near) and ("to" in tokens[at].tags or any("field" in token.tags for token in near)):
        return True
    field = next((index for index in range(at, min(at + 2, len(tokens))) if tokens[index].tags.get("field") == "res"), -1)
    return field >= 0 and field + 1 < len(tokens) and (tokens[field + 1].word in (":", "here", "to") or tokens[field + 1].kind == QUOTE)


def _noun(tokens: list[Token], at: int) -> tuple[int, Settings]:
    """The ticket noun after articles and adjectives, and what these set; -1 if there is none."""
    head = Settings()
    for index in range(at, min(at + _LONGEST_NOUN, len(tokens))):
        token, tags = tokens[index], tokens[index].tags
        if tags.get("noun") == "one":
            if index + 1 < len(tokens) and tokens[index + 1].word in ("ticket", "issue"):
                continue
            if "kind" in tags and "cat" in tags:
                head.join(Settings(cat=tags["cat"]))
            return index, head
        if "pri" in tags:
            head.pri = int(tags["pri"])
        elif "cat" in tags:
            head.cat = tags["cat"]
        elif token.kind == NUMBER and token.word in ("1", "2", "3") and tokens[index - 1].tags.get("field") == "pri":
            head.pri = int(token.word)
        elif not (tags.get("field") in ("pri", "cat") or token.word in _BEFORE_NOUN or tags.get("stat") == "open"):
            break
    return -1, head


def _as_noun(tokens: list[Token], at: int) -> tuple[int, Settings]:
    """`log this mail as a ticket: …`"""
    if at >= len(tokens) or "pron" not in tokens[at].tags and tokens[at].word not in ("the", "this"):
        return -1, Settings()
    for index in range(at, min(at + _AS_NOUN, len(tokens) - 1)):
        if tokens[index].word == "as":
            return _noun(tokens, index + 1)
    return -1, Settings()


def _logged(tokens: list[Token], at: int) -> tuple[int, Settings]:
    """`log this: …`, `report that …`, `file a p1: …`"""
    if at + 1 >= len(tokens):
        return -1, Settings()
    token, after = tokens[at], tokens[at + 1]
    if "pron" in token.tags and (after.word in (":", "-", ",") or after.kind == LINE):
        return _past_connectors(tokens, at + 1), Settings()
    if token.word == "that" and tokens[at - 1].word in _LOGS_IT:
        return at + 1, Settings()
    end = next((end for end in range(at, min(at + _AS_NOUN, len(tokens))) if tokens[end].word in (":", "for")), -1)
    head = settings(tokens[at:end]) if end > at and tokens[at].word in ("a", "an", "another") else None
    return (_past_connectors(tokens, end), head) if head else (-1, Settings())


def _connected(tokens: list[Token], noun: int, head: Settings, *, articled: bool) -> int:
    """Where the title begins after the ticket noun; settings on the way (`with high priority`) go into `head`."""
    at, count = noun + 1, len(tokens)
    if at >= count:
        return at
    plainly = tokens[noun].word in _TICKETS
    after = tokens[at]
    end = _settings_end(tokens, at)
    if end:
        head.join(settings(tokens[at:end]) or Settings())
        at = end
    elif "kind" in tokens[noun].tags and after.word in _IN_OR_WITH:
        return noun  # `report a bug in the export`
    elif not plainly and not articled and not (after.word in (":", "-", "for", "about", "to", ",") or after.kind in (QUOTE, LINE)):
        return noun  # `create issue template`
    return _past_connectors(tokens, at)


def _settings_end(tokens: list[Token], at: int) -> int:
    """Where `with high priority`, `in infra`, `, urgent` ends, if what connects a title follows it; 0 if not."""
    for end in range(at + 1, min(at + _LONGEST_NOUN, len(tokens))):
        token = tokens[end]
        if (token.word in (":", "for", "about", "that", "-", "regarding", "re", "to", "titled", "für", "para", "pour") or token.kind == LINE) and settings(tokens[at:end]):
            return end
    return 0


def _past_connectors(tokens: list[Token], at: int) -> int:
    """Past `for`, `about this:`, `please, titled`."""
    steps, count = 0, len(tokens)
    while at < count and steps < 5:  # noqa: PLR2004  # far more than anybody says
        token, tags = tokens[at], tokens[at].tags
        following = tokens[at + 1] if at + 1 < count else None
        this = "pron" in tags and (following is None or following.word in (":", "-", ",") or following.kind == LINE)
        polite = "polite" in tags and "pri" not in tags
        made = tags.get("verb") == "create" and steps == 0
        if not (token.kind in (LINE, PICTURE) or token.word in _CONNECTORS or token.word == "," or this or polite or made or "about" in tags):
            break
        at, steps = at + 1, steps + 1
        if token.word == ":":
            break
    return at


# -- the ticket comes first, or last, or somewhere


def _named(tokens: list[Token], source: str) -> Draft | None:
    """`ticket: X`, `urgent ticket for X`, `Ticket erstellen: X`."""
    noun, head = _noun(tokens, 0)
    if noun < 0 or noun + 1 >= len(tokens):
        return None
    after = tokens[noun + 1]
    plainly = tokens[noun].word in _TICKETS
    if plainly and (after.tags.get("verb") == "create" or "opens" in after.tags):
        at = _past_connectors(tokens, noun + 2)
        return _with(head, tokens, at, source) if noun + 2 < at <= len(tokens) else None
    if after.word in (":", "-") or (plainly and "polite" in after.tags and _past_connectors(tokens, noun + 1) > noun + 2):
        return _with(head, tokens, _past_connectors(tokens, noun + 1), source)
    if (plainly and after.word in ("for", "about", "re", "regarding", "für", "fur", "para", "pour", "sobre")):
        return _with(head, tokens, _connected(tokens, noun, head, articled=True), source)
    return None


def _suffixed(tokens: list[Token], source: str) -> Draft | None:
    """`X, can you make a ticket`, `X - please log this`, `X. ticket please`."""
    at, start = len(tokens), 0
    noun = verb = polite = logs_it = False
    while at > 0:
        at -= 1
        token, tags = tokens[at], tokens[at].tags
        if tags.get("noun") == "one" and (token.word in _TICKETS or "opens" in tokens[at - 1].tags or tokens[at - 1].word in _BEFORE_NOUN):
            noun = True
        elif token.word in _LOGS_IT and at + 1 < len(tokens) and "pron" in tokens[at + 1].tags:
            logs_it = True
        elif "opens" in tags or tags.get("verb") == "create" or ("wants" in tags and noun):
            verb = True
        elif not _around_request(token):
            break
        polite = polite or bool({"polite", "request"} & tags.keys())
        breaks = token.kind in (PICTURE, LINE) or (token.kind == MARK and token.word in ",.!;-…?:") or "and" in tags
        if ((noun and (verb or polite)) or logs_it) and (breaks or "request" in tags or (polite and verb and "polite" in tags)):
            start = at
            if breaks:
                break
    if not start:
        return None
    found = draft(tokens[:start], source)
    found.said.join(Settings(pri=next((int(token.tags["pri"]) for token in tokens[start:] if "pri" in token.tags), None)))
    found.requested = True
    return found if found.title else None


def _around_request(token: Token) -> bool:
    """What may stand in a request for a ticket beside the verb and the ticket."""
    tags = token.tags
    if token.kind in (PICTURE, LINE) or (token.kind == MARK and token.word in ",.!?;:-…" and not tags):
        return True
    return token.word in _BEFORE_NOUN or bool({"request", "wish", "polite", "glue", "to", "pron", "and", "pri", "filler"} & tags.keys())


def _embedded(tokens: list[Token], source: str) -> Draft | None:
    """`HR asked for a ticket to X`, `we should have a ticket for X`."""
    for at in range(1, min(_MOST_BEFORE, len(tokens) - 1)):
        token, tags = tokens[at], tokens[at].tags
        if token.kind in (LINE, ID) or (token.kind == MARK and token.word in ",.?!;:") or {"neg", "cond", "and"} & tags.keys():
            return None
        if "wants" in tags or "opens" in tags or tags.get("verb") == "create":
            noun, head = _noun(tokens, at + 1)
            if noun < 0 or noun + 1 >= len(tokens):
                continue
            after = tokens[noun + 1]
            if after.word in _CONNECTORS or "about" in after.tags:
                return _with(head, tokens, _connected(tokens, noun, head, articled=True), source)
    return None
