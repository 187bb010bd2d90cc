"""A priority that one clause tells of the whole message: `please treat it as P1`, `this is urgent`, `get IT on it asap`."""

from bot.parser.rules.language.lexer import Token
from bot.parser.rules.language.roles import Role

_AT_ONCE = frozenset((
    "asap", "a.s.a.p", "as soon as possible", "urgently", "dringend", "sehr dringend", "umgehend", "schnellstmöglich", "es eilt",
    "en urgence", "d'urgence", "c'est urgent", "au plus vite", "dès que possible", "con urgencia", "de urgencia", "urgentemente",
    "es urgente", "lo antes posible", "cuanto antes", "com urgência", "é urgente", "o mais rápido possível", "quanto antes",
))  # fmt: skip
_DEGREES = frozenset(("a", "an", "as", "so", "super", "very", "really", "pretty", "quite", "rather", "extremely", "top"))  # fmt: skip
_OF_IT = frozenset(("it is", "it's", "this is", "that is", "that's", "c'est", "es ist"))
_IT = frozenset(("it", "this", "that", "these", "they", "them", "which", "one", "log", "file", "raise", "track", "treat", "flag", "mark"))  # fmt: skip
_FARTHEST_VERB = 3
_BREAKS = ",.;!?-("
_WHY = frozenset(("for", "before", "because", "since", "as"))


def told(tokens: list[Token]) -> int | None:
    """1, 2 or 3; None where no clause says so. Elsewhere such a word is part of what is told: `mails flagged as urgent`."""
    for at, token in enumerate(tokens):
        if (
            Role.PRI not in token.tags
            or not at
            or (at + 1 < len(tokens) and Role.NAMES in tokens[at + 1].tags)
        ):
            continue
        if token.word in _AT_ONCE or _of_it(tokens, at) or _alone(tokens, at):
            return int(token.tags[Role.PRI])
    return None


def _of_it(tokens: list[Token], at: int) -> bool:
    """Whether it is said of `it`: super urgent, to be treated as critical, or with highest priority."""
    before, linked = at - 1, False
    while before > 0 and tokens[before].word in _DEGREES:
        linked = linked or tokens[before].word == "as"
        before -= 1
    word = tokens[before].word
    if word in _OF_IT or (linked and word in _IT):
        return True
    verbs = tokens[max(0, before - _FARTHEST_VERB) : before]
    return word == "with" and any(token.word in _IT for token in verbs)


def _alone(tokens: list[Token], at: int) -> bool:
    """`…, no hurry, …`, `…, critical for the audit`"""
    beyond = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].tags.get(Role.FIELD) == "pri")
    after = tokens[beyond] if beyond < len(tokens) else None
    before = at - 1
    while before > 0 and tokens[before].word in _DEGREES:
        before -= 1
    return tokens[before].breaks(_BREAKS) and (after is None or after.breaks(_BREAKS) or after.word in _WHY)
