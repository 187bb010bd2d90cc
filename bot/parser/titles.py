"""A new ticket's title, and what is said beside it: the fields and markers around it, the lines below it."""

from dataclasses import dataclass, field

from bot.actions import Ask
from bot.parser import asks
from bot.parser.clauses import unquoted
from bot.parser.lines import shortened, telling, text_lines, trimmed
from bot.parser.markers import Settings, closing, marks, settings
from bot.parser.text import plain
from bot.parser.tokens import CODE, FORWARD, LINE, MARK, PICTURE, QUOTE, Token

_BREAKS = ",;.!?-([:"
_NOISE = " .,;:!?…-=|)]"
_FARTHEST = 12  # tokens: a longer clause at the beginning sets nothing
_ADDRESSED = frozenset(("team", "guys", "all", "everyone", "bot", "folks", "there", "for us", "for me", "quick", "friend", "dear"))
_SETTING = frozenset(("pri", "cat", "field", "kind", "noun"))
_SMALL = frozenset(("pron", "glue", "polite", "noun", "to", "about"))


@dataclass(slots=True)
class Draft:
    """What was found. `problem` is what has to be asked about it, `requested` that a ticket was asked for at the end."""

    title: str = ""
    desc: str | None = None
    said: Settings = field(default_factory=Settings)
    problem: Ask | None = None
    requested: bool = False


def draft(tokens: list[Token], source: str) -> Draft:
    """The ticket that `tokens` describe."""
    found = Draft()
    tokens = _keyed(tokens, source, found)
    only = settings(tokens)
    if only and (only.pri or any("field" in token.tags for token in tokens)):
        found.said, tokens = only, []
    if any(_SETTING & token.tags.keys() for token in tokens):
        high = _end(tokens, 0, len(tokens), found.said)
        low = _begin(tokens, high, found.said)
        high = _end(tokens, low, high, found.said)
    else:
        high = _noise_end(tokens, 0, len(tokens))
        low = _noise_begin(tokens, 0, high)
    if not found.title and low < high:
        _title(tokens[low:high], source, found)
    if found.said.wrong:
        found.problem = asks.wrong_value(*found.said.wrong, ())
    return found


# -- fields written as key=value or key: "value", wherever they stand


def _keyed(tokens: list[Token], source: str, found: Draft) -> list[Token]:
    """`tokens` without `title=…`, `desc: …`, `pri:1`, `cat=infra` and the like."""
    if not any("field" in token.tags for token in tokens):
        return tokens
    kept: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _text_field(tokens, at, source, found, kept) or _set_field(tokens, at, found)
        if not end:
            kept.append(tokens[at])
        at = end or at + 1
    return kept


def _text_field(tokens: list[Token], at: int, source: str, found: Draft, kept: list[Token]) -> int:
    """Where the title or description that begins at `at` ends; 0 if none does."""
    name = tokens[at].tags.get("field")
    if name not in ("title", "desc") or at + 1 >= len(tokens):
        return 0
    signed = tokens[at + 1].word in (":", "=") and tokens[at + 1].kind == MARK
    begin = at + 2 if signed else at + 1
    if begin >= len(tokens):
        return 0
    first = not kept or kept[-1].kind in (QUOTE, LINE) or kept[-1].word in (",", ";", ":")
    value = tokens[begin]
    if value.kind == QUOTE and (signed or first):
        end, text = begin + 1, unquoted(value, source)
    elif signed and (first or name == "desc" or tokens[at + 1].word == "="):
        end = begin + 1
        while end < len(tokens) and not _is_key(tokens, end):
            end += 1
        text = source[value.start : tokens[end - 1].end]
    else:
        return 0
    if name == "title":
        found.title = trimmed(plain(text))
    else:
        found.desc = plain(text) or None
    return end


def _is_key(tokens: list[Token], at: int) -> bool:
    if "field" not in tokens[at].tags or at + 1 >= len(tokens):
        return False
    sign = tokens[at + 1]
    return sign.word in (":", "=") and sign.start == tokens[at].end


def _set_field(tokens: list[Token], at: int, found: Draft) -> int:
    """Where `pri:1` or `cat=infra` at `at` ends; 0 if it is none."""
    if tokens[at].tags.get("field") not in ("pri", "cat", "stat") or not _is_key(tokens, at) or at + 2 >= len(tokens):
        return 0
    said = settings(tokens[at : at + 3])
    if said is None or (said.wrong and tokens[at + 2].start != tokens[at + 1].end and at + 3 < len(tokens)):
        return 0
    found.said.join(said)
    return at + 3


# -- what stands around the title


def _end(tokens: list[Token], low: int, high: int, said: Settings) -> int:
    """Where the title ends: before thanks, pictures, fields, and clauses that only set fields."""
    while high > low:
        shorter = _noise_end(tokens, low, high)
        clause = _last_break(tokens, low, shorter)
        found = settings(tokens[clause + 1 : shorter]) if clause >= 0 else None
        if found and not (tokens[clause].word == "and" and found.cat and not found.pri):
            said.join(found)
            shorter = clause
        elif ended := closing(tokens, low, shorter) or _after_quote(tokens, low, shorter):
            shorter, found = ended
            said.join(found)
        if shorter == high:
            break
        high = shorter
    return high


def _noise_end(tokens: list[Token], low: int, high: int) -> int:
    while high > low:
        token = tokens[high - 1]
        tags = token.tags
        thanks = "polite" in tags and "pri" not in tags and token.word not in _ADDRESSED
        if not (thanks or token.kind in (PICTURE, LINE) or (token.kind == MARK and token.word in _NOISE and not tags)):
            break
        high -= 1
    return high


def _last_break(tokens: list[Token], low: int, high: int) -> int:
    """The last break in `tokens[low:high]` that leaves something on both sides; -1 if there is none."""
    for at in range(high - 2, low, -1):
        token = tokens[at]
        if token.kind in (LINE, PICTURE) or (token.kind == MARK and token.word in _BREAKS) or {"and", "but"} & token.tags.keys():
            keyed = token.word == ":" and "field" in tokens[at - 1].tags
            if not keyed:
                return at
    return -1


def _after_quote(tokens: list[Token], low: int, high: int) -> tuple[int, Settings] | None:
    """`"Rack 4" infra high`: after a quoted title every word is a field."""
    if tokens[low].kind != QUOTE or high - low < 2:  # noqa: PLR2004  # the title and a field
        return None
    found = settings(tokens[low + 1 : high])
    return (low + 1, found) if found else None


def _begin(tokens: list[Token], high: int, said: Settings) -> int:
    """Where the title begins: after `urgent:`, `[infra]`, `low priority -`, `not urgent, but`, `bug:`."""
    low = 0
    while low < high:
        longer = _noise_begin(tokens, low, high)
        end = _first_break(tokens, longer, high)
        found = settings(tokens[longer:end]) if end > longer else None
        if found and not (found.cat and not found.pri and tokens[end].word in ",.-" and "field" not in tokens[longer].tags):
            said.join(found)
            longer = end + 1
        elif end == longer + 1 and tokens[end].word == ":" and {"kind", "noun"} & tokens[longer].tags.keys():
            if "kind" in tokens[longer].tags and "cat" in tokens[longer].tags:
                said.join(Settings(cat=tokens[longer].tags["cat"]))
            longer = end + 1
        elif longer < high and (marked := marks(tokens, longer, high)):
            longer, level = marked
            said.join(Settings(pri=level))
        if longer == low:
            break
        low = longer
    return min(low, high)


def _noise_begin(tokens: list[Token], low: int, high: int) -> int:
    while low < high:
        token = tokens[low]
        tags = token.tags
        polite = bool({"polite", "greet"} & tags.keys()) and not {"pri", "noun"} & tags.keys() and low + 1 < high and token.word not in _ADDRESSED
        if not (polite or token.kind in (PICTURE, LINE) or (token.kind == MARK and token.word in ":,;.!-=|?)]" and not tags)):
            break
        low += 1
    return low


def _first_break(tokens: list[Token], low: int, high: int) -> int:
    """The first break in `tokens[low:high]`, not far from its beginning; `low` if there is none."""
    for at in range(low + 1, min(high - 1, low + _FARTHEST)):
        token = tokens[at]
        if token.kind in (LINE, PICTURE) or (token.kind == MARK and token.word in ",:-!.])" and not token.tags) or "but" in token.tags:
            if not (token.word == ":" and tokens[at - 1].tags.get("field") in ("pri", "cat")):
                return at
    return low


# -- the text itself


def _title(tokens: list[Token], source: str, found: Draft) -> None:
    """Title and description from what is left: the telling line, then the telling clause."""
    if len(tokens) == 1 and tokens[0].kind == QUOTE:
        found.title = plain(unquoted(tokens[0], source))
        return
    if len(tokens) == 1 and tokens[0].kind == CODE and "\n" not in tokens[0].word:
        found.title = plain(tokens[0].word.strip("`"))
        return
    if any(token.kind in (LINE, FORWARD) or (token.kind == CODE and "\n" in token.word) for token in tokens):
        _from_lines(tokens, source, found)
        return
    whole = trimmed(plain(_pieces(tokens, source)))
    found.title = shortened(whole)
    if found.title != whole:
        found.desc = found.desc or whole


def _pieces(tokens: list[Token], source: str) -> str:
    """The source of `tokens`, without what was taken out between them."""
    pieces, start = [], tokens[0].start
    for before, token in zip(tokens, tokens[1:], strict=False):
        if source[before.end : token.start].strip():
            pieces.append(source[start : before.end])
            start = token.start
    pieces.append(source[start : tokens[-1].end])
    return " ".join(pieces)


def _from_lines(tokens: list[Token], source: str, found: Draft) -> None:
    at = next(at for at, token in enumerate(tokens) if token.kind in (LINE, FORWARD) or (token.kind == CODE and "\n" in token.word))
    first, below = tokens[:at], text_lines(source[tokens[at].start : tokens[-1].end])
    spoken = any(token.kind not in (PICTURE, MARK) and not _SMALL & token.tags.keys() for token in first)
    if spoken:
        whole = trimmed(plain(_pieces(first, source)))
        found.title = shortened(whole)
        below = below if found.title == whole else [whole, *below]
    else:
        found.title = telling(below)
    text = " ".join(below)
    if text and text != found.title:
        found.desc = found.desc or text
