"""A priority that one clause tells of the whole message: `please treat it as P1`, `this is urgent`, `get IT on it asap`."""

from bot.parser.rules.language.lexer import Token
from bot.parser.rules.language.lexicon import word_set
from bot.parser.rules.language.roles import Role

_AT_ONCE = word_set("at_once")  # wherever they stand
_OF_IT = word_set("of_it")  # what may lead to such a word in a clause that says nothing else
_LED = frozenset(("it is", "it's", "this is", "that is", "that's", "c'est", "es ist"))
_WHY = frozenset(("for", "before", "because", "since", "as"))
_BREAKS = ",.;!?-("


def told(tokens: list[Token]) -> int | None:
    """1, 2 or 3; None where no clause says so. Elsewhere such a word is part of what is told: `mails flagged as urgent`."""
    alone = False  # nothing but such words since the clause began
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        ends = (
            after is None
            or after.breaks(_BREAKS)
            or after.word in _WHY
            or after.tags.get(Role.FIELD) == "pri"
        )
        at_once = token.word in _AT_ONCE and not (after and Role.NAMES in after.tags)  # `the Asap font`
        if Role.PRI in token.tags and at and (at_once or (alone and ends)):
            return int(token.tags[Role.PRI])
        alone = token.breaks(_BREAKS) or (alone and token.word in _OF_IT) or token.word in _LED
    return None
