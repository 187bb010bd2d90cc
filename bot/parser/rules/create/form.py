"""A filled-in form, pasted: `Summary: login fails`, `Priority: High`, a field a line."""

import re

from bot.actions import Create
from bot.parser.message import Reading
from bot.parser.rules.create.categories import categorise
from bot.parser.rules.create.priority import named_priority
from bot.parser.rules.create.report import is_vital
from bot.parser.rules.create.title_lines import trimmed
from bot.parser.rules.language.lexer import tokenize
from bot.parser.rules.language.lexicon import COMMANDS
from bot.parser.rules.utterance import Utterance, sure
from bot.parser.text import plain

_LINE = re.compile(r"[\s*_•\-]*(?P<key>[^\W\d_][\w /]{1,24}?)[\s*_]*:(?P<value>.*)")
_MARKUP = " \t*_"
_NAMES = {"summary": "title", "subject": "title", "title": "title", "problem": "title", "issue": "title", "headline": "title", "name": "title"}  # fmt: skip


def filled_in(utterance: Utterance) -> Reading | None:
    """The ticket that a form describes; None where it is none, or has no title. Lines that are no field belong to the one before."""
    if "\n" not in utterance.source or ":" not in utterance.source or utterance.names_ids:
        return None
    fields, others = _fields(utterance.source)
    title = trimmed(plain(fields.pop("title", "")))
    if not title or not fields:
        return None
    desc = plain(" ".join(filter(None, [fields.get("desc", ""), *others]))) or None
    told = fields.get("cat", "")
    cat = _value(told, "cat") or categorise(title) or (categorise(desc) if desc else None)
    pri = (
        _value(fields.get("pri", ""), "pri")
        or named_priority(fields.get("pri", ""))
        or (1 if is_vital(utterance.raw) else 2)
    )
    return sure(Create.model_validate({"title": title, "desc": desc, "cat": cat, "pri": int(pri)}))


def _fields(source: str) -> tuple[dict[str, str], list[str]]:
    """The values by field, and the lines of fields that a ticket does not have."""
    fields: dict[str, str] = {}
    others: list[str] = []
    name = ""
    for line in source.split("\n"):
        found = _LINE.fullmatch(line)
        known = _field(found["key"]) if found else ""
        value = found["value"].strip(_MARKUP) if found else ""
        if known and known not in fields:
            name = known
            fields[name] = value
        elif found:
            name = ""
            others.append(line.strip(_MARKUP))
        elif name and line.strip():
            fields[name] = f"{fields[name]} {line.strip()}".strip()
        elif line.strip():
            if not fields and not others:  # `please create a ticket` above the form
                continue
            others.append(line.strip())
    return fields, others


def _field(key: str) -> str:
    tokens = COMMANDS.tag(tokenize(key))
    if len(tokens) != 1:
        return ""
    tags = tokens[0].tags
    return _NAMES.get(tokens[0].word) or tags.get("field") or tags.get("form") or ""


def _value(text: str, role: str) -> str:
    return next((token.tags[role] for token in COMMANDS.tag(tokenize(text)) if role in token.tags), "")
