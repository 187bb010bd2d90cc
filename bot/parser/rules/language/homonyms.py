"""Words that mean something else elsewhere: short ids (`T4`, mistyped `TT14`), which also name laptops; the Spanish `se`;
quoted values."""

import re

from bot.parser.rules.language.lexer import NO_TAGS, Kind, Token, tokenize
from bot.parser.rules.language.lexicon import COMMANDS, load_word_sets
from bot.parser.rules.language.roles import FIELDS, FUNCTION_WORDS, Role

_SHORT = re.compile(r"t\d{1,2}(?!\w)|tt")
_IDS = (Kind.ID, Kind.BAD)
_LEADS = (Role.VERB, Role.NOUN, Role.NEG, Role.EXCEPT, Role.WH, Role.AUX, Role.NUMBERED, Role.FIELD, Role.BECAUSE, Role.COND, Role.MODAL, Role.SAID, Role.COUNT)  # fmt: skip
_BETWEEN = (*FUNCTION_WORDS, Role.TO, Role.PARTICLE, Role.ABOUT, Role.ALL, Role.STAT, Role.PRI, Role.CAT)
_FOLLOWS = (Role.FIELD, Role.STAT, Role.TO, Role.POLITE, Role.BECAUSE, Role.BUT, Role.EXCEPT, Role.NEG, Role.COND, Role.TIME, Role.PARTICLE, Role.MISTAKE)  # fmt: skip
_VALUES = (Role.PRI, Role.CAT)  # only after a verb: `set T4 high`; not `T14 urgent`
_LITTLE, _AUXILIARIES = load_word_sets("behind_ids reflexive")
_PAST = ("ó", "aron", "ieron")  # endings of the past tense; `se falar` is a condition
_JOINING = (Role.AND, Role.OR, Role.THROUGH, Role.TO, Role.EXCEPT)
_FINAL = ("close", "start", "reopen")  # verbs that may stand behind the ids


def demote_short_ids(tokens: list[Token]) -> None:
    """Turn short ids in `tokens` into words unless they must be ids."""
    end = 0
    for at, first in enumerate(tokens):
        if first.kind not in _IDS or at < end:
            continue
        end = _end_of_list(tokens, at)
        short = [token for token in tokens[at:end] if token.kind in _IDS and _SHORT.search(token.word)]
        led = _find_lead(tokens, at) if short else ""
        several = sum(token.kind in _IDS for token in tokens[at:end]) > 1  # `T1 and T2 low`
        if short and not (led and _ends(tokens, end, verb=several or led == "verb")):
            for token in short:
                token.kind, token.tags = Kind.WORD, NO_TAGS


def _end_of_list(tokens: list[Token], at: int) -> int:
    """The end of the list of ids that begins at `at`: `T1, T2 and T3`."""
    end = at + 1
    while end < len(tokens):
        token = tokens[end]
        joins = token.has(*_JOINING) or (token.kind == Kind.MARK and token.word in ",-/&+")
        if token.kind in _IDS:
            end += 1
        elif joins and end + 1 < len(tokens) and tokens[end + 1].kind in _IDS:
            end += 2
        else:
            break
    return end


def _find_lead(tokens: list[Token], at: int) -> str:
    """What leads to the id at `at`: "verb", "start" (of a clause, or another word that ids follow), or ""."""
    for before in reversed(tokens[:at]):
        mark = before.kind == Kind.MARK
        if before.breaks("") or (mark and before.word not in "'*_~/"):
            return "start"
        if before.has(*_LEADS):
            return "verb" if Role.VERB in before.tags else "start"
        if not (mark or before.kind in _IDS or before.has(*_BETWEEN)):
            return ""
    return "start"


def _ends(tokens: list[Token], at: int, *, verb: bool) -> bool:
    """Whether the text after an id fits an id: a separator, a field, a status, the end."""
    while at < len(tokens) and tokens[at].word in _LITTLE:
        at += 1
    if at >= len(tokens):
        return True
    token = tokens[at]
    silent = (Kind.MARK, Kind.PICTURE)
    if token.verb in _FINAL and all(
        one.kind in silent or Role.POLITE in one.tags for one in tokens[at + 1 :]
    ):
        return True  # `T12 close`
    if token.kind == Kind.MARK and not token.tags:
        return token.word not in "'/+"
    after = tokens[at + 1] if at + 1 < len(tokens) else token
    if Role.FROM in token.tags and (after.kind == Kind.NUMBER or after.has(Role.STAT, *_VALUES)):
        return True  # `priority of T4 from 3 to 2`
    follows = token.has(*_FOLLOWS) or (verb and token.has(*_VALUES))
    return follows or token.kind in (Kind.MARK, Kind.LINE, Kind.PICTURE, Kind.QUOTE)


def unquote_values(tokens: list[Token]) -> None:
    """Turn a quotation behind a field's name into the value that it holds: `status:"in progress"`, `pri "high"`."""
    for at, token in enumerate(tokens):
        if token.kind == Kind.QUOTE and at:
            before = tokens[at - 1] if tokens[at - 1].word not in (":", "=") else tokens[at - 2]
            words = COMMANDS.tag(tokenize(token.word[1:-1])) if before.tags.get(Role.FIELD) in FIELDS else []
            if len(words) == 1:
                token.kind, token.word, token.tags = words[0].kind, words[0].word, words[0].tags


def free_reflexives(tokens: list[Token], source: str) -> None:
    """Take the condition, which Portuguese reads, from each `se` of `se cambió el router`, `el cliente se queja`."""
    for at, token in enumerate(tokens[:-1]):
        if token.word == "se":
            after = tokens[at + 1]
            past = source[after.start : after.end].casefold().endswith(_PAST) or after.word in _AUXILIARIES
            subject = at > 1 and not tokens[at - 1].tags and Role.ARTICLE in tokens[at - 2].tags
            if past or (subject and tokens[at - 1].kind == Kind.WORD):
                token.tags = NO_TAGS
