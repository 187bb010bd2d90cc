"""The words of a text, and how like two texts are: one meaning for every store and for the parser. Pure.

A word that is looked for finds every word that begins with it. In scripts that put no spaces between words every
character may be a beginning. What holds together (`/etc/hosts`, `foo_bar.py`, `v1.2.3`, `10.0.0.1`) is found as a
whole, by its parts, and from any of its parts on.
"""

import re
import unicodedata
from collections.abc import Collection, Hashable, Iterable, Mapping
from math import log2, sqrt
from typing import Generic, NamedTuple, TypeVar

from store.ids import InvalidIdError, parse_id
from store.models.tickets import Ticket

THRESHOLD = 0.5  # tickets are alike from this score on
MOST_COMPARED = 500  # tickets that share most with a text are compared with it, and no more

_GRAM = 3  # characters of a script without spaces that are one term
_JOINERS = "._/\\:@'-"
_SOFT = frozenset(":'-")  # what only these join may be written apart, or as one word
_KEPT_MARKS = frozenset((0, 7, 8, 9))  # marks that make another letter of one, in Indic scripts and kana
# Letters that Unicode does not take apart, and punctuation with more than one form.
_FOLDED = dict(zip("øłđħı‘’‐", "oldhi''-", strict=True)) | {"æ": "ae", "œ": "oe"}
# Thai, Lao, Tibetan, Burmese, Khmer, kana, Han, and what belongs to them.
_UNSPACED = re.compile(
    r"([\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+)"
)
_JOIN = re.compile(r"[._/\\:@'-]+")
_ID = re.compile(r"t[0-9]{1,2}", re.ASCII)
_VERSION = re.compile(r"v[0-9]+", re.ASCII)


class _Folding(dict[int, str]):
    """For `str.translate`: accents and characters that nobody sees are left out."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        gone = unicodedata.combining(letter) not in _KEPT_MARKS or unicodedata.category(letter) == "Cf"
        self[code] = folded = "" if gone else _FOLDED.get(letter, letter)
        return folded


class _Spacing(dict[int, str]):
    """For `str.translate`: letters, digits and what joins them stay, everything else is a space."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        stays = letter.isalnum() or letter in _JOINERS or unicodedata.category(letter)[0] == "M"
        self[code] = spaced = letter if stays else " "
        return spaced


_FOLDING, _SPACING = _Folding(), _Spacing()


def normalize(text: str) -> str:
    """`text` without the differences that mean nothing: case, accents, width, and how Unicode composes characters."""
    if text.isascii():
        return text.lower()
    for _ in range(2):  # taking a character apart may give a capital, and the other way round
        text = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", text.translate(_FOLDING))


def words(text: str) -> list[str]:
    """The plain words of a text, normalized, in their order."""
    return _JOIN.sub(" ", normalize(text).translate(_SPACING)).split()


def terms(text: str) -> dict[str, None]:
    """What a text is found by, as keys, each once."""
    found: dict[str, None] = {}
    for chunk in normalize(text).translate(_SPACING).split():
        if chunk.isascii() and chunk.isalpha():  # as most are: nothing below would find more
            found[chunk] = None
            continue
        for part in filter(None, _JOIN.split(chunk)):
            for piece in _pieces(part):
                found.update(dict.fromkeys(_grams(piece)))
        found.update(dict.fromkeys(_compound_terms(chunk)))
    return found


def terms_of(ticket: Ticket) -> tuple[dict[str, None], dict[str, None]]:
    """The terms of its title, and of all its text, which begin with those."""
    title = terms(ticket.title)
    rest = f"{ticket.desc or ''}\n{ticket.res or ''}"
    return title, (title | terms(rest) if len(rest) > 1 else title)


def parse_query(text: str) -> tuple[tuple[str, ...], ...]:
    """What a text that is looked for asks: of every part, that a ticket has a term that begins with one of it.

    Empty where the text holds no word; then it finds nothing.
    """
    asked: dict[tuple[str, ...], None] = {}
    for chunk in normalize(text).translate(_SPACING).split():
        parts = [part for part in _JOIN.split(chunk) if part]
        alternative: tuple[str, ...] = ()
        if len(parts) > 1 and not _UNSPACED.search(chunk):
            if not _is_soft(chunk):
                asked[(".".join(parts),)] = None
                continue
            alternative = ("".join(parts),)
        for part in parts:
            for piece in _pieces(part):
                for word in _windows(piece):
                    asked[tuple(dict.fromkeys((word, _whole_id(word), *alternative)))] = None
    return tuple(asked)


def matches(query: Iterable[tuple[str, ...]], found: Collection[str]) -> bool:
    """Whether terms hold what `parse_query` says, by looking at each: slow and certain."""
    asked = list(query)
    return bool(asked) and all(any(term.startswith(starts) for term in found) for starts in asked)


def _is_soft(chunk: str) -> bool:
    return _SOFT.issuperset("".join(_JOIN.findall(chunk.strip(_JOINERS))))


def _whole_id(word: str) -> str:
    """`t7` as ids are written; every other word as it is."""
    if _ID.fullmatch(word):
        try:
            return parse_id(word).lower()
        except InvalidIdError:
            return word
    return word


def _pieces(word: str) -> list[str]:
    """A word, cut where a script without spaces begins or ends."""
    return [word] if word.isascii() else [piece for piece in _UNSPACED.split(word) if piece]


def _grams(piece: str) -> Iterable[str]:
    if not _UNSPACED.match(piece):
        return piece, _whole_id(piece)
    return (piece[at : at + _GRAM] for at in range(len(piece)))


def _windows(piece: str) -> Iterable[str]:
    """The terms that all of a piece begin with that is looked for."""
    if len(piece) <= _GRAM or not _UNSPACED.match(piece):
        return (piece,)
    return (piece[at : at + _GRAM] for at in range(len(piece) - _GRAM + 1))


def _compound_terms(chunk: str) -> Iterable[str]:
    """Of `a/b.c`: all of it and `b.c`, whatever joins them; of `e-mail` also the word that it is without."""
    parts = [part for part in _JOIN.split(chunk) if part]
    if len(parts) <= 1 or _UNSPACED.search(chunk):
        return
    if _is_soft(chunk):
        yield "".join(parts)
        return
    if _VERSION.fullmatch(parts[0]):
        yield ".".join((parts[0][1:], *parts[1:]))
    for at in range(len(parts) - 1):
        yield ".".join(parts[at:])


# likeness

Term = TypeVar("Term", bound=Hashable)


def weigh(holding: int, total: int) -> int:
    """How much a term says that `holding` of `total` tickets have, in half bits: the rarer, the more."""
    return round(2 * log2(1 + total / (1 + holding)))


class Shared(NamedTuple):
    weight: int
    terms: int


class Likeness(Generic[Term]):
    """How like texts are to one whose terms have these weights: from 0 to 1, which is the same terms."""

    def __init__(self, weights: Mapping[Term, int]) -> None:
        self.weights = weights
        self.whole = sum(weights.values())
        self.least = -(-self.whole // 4)  # what shares less can not reach the threshold

    def shared(self, theirs: Iterable[Term]) -> Shared:
        found = [weight for term in theirs if (weight := self.weights.get(term)) is not None]
        return Shared(sum(found), len(found))

    def score(self, shared: Shared, count: int) -> float:
        """Of a text of `count` terms. Those that are not shared weigh as much as ours do on average: what they weigh
        themselves would have to be found out for each."""
        if not shared.weight:
            return 0.0
        others = (count - shared.terms) * self.whole / len(self.weights)
        return shared.weight / sqrt(self.whole * (shared.weight + others))

    def compare(self, title: Collection[Term], everything: Collection[Term]) -> float:
        """With a ticket's title or with all its text, whichever is more alike."""
        return max(self.score(self.shared(part), len(part)) for part in (title, everything))
