"""Cleans up what a person wrote: control and zero-width characters, look-alike letters, Slack's escapes. Pure."""

import re
import unicodedata

# Invisible characters: soft hyphen, joiners, direction marks, variation selectors, tags, lone surrogates, C0
# and C1 controls. A joiner between two emoji is part of the emoji and stays.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c"
    "\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\U000e0000-\U000e0fff\ud800-\udfff]"
    "|(?<=[\\w\\s])\u200d|^\u200d"
)
_SPACE = re.compile("[\t\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|\r\n?")

# Letters of other scripts that look like Latin ones, and typographic quotes and dashes.
_LOOKALIKES = str.maketrans(
    "абвгеѕіјкмнорстухцһӏѵԁԛԝαβεικνορτυχωАВЕЅІЈКМНОРСТУХАΒΕΖΗΙΚΜΝΟΡΤΥΧ’‘ʼ`´–—−‐‑",
    "abbresijkmhopctyxuhlvdqwabeiknoptuxwABESIJKMHOPCTYXABEZHIKMNOPTYX'''''-----",
)
MAX_MESSAGE_LENGTH = 32_768  # characters that are read; the rest is ignored
_WORDS = ("à", "À")
_WIDEST = 4  # letters: a character that decomposes into more is a symbol and stays as it is
_MOST_FOLDED = 10_000  # characters in the cache


class _Folds(dict[int, str]):
    """The folded form of each character, computed on first use."""

    def __missing__(self, code: int) -> str:
        letter = chr(code).translate(_LOOKALIKES)
        if unicodedata.decomposition(letter):
            flat = unicodedata.normalize("NFKD", letter).translate(_LOOKALIKES)
            folded = "".join(c for c in flat if not unicodedata.combining(c))
        else:
            folded = "" if unicodedata.combining(letter) else letter
        folded = folded.casefold().translate(_LOOKALIKES)  # the small letter may be a look-alike, too
        if len(folded) > _WIDEST:
            folded = letter
        if len(self) < _MOST_FOLDED:
            self[code] = folded
        return folded


_FOLDS = _Folds()
_ENTITY = re.compile(r"<([@#!]|https?:|mailto:|tel:)([^<>|]*)(?:\|([^<>]*))?>")
_LIVE = re.compile(r"<((?:[@#!]|https?:|mailto:|tel:)[^<>]*)>")


def normalize(text: str) -> str:
    """The first `MAX_MESSAGE_LENGTH` characters of `text` without invisible characters; every kind of space becomes a space
    or a line break, and an accent joins its letter."""
    text = text[:MAX_MESSAGE_LENGTH]
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    text = _SPACE.sub(lambda found: "\n" if found[0][0] in "\r\u2028\u2029\x85" else " ", text)
    return _INVISIBLE.sub("", text)


def fold(word: str) -> str:
    """The form in which `word` is looked up: lower case, no accents, look-alikes as Latin letters."""
    if word.isascii() or word in _WORDS:  # French; without its accent it would be the English article
        return word.lower()
    return word.translate(_FOLDS)


def to_plain_text(text: str) -> str:
    """What a reader sees of Slack's markup, on one line: a link's label, `@name`, `#channel`, escapes undone."""
    if "<" in text:
        text = _ENTITY.sub(_shown, text)
    return defuse_markup(unescape(text)) if "&" in text else " ".join(text.split())


def defuse_markup(text: str) -> str:
    """`text` on one line, no mention or disguised link when posted; a `<!channel>` typed as text loses its brackets."""
    return " ".join((_LIVE.sub(r"\1", text) if "<" in text else text).split())


def unescape(text: str) -> str:
    """`text` with Slack's three escapes undone."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _shown(found: re.Match[str]) -> str:
    kind, target, label = found[1], found[2], found[3]
    if kind in "@#":
        return kind + (label or target).lstrip("@#")
    if kind == "!":
        return label or "@" + target.split("^")[0]
    return label or (target if kind in ("mailto:", "tel:") else kind + target)
