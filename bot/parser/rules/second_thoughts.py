"""Judges what follows a command: a plain note, doubt, or its withdrawal (`close T034, nah leave it`)."""

from enum import Enum, auto
from itertools import pairwise

from bot.parser.rules.language.lexer import Kind, Token, any_has
from bot.parser.rules.language.lexicon import Dictionary, load_sections
from bot.parser.rules.language.roles import Role

_BREAKS = frozenset(",;.!?…-:()")
_LONGEST_REFUSAL = 8  # words: `no, please leave it open for now`
_LONGEST_CORRECTION = 3  # words
_LONGEST_LAST = 5  # words of a clause that withdraws a new ticket
_LONGEST_ATTRIBUTION = 4  # words: `says the whole team`
_SECTIONS = tuple(load_sections("second_thoughts"))
_WORDS = Dictionary(_SECTIONS)
CORRECTIONS = Dictionary(section for section in _SECTIONS if section.role == "corrects")


class Verdict(Enum):
    SURE = auto()
    DOUBTFUL = auto()
    TAKEN_BACK = auto()


def judge_tail(tail: list[Token], *, closes: bool = False, noted: bool = False) -> Verdict:
    """What `tail`, the untagged tokens after a command that `closes`, makes of it. `noted`: after a colon."""
    clauses = _split_clauses(tail)
    colons = {after.start for before, after in pairwise(tail) if before.word == ":"}
    colons |= {clause[0].start for clause in clauses[:1] if noted}
    verdicts = {_judge_clause(clause, noted=clause[0].start in colons) for clause in clauses}
    if Verdict.TAKEN_BACK in verdicts:
        return Verdict.TAKEN_BACK
    asks = any(token.kind == Kind.MARK and token.word == "?" for token in tail)
    doubted = asks or Verdict.DOUBTFUL in verdicts or any(map(_is_attributed, clauses))
    doubted = doubted or (closes and any(Role.DISPUTED in tags for _, _, tags in _WORDS.find(tail)))
    return Verdict.DOUBTFUL if doubted else Verdict.SURE


def is_taken_back(tokens: list[Token]) -> bool:
    """Whether a short last clause withdraws what comes before it: `create X. actually scratch that`."""
    clauses = _split_clauses(tokens)
    short = len(clauses) > 1 and len(clauses[-1]) <= _LONGEST_LAST
    return short and _judge_clause(clauses[-1]) is Verdict.TAKEN_BACK


def is_ironic(tokens: list[Token]) -> bool:
    """Whether the message means the opposite: `yeah right, close T034`, `close T034 🙄`."""
    found = ((start, tags.get(Role.IRONY)) for start, _, tags in _WORDS.find(tokens))
    return any(irony == "anywhere" or (irony and start == tokens[0].start) for start, irony in found)


def _split_clauses(tail: list[Token]) -> list[list[Token]]:
    clauses: list[list[Token]] = [[]]
    for token in tail:
        if token.breaks(_BREAKS):
            clauses.append([])
        elif token.kind != Kind.MARK:
            clauses[-1].append(token)
    return [clause for clause in clauses if clause and clause[0].kind != Kind.QUOTE]


def _is_attributed(clause: list[Token]) -> bool:
    """Whether the clause says only who said something: `says Sam`, `Sam says`."""
    said = [(start, end) for start, end, tags in _WORDS.find(clause) if Role.SAID in tags]
    begins = any(start == clause[0].start for start, _ in said)
    ends = any(end == clause[-1].end for _, end in said)
    return len(clause) <= _LONGEST_ATTRIBUTION and (begins or ends)


def _judge_clause(clause: list[Token], *, noted: bool = False) -> Verdict:
    found = {start: (end, tags) for start, end, tags in _WORDS.find(clause)}
    at = clause[0].start
    hesitates = any(Role.HESITATION in tags for _, tags in found.values())
    denied = False
    while at in found:
        end, tags = found[at]
        after = next((token for token in clause if token.start >= end), None)
        told = after is not None and Role.AUX in after.tags  # `wrong number was dialled`
        if Role.RETRACT in tags and len(clause) <= _LONGEST_REFUSAL and not told:
            return Verdict.TAKEN_BACK
        denied = denied or Role.DENIAL in tags
        if tags.get(Role.DOUBT) == "yes" or (Role.DOUBT in tags and after is None and not noted):
            hesitates = True  # `, ok`; not `ok then it works` or `: ok`
        if after is None:
            return Verdict.TAKEN_BACK if denied else Verdict.DOUBTFUL if hesitates else Verdict.SURE
        at = after.start
    if at != clause[0].start and any(token.kind == Kind.ID for token in clause):
        return Verdict.DOUBTFUL  # `sorry, T035`, `I mean T035`
    if denied and len(clause) <= _LONGEST_CORRECTION and any_has(clause, Role.STAT, Role.PRI):
        return Verdict.DOUBTFUL  # `no low`
    if denied and len(clause) <= _LONGEST_REFUSAL and any(Role.RETRACT in tags for _, tags in found.values()):
        return Verdict.TAKEN_BACK
    return Verdict.DOUBTFUL if hesitates else Verdict.SURE
