"""The Spanish `se` of `se cambió el router`, which Portuguese and Italian read as `if`."""

import itertools

from bot.parser.rules.language.lexer import NO_TAGS, Token
from bot.parser.rules.language.lexicon import load_word_set

_PAST = ("ó", "aron", "ieron")  # endings of the past tense; `se falar` is a condition
_AUXILIARIES = load_word_set("reflexive")


def free_reflexives(tokens: list[Token], source: str) -> None:
    """Take the meaning of a condition from each `se` in `tokens` that a verb in the past follows."""
    for token, after in itertools.pairwise(tokens):
        if token.word == "se":
            verb = source[after.start : after.end].casefold()
            if verb.endswith(_PAST) or after.word in _AUXILIARIES:
                token.tags = NO_TAGS
