"""A pasted form, one field a line: `Summary: login fails`, `Priority: High`."""

import re

from bot.parser.message import Reading
from bot.parser.rules.create.categories import categorise
from bot.parser.rules.create.inline_fields import InlineFields
from bot.parser.rules.create.report import is_trouble
from bot.parser.rules.create.tickets import build_reading
from bot.parser.rules.create.title_lines import shorten_title, trim_title
from bot.parser.rules.create.titles import Draft
from bot.parser.rules.language.lexer import NO_TAGS, any_has, tokenize
from bot.parser.rules.language.lexicon import COMMANDS
from bot.parser.rules.language.roles import Role
from bot.parser.rules.questions import offer
from bot.parser.rules.utterance import Utterance, sure, unsure
from bot.parser.text import to_plain_text

_LINE = re.compile(r"[\s*_•\-]*(?P<key>[^\W\d_][\w /]{1,24}?)[\s*_]*:(?P<value>.*)")
_MOST_READ = 2000  # characters: more than a ticket's fields can hold
_MARKUP = " \t*_"
_ADDRESSING = (Role.POLITE, Role.GREET, Role.REQUEST, Role.WISH, Role.FILLER, Role.WANTS, Role.NEG)


def read_form(utterance: Utterance) -> Reading | None:
    """The ticket that a form describes; None without form or title. A line without a field continues the one before."""
    opens = utterance.lead.has(Role.FIELD, Role.FORM) and not utterance.thread
    named = utterance.names_ids and not opens  # `update T012` above fields
    if "\n" not in utterance.source or ":" not in utterance.source or named:
        return None
    source = utterance.source[:_MOST_READ]
    heading = "" if utterance.thread else _heading(source)
    fields, others = _fields(source.partition("\n")[2] if heading else source, headed=bool(heading))
    title = trim_title(to_plain_text(fields.pop("title", "")))
    title = title or shorten_title(trim_title(to_plain_text(heading)))
    if not title or not (fields or heading) or (utterance.names_ids and heading):
        return None
    desc = to_plain_text(" ".join(filter(None, [fields.get("desc", ""), *others]))) or None
    given = InlineFields(pri=int(_value(fields, "pri") or 0) or None, cat=_value(fields, "cat") or None)
    made = build_reading(Draft(title, desc, given), utterance, certain=False)
    told = fields or utterance.lead.word == "new" or is_trouble(utterance.raw)
    asks = told or any_has(COMMANDS.tag(tokenize(heading)), Role.NOUN, Role.KIND)
    asks = asks or categorise(title) in ("code", "infra")
    return sure(made.action) if asks else unsure(offer(made.action), made.hint)  # `Lunch plans`


def _heading(source: str) -> str:
    """The line above the fields, if it is their subject: `Access request`, but not `please create a ticket`."""
    first, *lines = [*filter(None, map(str.strip, source.split("\n"))), ""]
    words = COMMANDS.tag(tokenize(first))
    said = any(word.has(*_ADDRESSING) or (word.has(Role.VERB) and word.word != "new") for word in words[:1])
    filled = [line for line in lines if _LINE.fullmatch(line)]
    whole = len(filled) > 1 and filled[0] == lines[0] and ":" not in first[:-1]
    return first.rstrip(":") if whole and not said else ""


def _fields(source: str, *, headed: bool) -> tuple[dict[str, str], list[str]]:
    """The values by field, and the other lines. Under a heading, `Name: …` is a person's name."""
    fields: dict[str, str] = {}
    others: list[str] = []
    name = ""
    for line in filter(None, map(str.strip, source.split("\n"))):
        found = _LINE.fullmatch(line)
        named = COMMANDS.tag(tokenize(found["key"])) if found else []
        tags = named[0].tags if len(named) == 1 else NO_TAGS
        key = tags.get(Role.FORM) or tags.get(Role.FIELD)
        key = "" if headed and named and named[0].word == "name" else key
        if found and key and key not in fields:
            name = key
            fields[name] = found["value"].strip(_MARKUP)
        elif name and not found:
            fields[name] = f"{fields[name]} {line}".strip()
        elif fields or others or found:  # but not `please create a ticket` above the form
            name = ""
            others.append(line.strip(_MARKUP))
    return fields, others


def _value(fields: dict[str, str], field: str) -> str:
    """The priority or category in a field's text: a word, or a level as in `2 - medium`."""
    text = fields.get(field, "").strip()
    if field == "pri" and text[:1] in ("1", "2", "3"):
        return text[0]
    return next((value for token in COMMANDS.tag(tokenize(text)) if (value := token.value(field))), "")
