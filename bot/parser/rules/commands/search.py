"""What a list is asked for by its words: `tickets about the VPN`, `show printer tickets`."""

from bot.parser.rules.commands.clause import Clause
from bot.parser.rules.language.lexer import Kind, Token, unquoted
from bot.parser.rules.language.roles import Role
from bot.parser.text import plain

_AROUND_SEARCH = frozenset(("?", ".", "!", "please", "thanks", "already", "yet", "currently", "anywhere"))
_LONGEST_SEARCH = 200
_MOST_OF_TOPIC = 3  # words
_PLAIN = frozenset(
    (Role.NOVEL, Role.NAMES, Role.MEASURES, Role.BEHAVES, Role.PILE, Role.NAMED)
)  # of a sentence, not of a command


def lists(clause: Clause) -> bool:
    """Whether it is about tickets that are looked for, and not about named ones."""
    slots = clause.slots
    everything = "all" in slots.flags and not slots.verbs  # `everything about invoices`
    asked = everything or "view" in slots.verbs or not {"wh", "aux", "mine"}.isdisjoint(slots.flags)
    return asked or slots.flags.get("noun") == "many"


def about(clause: Clause, token: Token) -> bool:
    """`tickets about the VPN`: the words to look for."""
    slots, after = clause.slots, clause.after()
    if Role.NOUN in token.tags:  # `anything on`
        slots.flags["noun"] = token.tags[Role.NOUN]
    if (
        after is None
        or after.kind in (Kind.ID, Kind.BAD)
        or Role.PRON in after.tags
        or Role.CAT in after.tags
    ):
        return clause.next()
    if not lists(clause):
        return False
    words = clause.tokens[clause.at + 1 :]
    end = clause.at + 1 + len(words)
    while len(words) > 1 and words[-1].word in _AROUND_SEARCH:
        words = words[:-1]
    if len(words) > 1 and Role.ARTICLE in words[0].tags:
        words = words[1:]
    quoted = len(words) == 1 and words[0].kind == Kind.QUOTE
    text = unquoted(words[0], clause.source) if quoted else clause.source[words[0].start : words[-1].end]
    slots.search = plain(text)[:_LONGEST_SEARCH]
    clause.at = end
    return True


def topic(clause: Clause) -> bool:
    """`show printer tickets`: words that nothing else is known of, before the tickets that they describe."""
    if clause.slots.search or not lists(clause):
        return False
    ahead = clause.tokens[clause.at : clause.at + _MOST_OF_TOPIC + 1]
    for length, token in enumerate(ahead):
        if length and token.tags.get(Role.NOUN) == "many":
            words = ahead[:length]
            text = clause.source[words[0].start : words[-1].end]
            clause.slots.search = plain(text)[:_LONGEST_SEARCH]
            clause.at += length
            return True
        plain_word = token.tags.roles <= _PLAIN or token.word == "page"  # `login page tickets`
        if token.kind != Kind.WORD or not plain_word or token.word.endswith("'s"):
            return False  # `Anna's tickets` are no tickets about Anna
    return False
