"""Clauses that only say how urgent a new ticket is and of which category: `high priority`, `and make it urgent`, `cat infra`."""

from dataclasses import dataclass

from bot.parser.tokens import LINE, MARK, NUMBER, PICTURE, Token
from store.ticket import Category

NAMES = frozenset((*Category, "infrastructure", "docs", "documentation"))

# What may stand beside a value in such a clause. Everything else makes it part of the title.
_BESIDE = frozenset(
    "it's its it is this that's which that be as to with at a an the very super really quite pretty rather us them me for of"
    " needs need should one kinda kind i'd say id you i can could consider bit though but so and think also all under in"
    " category please pls ticket issue bug prio guess don't"
    " c'est es ist das et y e est é como en bitte".split()
) | {"this is", "that is", "it is", "this one", "i think", "this ticket", "this issue", "i'd", "i guess", "i'd say"}
_WEAK_NEIGHBOURS = frozenset(
    # what makes an adjective after it part of the sentence: `usage is high`, `contrast too low`
    "usage load cpu memory ram space usages battery disk volume temperature latency rate level levels traffic cost costs"
    " pressure is are was were too very so at on in from to of and or a the as not be run runs running get gets getting stay"
    " stays look looks keep keeps go goes going set than pretty quite really extremely much still remains feels seems quality"
    " risk contrast noise light become becomes became mark marked marks labelled labeled flagged tagged called named says show"
    " shows zu sehr ist es est muy très muito até más plus mais".split()
)
_WEAK = frozenset(
    "high medium normal low critical minor mid moderate average trivial blocker blocking emergency immediately highest lowest"
    " cosmetic eventually whenever med crit hoch mittel niedrig alta media baja haute moyenne basse alto medio bajo bas baixa"
    " kritisch wichtig sofort gering critico critica critique prioritaire imediato inmediato".split()
)
# What `urgent`, `high`, `low` name rather than mark: `urgent care`, `high contrast`.
_NAMED = frozenset(
    "care message messages flag label tag badge checkbox filter email emails notification notifications mail button icon color"
    " colour priority status banner queue list tickets issues toggle option field column category response alert alerts call"
    " calls section path availability contrast level levels dpi resolution mode css value state row rows ones dropdown school"
    " schools volume tide risk land tea street end traffic season court pass".split()
)


@dataclass(slots=True)
class Settings:
    pri: int | None = None
    cat: str | None = None
    wrong: tuple[str, Token] | None = None  # a field, and what is no value of it

    def join(self, other: "Settings") -> None:
        """Take over what `other` says and this does not."""
        self.pri = self.pri or other.pri
        self.cat = self.cat or other.cat
        self.wrong = self.wrong or other.wrong


def settings(tokens: list[Token]) -> Settings | None:
    """What `tokens` set, if they do nothing else."""
    found, field = Settings(), ""
    for at, token in enumerate(tokens):
        tags = token.tags
        name = tags.get("field", "")
        if token.kind == NUMBER:
            if field != "pri":
                return None
            if token.word in ("1", "2", "3"):
                found.pri = int(token.word)
            else:
                found.wrong = found.wrong or (field, token)
        elif name in ("pri", "cat", "stat") and not (field and field in tags):
            field = name
        elif "pri" in tags:
            found.pri = int(tags["pri"])
        elif "cat" in tags and (field == "cat" or token.word in NAMES):
            found.cat = tags["cat"]
        elif field == "stat" and tags.get("stat") == "open":
            field = ""
        elif _wrong(tokens, at, field):
            found.wrong = found.wrong or (field, token)
        elif not _beside(token):
            return None
    return found if found.pri or found.cat or found.wrong else None


def _wrong(tokens: list[Token], at: int, field: str) -> bool:
    """`cat: bananas`, `pri=x`: a word that is no value where one was announced."""
    if not at or not field or tokens[at - 1].word not in (":", "=") or tokens[at - 1].start != tokens[at - 2].end:
        return False
    return tokens[at].kind not in (LINE, MARK)


def _beside(token: Token) -> bool:
    tags = token.tags
    if token.kind == MARK and token.word in ":=()[]!*.,~_":
        return True
    return token.kind == PICTURE or tags.get("verb") == "update" or token.word in _BESIDE or bool({"polite", "request"} & tags.keys())


def closing(tokens: list[Token], low: int, high: int) -> tuple[int, Settings] | None:
    """The settings that end `tokens[low:high]` without a break before them, and where they begin: `pri 1`, `asap`, `is urgent`."""
    if not any("pri" in token.tags or "field" in token.tags for token in tokens[max(low, high - 6) : high]):
        return None
    best = None
    for start in range(high - 1, max(low, high - 6) - 1, -1):
        if start == low or not _opens(tokens, start, high):
            continue
        found = settings(tokens[start:high])
        if found:
            best = (start, found)
    return best


def _opens(tokens: list[Token], start: int, high: int) -> bool:
    """Whether settings without a break can begin at `start`."""
    token, before = tokens[start], tokens[start - 1]
    tags = token.tags
    if tags.get("field") in ("pri", "cat"):
        if "pri" in before.tags or before.word in ("the", "a", "our", "by", "of", "my"):
            return False
        value = tokens[start + 1 : start + 3]
        return any({"pri", "cat"} & after.tags.keys() or after.kind == NUMBER or after.word in (":", "=") for after in value)
    if tags.get("field") == "stat":
        return high - start > 1 and tokens[start + 1].tags.get("stat") == "open" and token.word != "state"
    if token.word in ("with", "at", "as", "and", "mit", "con", "avec", "com", "in"):
        rest = tokens[start + 1 : high]
        return any("field" in after.tags or _strong(after) for after in rest)
    if token.word in ("is", "it's", "are") and start + 1 < high:
        return _strong(tokens[start + 1]) and start + 2 == high
    if "pri" not in tags:
        return False
    if _strong(token):
        return before.word not in ("the", "an", "as", "marked", "be", "not", "mark", "of", "than", "a") or token.word != "urgent"
    return before.word not in _WEAK_NEIGHBOURS and "aux" not in before.tags


def _strong(token: Token) -> bool:
    """A priority that is not also an everyday adjective."""
    return "pri" in token.tags and token.word not in _WEAK


def marks(tokens: list[Token], low: int, high: int) -> tuple[int, int] | None:
    """A priority that marks what follows it without a break: `p1 login broken`, `a high priority bug`; where the title begins."""
    at = low + 1 if tokens[low].word in ("a", "an") and low + 1 < high else low
    if at + 1 >= high or "pri" not in tokens[at].tags:
        return None
    token, after = tokens[at], tokens[at + 1]
    if (after.word in _NAMED and not token.word[-1:].isdigit()) or "but" in after.tags or "field" in after.tags:
        return None
    if not _strong(token) and "kind" not in after.tags:
        return None
    return at + 1, int(token.tags["pri"])
