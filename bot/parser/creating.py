"""How people ask for a ticket: `create X`, `can you open an urgent infra ticket for X`, `ticket: X`, `X, please log this`."""

from bot.parser.titles import Draft, draft
from bot.parser.tokens import BAD, ID, LINE, MARK, NO_TAGS, NUMBER, PICTURE, QUOTE, Token
from bot.parser.vocabulary import REPORTS

_CONNECTORS = frozenset(
    ": - , = for about that re regarding to saying says stating titled called named concerning on as because reading describing which with"
    " für über dass zu wegen para sobre de por que porque pour concernant sur d'un"
    " explaining asking -> of covering mentioning around".split()
)
_SAYING = frozenset("titled called named saying says reading with".split())
_OBJECTS = frozenset("me us please pls up mir uns bitte moi nous mich in the for kindly quick just also now one".split())
_ARTICLES = frozenset(
    "a an the one another new some this ein eine einen das neues un una uno el la nuevo nueva une le nouveau nouvelle um uma o novo nova my our quick brand small separate fresh".split()
)
_FAULTS = frozenset("in with on when where at of from during after if while mit bei con avec com en dans".split())
_MOST_BEFORE = 8


def has_head(tokens: list[Token]) -> bool:
    """Whether it begins with a request that names a ticket: `create a ticket for …`."""
    return _head(tokens, 0)[0] > 1


def create(tokens: list[Token], source: str, *, asked: bool) -> Draft | None:
    """The ticket that is asked for, if one is. `asked`: it began with `can you`, `I'd like to` or the like."""
    first = tokens[0]
    tags = first.tags
    if "verb" in tags or "opens" in tags or "wants" in tags:
        at, values = _head(tokens, 0, asked=asked)
        if at >= 0:
            return _with(values, tokens, at, source)
    at, values = _named(tokens)
    if at >= 0:
        return _with(values, tokens, at, source)
    return _suffixed(tokens, source) or _embedded(tokens, source)


def _with(values: dict[str, str], tokens: list[Token], at: int, source: str) -> Draft:
    found = draft(tokens[at:], source)
    if found.pri is None and "pri" in values:
        found.pri = int(values["pri"])
    found.cat = found.cat or values.get("cat")
    return found


def _head(tokens: list[Token], at: int, *, asked: bool = False) -> tuple[int, dict[str, str]]:
    """Past `create`, `open a new ticket for`, `file an urgent bug:`; what it says about the ticket; -1 for no head."""
    tags = tokens[at].tags
    creates = tags.get("verb") == "create"
    opens = "opens" in tags and (tags["opens"] == "ticket" or asked)
    if not (creates or opens or "wants" in tags):
        return -1, {}
    count = len(tokens)
    at += 1
    while at < count and (tokens[at].word in _OBJECTS and not (tokens[at].word in ("the", "in", "one", "for", "new") and creates) or "polite" in tokens[at].tags and "pri" not in tokens[at].tags) and tokens[at].word not in ("quick",):
        at += 1
    noun, values = _noun(tokens, at)
    if noun >= 0:
        body, more = _connected(tokens, noun, articled=noun > at)
        return body, values | more
    if not creates:
        return -1, {}
    if at < count and tokens[at].kind in (ID, BAD):
        return -1, {}
    if at < count and tokens[at].tags.get("field") in ("res", "desc", "pri", "cat", "stat") and _targeted(tokens, at):
        return -1, {}
    if at + 1 < count and tokens[at].word in ("a", "an"):
        if tokens[at + 1].tags.get("field") == "res" and _targeted(tokens, at):
            return -1, {}
        at += 1
    return at, {}


def _targeted(tokens: list[Token], at: int) -> bool:
    """`add note to T003`, `add a comment: …`"""
    return any(token.kind in (ID, BAD) for token in tokens[at : at + 5]) or (at + 1 < len(tokens) and tokens[at + 1].word in (":", "here", "to"))


def _noun(tokens: list[Token], at: int) -> tuple[int, dict[str, str]]:
    """The index of the ticket noun after articles and adjectives, and the fields that these set; -1 if there is none."""
    values: dict[str, str] = {}
    for index in range(at, min(at + 7, len(tokens))):
        token = tokens[index]
        tags = token.tags
        if tags.get("noun") == "one" and not (index + 1 < len(tokens) and tokens[index + 1].tags.get("noun") == "one" and tokens[index + 1].word in ("ticket", "issue")):
            if tags.get("kind") and "cat" in tags:
                values.setdefault("cat", tags["cat"])
            return index, values
        if "pri" in tags:
            values["pri"] = tags["pri"]
        elif "cat" in tags:
            values["cat"] = tags["cat"]
        elif tags.get("field") == "pri" and "pri" in values:
            pass
        elif token.kind == NUMBER and tokens[index - 1].tags.get("field") == "pri" and token.word in "123":
            values["pri"] = token.word
        elif tags.get("field") in ("pri", "cat") or token.word in _ARTICLES or tags.get("noun") == "one" or tags.get("stat") == "open":
            continue
        elif token.kind == MARK and token.word in ",-/":
            continue
        else:
            break
    return -1, {}


def _connected(tokens: list[Token], noun: int, *, articled: bool) -> tuple[int, dict[str, str]]:
    """Where the title begins after the ticket noun at `noun`."""
    count, at = len(tokens), noun + 1
    head = tokens[noun]
    values: dict[str, str] = {}
    if at >= count:
        return at, values
    after = tokens[at]
    if "kind" in head.tags and after.word in _FAULTS and not (after.word == "with" and _settings_end(tokens, at + 1, {})):
        return noun, values
    plainly = head.tags.get("kind") is None and head.word in ("ticket", "new ticket", "support ticket", "trouble ticket", "tix", "tkt", "chamado", "tique")
    if not plainly and not articled and after.word not in (":", "-", "for", "about", "to", ",") and after.kind not in (QUOTE, LINE):
        return noun, values
    settled = _settings_end(tokens, at, values)
    if settled:
        at = settled
    steps = 0
    while at < count and steps < 4:  # noqa: PLR2004  # `please, for this: …`
        token = tokens[at]
        if token.kind in (LINE, PICTURE):
            at += 1
            continue
        about_this = "pron" in token.tags and (at + 1 >= count or tokens[at + 1].word in ":-," or tokens[at + 1].kind == LINE)
        if token.word in _CONNECTORS or "about" in token.tags or "polite" in token.tags and "pri" not in token.tags or about_this or (token.word in ("the", "title", "subject") and tokens[at - 1].word in _SAYING) or (steps == 0 and token.tags.get("verb") == "create"):
            at += 1
            steps += 1
            if token.word == ":" :
                break
            continue
        break
    return at, values


def _settings_end(tokens: list[Token], at: int, values: dict[str, str]) -> int:
    """Past `with high priority`, `in infra`, `, urgent` between the noun and what connects the title; 0 if nothing is there."""
    start, count = at, len(tokens)
    seen: dict[str, str] = {}
    while at < count:
        token = tokens[at]
        tags = token.tags
        if "pri" in tags:
            seen["pri"] = tags["pri"]
        elif token.kind == NUMBER and tokens[at - 1].tags.get("field") == "pri" and token.word in "123":
            seen["pri"] = token.word
        elif "cat" in tags and at > start and (tokens[at - 1].tags.get("field") == "cat" or tokens[at - 1].word in ("in", "under", "as")):
            seen["cat"] = tags["cat"]
        elif seen and (token.word in _CONNECTORS or "about" in tags) and token.word not in (",", "with", "as", "of", "on"):
            values.update(seen)
            return at
        elif not (tags.get("field") in ("pri", "cat") or token.word in ("with", "in", "of", "at", "under", "as", "a", "the", ",", "and", "(", ")")):
            return 0
        at += 1
    return 0


def _named(tokens: list[Token]) -> tuple[int, dict[str, str]]:
    """`ticket: X`, `new urgent ticket for X`, `Ticket erstellen: X`."""
    noun, values = _noun(tokens, 0)
    if noun < 0 or noun + 1 >= len(tokens):
        return -1, {}
    after = tokens[noun + 1]
    plainly = tokens[noun].word in ("ticket", "new ticket", "tix", "tkt", "support ticket")
    if after.tags.get("verb") == "create" or "opens" in after.tags and plainly:
        if noun + 2 < len(tokens) and (tokens[noun + 2].word in _CONNECTORS or tokens[noun + 2].kind == QUOTE or "polite" in tokens[noun + 2].tags):
            body, more = _connected(tokens, noun + 1, articled=True)
            return body, values | more
        return -1, {}
    if after.word == ":" or (plainly and after.word in ("-", "for", "about", "re", "regarding", "für", "fur", "para", "pour")):
        body, more = _connected(tokens, noun, articled=True)
        return body, values | more
    return -1, {}


def _suffixed(tokens: list[Token], source: str) -> Draft | None:
    """`X, can you make a ticket`, `X - please log this`, `X. ticket please`."""
    at, noun, verb, pron, start = len(tokens), False, False, False, -1
    while at > 0:
        at -= 1
        token = tokens[at]
        tags = token.tags
        if tags.get("noun") == "one" and token.word not in ("problem", "feature", "story"):
            noun = True
        elif "opens" in tags or tags.get("verb") == "create" or ("wants" in tags and noun):
            verb = True
        elif "pron" in tags and token.word in ("this", "it", "that"):
            pron = True
        elif not ({"request", "wish", "polite", "glue", "to"} & tags.keys() or token.kind in (PICTURE, LINE) or token.word in _ARTICLES or (token.kind == MARK and token.word in ",.!?;:-…" and not tags) or "and" in tags or "pri" in tags):
            break
        broken = token.kind in (PICTURE, LINE) or (token.kind == MARK and token.word in ",.!;-…?:") or "and" in tags
        complete = (noun and (verb or any("polite" in t.tags for t in tokens[at:]))) or (verb and pron)
        if complete and at > 0 and (broken or "request" in tags or ("polite" in tags and verb)):
            start = at
        if broken and complete:
            break
    if start < 2:  # noqa: PLR2004  # a word is no report
        return None
    if any("neg" in token.tags and token.tags["neg"] == "order" for token in tokens[max(start, 0) :]):
        return None
    found = draft(tokens[:start], source)
    found.requested = True
    values = next((token.tags["pri"] for token in tokens[start:] if "pri" in token.tags), "")
    if values and found.pri is None:
        found.pri = int(values)
    return found if found.title else None


def _embedded(tokens: list[Token], source: str) -> Draft | None:
    """`HR asked for a ticket to X`, `we should have a ticket for X`."""
    for index in range(1, min(_MOST_BEFORE, len(tokens) - 1)):
        token = tokens[index]
        if token.kind == MARK and token.word in ".?!;:" or token.kind == LINE or ("neg" in token.tags) or "cond" in token.tags and "lead" not in token.tags:
            return None
        tags = token.tags
        if "wants" in tags or "opens" in tags or tags.get("verb") == "create":
            noun, values = _noun(tokens, index + 1)
            if noun >= 0 and noun + 1 < len(tokens) and tokens[noun].word in ("ticket", "issue", "support ticket", "new ticket", "bug report", "task", "bug"):
                after = tokens[noun + 1]
                if after.word in _CONNECTORS or "about" in after.tags:
                    body, more = _connected(tokens, noun, articled=True)
                    return _with(values | more, tokens, body, source)
    return None


def names_a_part(tokens: list[Token], at: int) -> bool:
    """Whether the verb at `at` is only the name of something: `close button`, `create user page`."""
    if at + 1 >= len(tokens):
        return False
    return "part" in REPORTS.words.get(tokens[at + 1].word, NO_TAGS)
