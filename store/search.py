"""The terms of a text, and the likeness of two texts, the same for every store and for the parser. Pure.

A search word finds every word that begins with it. In scripts without spaces a word may begin at any character.
Compounds (`/etc/hosts`, `foo_bar.py`, `v1.2.3`, `10.0.0.1`) are found as a whole, by each part, and by the rest from
any part on.
"""

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from math import log2, sqrt
from typing import Generic, NamedTuple, TypeVar

from store.ids import format_id, number_or_zero
from store.models.tickets import Ticket

THRESHOLD = 0.5  # the lowest score at which tickets are alike
MOST_COMPARED = 200  # only so many tickets, those that share most with a text, are compared with it

_GRAM = 3  # characters per term, in scripts without spaces
_JOINERS = "._/\\:@'-"
_SOFT = frozenset(":'-")  # parts joined only by these may also be written apart, or as one word
# Classes of marks that make a different letter, in Indic scripts and kana.
_KEPT_MARKS = frozenset((0, 7, 8, 9))
# Letters that Unicode does not decompose, and punctuation with several forms.
_FOLDED = dict(zip("øłđħı‘’‐", "oldhi''-", strict=True)) | {"æ": "ae", "œ": "oe"}
# Thai, Lao, Tibetan, Burmese, Khmer, kana, Han, and what belongs to them.
_UNSPACED = re.compile(
    r"([\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+)"
)
_JOIN = re.compile(r"[._/\\:@'-]+")
_ID = re.compile(r"t[0-9]{1,2}", re.ASCII)
_VERSION = re.compile(r"v[0-9]+", re.ASCII)


class _Folding(dict[int, str]):
    """For `str.translate`: drops accents and invisible characters."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        gone = unicodedata.combining(letter) not in _KEPT_MARKS or unicodedata.category(letter) == "Cf"
        self[code] = folded = "" if gone else _FOLDED.get(letter, letter)
        return folded


class _Spacing(dict[int, str]):
    """For `str.translate`: keeps letters, digits and joiners, and replaces the rest by spaces."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        stays = letter.isalnum() or letter in _JOINERS or unicodedata.category(letter)[0] == "M"
        self[code] = spaced = letter if stays else " "
        return spaced


_FOLDING, _SPACING = _Folding(), _Spacing()


def normalize(text: str) -> str:
    """`text` without differences of case, accents, width and Unicode composition."""
    if text.isascii():
        return text.lower()
    for _ in range(2):  # decomposing may give a capital, and folding a capital something to decompose
        text = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFC", text.translate(_FOLDING))


def terms(text: str) -> dict[str, None]:
    """The terms by which a text is found, in order, without duplicates."""
    spaced = normalize(text).translate(_SPACING)
    # The common case; the steps below would add nothing.
    if spaced.isascii() and spaced.replace(" ", "").isalpha():
        return dict.fromkeys(spaced.split())
    found: dict[str, None] = {}
    for chunk in spaced.split():
        if chunk.isalpha() and chunk.isascii():
            found[chunk] = None
            continue
        if chunk.isalnum() and chunk.isascii():
            found[chunk] = found[_whole_id(chunk)] = None
            continue
        parts, is_compound = _split(chunk)
        for part in parts:
            for piece in _pieces(part):
                found.update(dict.fromkeys(_grams(piece)))
        if is_compound:
            found.update(dict.fromkeys(_compound_terms(chunk, parts)))
    return found


def terms_of(ticket: Ticket) -> tuple[dict[str, None], dict[str, None]]:
    """The terms of the title, and of the whole text, those of the title first."""
    title = terms(ticket.title)
    rest = f"{ticket.desc or ''}\n{ticket.res or ''}"
    return title, (title | terms(rest) if len(rest) > 1 else title)


def parse_query(text: str) -> tuple[tuple[str, ...], ...]:
    """A search text as groups of prefixes: a ticket matches if, for every group, one of its terms begins with a prefix.

    Empty if the text has no words; then it finds nothing.
    """
    asked: dict[tuple[str, ...], None] = {}
    for chunk in normalize(text).translate(_SPACING).split():
        parts, is_compound = _split(chunk)
        if is_compound and not _is_soft(chunk):
            asked[(".".join(parts),)] = None
            continue
        alternative = ("".join(parts),) if is_compound else ()
        for part in parts:
            for piece in _pieces(part):
                for word in _windows(piece):
                    asked[tuple(dict.fromkeys((word, _whole_id(word), *alternative)))] = None
    return tuple(asked)


def _split(chunk: str) -> tuple[list[str], bool]:
    """The parts of a chunk of text, and whether it is a compound."""
    parts = [part for part in _JOIN.split(chunk) if part]
    return parts, len(parts) > 1 and not _UNSPACED.search(chunk)


def _is_soft(chunk: str) -> bool:
    return _SOFT.issuperset("".join(_JOIN.findall(chunk.strip(_JOINERS))))


def _whole_id(word: str) -> str:
    """`t7` becomes `t007`; other words stay as they are."""
    number = number_or_zero(word) if _ID.fullmatch(word) else 0
    return format_id(number).lower() if number else word


def _pieces(word: str) -> list[str]:
    """A word, split where a script without spaces begins or ends."""
    return [word] if word.isascii() else [piece for piece in _UNSPACED.split(word) if piece]


def _grams(piece: str) -> Iterable[str]:
    if not _UNSPACED.match(piece):
        return piece, _whole_id(piece)
    return (piece[at : at + _GRAM] for at in range(len(piece)))


def _windows(piece: str) -> Iterable[str]:
    """The terms that a searched piece requires."""
    if len(piece) <= _GRAM or not _UNSPACED.match(piece):
        return (piece,)
    return (piece[at : at + _GRAM] for at in range(len(piece) - _GRAM + 1))


def _compound_terms(chunk: str, parts: Sequence[str]) -> Iterable[str]:
    """`a/b.c` gives `a.b.c` and `b.c`, whatever the joiners; `e-mail` gives `email`."""
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
    """The weight, in half bits, of a term that `holding` of `total` tickets have: the rarer, the greater."""
    return round(2 * log2(1 + total / (1 + holding)))


class Shared(NamedTuple):
    weight: int
    terms: int


class Likeness(Generic[Term]):
    """The likeness of texts to one whose terms have these weights: 0 to 1, and 1 for the same terms."""

    def __init__(self, weights: Mapping[Term, int]) -> None:
        self.weights = weights
        self.whole = sum(weights.values())
        self.least = -(-self.whole // 4)  # a text that shares less weight cannot reach `THRESHOLD`

    def shared(self, theirs: Iterable[Term]) -> Shared:
        found = self.weights.keys() & theirs
        return Shared(sum(map(self.weights.__getitem__, found)), len(found))

    def score(self, shared: Shared, count: int) -> float:
        """The score of a text of `count` terms. Terms that are not shared are given our average weight, as looking up
        each one's own would take too long."""
        if not shared.weight:
            return 0.0
        others = (count - shared.terms) * self.whole / len(self.weights)
        return shared.weight / sqrt(self.whole * (shared.weight + others))


class Candidate(NamedTuple):
    """A ticket to compare: what its text shares, and how many terms it has."""

    number: int
    done: bool
    shared: Shared
    terms: int


def rank_alike(
    likeness: Likeness[str], candidates: Iterable[Candidate], title_of: Callable[[int], str], limit: int
) -> list[tuple[int, float]]:
    """The numbers and scores of up to `limit` tickets that are alike: those not done first, then by score.

    A ticket's score is that of its title or of its whole text, whichever is higher.
    """
    best: list[tuple[bool, float, int]] = []
    for each in sorted(candidates, key=lambda one: (one.done, -one.shared.weight)):
        # The highest score that the title or the text can have, if it has no other terms.
        possible = likeness.score(each.shared, each.shared.terms)
        if len(best) == limit and (each.done, -possible) > best[-1][:2]:
            break  # all others can only come after the best
        score = likeness.score(each.shared, each.terms)
        title = terms(title_of(each.number))
        if (shared := likeness.shared(title)).weight >= likeness.least:
            score = max(score, likeness.score(shared, len(title)))
        if score >= THRESHOLD:
            best = sorted([*best, (each.done, -score, each.number)])[:limit]
    return [(number, -score) for _, score, number in best]
