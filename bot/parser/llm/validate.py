"""Decides what a model's answer may do: a command, checked against what the person wrote; input without authority."""

import re
from dataclasses import dataclass, replace
from typing import Any

from bot.actions import (
    ONLY_TYPED,
    READ_ONLY,
    Action,
    Ask,
    BulkUpdate,
    Create,
    History,
    Nothing,
    View,
    Where,
    read_action,
    write_action,
)
from bot.parser.fallback import TYPE_IT, offer_alternatives, read_as_report
from bot.parser.llm.named_ids import Named, find_named_ids
from bot.parser.llm.redact import redact_message
from bot.parser.message import FormatCommand, Message, Read, Reading
from bot.parser.text import fold

UNCLEAR = "I didn’t understand that. If it is about a ticket, give its id, like T042."
NOT_NAMED = "I am not sure which ticket you mean. Say it as a command with the ticket's id."
NOT_ONE_BY_ONE = "I change a whole range only when it is typed as a command."

# Actions that each first word of an answer may mean. Any other first word is prose, whatever the rules read
# into it.
_COMMANDS = {
    verb: (verb.upper(),) for verb in ("create", "view", "help", "history", "delete", "export", "usage")
} | {"update": ("UPDATE", "CLOSE", "bulk_update"), "close": ("CLOSE", "bulk_update")}
_WITH_TEXT = re.compile(r"(create|update|close)((?: [^\s:\"]+)*): (.+)", re.IGNORECASE)
_TEXTS = ("title", "desc", "res")
# Fields of a list that the model may state differently from the rules. Any other filter that the rules found
# stays.
_REPHRASED = frozenset(("action", "id", "tickets", "stat", "pri", "cat", "text", "page"))
_KEPT_FILTERS = frozenset(View.model_fields) - _REPHRASED


class UnreadableError(ValueError):
    """The model's answer is no command, or the message does not support it."""


def validate_answer(
    answer: str, message: Message, reading: Reading, read: Read, format_command: FormatCommand
) -> Action:
    """The action for a model's `answer` to `message`, of which the rules made `reading`: a new ticket in the person's own
    words, a list, help, or nothing. A change is only asked about. Raises `UnreadableError`."""
    action = _read_proposal(answer, message, read)
    if not isinstance(action, READ_ONLY) and reading.sure and isinstance(reading.action, (Nothing, Ask)):
        return reading.action
    validator = _Validator(
        message, fold(redact_message(message)), find_named_ids(message), reading, read, format_command
    )
    accepted = validator.accept(action)
    if isinstance(accepted, Ask) and reading.sure:
        raise UnreadableError  # the rules had no question to ask
    return accepted


def _read_proposal(answer: str, message: Message, read: Read) -> Action:
    line = answer.strip().strip("`").strip()
    match line.rstrip(".").lower():
        case "none":
            return Nothing()
        case "ask":
            return Ask(msg=UNCLEAR)
    meant = _COMMANDS.get(line.partition(" ")[0].rstrip(":").lower(), ())
    if not meant or "\n" in line:
        raise UnreadableError
    escaped = _quote_text(line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    proposal = read(replace(message, text=escaped, surface="slash"))
    if not proposal.sure or proposal.action.action not in meant:
        raise UnreadableError
    return proposal.action


def _quote_text(line: str) -> str:
    """`line` with its free text quoted, so that the rules read it as text: `create p1 infra: TITLE`, `close T001: NOTE`."""
    if not (found := _WITH_TEXT.fullmatch(line)):
        return line
    verb, head, text = found[1].lower(), found[2].split(), found[3].strip('"')
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if verb == "create":
        return f"create {quoted}"  # the rules set priority and category
    return f"{' '.join([verb, *head])}, res: {quoted}"


@dataclass(frozen=True, slots=True)
class _Validator:
    """Checks actions against one message: `named` are the ids in it, `reading` is what the rules made of it."""

    message: Message
    said: str  # the message, folded for word look-ups
    named: Named
    reading: Reading
    read: Read
    format_command: FormatCommand

    def accept(self, action: Action) -> Action:
        """The action that may be done in place of `action`. Raises `UnreadableError`."""
        if isinstance(action, Create):
            return self._create(action)
        if isinstance(action, View):
            return self._view(action)
        if isinstance(action, (History, *ONLY_TYPED)) and not self.named.ids.issuperset(_ids_of(action)):
            return self._ask(NOT_NAMED)
        if isinstance(action, ONLY_TYPED):
            return Ask(msg=TYPE_IT, hint=self.format_command(action))
        return action if isinstance(action, READ_ONLY) else self._change(action)

    def _create(self, action: Create) -> Create | Ask:
        """A ticket with the rules' priority and category; a question if a ticket was named and the rules read no new one."""
        if not action.title or not _echoes(f"{action.title} {action.desc or ''}", self.said):
            raise UnreadableError
        by_rules = read_as_report(self.message, self.reading, self.read)
        told = {"pri": by_rules.pri, "cat": by_rules.cat} if by_rules else {"pri": None, "cat": None}
        made, thread = action.model_copy(update=told), self.message.thread
        speaks_of_others = self.named.ids - ({thread.id} if thread else set())
        if speaks_of_others and not isinstance(self.reading.action, Create):
            return offer_alternatives(made, self.reading, self.message, self.read)
        return made

    def _change(self, action: Action) -> Action:
        """Ask whether to make the change, limited to tickets that the person named."""
        meant = _drop_invented_texts(action, self.said)
        if isinstance(meant, BulkUpdate) and meant.where is not None:
            _check_filter(meant.where, self.reading)
        else:
            ids = _ids_of(meant)
            kept = tuple(one for one in ids if one in self.named.ids)
            if not self.named.between.isdisjoint(ids) and self.named.covers(ids):
                return Ask(msg=NOT_ONE_BY_ONE, hint=self.format_command(meant))
            if not kept or not self.named.between.isdisjoint(ids):
                return self._ask(NOT_NAMED)
            if isinstance(meant, BulkUpdate):
                meant = meant.model_copy(update={"tickets": kept})
        return offer_alternatives(meant, self.reading, self.message, self.read)

    def _view(self, action: View) -> Action:
        """The list asked for, without ids that nobody wrote and with every filter that the rules found."""
        ids = _ids_of(action)
        if ids:
            kept = tuple(one for one in ids if self.named.covers((one,)))
            short = action if kept == ids else action.model_copy(update={"tickets": kept})
            return short if kept else self._ask(NOT_NAMED)
        if action.text and not _echoes(action.text, self.said):
            raise UnreadableError
        if isinstance(self.reading.action, View):
            found = {name: getattr(self.reading.action, name) for name in _KEPT_FILTERS}
            found = {name: value for name, value in found.items() if value is not None}
            action = action.model_copy(update=found)
        return action

    def _ask(self, msg: str) -> Ask:
        """The rules' question, or else `msg`. Raises `UnreadableError` if they read a report: a mistake must not lose it."""
        if isinstance(self.reading.action, Create):
            raise UnreadableError
        return self.reading.action if isinstance(self.reading.action, Ask) else Ask(msg=msg)


def _ids_of(action: Action) -> tuple[str, ...]:
    """The ticket ids in `action`."""
    several = getattr(action, "tickets", None)
    one = getattr(action, "id", None)
    return several or ((one,) if one else ())


def _check_filter(where: Where, reading: Reading) -> None:
    """Allow a filter only if the rules read one that is no narrower. Raises `UnreadableError`."""
    read = reading.action.where if isinstance(reading.action, BulkUpdate) else reading.action
    if not isinstance(read, Where) or where == Where():
        raise UnreadableError
    for name in Where.model_fields:
        wanted, given = getattr(read, name), getattr(where, name)
        if wanted is None:
            continue
        if given is None or not (set(given) <= set(wanted) if isinstance(wanted, tuple) else given == wanted):
            raise UnreadableError


def _drop_invented_texts(action: Action, said: str) -> Action:
    """`action` without texts that do not echo the message. Raises `UnreadableError` if nothing else is left."""
    asked = write_action(action)
    fields: dict[str, Any] = asked.get("changes", asked)
    made_up = [name for name in _TEXTS if name in fields and not _echoes(fields[name], said)]
    if not made_up:
        return action
    for name in made_up:
        del fields[name]
    try:
        return read_action(asked)
    except ValueError:
        raise UnreadableError from None


def _echoes(text: str, said: str) -> bool:
    """Whether `said` has half of the words of `text`; short words count only without others, characters without words."""
    text = fold(text)
    words = set(re.findall(r"\w{3,}", text)) or set(re.findall(r"\w+", text)) or set("".join(text.split()))
    return 2 * sum(word in said for word in words) >= len(words)
