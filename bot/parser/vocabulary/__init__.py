"""What words mean in a message: dictionaries, read from the tables of the languages beside this file.

A line of a table is a role, a value, and the words that have it:

    verb close      : close, resolve, done, finish

Roles are what the grammar asks a word for. A word can have several (`done` is a verb and a status) and the grammar
decides by its place. In a command:

    verb            what is to be done            opens, wants    a verb, if its object is a ticket
    stat pri cat    a field's value               field           a field's name
    noun kind       a ticket, tickets             all mine page about count   parts of a question for a list
    glue to from and or up through except     little words       polite greet filler request wish   manner
    lists search    verbs of a list, and of what to look for in one           relates whether   in what follows a command
    neg cond time modal wh howto aux   no command  pron           which ticket: that one
    because         begins a note                 oops but said   a change of mind, quoting
    ticket          a noun that is nothing else   refers reason   in a note: another ticket, what only leads to it
    article final indirect novel connects leads within logs beside mild measures names   around a title: see `surroundings`
    named turn uses behaves brings being whose                    there as well
    label begins    what a ticket is announced with: `reminder:`; without a colon too
    pile            where tickets are put: `on the board`
    notnow          after a request: another time
    enough          after a priority: that it is to be
    shut            the end of a verb that closes: `mach T012 zu`
    numbered clock  before an id's number; before a time of the day                moved helps clear curt   particular verbs: `should be closed` is done so, `have
                    it done` is no question, `start` is clear in talk, after `close T003` the rest is the note

In a report: `trouble`, `need`, `task` and `wished` say that it is one, `calm` that it is none, `lead` is what comes before
it, and `part` is a noun that turns the verb before it into its name (`close button`); `ours` is vital when `out`, but for a `lesser` one.
What begins with a `person` or after `news` is talk, and an `order` is for the bot: `run this`.
"""

from bot.parser.tokens import MARK, NO_TAGS, WORD, Tags, Token, tokenize
from bot.parser.vocabulary import english, french, german, portuguese, reports, spanish, surroundings, talk

Phrase = tuple[tuple[str, ...], Tags]


class Dictionary:
    """`words`, and `phrases` by their first and second word, the longest first. What an earlier table says, a later one keeps."""

    def __init__(self, *tables: str) -> None:
        self.words: dict[str, Tags] = {}
        self.known: set[str] = set()  # every word, in phrases too
        self.phrases: dict[str, dict[str, list[Phrase]]] = {}
        for key, values in _meanings(tables).items():
            tags = Tags(values)
            self.known.update(key)
            if len(key) == 1:
                self.words[key[0]] = tags
            else:
                self.phrases.setdefault(key[0], {}).setdefault(key[1], []).append((key[1:], tags))
        for seconds in self.phrases.values():
            for several in seconds.values():
                several.sort(key=lambda phrase: -len(phrase[0]))

    def tag(self, tokens: list[Token]) -> list[Token]:
        """`tokens` with what is known about them; a phrase that is known becomes one token."""
        tagged = []
        words, phrases = self.words, self.phrases
        at, count = 0, len(tokens)
        while at < count:
            token = tokens[at]
            at += 1
            if token.kind == WORD or token.kind == MARK:  # noqa: PLR1714  # every token passes here, and this is the faster way
                word = token.word
                begun = word in phrases and at < count and tokens[at].word in phrases[word]
                longer = _phrase(phrases[word], tokens, at) if begun else None
                if longer:
                    at += len(longer[0])
                    token = _joined(token, tokens[at - 1], *longer)
                else:
                    token.tags = words.get(word, NO_TAGS)
            tagged.append(token)
        return tagged

    def find(self, tokens: list[Token]) -> list[tuple[int, int, Tags]]:
        """Where in the source known words and phrases stand; the tokens keep their own tags."""
        found = []
        words, phrases = self.words, self.phrases
        at, count = 0, len(tokens)
        while at < count:
            token = tokens[at]
            word = token.word
            at += 1
            begun = word in phrases and at < count and tokens[at].word in phrases[word]
            longer = _phrase(phrases[word], tokens, at) if begun else None
            if longer:
                at += len(longer[0])
                found.append((token.start, tokens[at - 1].end, longer[1]))
            elif word in words:
                found.append((token.start, token.end, words[word]))
        return found


def _meanings(tables: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, str]]:
    meanings: dict[tuple[str, ...], dict[str, str]] = {}
    for line in filter(None, "\n".join(tables).splitlines()):
        head, _, words = line.partition(" : ")
        role, value = head.split()
        for word in words.split(", "):
            key = tuple(token.word for token in tokenize(word.strip()))
            meanings.setdefault(key, {}).setdefault(role, value)
            if len(key) > 1 and key[-1] == "but":  # `annoying, but`
                meanings.setdefault((*key[:-1], ",", "but"), {}).setdefault(role, value)
    return meanings


def _phrase(seconds: dict[str, list[Phrase]], tokens: list[Token], at: int) -> Phrase | None:
    """The longest phrase that goes on at `tokens[at]`, by its second word."""
    for phrase in seconds[tokens[at].word]:
        rest = phrase[0]
        if len(rest) == 1 or tuple(token.word for token in tokens[at : at + len(rest)]) == rest:
            return phrase
    return None


def _joined(first: Token, last: Token, rest: tuple[str, ...], tags: Tags) -> Token:
    token = Token(WORD, f"{first.word} {' '.join(rest)}", first.start, last.end)
    token.tags = tags
    return token


# German, Spanish, French and Portuguese must not change what an English word means: English comes first.
COMMANDS = Dictionary(
    english.TABLE, german.TABLE, spanish.TABLE, french.TABLE, portuguese.TABLE, surroundings.TABLE
)
ENGLISH = Dictionary(english.TABLE)
REPORTS = Dictionary(reports.TABLE)
TALK = Dictionary(talk.TABLE)
