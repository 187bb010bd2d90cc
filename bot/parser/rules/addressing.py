"""How a message is addressed: the bot's mention, greetings, politeness, `can you`; and whether it asks a question."""

import re

from bot.parser.message import Message
from bot.parser.rules.language.lexer import Kind, Token, decorates
from bot.parser.rules.language.roles import Role
from bot.parser.text import clean

_MENTION = re.compile(r"\s*<@(\w+)(?:\|[^<>]*)?>(?:\s*[,:]+(?!\S*:))*\s*")
_SAYING = frozenset((Role.PRI, Role.VERB, Role.STAT, Role.NEG))  # roles of words that are more than manner
_ANYWHERE = {  # but at the beginning, where no id says which mention is the bot's
    "mention": re.compile(r"<@(\w+)(?:\|[^<>]*)?>"),
    "thread": re.compile(r"<@(\w+)(?:\|[^<>]*)?>\s*\Z"),
}


def spoken(message: Message) -> tuple[str, str, bool]:
    """The clean text after the bot's mentions at its beginning; the bot's id, if it is known now; whether it was mentioned."""
    text = clean(message.text)
    bot, mentioned = message.bot, False
    while (found := _MENTION.match(text)) and (not bot or found[1] == bot):
        bot, mentioned = found[1], True
        text = text[found.end() :]
    if not mentioned and bot:
        mentioned = f"<@{bot}" in text
    elif not mentioned and (anywhere := _ANYWHERE.get(message.surface)) and (other := anywhere.search(text)):
        bot, mentioned = other[1], True  # its id is not known, as on the command line
    return text, bot, mentioned


def without_mentions(tokens: list[Token], bot: str) -> list[Token]:
    return [token for token in tokens if token.kind != Kind.ENTITY or not re.match(rf"<@{bot}\b", token.word)]


class Opening:
    """What a message begins with before it says anything: where that is, and how it was asked."""

    __slots__ = ("asked", "at", "greeted", "leave", "wish")

    def __init__(self) -> None:
        self.at = 0
        self.asked = False  # can you …, could someone …
        self.wish = ""  # want: I'd like to …; may: can we …, I need to …
        self.greeted = False
        self.leave = False  # feel free to …, you may …


def opening(tokens: list[Token]) -> Opening:
    found = Opening()
    count = len(tokens)
    while found.at < count:
        token = tokens[found.at]
        tags = token.tags
        last = found.at + 1 >= count
        if (
            token.kind == Kind.LINE
            or decorates(token, after=not last and tokens[found.at + 1].has(*_SAYING))
            or (token.kind == Kind.MARK and token.word in ",;.!:-…*~¿¡" and not tags)
        ):
            found.at += 1
        elif Role.LEAVE in tags and Role.STAT not in tags and not last:
            found.leave = True
            found.at += 1
        elif Role.REQUEST in tags and not last:
            found.asked = True
            found.at += 1
        elif Role.WISH in tags and not last:
            found.wish = tags[Role.WISH]
            found.at += 1
        elif Role.GREET in tags:
            found.greeted = True
            found.at += 1
        elif (Role.POLITE in tags or Role.FILLER in tags) and _SAYING.isdisjoint(tags) and not last:
            found.at += 1
        else:
            break
    return found


def asks_something(tokens: list[Token]) -> bool:
    """Whether it ends with a question mark."""
    for token in reversed(tokens):
        if token.kind == Kind.MARK and token.word == "?":
            return True
        if not (token.breaks("!.)") or Role.POLITE in token.tags):
            return False
    return False
