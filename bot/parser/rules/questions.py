"""Questions to the person: what is missing or wrong, with a correct command as a hint."""

from bot.actions import MAX_CHOICES, Action, Ask, Nothing
from bot.fields import MAX_IDS
from bot.parser.rules.language.lexer import Token
from store.models.tickets import Category, Status, cut

FIELD_NAMES = {"pri": "priority", "cat": "category", "stat": "status"}
RIGHT = {
    "pri": "Priority is 1 (high), 2 (medium) or 3 (low).",
    "cat": f"Category is one of {', '.join(Category)}.",
    "stat": f"Status is one of {', '.join(Status)}.",
}
NOT_OPEN = "not open"  # used as a field's name: a status that a new ticket cannot have
REDO = "Undoing an undo brings the change back. Was your last change an undo?"
_LONGEST_WRITTEN = 24  # characters of a wrong id to repeat
_BY_FILTER = "close all open doc tickets"
_LONGEST_REPEATED = 40  # characters of unknown words to repeat
EXAMPLES = {"pri": "pri 1", "cat": "cat infra", "stat": "prog"}


# Not validated: pydantic would build the models of all actions for it, which nothing needs at the start.
NO_TITLE = Ask.model_construct(
    msg="What is the ticket about? Give it a title.", hint='create "login page is slow" pri 2'
)
TOO_MANY = Ask.model_construct(
    msg=f"That is more than {MAX_IDS} tickets; say which, {MAX_IDS} at most at a time.", hint="view open"
)
NO_SEARCH = Ask.model_construct(msg="Find what? Say a few words of the ticket.", hint="find login")
UNBOUNDED = Ask.model_construct(
    msg="I do not change every ticket at once. Name the tickets, or say which ones by status, priority or category.",
    hint=_BY_FILTER,
)


def which(command: str) -> Ask:
    """`command` is the complete command with an example id."""
    return Ask(msg="Which ticket? Give its id, like T042.", hint=command)


def bad_id(token: Token, verb: str) -> Ask:
    """`verb` is the command's verb, or "" if only the id was given."""
    written, nearest = cut(token.word.upper(), _LONGEST_WRITTEN), token.nearest
    told = f"; did you mean {nearest}?" if nearest else ", they look like T042."
    return Ask(msg=f"{written} is not a ticket id{told}", hint=f"{verb or 'view'} {nearest or 'T042'}")


def wrong_value(field: str, token: Token, command: str) -> Ask:
    """`command` is the beginning of a correct command."""
    if field == NOT_OPEN:
        return Ask(msg="A new ticket is open: create it first, then set its status.", hint=command)
    told = f"There is no {FIELD_NAMES[field]} {token.word}. {RIGHT[field]}"
    return Ask(msg=told, hint=f"{command} {EXAMPLES[field]}")


def no_change(ids: tuple[str, ...]) -> Ask:
    msg = "What should change? Give a status, priority, category, title or note."
    return Ask(msg=msg, hint=f"update {' '.join(ids)} pri 1")


def cannot_filter(words: str, *actions: Action) -> Ask:
    """`words` cannot be a filter; `actions` are the nearest lists or changes without them."""
    msg = f"I cannot filter by “{cut(words.strip(' .?!'), _LONGEST_REPEATED)}”."
    return offer(*actions, msg=f"{msg} Did you mean?") if actions else Ask(msg=msg, hint=_BY_FILTER)


def later(action: Action | None) -> Ask:
    return offer(action, msg="I act at once and cannot wait for that. Is it time?")


def no_due_date(ids: tuple[str, ...]) -> Ask:
    msg = "Due dates are not supported. Say with a priority how urgent it is."
    return Ask(msg=msg, hint=f"update {ids[0] if ids else 'T042'} pri 1")


def offer(*actions: Action | None, msg: str = "Did you mean?") -> Ask:
    """Offer `actions` as buttons; point to the help if there are none."""
    told = (action for action in actions if action and not isinstance(action, (Ask, Nothing)))
    choices = tuple(dict.fromkeys(told))
    if not choices:
        return Ask(msg="I didn’t understand that.", hint="help")
    return Ask(msg=msg, choices=choices[:MAX_CHOICES])


_ASSIGNING = "Assigning tickets to somebody is"
_MERGING = "Merging tickets is"
_INSTEAD = {
    _ASSIGNING: "Whoever starts a ticket is on it.",
    _MERGING: "Close the one that says the same as the other.",
}
_UNSUPPORTED = {
    "Reminders are": ("remind", "remind me about", "schedule", "notify", "ping", "snooze"),
    _ASSIGNING: ("assign", "assign to", "reassign", "unassign"),
    _MERGING: ("merge", "link", "duplicate"),
    "Watching tickets is": ("watch", "follow", "subscribe", "unsubscribe"),
    "Splitting and copying tickets is": ("split", "clone"),
    "Attaching files is": ("attach",),
    "Archiving tickets is": ("archive",),
}


def unsupported(verb: str, ids: tuple[str, ...]) -> Ask:
    """`verb` is what was asked for, as a word of the lexicon."""
    what = next((what for what, verbs in _UNSUPPORTED.items() if verb in verbs), "That is")
    instead = _INSTEAD.get(what, "I create, show, update and close tickets.")
    hint = f"{'start' if what == _ASSIGNING else 'view'} {ids[0]}" if ids else "help"
    if what == _MERGING and len(ids) > 1:
        hint = f"close {ids[0]}: duplicate of {ids[1]}"
    return Ask(msg=f"{what} not supported. {instead}", hint=hint)


def not_removable(ticket_id: str, change: Action | None) -> Ask:
    """The person wanted to remove a part of a ticket; `change` empties that part, if that is possible."""
    if change:
        return offer(change)
    return Ask(msg="Only a ticket’s note and description can be taken away.", hint=f"view {ticket_id}")


def one_deletion(example: str) -> Ask:
    return Ask(msg="Only admins can delete tickets, one at a time.", hint=f"/ticket delete {example}")


def by_slash(verb: str, command: str, instead: str = "") -> Ask:
    """`instead` is a command that everybody may use."""
    others = " Everybody can close one." if instead else ""
    return Ask(msg=f"Only admins can {verb}, with {command}.{others}", hint=instead or command)


def one_at_a_time(*actions: Action | None) -> Ask:
    msg = "That is more than one thing. One command at a time, please."
    return offer(*actions, msg=msg) if any(actions) else Ask(msg=msg)


def unlike_the_others(line: str, *actions: Action | None) -> Ask:
    """`line` makes or changes no ticket; `actions` are what all the lines ask for."""
    other = cut(line, _LONGEST_REPEATED)
    return offer(*actions, msg=f"Of several commands, each must make or change a ticket. “{other}” does not.")


def foreign_id(written: str) -> Ask:
    return Ask(msg=f"{written} is not a ticket here. Ticket ids look like T042.", hint="view open")


def unread_json(reason: str) -> Ask:
    return Ask(msg=f"That JSON is no action: {reason}", hint='{"action":"UPDATE","id":"T042","stat":"prog"}')
