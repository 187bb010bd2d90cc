"""A message of several lines, each a command by itself: they are done one after the other, and no line's words go elsewhere."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.actions import MOST_ACTIONS, Action, BulkUpdate, Close, Create, Several, Undo, Update
from bot.parser.message import Message, Reading
from bot.parser.rules import questions
from bot.parser.rules.language.lexer import Kind, tokenize
from bot.parser.rules.language.lexicon import COMMANDS
from bot.parser.rules.language.roles import Role

_NOT_SPLIT = re.compile(r"```|^[ ]*(?:&gt;|>)", re.MULTILINE)  # code and quotations
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_MOST_LINES = 2 * MOST_ACTIONS  # those after them stay together
_LONGEST_MANNER = 40  # characters
_AFTER_SEMICOLON = re.compile(r";\s+")


def several(text: str, message: Message, read: Callable[[Message], Reading]) -> Reading | None:
    """The commands that the lines of `text` are, in their order; a question where only some are; None where at most one is."""
    if _NOT_SPLIT.search(text):
        return None
    lines = [_BULLET.sub("", line).strip() for line in text.split("\n", _MOST_LINES) if line.strip()]
    if len(lines) > 1:
        lines = [lines[0], *(line for line in lines[1:] if not _is_manner(line))]
        lines = lines[1:] if _is_manner(lines[0]) and len(lines) > 1 else lines
    if len(lines) == 1:
        lines = _AFTER_SEMICOLON.split(lines[0])
    if len(lines) < 2 or not _begins(lines[0]):  # noqa: PLR2004  # two make several
        return _report_and_command(lines, message, read)
    if len(lines) > MOST_ACTIONS:
        lines = lines[: MOST_ACTIONS + 1]
        few = [action for line in lines[:3] if (action := _command(line, message, read))]
        return Reading(questions.one_at_a_time(*few), sure=True) if len(few) > 1 else None
    commands = [action for line in lines if (action := _command(line, message, read))]
    if len(commands) < 2:  # noqa: PLR2004
        return None
    if len(commands) < len(lines):
        return Reading(questions.one_at_a_time(*commands), sure=True)
    return Reading(Several(actions=tuple(commands)), sure=True)


def _is_manner(line: str) -> bool:
    """`hi team`, `thanks!`"""
    if len(line) > _LONGEST_MANNER:
        return False
    return all(
        token.kind == Kind.MARK or token.has(Role.POLITE, Role.GREET)
        for token in COMMANDS.tag(tokenize(line))
    )


def _begins(line: str) -> bool:
    """Whether a command can begin `line`: most messages of several lines begin with none, and are not read twice."""
    tokens = COMMANDS.tag(tokenize(line[:200]))
    return any(
        token.kind == Kind.ID
        or token.has(Role.VERB, Role.OPENS, Role.NOUN, Role.POLITE, Role.REQUEST, Role.GREET)
        for token in tokens[:2]
    )


def _command(line: str, message: Message, read: Callable[[Message], Reading]) -> Action | None:
    """The change or new ticket that `line` commands by itself; a line that only reports is none."""
    if not _begins(line):
        return None
    action = _read(line, message, read)
    if isinstance(action, Create):
        tokens = [
            token for token in COMMANDS.tag(tokenize(line[:200])) if not token.has(Role.POLITE, Role.GREET)
        ]
        lead, after = (*tokens, None, None)[:2]
        named = (
            lead is not None and lead.has(Role.NOUN) and after is not None and after.word == ":"
        )  # `bug: …`
        asked = lead is not None and (lead.tags.get(Role.VERB) == "create" or lead.has(Role.OPENS))
        return action if named or asked else None
    return action if isinstance(action, (Update, Close, BulkUpdate, Undo)) else None


def _report_and_command(
    lines: list[str], message: Message, read: Callable[[Message], Reading]
) -> Reading | None:
    """`login fails, urgent` above `close T002 please`: a report is no note of another ticket."""
    if len(lines) != 2 or not _begins(lines[1]):  # noqa: PLR2004
        return None
    command, reported = _command(lines[1], message, read), None
    if isinstance(command, (Update, Close, BulkUpdate)):
        reported = _read(lines[0], message, read)
    return (
        Reading(questions.one_at_a_time(command, reported), sure=True)
        if isinstance(reported, Create)
        else None
    )


def _read(line: str, message: Message, read: Callable[[Message], Reading]) -> Action | None:
    reading = read(replace(message, text=line, surface="slash" if message.surface == "slash" else "dm"))
    return reading.action if reading.sure else None
