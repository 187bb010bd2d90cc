"""Messages with a command in each line. They are done in order, and no line's words belong to another line."""

import re
from itertools import pairwise

from bot.actions import MAX_ACTIONS, Action, BulkUpdate, Close, Create, History, Several, Undo, Update, View
from bot.parser.message import Message, Read, Reading
from bot.parser.rules import questions
from bot.parser.rules.commands.filters.search import LISTING
from bot.parser.rules.language.lexer import Kind, Token, any_has, token_at, tokenize
from bot.parser.rules.language.lexicon import COMMANDS
from bot.parser.rules.language.roles import Role
from bot.parser.rules.utterance import Utterance, read_alone, sure

_NOT_SPLIT = re.compile(r"```|^[ ]*(?:&gt;|>)", re.MULTILINE)  # code and quotations
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)]|[a-z]\))\s+", re.IGNORECASE)
_ITEM = re.compile(_BULLET.pattern + r"|[^\W\d_][\w /]{1,24}:\s", re.IGNORECASE)  # or a field
_MOST_LINES = 2 * MAX_ACTIONS  # lines after these are not split
_LONGEST_MANNER = 40  # characters
_MOST_LOOKED_AT = 200  # characters at the beginning of a line that are looked at
_COUNTS = {"two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4, "five": 5, "5": 5}
_MOST_BEFORE_LIST = 8  # tokens
_LIST_BEGINS = re.compile(r"\A[\s:,-]*(?:(?:for|about)\s)?")
_BETWEEN_ITEMS = re.compile(r"[,;]\s*(?:and\s+)?")
_AFTER_SEMICOLON = re.compile(r";\s+")


def read_several(text: str, message: Message, read: Read) -> Reading | None:
    """The commands in the lines of `text`; a question if only some lines are commands; None if at most one is."""
    written = [line for line in text.split("\n", _MOST_LINES) if line.strip()]
    if _NOT_SPLIT.search(text) or _describes(written):
        return None if _NOT_SPLIT.search(text) else _read_bullets(written, message, read)
    lines = [_BULLET.sub("", line).strip() for line in written]
    if len(lines) > 1:
        lines = [lines[0], *(line for line in lines[1:] if not _is_manner(line))]
        lines = lines[1:] if _is_manner(lines[0]) and len(lines) > 1 else lines
    if len(lines) == 1:
        lines = _AFTER_SEMICOLON.split(lines[0])
    if len(lines) < 2 or not _may_command(lines[0]):  # noqa: PLR2004  # at least two
        return _report_and_command(lines, message, read)
    if len(lines) > MAX_ACTIONS:
        lines = lines[: MAX_ACTIONS + 1]
        few = [action for line in lines[:3] if (action := _read_command(line, message, read))]
        return sure(questions.one_at_a_time(*few)) if len(few) > 1 else None
    commands = [_read_command(line, message, read) for line in lines]
    if not isinstance(commands[0], Create):  # what follows a ticket may describe it
        commands = [one or _read_list(line, message, read) for one, line in zip(commands, lines, strict=True)]
    changes = [action for action in commands if action and not isinstance(action, (View, History))]
    if len(list(filter(None, commands))) < 2 or not changes:  # noqa: PLR2004
        return None
    if len(changes) < len(lines):
        other = next(line for line, action in zip(lines, commands, strict=True) if action not in changes)
        return sure(questions.unlike_the_others(other, *commands))
    return sure(Several(actions=tuple(changes)))


def _read_bullets(lines: list[str], message: Message, read: Read) -> Reading | None:
    """One ticket for each bullet below `create tickets:`; None if the lines describe a single ticket."""
    many = len(lines) <= MAX_ACTIONS and any(token.is_many for token in _tokens(lines[0]))
    titles = [_BULLET.sub("", line) for line in lines[1:]] if many else []
    made = [read_alone(f"create {title}", message, read) for title in titles]
    listed = tuple(action for action in made if isinstance(action, Create))
    return sure(Several(actions=listed)) if len(listed) == len(made) > 1 else None


def read_counted(utterance: Utterance, message: Message, read: Read) -> Reading | None:
    """The tickets that `create two tickets: a, b` asks for; a question if these are not as many."""
    body = utterance.body
    pairs = enumerate(pairwise(body[:_MOST_BEFORE_LIST]))
    at = next((at for at, (count, noun) in pairs if count.word in _COUNTS and noun.is_many), 0)
    creates = any(token.verb == "create" or token.has(Role.CREATE_VERB) for token in body[:at])
    creates = creates or (any_has(body[:at], Role.WANTS) and token_at(body, at + 2).word == ":")
    if not creates or utterance.names_ids or any_has(body[:at], Role.NEG):
        return None
    written = _LIST_BEGINS.sub("", utterance.source[body[at + 1].end :])
    parts = [part for part in _BETWEEN_ITEMS.split(written) if part.strip()]
    made = [read_alone(f"create a ticket: {part}", message, read) for part in parts[: MAX_ACTIONS + 1]]
    listed = tuple(action for action in made if isinstance(action, Create))
    whole = len(listed) == len(parts)
    if whole and len(parts) == _COUNTS[body[at].word]:
        return sure(Several(actions=listed))
    return sure(questions.one_at_a_time(*(listed if whole else ())) if parts else questions.NO_TITLE)


def _describes(lines: list[str]) -> bool:
    """Whether the bullets or fields describe the ticket that the line above asks for, and name no other."""
    listed = len(lines) > 1 and not _ITEM.match(lines[0]) and all(map(_ITEM.match, lines[1:]))
    asked = listed and _requests_ticket(lines[0])
    return asked and not any(token.ids for line in lines for token in _tokens(line))


def _requests_ticket(line: str) -> bool:
    """Whether `line` asks for a ticket explicitly."""
    words = [token for token in _tokens(line) if not token.has(Role.POLITE, Role.GREET)]
    named = len(words) > 1 and words[0].has(Role.NOUN) and words[1].word == ":"  # `bug: …`
    return named or (bool(words) and (words[0].has(Role.CREATE_VERB) or words[0].verb == "create"))


def _is_manner(line: str) -> bool:
    """Whether `line` is only politeness: `hi team`, `thanks!`."""
    words = (token for token in _tokens(line) if token.kind != Kind.MARK)
    return len(line) <= _LONGEST_MANNER and all(word.has(Role.POLITE, Role.GREET) for word in words)


def _tokens(line: str) -> list[Token]:
    return COMMANDS.tag(tokenize(line[:_MOST_LOOKED_AT]))


def _may_command(line: str) -> bool:
    """Whether `line` may begin with a command. Most lines do not, and are then not read a second time."""
    opening = (Role.ID, Role.VERB, Role.CREATE_VERB, Role.NOUN, Role.POLITE, Role.REQUEST, Role.GREET)
    return any_has(_tokens(line)[:2], *opening)


def _read_command(line: str, message: Message, read: Read) -> Action | None:
    """The change or new ticket that `line` commands on its own; None for a mere report."""
    action = read_alone(line, message, read) if _may_command(line) else None
    if not isinstance(action, Create):
        return action if isinstance(action, (Update, Close, BulkUpdate, Undo)) else None
    return action if _requests_ticket(line) else None


def _read_list(line: str, message: Message, read: Read) -> Action | None:
    """The list, ticket or history that `line` asks for."""
    shows = any(token.word in LISTING or token.verb == "history" for token in _tokens(line)[:1])
    action = read_alone(line, message, read) if shows else None
    return action if isinstance(action, (View, History)) else None


def _report_and_command(lines: list[str], message: Message, read: Read) -> Reading | None:
    """A report above a command for another ticket, no note of it: `login fails, urgent` above `close T002 please`."""
    command = _read_command(lines[1], message, read) if len(lines) == 2 else None  # noqa: PLR2004  # one each
    changes = isinstance(command, (Update, Close, BulkUpdate))
    reported = read_alone(lines[0], message, read) if changes else None
    return sure(questions.one_at_a_time(command, reported)) if isinstance(reported, Create) else None
