"""Finds where a title begins and ends, between politeness, emoji and values: `urgent: … , please`, `… (low prio)`."""

from bot.parser.rules.create import inline_fields
from bot.parser.rules.create.inline_fields import InlineFields, read_inline_fields
from bot.parser.rules.language.lexer import Kind, Token, begins_literal
from bot.parser.rules.language.lexicon import decorates, has_in_report
from bot.parser.rules.language.roles import Role

_BREAKS = frozenset(",;.!?-([:")
_FIRST_BREAKS = frozenset(",:-!.])")
_NOISE_BEFORE = frozenset(":,;.!-=|?)]")
_NOISE_AFTER = frozenset((*".,;:!?…-=|", "->"))
_FARTHEST = 12  # tokens: a longer clause at the beginning sets nothing


def find_end(tokens: list[Token], low: int, high: int, fields: InlineFields) -> int:
    """Where the title from `low` ends: before thanks, emoji and clauses that only set fields, which go into `fields`."""
    while high > low:
        shorter = trim_end(tokens, low, high)
        ended = _last_clause(tokens, low, shorter) or inline_fields.find_closing_fields(tokens, low, shorter)
        if not ended and low + 1 < shorter and tokens[low].kind == Kind.QUOTE:  # `"Rack 4" infra high`
            found = read_inline_fields(tokens[low + 1 : shorter])
            ended = (low + 1, found) if found else None
        if ended:
            shorter, found = ended
            fields.join(found)
            shorter -= _is_hash(tokens, low, shorter)
        if shorter == high:
            break
        high = shorter
    return high


def _is_hash(tokens: list[Token], low: int, at: int) -> bool:
    """Whether the title before `at` ends with the mark of a hashtag: `VPN drops #urgent`; not `C#, urgent`."""
    if at - 2 < low or at >= len(tokens):
        return False
    mark = tokens[at - 1]
    return mark.word == "#" and mark.end == tokens[at].start and tokens[at - 2].end < mark.start


def find_begin(tokens: list[Token], high: int, fields: InlineFields) -> int:
    """Where the title begins: after `urgent:`, `[infra]`, `low priority -`, `not urgent, but`, `bug:`."""
    low = 0
    while low < high:
        longer = trim_begin(tokens, low, high)
        if longer < high:
            begun = _first_clause(tokens, longer, high)
            begun = begun or inline_fields.read_leading_priority(tokens, longer, high)
            if begun:
                longer, found = begun
                fields.join(found)
        if longer == low:
            break
        low = longer
    return min(low, high)


def trim_end(tokens: list[Token], low: int, high: int) -> int:
    """`high` moved back over emoji, thanks and punctuation."""
    while high > low:
        token = tokens[high - 1]
        tags = token.tags
        thanks = Role.POLITE in tags and not token.has(Role.PRI, Role.NAMED)
        mark = token.kind == Kind.MARK and token.word in _NOISE_AFTER and Role.VERB not in tags
        verb_last = Role.FINAL in tags  # `kannst du ein Ticket für … anlegen`
        # `dash and :fire:`
        joined = high - low > 1 and tokens[high - 2].has(Role.AND, Role.ARTICLE, Role.WITHIN)
        decoration = decorates(token, after=True) and not joined
        if not (thanks or mark or verb_last or token.kind == Kind.LINE or decoration):
            break
        high -= 1
    return high


def trim_begin(tokens: list[Token], low: int, high: int) -> int:
    """`low` moved on over emoji, greetings, punctuation and `but`."""
    while low < high:
        token = tokens[low]
        polite = token.has(Role.POLITE, Role.GREET) and not token.has(Role.PRI, Role.NOUN, Role.NAMED)
        but = Role.LEADING_BUT in token.tags
        passed = low + 1 < high and (but or (polite and follows_politeness(tokens[low + 1])))
        mark = token.kind == Kind.MARK and token.word in _NOISE_BEFORE and not begins_literal(tokens, low)
        if not (passed or mark or token.kind == Kind.LINE or decorates(token, after=False)):
            break
        low += 1
    return low


def follows_politeness(after: Token) -> bool:
    """Whether the word before `after` is mere politeness: `please fix …`; not `please wait screen`, `hello world sample`."""
    begins = has_in_report(after, Role.TASK) or after.has(Role.ARTICLE, Role.POLITE, Role.GREET, Role.VERB)
    return begins or after.kind not in (Kind.WORD, Kind.NUMBER)


def _last_clause(tokens: list[Token], low: int, high: int) -> tuple[int, InlineFields] | None:
    """The last clause, if it only sets fields."""
    near = range(high - 2, low, -1)  # the last break with text on both sides
    breaks = (at for at in near if tokens[at].breaks(_BREAKS) or tokens[at].has(Role.AND, Role.BUT))
    at = next((at for at in breaks if tokens[at].word != ":" or Role.FIELD not in tokens[at - 1].tags), -1)
    found = read_inline_fields(tokens[at + 1 : high]) if at >= 0 else None
    named = any(Role.FIELD in token.tags or Role.VERB in token.tags for token in tokens[at + 1 : high])
    if not found or (tokens[at].word == "and" and found.cat and not found.pri and not named):
        return None  # `code and docs`
    return at, found


def _first_clause(tokens: list[Token], low: int, high: int) -> tuple[int, InlineFields] | None:
    """Where the title begins after a first clause that only sets fields, and its values; also after `bug:`."""
    near = range(low + 1, min(high - 1, low + _FARTHEST))
    at = next((at for at in near if Role.BUT in tokens[at].tags or _breaks(tokens, at)), 0)
    if not at:
        return None
    found = read_inline_fields(tokens[low:at])
    if found:
        only_cat = found.cat and not found.pri and Role.FIELD not in tokens[low].tags
        return None if only_cat and tokens[at].word in ",.-" else (at + 1, found)  # `code, docs`
    only = tokens[low].tags
    if at == low + 1 and tokens[at].word == ":" and (Role.KIND in only or Role.NOUN in only):
        return at + 1, InlineFields(cat=only.get(Role.CAT) if Role.KIND in only else None)
    return None


def _breaks(tokens: list[Token], at: int) -> bool:
    keyed = tokens[at].word == ":" and tokens[at - 1].tags.get(Role.FIELD) in ("pri", "cat")
    return tokens[at].breaks(_FIRST_BREAKS) and not keyed
