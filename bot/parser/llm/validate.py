"""What of a model's answer may be done. It is input, not authority: a command in the language that people type, read by
the rules, and held to what the person wrote."""

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
from bot.parser.fallback import TYPE_IT, new_ticket, offer
from bot.parser.llm.named_ids import Named, named_ids
from bot.parser.llm.redact import redact_message
from bot.parser.message import FormatCommand, Message, Read, Reading
from bot.parser.text import fold

UNCLEAR = "I didn’t understand that. If it is about a ticket, give its id, like T042."
NOT_NAMED = "I am not sure which ticket you mean. Say it as a command with the ticket's id."
NOT_ONE_BY_ONE = "I change a whole range only when it is typed as a command."

# What each first word of an answer may mean. Any other first word is prose, whatever could be read into it.
_COMMANDS = {
    verb: (verb.upper(),) for verb in ("create", "view", "help", "history", "delete", "export", "usage")
} | {
    "update": ("UPDATE", "CLOSE", "bulk_update"),
    "close": ("CLOSE", "bulk_update"),
}
_WITH_TEXT = re.compile(r"(create|update|close)((?: [^\s:\"]+)*): (.+)", re.IGNORECASE)
_TEXTS = ("title", "desc", "res")
# What of a list a model may say in other words than the rules; any other filter that these found stays.
_REPHRASED = frozenset(("action", "id", "tickets", "stat", "pri", "cat", "text", "page"))
_KEPT_FILTERS = frozenset(View.model_fields) - _REPHRASED


class UnreadableError(ValueError):
    """The model's answer is no command, or one that the message gives no reason for."""


def accept(
    answer: str, message: Message, reading: Reading, read: Read, format_command: FormatCommand
) -> Action:
    """What is to be done of a model's `answer` to `message`, of which the rules made `reading`.

    A new ticket in the person's own words, a list, help, or nothing; of a change, only the question whether it is meant.
    Raises `UnreadableError`.
    """
    action = _proposed(answer, message, read)
    if not isinstance(action, READ_ONLY) and reading.sure and isinstance(reading.action, (Nothing, Ask)):
        return reading.action
    validator = _Validator(
        message, fold(redact_message(message)), named_ids(message), reading, read, format_command
    )
    accepted = validator.accept(action)
    if isinstance(accepted, Ask) and reading.sure:
        raise UnreadableError  # a question where the rules have none
    return accepted


def _proposed(answer: str, message: Message, read: Read) -> Action:
    line = answer.strip().strip("`").strip()
    match line.rstrip(".").lower():
        case "none":
            return Nothing()
        case "ask":
            return Ask(msg=UNCLEAR)
    meant = _COMMANDS.get(line.partition(" ")[0].rstrip(":").lower(), ())
    if not meant or "\n" in line:
        raise UnreadableError
    escaped = _typed(line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    proposal = read(replace(message, text=escaped, surface="slash"))
    if not proposal.sure or proposal.action.action not in meant:
        raise UnreadableError
    return proposal.action


def _typed(line: str) -> str:
    """`line` with its free text in quotes, so that it is read as text whatever it says: `create p1 infra: TITLE`,
    `update T001 prog: NOTE`, `close T001: NOTE`."""
    if not (found := _WITH_TEXT.fullmatch(line)):
        return line
    verb, head, text = found[1].lower(), found[2].split(), found[3].strip('"')
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if verb == "create":
        return f"create {quoted}"  # priority and category are not the model's to say
    return f"{' '.join([verb, *head])}, res: {quoted}"


@dataclass(frozen=True, slots=True)
class _Validator:
    """Holds each kind of action to one message: `named` is what that names, `reading` what the rules made of it."""

    message: Message
    said: str  # the message, as words are recognised in it
    named: Named
    reading: Reading
    read: Read
    format_command: FormatCommand

    def accept(self, action: Action) -> Action:
        """Raises `UnreadableError`."""
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
        """A ticket in the person's words; how urgent it is and what it is about, the rules find in these. Asked about where
        the person named a ticket that there is, and the rules read no new one."""
        if not action.title or not _echoes(f"{action.title} {action.desc or ''}", self.said):
            raise UnreadableError
        by_rules = new_ticket(self.message, self.reading, self.read)
        told = {"pri": by_rules.pri, "cat": by_rules.cat} if by_rules else {"pri": None, "cat": None}
        made, thread = action.model_copy(update=told), self.message.thread
        speaks_of_others = self.named.ids - ({thread.id} if thread else set())
        if speaks_of_others and not isinstance(self.reading.action, Create):
            return offer(made, self.reading, self.message, self.read)
        return made

    def _change(self, action: Action) -> Action:
        """The question whether it is meant, of the tickets that the person named."""
        meant = _in_their_words(action, self.said)
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
        return offer(meant, self.reading, self.message, self.read)

    def _view(self, action: View) -> Action:
        """A list of what was asked for: ids that nobody wrote are left out, and no filter that the rules found is lost."""
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
        """The rules' own question, which knows what is missing, or else `msg`.

        Raises `UnreadableError` where they read a report: that is not to be lost over a model's mistake.
        """
        if isinstance(self.reading.action, Create):
            raise UnreadableError
        return self.reading.action if isinstance(self.reading.action, Ask) else Ask(msg=msg)


def _ids_of(action: Action) -> tuple[str, ...]:
    """The tickets that `action` names."""
    several = getattr(action, "tickets", None)
    one = getattr(action, "id", None)
    return several or ((one,) if one else ())


def _check_filter(where: Where, reading: Reading) -> None:
    """A change by a filter is only what the rules, too, read as a filter, and never a wider one.

    Raises `UnreadableError`.
    """
    read = reading.action.where if isinstance(reading.action, BulkUpdate) else reading.action
    if not isinstance(read, Where) or where == Where():
        raise UnreadableError
    for name in Where.model_fields:
        wanted, given = getattr(read, name), getattr(where, name)
        if wanted is None:
            continue
        if given is None or not (set(given) <= set(wanted) if isinstance(wanted, tuple) else given == wanted):
            raise UnreadableError


def _in_their_words(action: Action, said: str) -> Action:
    """A change without the texts that are not in the words of the message: they are made up, or the prompt's own.

    Raises `UnreadableError` where there is nothing else in it.
    """
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
    """Whether at least half of the words of `text` are the person's, short ones aside; or its signs, if it has no words."""
    text = fold(text)
    words = set(re.findall(r"\w{3,}", text)) or set(re.findall(r"\w+", text)) or set("".join(text.split()))
    return 2 * sum(word in said for word in words) >= len(words)
