"""How a message is addressed: the bot's mention, greetings, politeness, `can you`; whether it ends as a question."""

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.parser.message import Message
from bot.parser.rules.language.lexer import Kind, Token, any_has, begins_literal, token_at
from bot.parser.rules.language.lexicon import REPORTS, decorates, has_in_report, load_word_sets
from bot.parser.rules.language.roles import Role
from bot.parser.text import normalize

_MENTION = re.compile(r"\s*<@(\w+)(?:\|[^<>]*)?>(?:\s*[,:]+(?!\S*:))*\s*")
_APOLOGIES, _INTRODUCING = load_word_sets("apologies introducing")
_SPEAKING, _SUBJECTS, _SIGN_OFFS, _PLEASE = load_word_sets("speaking spoken_of_or_to sign_offs please")
_EMPTY_LINE = re.compile(r"\n\s*\n\s*\S")
CLAUSE_ENDS = frozenset(",;.!:-…")
_LONGEST_INTRODUCTION, _LONGEST_NAME = 10, 2  # words
_EMPHASISED = re.compile(r"([*_])([^*_]+)\1")
_LONGEST_COURTESY = 7  # tokens
_SPOKEN_TO = (Role.VERB, Role.CREATE_VERB, Role.STAT, Role.POLITE, Role.FILLER, Role.GREET, Role.REQUEST, Role.WISH, Role.WANTS, Role.PERMISSION, Role.WH, Role.ARTICLE)  # fmt: skip
_MANNER = frozenset((Role.POLITE, Role.FILLER))
_SAYING = frozenset((Role.PRI, Role.VERB, Role.STAT, Role.NEG))  # more than politeness
_AT_END = r"(?<!\bby )(?<!\bfrom )<@(?P<end>\w+)(?:\|[^<>]*)?>\s*\Z"
_GREETED = r"\A\W*(?:hey|hi|hello|hallo|hola|salut|bonjour|ciao|ok|dear|thanks),? "
# While the bot's id is unknown: where a mention other than the leading one is the bot's. Not in `what is <@U1> working on`.
_ANYWHERE = {
    "mention": re.compile(rf"(?:{_GREETED}|[,.;:!?\n] ?)<@(\w+)(?:\|[^<>]*)?>|{_AT_END}"),
    "thread": re.compile(_AT_END),
}


def strip_mentions(message: Message) -> tuple[str, str, bool]:
    """The normalised text after the bot's leading mentions; the bot's id, if known; whether the bot is mentioned."""
    text = normalize(message.text)
    bot, mentioned = message.bot, False
    while (found := _MENTION.match(text)) and (not bot or found[1] == bot):
        bot, mentioned = found[1], True
        text = text[found.end() :]
    if not mentioned and bot:
        mentioned = f"<@{bot}" in text
    elif not mentioned and (anywhere := _ANYWHERE.get(message.surface)) and (other := anywhere.search(text)):
        bot, mentioned = other[other.lastindex or 0], True  # the bot's id was unknown, as on the command line
    if emphasised := _EMPHASISED.fullmatch(text):
        text = emphasised[2]  # `*close T014: fixed*`
    return text, bot, mentioned


def remove_mentions(tokens: list[Token], bot: str) -> list[Token]:
    return [token for token in tokens if token.kind != Kind.ENTITY or not re.match(rf"<@{bot}\b", token.word)]


def cut_signature(tokens: list[Token], text: str) -> list[Token]:
    """`tokens` before the writer signs: `Kind regards, Jane`; or with a line or sentence `Best,` or a line `--`, and a name.
    What follows an empty line is no signature."""
    for at, (before, token) in enumerate(pairwise(tokens), 1):
        signs, rest = before.kind != Kind.WORD and token.tags.get(Role.POLITE) == "signs", text[token.start :]
        off = token.word in _SIGN_OFFS and token_at(tokens, at + 1).breaks(",!")
        if (off and before.breaks(".!?")) or (before.kind == Kind.LINE and rest.startswith("--\n")):
            name = [one for one in tokens[at + 1 :] if one.kind == Kind.WORD]
            signs = len(name) <= _LONGEST_NAME or "|" in rest
            signs = signs and not any(one.tags or text[one.start].islower() for one in name)
        if signs and not any_has(tokens[at:], Role.ID) and not _EMPTY_LINE.search(rest):
            return tokens[:at]
    return tokens


@dataclass(slots=True)
class Opening:
    """The introductory words of a message: where they end (`at`), and how they ask."""

    at: int = 0
    asked: bool = False  # can you …, could someone …
    wish: str = ""  # want: I'd like to …; have: can we have …; may: can we …, I need to …
    permission: bool = False  # feel free to …, you may …


def read_opening(tokens: list[Token], source: str) -> Opening:
    found = Opening()
    while found.at < len(tokens):
        token = tokens[found.at]
        tags, following = token.tags, tokens[found.at + 1 : found.at + 2]
        manner = not tags.roles.isdisjoint(_MANNER) and _SAYING.isdisjoint(tags)
        manner = manner and not (token.word in _SUBJECTS and following and _goes_on(token, following[0]))
        mark = token.kind == Kind.MARK and token.word in ",;.!:-…*~¿¡" and not tags
        mark = mark and not begins_literal(tokens, found.at)
        named = _begins_name(tokens, found.at, source)
        manner = manner and not named
        silent = mark or token.kind == Kind.LINE or (Role.GREET in tags and not named)
        if silent or decorates(token, after=any_has(following, *_SAYING)):
            pass
        elif not following or (tags.get(Role.POLITE) == "thanks" and Role.TO in following[0].tags):
            break  # `thanks to Anna, T014 works` says why
        elif end := _skip_introduction(tokens, found.at) or _skip_courtesy(tokens, found.at):
            found.at = end
            continue
        elif Role.PERMISSION in tags and Role.STAT not in tags:
            found.permission = True
        elif token.word == "to" and found.at and tokens[found.at - 1].has(Role.POLITE, Role.REQUEST):
            pass  # `please to create a ticket`
        elif Role.REQUEST in tags:
            found.asked = True
        elif Role.WISH in tags:
            found.wish = tags[Role.WISH]
        elif not manner:
            break
        found.at += 1
    return found


def _begins_name(tokens: list[Token], at: int, source: str) -> bool:
    """Whether the word at `at`, elsewhere politeness, begins a name: `First Data gateway is down`, `OK button is missing`."""
    token, after = tokens[at], token_at(tokens, at + 1)
    if not token.has(*_MANNER, Role.GREET):
        return False
    written = [source[one.start : one.end] for one in (token, after)]
    named = all(word.istitle() for word in written) or token.word == "first"
    named = named and not (after.tags or has_in_report(after, Role.TASK))
    part = has_in_report(after, Role.PART) and token.word not in _PLEASE
    return (named or part) and _goes_on(after, token_at(tokens, at + 2))


def _goes_on(name: Token, after: Token) -> bool:
    """Whether `name` is what the message is about, and not spoken to: `team in Lisbon is locked out`, `bot does not answer`."""
    ordered = after.has(*_SPOKEN_TO) or after.tags.get(Role.NEG) == "order" or after.word in _SPEAKING
    return after.kind in (Kind.WORD, Kind.NUMBER) and (name.word == "quick" or not ordered)


def _skip_introduction(tokens: list[Token], at: int) -> int:
    """The index after `this is Ada Miller from finance`; 0 if nobody introduces themselves at `at`."""
    near = tokens[at + 1 : at + _LONGEST_INTRODUCTION] if tokens[at].word in _INTRODUCING else []
    words = [token.word for token in near]
    named = 0 < (words.index("from") if "from" in words else 0) <= _LONGEST_NAME
    if not named or any(token.tags or token.word in REPORTS.known for token in near[: words.index("from")]):
        return 0
    ends = (index for index, token in enumerate(near) if token.breaks(",.;:-") or token.word in _SPEAKING)
    return at + 1 + next(ends, -1 - at)


def _skip_courtesy(tokens: list[Token], at: int) -> int:
    """The index after `thanks for yesterday` or `sorry for the noise` before something else; 0 if that is not said at `at`."""
    polite = tokens[at].tags.get(Role.POLITE) == "thanks" or tokens[at].word in _APOLOGIES
    if not polite or not tokens[at + 1].has(Role.LEADS, Role.CONNECTS):
        return 0
    near = tokens[at : at + _LONGEST_COURTESY]
    end = next((end for end, token in enumerate(near) if token.breaks(CLAUSE_ENDS)), 0)
    named = any(token.kind == Kind.ID for token in near[:end])
    goes_on = any(token.kind != Kind.MARK for token in tokens[at + end :])
    return at + end if end and goes_on and not named else 0


def ends_with_question(tokens: list[Token]) -> bool:
    """Whether the message ends with a question mark."""
    said = (token for token in reversed(tokens) if not (token.breaks("!.)") or Role.POLITE in token.tags))
    last = next(said, None)
    return last is not None and last.word == "?"
