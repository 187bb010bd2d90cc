"""Titles from several lines: quoted mails, stack traces, a title with its description below."""

import re

from bot.parser.rules.language.lexicon import load_word_set
from bot.parser.text import to_plain_text
from store.models.tickets import TITLE_LIMIT, cut

_GREETING = re.compile(r"\b(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^,.:!\n]{0,30}[,.:!]\s*", re.IGNORECASE)  # fmt: skip
# A field's name in a form, one field a line.
_KEY = re.compile(r"\s*[•*-]?\s*(?:(?:what|problem|issue|summary|subject|title)\s*:\s*)?", re.IGNORECASE)
_RAISED = re.compile(r"(?:[A-Za-z_][\w.]*)?(?:Error|Exception|Failure|Fault|Interrupt)\b")
_FAILED = re.compile(r"\b(?:error|exception|fatal|failed|failure|panic|denied|refused|timed? ?out|cannot|can't|broken|crash\w*|down|gone|hangs?|fails?|typo|bypass\w*|leak\w*|slow|wrong|missing|(?:logged|kicked|locked|thrown) out|stuck|freez\w+|expire[sd]?|does ?n.t|did ?n.t|chok(?:es?|ing)|escap\w*|broke)\b|\b[45]\d\d\b", re.IGNORECASE)  # fmt: skip
_STEP = re.compile(r"\s*(?:\d{1,2}[.)]|step \d+:?)\s+", re.IGNORECASE)
_ACTUAL = re.compile(r"\s*[•*-]?\s*(?:actual(?:ly)?(?: results?| behaviou?r)?|what happens|result|got)\s*:\s*", re.IGNORECASE)  # fmt: skip
_CLAUSES = (". ", "! ", "? ", "; ", " - ", " – ", " — ", " because ", ", since ", ", so ", ", which ", ", but ", ", and ", ", ", " since ", " so that ", " (", " when ")  # fmt: skip
_AT_ONCE = re.compile(rf"\s+(?:{'|'.join(map(re.escape, load_word_set('at_once')))})\s*\Z", re.IGNORECASE)
_LONG_WORD = re.compile(r"\S{21,}")
_WORD_KEPT = 12
_ARTICLE = re.compile(r"\b(?:the|a|an|our|their)\s+", re.IGNORECASE)
# a named emoji, a formula, a path, an option
_KEPT_FIRST = re.compile(r"\s*(?::[\w+'-]+:|=[^\s=]|\.{0,2}/|(?:[.?]|--)\w|-\d)")
_KEPT_LAST = re.compile(r"(?:(?<!\w):[\w+'-]+:|&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,7});)\s*$")  # or an entity
_PAIRS = ('""', "“”", "''", "‘’", "„“", "„”", "«»", "()", "**", "~~", "__")
_LEAST = 15  # characters: a shorter clause says too little
_BEGINS, _ENDS = " \t\n.,;:|-–—=¿¡", " \t\n.,;:!?…|-–—=¿¡"


def trim_title(title: str) -> str:
    """`title` without surrounding punctuation, and without quotation marks around all of it."""
    begin, end = _KEPT_FIRST.match(title), _KEPT_LAST.search(title)
    title = title if begin else title.lstrip(_BEGINS)
    title = title.rstrip() if end else title.rstrip(_ENDS)
    pair = title[:1] + title[-1:]
    return title[1:-1].strip() if pair in _PAIRS and not set(pair) & set(title[1:-1]) else title


def shorten_title(title: str) -> str:
    """Shorten a title that is too long: to its first clause or without articles, keeping what went wrong."""
    if len(title) <= TITLE_LIMIT:
        return title
    told = _FAILED.search(title)
    for mark in _CLAUSES:
        at = title.find(mark)
        if _LEAST <= at < TITLE_LIMIT and (not told or told.start() < at):
            limited = any(map(str.isalpha, mark))  # `when …`, `but …`: the clause alone says too much
            return _AT_ONCE.sub("", title[:at]).rstrip(_ENDS) + "…" * limited
    if not told or told.end() <= TITLE_LIMIT:
        return title
    title = _LONG_WORD.sub(lambda word: word[0][:_WORD_KEPT] + "…", title)
    if len(title) > TITLE_LIMIT and len(_ARTICLE.sub("", title)) <= TITLE_LIMIT:
        title = _ARTICLE.sub("", title)
    told = _FAILED.search(title)
    if not told or told.end() <= TITLE_LIMIT:
        return title
    tail = cut(title[told.start() :], TITLE_LIMIT // 2)  # keep what went wrong, and the beginning
    return f"{cut(title[: told.start()], TITLE_LIMIT - len(tail) - 1)} {tail}"


def split_text(source: str) -> list[str]:
    """The non-empty lines of `source` as plain text, without quotation marks and code fences."""
    found = (to_plain_text(line.replace("```", " ")).lstrip("> ").strip() for line in source.split("\n"))
    return [line for line in found if line]


def begins_with_steps(text: str) -> bool:
    """Whether `text` begins with numbered steps, at least two."""
    return bool(_STEP.match(text)) and any(_STEP.match(line) for line in text.split("\n")[1:3])


def pick_title(lines: list[str]) -> str:
    """The line that makes the best title: the exception, the failure, the steps' result, or else the first line."""
    raised = next((line for line in reversed(lines) if _RAISED.search(line)), None)
    if raised:
        return trim_title(raised)
    spoken = [_KEY.sub("", _GREETING.sub("", _STEP.sub("", line), count=1), count=1) for line in lines]
    failed = next((line for line in spoken if _FAILED.search(line)), None)
    steps = [_STEP.sub("", line, count=1) for line in lines if _STEP.match(line)]
    happens = next((_ACTUAL.sub("", line, count=1) for line in lines if _ACTUAL.match(line)), "")
    if begins_with_steps("\n".join(lines)) and len(steps) > 2:  # noqa: PLR2004  # the first of two steps may be all there is
        happens = happens or steps[-1]
    line = happens or failed or next((line for line in spoken if line), "")
    if len(line) > TITLE_LIMIT:
        sentences = re.split(r"(?<=[.!?])\s+", line)
        line = next((sentence for sentence in sentences if failed and _FAILED.search(sentence)), sentences[0])
    return trim_title(line)
