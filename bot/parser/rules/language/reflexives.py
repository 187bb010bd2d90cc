"""The Spanish `se` of `se cambió el router` and `el cliente se queja`, which Portuguese and Italian read as `if`."""

from bot.parser.rules.language.lexer import NO_TAGS, Kind, Token
from bot.parser.rules.language.lexicon import load_word_set
from bot.parser.rules.language.roles import Role

_PAST = ("ó", "aron", "ieron")  # endings of the past tense; `se falar` is a condition
_AUXILIARIES = load_word_set("reflexive")


def free_reflexives(tokens: list[Token], source: str) -> None:
    """Take the condition from each `se` in `tokens` before a verb in the past or behind its subject."""
    for at, token in enumerate(tokens[:-1]):
        if token.word == "se":
            after = tokens[at + 1]
            past = source[after.start : after.end].casefold().endswith(_PAST) or after.word in _AUXILIARIES
            subject = at > 1 and not tokens[at - 1].tags and Role.ARTICLE in tokens[at - 2].tags
            if past or (subject and tokens[at - 1].kind == Kind.WORD):
                token.tags = NO_TAGS
