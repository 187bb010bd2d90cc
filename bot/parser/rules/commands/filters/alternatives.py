"""Values of a list with slashes between them: `list p1/p2`, `view open/in progress`."""

from bot.parser.rules.language.lexer import NO_TOKEN, Token, tokenize
from bot.parser.rules.language.lexicon import COMMANDS
from bot.parser.rules.language.roles import FIELDS


def split_alternatives(body: list[Token], source: str) -> list[Token]:
    """`body` with a comma for each slash, if every slash in it joins two values of one field; otherwise `body`."""
    commas = COMMANDS.tag(tokenize(source.replace("/", ",")))
    split = [token for token in commas if token.start >= body[0].start]
    around = zip([NO_TOKEN, *split], split, [*split[1:], NO_TOKEN], strict=False)
    slashed = [(one, other) for one, comma, other in around if source[comma.start : comma.end] == "/"]
    joined = all(any(one.value(name) and other.value(name) for name in FIELDS) for one, other in slashed)
    return split if slashed and joined else body
