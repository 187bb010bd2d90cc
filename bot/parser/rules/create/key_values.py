"""A new ticket's title and description written as `key=value` or `key: "value"`, anywhere in the message."""

from bot.parser.rules.create.title_lines import trim_title
from bot.parser.rules.language.lexer import NO_TOKEN, Kind, Token, token_at, unquote
from bot.parser.rules.language.roles import Role
from bot.parser.text import to_plain_text

_BEFORE = frozenset(("", *",;:.?!"))  # a key may stand at the beginning and after these marks


def take_key_values(tokens: list[Token], source: str) -> tuple[dict[str, str], list[Token]]:
    """The title and the description that `title=…`, `desc: …` and the like give, and the remaining tokens."""
    texts: dict[str, str] = {}
    rest: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _take_text(tokens, at, source, texts, rest)
        if not end:
            rest.append(tokens[at])
        at = end or at + 1
    return texts, rest


def is_key(tokens: list[Token], at: int) -> bool:
    """Whether a field's name stands at `at`, directly followed by its `:` or `=`."""
    sign = token_at(tokens, at + 1)
    return bool(_name(tokens, at)) and sign.word in (":", "=") and sign.start == tokens[at].end


def _name(tokens: list[Token], at: int) -> str:
    """The field named at `at`. Names that only forms use count at the beginning of a line: `Details: …`."""
    tags = tokens[at].tags
    begins = at == 0 or tokens[at - 1].kind == Kind.LINE
    form = Role.FORM in tags and begins and at + 1 < len(tokens) and tokens[at + 1].word == ":"
    return tags.get(Role.FIELD) or (tags[Role.FORM] if form else "")


def _take_text(tokens: list[Token], at: int, source: str, texts: dict[str, str], kept: list[Token]) -> int:
    """Read a title or description that begins at `at` into `texts`. Returns where it ends; 0 if none begins."""
    name = _name(tokens, at)
    if name not in ("title", "desc") or at + 1 >= len(tokens):
        return 0
    signed = tokens[at + 1].word in (":", "=") and tokens[at + 1].kind == Kind.MARK
    begin = at + 2 if signed else at + 1
    if begin >= len(tokens):
        return 0
    value = tokens[begin]
    before = kept[-1] if kept else NO_TOKEN
    first = before.kind in (Kind.QUOTE, Kind.LINE) or before.word in _BEFORE or Role.AND in before.tags
    if value.kind == Kind.QUOTE and (signed or first):
        end, text = begin + 1, unquote(value, source)
    elif signed and (first or name == "desc" or tokens[at + 1].word == "="):
        end = next((end for end in range(begin + 1, len(tokens)) if is_key(tokens, end)), len(tokens))
        text = source[value.start : tokens[end - 1].end].rstrip(" ,;")
    else:
        return 0
    text = to_plain_text(text)
    texts[name] = trim_title(text) if name == "title" else text
    return end
