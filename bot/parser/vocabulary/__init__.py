"""What words mean in a command: one dictionary, read from the tables of the languages beside this file.

A line of a table is a role, a value, and the words that have it:

    verb close      : close, resolve, done, finish

Roles are what the grammar asks a word for. A word can have several (`done` is a verb and a status) and the grammar
decides by its place. What the roles are:

    verb            what is to be done            opens, wants    a verb, if its object is a ticket
    stat pri cat    a field's value               field           a field's name
    noun kind       a ticket, tickets             all mine page about count   parts of a question for a list
    glue to from and or up     little words       polite greet filler request wish   manner
    neg cond time modal wh howto aux   no command  pron           which ticket: that one
    because         begins a note                 oops but said talk   a change of mind, quoting, small talk
"""

from bot.parser.text import fold
from bot.parser.tokens import MARK, NO_TAGS, WORD, Tags, Token, tokenize
from bot.parser.vocabulary import english, french, german, portuguese, spanish

# German, Spanish, French and Portuguese must not change what an English word means: English comes first.
_TABLES = (english.TABLE, german.TABLE, spanish.TABLE, french.TABLE, portuguese.TABLE)

Phrase = tuple[tuple[str, ...], Tags]


def _meanings() -> dict[tuple[str, ...], dict[str, str]]:
    meanings: dict[tuple[str, ...], dict[str, str]] = {}
    for table in _TABLES:
        for line in filter(None, table.splitlines()):
            head, _, words = line.partition(" : ")
            role, value = head.split()
            for word in words.split(", "):
                key = tuple(token.word for token in tokenize(word.strip()))
                meanings.setdefault(key, {}).setdefault(role, value)
    return meanings


def _index() -> tuple[dict[str, Tags], dict[str, list[Phrase]]]:
    words: dict[str, Tags] = {}
    phrases: dict[str, list[Phrase]] = {}
    for key, tags in _meanings().items():
        if len(key) == 1:
            words[key[0]] = tags
        else:
            phrases.setdefault(key[0], []).append((key[1:], tags))
    for several in phrases.values():
        several.sort(key=lambda phrase: -len(phrase[0]))
    return words, phrases


WORDS, PHRASES = _index()


def tag(tokens: list[Token]) -> list[Token]:
    """`tokens` with what the vocabulary knows about them; a phrase that it knows becomes one token."""
    tagged = []
    at, count = 0, len(tokens)
    while at < count:
        token = tokens[at]
        at += 1
        if token.kind in (WORD, MARK):
            several = PHRASES.get(token.word)
            if several and at < count:
                longer = _phrase(several, tokens, at)
                if longer:
                    rest, tags = longer
                    at += len(rest)
                    token = _joined(token, tokens[at - 1], rest, tags)
                    tagged.append(token)
                    continue
            token.tags = WORDS.get(token.word, NO_TAGS)
        tagged.append(token)
    return tagged


def _phrase(several: list[Phrase], tokens: list[Token], at: int) -> Phrase | None:
    following = tokens[at].word
    for phrase in several:
        rest = phrase[0]
        if rest[0] == following and (
            len(rest) == 1 or tuple(token.word for token in tokens[at : at + len(rest)]) == rest
        ):
            return phrase
    return None


def _joined(first: Token, last: Token, rest: tuple[str, ...], tags: Tags) -> Token:
    token = Token(WORD, f"{first.word} {' '.join(rest)}", first.start, last.end)
    token.tags = tags
    return token


def tags_of(phrase: str) -> Tags:
    """What the vocabulary says about one word or phrase."""
    tagged = tag(tokenize(fold(phrase)))
    return tagged[0].tags if len(tagged) == 1 else NO_TAGS
