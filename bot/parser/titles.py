"""A new ticket's title, and what is said beside it: the fields at its end, the markers around it, the lines below it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.actions import Ask
from bot.parser import asks
from bot.parser.text import plain
from bot.parser.tokens import CODE, FORWARD, LINE, MARK, NO_TAGS, NUMBER, PICTURE, QUOTE, WORD, Token
from store.ticket import TITLE_LIMIT

# One adjective on its own marks a priority only where nothing makes it part of the sentence.
_WEAK = frozenset(
    "high medium normal low critical minor mid moderate average trivial blocker blocking emergency immediately highest"
    " lowest cosmetic eventually whenever med crit hoch mittel niedrig alta media baja haute moyenne basse alto medio bajo"
    " bas baixa kritisch wichtig sofort gering critico critica critique prioritaire".split()
)
_MEASURED = frozenset(
    "usage load cpu memory ram space usages battery disk volume temperature latency rate level levels traffic cost costs pressure is are"
    " was were too very so at on in from to of and or a the as not be run runs running get gets getting stay stays look"
    " looks keep keeps go goes going set than pretty quite really extremely much still remains feels seems quality risk contrast noise light"
    " become becomes became mark marked marks labelled labeled flagged tagged called named says shows show zu sehr ist es est muy très muito".split()
)
# What `urgent` names rather than marks: `urgent care`.
_NAMED = frozenset(
    "care message messages flag label tag badge checkbox filter email emails notification notifications mail button icon"
    " color colour priority status banner queue list tickets issues toggle option field column category response alerts"
    " alert alerts call calls section path availability contrast level dpi resolution path mode path css value state rows ones"
    " dropdown level levels school schools volume tide risk land tea street end traffic season court pass priority".split()
)
_CATEGORY_NAMES = frozenset("code infra infrastructure doc docs documentation other".split())
_ENDS = " \t\n.,;:!?…|-–—*~"
_GREETING = re.compile(r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^,.:!\n]{0,30}[,.:!]\s*", re.IGNORECASE)
_RAISED = re.compile(r"(?:[A-Za-z_][\w.]*)?(?:Error|Exception|Failure|Fault|Interrupt|Timeout)\b")
_TELLING = re.compile(r"\b(?:error|exception|fatal|failed|failure|panic|denied|refused|timed? ?out|cannot|critical)\b|\b[45]\d\d\b", re.IGNORECASE)


@dataclass(slots=True)
class Draft:
    """What was found; `problem` is what has to be asked about it."""

    title: str = ""
    desc: str | None = None
    pri: int | None = None
    cat: str | None = None
    problem: Ask | None = None
    requested: bool = False  # in so many words, at the end
    note: str = ""  # whatever else was there, for the category


def draft(tokens: list[Token], source: str) -> Draft:
    """The ticket that `tokens` describe."""
    found = Draft()
    tokens = _keyed(tokens, source, found)
    high = _trailing(tokens, source, found)
    low = _leading(tokens, high, source, found)
    high = _trailing(tokens[:high], source, found, low)
    if not found.title:
        _titled(tokens[low:high], source, found)
    return found


# -- fields written as key=value, key: "value"


def _keyed(tokens: list[Token], source: str, found: Draft) -> list[Token]:
    """Take out `title=…`, `desc: …`, `pri:1`, `cat=infra` and the like, wherever they stand."""
    kept: list[Token] = []
    at, count = 0, len(tokens)
    while at < count:
        token = tokens[at]
        field = token.tags.get("field")
        after = tokens[at + 1] if at + 1 < count else None
        if not field or not after:
            kept.append(token)
            at += 1
            continue
        signed = after.kind == MARK and after.word in ":="
        value_at = at + 2 if signed else at + 1
        value = tokens[value_at] if value_at < count else None
        first = not kept or kept[-1].kind in (QUOTE, LINE) or kept[-1].word in ",;"
        if field in ("title", "desc") and value and (value.kind == QUOTE or (signed and (first or field == "desc"))) and (signed or first):
            end = value_at + 1
            if value.kind != QUOTE:
                while end < count and not _is_key(tokens, end, source):
                    end += 1
            text = plain(_unquoted(value, source) if value.kind == QUOTE else source[value.start : tokens[end - 1].end])
            if field == "title":
                found.title = text.strip(_ENDS)
            else:
                found.desc = text
            at = end
            continue
        if field in ("pri", "cat", "stat") and value and signed and source[after.end : value.start].strip() == "":
            if _take(field, value, found):
                at = value_at + 1
                continue
            if field != "cat" or source[after.end : after.end + 1] != " ":
                found.problem = found.problem or asks.wrong_value(field, value, ())
        kept.append(token)
        at += 1
    return kept


def _is_key(tokens: list[Token], at: int, source: str) -> bool:
    return "field" in tokens[at].tags and source[tokens[at].end : tokens[at].end + 1] in (":", "=")


def _take(field: str, value: Token, found: Draft) -> bool:
    """Record a field's value; False if it is none."""
    if field == "pri":
        level = value.tags.get("pri") or (value.word if value.kind == NUMBER and value.word in ("1", "2", "3") else "")
        if level:
            found.pri = int(level)
        return bool(level)
    if field == "cat" and value.tags.get("cat"):
        found.cat = value.tags["cat"]
        return True
    return field == "stat" and value.tags.get("stat") == "open"


# -- at the end


def _trailing(tokens: list[Token], source: str, found: Draft, low: int = 0) -> int:
    """Where the title ends: before thanks, pictures, fields, and clauses that only say how urgent it is."""
    high = len(tokens)
    while high > low:
        shorter = _without_noise(tokens, high, low)
        shorter = _without_pair(tokens, shorter, low, found)
        if shorter == high:
            shorter = _without_clause(tokens, high, low, source, found)
        if shorter == high:
            shorter = _without_marker(tokens, high, low, found)
        if shorter == high:
            break
        high = shorter
    return high


def _without_noise(tokens: list[Token], high: int, low: int) -> int:
    while high > low:
        token = tokens[high - 1]
        noise = token.kind in (PICTURE, LINE) or (token.kind == MARK and token.word in _ENDS)
        if not noise and not ("polite" in token.tags and "pri" not in token.tags and token.word not in ("team", "guys", "all", "everyone", "bot", "folks", "there", "for us", "for me", "quick")):
            break
        high -= 1
    return high


def _without_pair(tokens: list[Token], high: int, low: int, found: Draft) -> int:
    """`pri 1`, `cat: infra`, `priority is high`, `category infra`."""
    if high - low < 2:  # noqa: PLR2004  # a name and a value
        return high
    value, at = tokens[high - 1], high - 2
    while at > low and (tokens[at].word in (":", "=", "is") or "to" in tokens[at].tags or tokens[at].word == "of"):
        at -= 1
    field = tokens[at].tags.get("field")
    if field not in ("pri", "cat", "stat") or (tokens[at].word in ("area", "type", "state", "importance", "status") and at == high - 2 and not (value.tags.get(field))):
        return high
    if _take(field, value, found):
        return _without_glue(tokens, at, low)
    if at == high - 2 and at > low and ((field == "pri" and value.kind == NUMBER) or (tokens[at].word == "cat" and value.kind == WORD and "glue" not in tokens[at - 1].tags)):
        found.problem = found.problem or asks.wrong_value(field, value, ())
    return high


def _without_glue(tokens: list[Token], high: int, low: int) -> int:
    while high > low + 1 and (tokens[high - 1].word in ("with", "and", "at", "as", "in", "to", "it", "a", "set", "make") or "and" in tokens[high - 1].tags):
        high -= 1
    return high


def _without_clause(tokens: list[Token], high: int, low: int, source: str, found: Draft) -> int:
    """The earliest break after which everything only sets fields: `, high priority`, `and it's urgent`, `(low prio)`."""
    at, cut, level, category = high, high, "", ""
    taken: list[tuple[str, str]] = []
    plain_name = False
    while at > low:
        at -= 1
        token = tokens[at]
        tags = token.tags
        broke = token.kind in (LINE, PICTURE) or (token.kind == MARK and token.word in ",;.!-([" and at > low) or "and" in tags or "but" in tags
        if broke:
            if taken or (plain_name and "and" not in tags):
                cut = at
                level, category = (taken[-1] if taken else (level, ""))[0], category
                if plain_name and "and" not in tags:
                    found.cat = found.cat or category
                for pri, cat in taken:
                    if pri:
                        found.pri = int(pri)
                    if cat:
                        found.cat = cat
                taken, plain_name = [], False
            elif token.kind == MARK and token.word in "([" and at + 1 < high:
                break
            continue
        if "pri" in tags:
            taken.append((tags["pri"], ""))
        elif token.kind == NUMBER and token.word in ("1", "2", "3") and tokens[at - 1].tags.get("field") == "pri":
            taken.append((token.word, ""))
        elif "cat" in tags and at > low and (tokens[at - 1].tags.get("field") == "cat" or tokens[at - 1].word in ":="):
            taken.append(("", tags["cat"]))
        elif token.word in _CATEGORY_NAMES and not taken and not plain_name and at == high - 1:
            plain_name, category = True, tags["cat"]
        elif not _settable(token):
            break
    return cut


def _settable(token: Token) -> bool:
    tags = token.tags
    if token.kind == MARK:
        return token.word in ":=)]!*"
    if token.kind == PICTURE:
        return True
    if tags.get("verb") == "update" or tags.get("field") in ("pri", "cat"):
        return True
    return token.word in _SETTING


_SETTING = frozenset(
    "it's its it is this this is that's which that be as to with at a an very super really quite pretty rather please pls the for us them me"
    " needs need to be should ticket issue one so make kinda kind of i'd say id you me can could you treat consider bit"
    " c'est es ist das et y e está é".split()
)


def _without_marker(tokens: list[Token], high: int, low: int, found: Draft) -> int:
    """`asap`, `p1`, `low priority`; a lone `high` unless the sentence needs it."""
    token = tokens[high - 1]
    level = token.tags.get("pri")
    if not level or high - 1 <= low:
        return high
    before = tokens[high - 2]
    if token.word in _WEAK and (before.word in _MEASURED or "to" in before.tags or "aux" in before.tags):
        return high
    if token.word == "urgent" and before.word in ("the", "an", "as", "marked", "be", "not", "mark", "of", "than"):
        return high
    found.pri = int(level)
    high -= 1
    if before.word in ("is", "are", "it's", "this is", "it is") or before.word in ("with", "at", "as", "and", "very", "a"):
        high -= 1
    return high


# -- at the beginning


def _leading(tokens: list[Token], high: int, source: str, found: Draft) -> int:
    """Where the title begins: after `urgent:`, `[infra]`, `low priority -`, `not urgent, but`, `bug:`."""
    low = 0
    while low < high:
        longer = _past_noise(tokens, low, high)
        if longer == low:
            longer = _past_settings(tokens, low, high, found)
        if longer == low:
            longer = _past_marker(tokens, low, high, found)
        if longer == low:
            break
        low = longer
    return low


def _past_noise(tokens: list[Token], low: int, high: int) -> int:
    while low < high:
        token = tokens[low]
        tags = token.tags
        if token.kind in (PICTURE, LINE) or (token.kind == MARK and token.word in ":,;.!-…=|?)" and not tags):
            low += 1
        elif low + 1 < high and tags and (("polite" in tags and "pri" not in tags) or "greet" in tags) and "noun" not in tags and token.word not in ("quick", "all", "team", "everyone", "there", "bot", "morning", "evening", "afternoon"):
            low += 1
        else:
            break
    return low


def _past_settings(tokens: list[Token], low: int, high: int, found: Draft) -> int:
    at, level, category = low, "", ""
    while at < high:
        token = tokens[at]
        tags = token.tags
        if at > low and (level or category) and ((token.kind == MARK and token.word in ":,-!.])") or token.kind in (LINE, PICTURE) or "but" in tags):
            if category and not level and token.word not in ":-])" and at - low == 1:
                return low
            break
        if "pri" in tags:
            level = tags["pri"]
        elif token.kind == NUMBER and level == "" and at > low and tokens[at - 1].tags.get("field") == "pri" and token.word in "123":
            level = token.word
        elif token.word in _CATEGORY_NAMES or ("cat" in tags and at > low and tokens[at - 1].tags.get("field") == "cat"):
            category = tags["cat"]
        elif tags.get("kind") == "bug" and at + 1 < high and tokens[at + 1].word in ":]":
            category = category or ("code" if "cat" in tags else "")
            level = level or " "
        elif tags.get("noun") == "one" and at + 1 < high and tokens[at + 1].word in ":]":
            level = level or " "
        elif not (token.kind == MARK and token.word in "([*!") and not _settable(token) and "filler" not in tags:
            return low
        at += 1
    else:
        return low
    if level.strip():
        found.pri = int(level)
    if category:
        found.cat = found.cat or category
    return at + 1


def _past_marker(tokens: list[Token], low: int, high: int, found: Draft) -> int:
    """`p1 login broken`, `high priority login bug`, `urgent bug in login`; not `urgent care`, `low contrast`."""
    at = low + 1 if tokens[low].word in ("a", "an") else low
    if at + 1 >= high:
        return low
    level, after = tokens[at].tags.get("pri"), tokens[at + 1]
    if not level or after.word in _NAMED or "but" in after.tags:
        return low
    if tokens[at].word in _WEAK and "kind" not in after.tags and after.tags.get("noun") != "one":
        return low
    found.pri = found.pri or int(level)
    return at + 1


# -- the text itself


def _titled(tokens: list[Token], source: str, found: Draft) -> None:
    """Title and description from what is left: the telling line, then the telling clause."""
    if not tokens:
        return
    lines = any(token.kind in (LINE, FORWARD) or (token.kind == CODE and "\n" in token.word) for token in tokens)
    start, end = tokens[0].start, tokens[-1].end
    if len(tokens) == 1 and tokens[0].kind == QUOTE:
        found.title = plain(_unquoted(tokens[0], source)).strip()
        return
    if lines:
        _from_lines(tokens, source, found)
        return
    pieces = _joined(tokens, source)
    whole = plain(pieces)
    title = trimmed(whole)
    if len(title) > TITLE_LIMIT:
        title = _telling_clause(title)
    found.title = title
    if title != trimmed(whole) and found.desc is None:
        found.desc = whole
    found.note = source[start:end]


def _joined(tokens: list[Token], source: str) -> str:
    """The source of `tokens`, without what was taken out between them."""
    pieces, start = [], tokens[0].start
    for before, token in zip(tokens, tokens[1:], strict=False):
        if source[before.end : token.start].strip():
            pieces.append(source[start : before.end])
            start = token.start
    pieces.append(source[start : tokens[-1].end])
    return " ".join(pieces)


def trimmed(title: str) -> str:
    title = title.strip(_ENDS).strip()
    if len(title) > 1 and title[0] + title[-1] in ('""', "“”", "''", "‘’", "„“", "«»") and title[0] not in title[1:-1] and title[-1] not in title[1:-1]:
        title = title[1:-1].strip()
    if title[:1] == "(" and title[-1:] == ")" and "(" not in title[1:]:
        title = title[1:-1].strip()
    return title


def _unquoted(token: Token, source: str) -> str:
    inner = source[token.start + 1 : token.end - 1]
    return inner.replace('\\"', '"').replace("\\\\", "\\") if source[token.start] == '"' else inner


_CLAUSES = (". ", "! ", "? ", "; ", " - ", " – ", " — ", " because ", ", since ", ", so ", ", which ", ", but ", ", and ", ", ", " since ", " so that ", " (", " when ")


def _telling_clause(title: str) -> str:
    """The first clause of a title that is too long, if it says enough."""
    for mark in _CLAUSES:
        at = title.find(mark)
        if 15 <= at <= TITLE_LIMIT:  # noqa: PLR2004  # shorter says too little
            return title[:at].strip(_ENDS)
    return title


def _from_lines(tokens: list[Token], source: str, found: Draft) -> None:
    first = []
    for token in tokens:
        if token.kind in (LINE, FORWARD) or (token.kind == CODE and "\n" in token.word):
            break
        first.append(token)
    said = trimmed(plain(_joined(first, source))) if first else ""
    rest = source[first[-1].end if first else tokens[0].start : tokens[-1].end]
    lines = [line for line in (_line(raw) for raw in rest.split("\n")) if line]
    spoken = [t for t in first if t.kind not in (PICTURE, MARK) and not ({"pron", "glue", "polite", "noun"} & t.tags.keys())]
    if said and spoken:
        found.title = said if len(said) <= TITLE_LIMIT else _telling_clause(said)
        below = "\n".join(lines)
    else:
        found.title, below = telling(lines), "\n".join(lines)
    if found.desc is None and plain(below) and plain(below) != found.title:
        found.desc = plain(below)
    found.note = source[tokens[0].start : tokens[-1].end]


def _line(raw: str) -> str:
    """A line as text, without quotation marks and fences."""
    text = plain(raw.replace("```", " "))
    return text.lstrip("> ").strip()


def telling(lines: list[str]) -> str:
    """The line that says what it is about: what was raised, what failed, or what is said first."""
    for tells, order in ((_RAISED, reversed(lines)), (_TELLING, iter(lines))):
        line = next((line for line in order if tells.search(line)), None)
        if line:
            return _sentence(line, tells)
    return _sentence(lines[0]) if lines else ""


def _sentence(line: str, tells: re.Pattern[str] | None = None) -> str:
    line = _GREETING.sub("", line, count=1) or line
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", line) if len(line) > TITLE_LIMIT else [line]
    chosen = next((s for s in sentences if tells and tells.search(s)), sentences[0])
    return trimmed(chosen)


Titler = Callable[[list[Token], str], Draft]
NO = NO_TAGS
