"""A question with up to three actions to choose from: each is a button, with the command that would do the same."""

from bot.actions import Action, BulkUpdate, Close, Create, History, Undo, Update, View
from bot.results import DECLINE, Offered, Outcome
from bot.views import blocks, controls, phrases
from bot.views import text as words
from bot.views.lists.described import describe_query
from bot.views.notices import MESSAGE_LIMIT
from bot.views.rendered import Rendered, rendered
from store.models.tickets import Status, cut

ONLY_YOU = "Only you can choose, within 10 minutes. Nothing is done yet."
_TEXTS = {"title", "desc", "res"}
_VERBS = {Status.PROG: "Start", Status.OPEN: "Reopen", Status.DONE: "Close"}
LABEL_LIMIT = 40  # characters of a button; the full command is shown above it
COMMAND_LIMIT = 300  # characters shown of a command


def choices(outcome: Outcome, prefix: str = "") -> Rendered:
    """`prefix` begins the commands that are shown."""
    message = cut(words.clean(str(outcome.reply.data.get("msg", ""))), MESSAGE_LIMIT) or "Did you mean?"
    commands = [f"{prefix} {one.command}".strip() for one in outcome.offered]
    shown = [cut(words.clean(one), COMMAND_LIMIT) or "nothing" for one in commands]
    buttons = [
        blocks.button(
            label(one),
            f"{controls.CHOOSE}.{number}",
            f"{outcome.token} {number}",
            style="primary" if number == 0 and len(shown) == 1 else "",
        )
        for number, one in enumerate(outcome.offered)
    ]
    nothing = blocks.button(
        "Nothing", f"{controls.CHOOSE}.{DECLINE}", f"{outcome.token} {DECLINE}", says="Nothing, leave it"
    )
    return rendered(
        [words.escape_mrkdwn(message), *(words.escape_mrkdwn(one) for one in shown), ONLY_YOU],
        [
            blocks.rich(
                "choices",
                blocks.line(blocks.run(message)),
                blocks.preformatted("\n".join(shown)),
            ),
            blocks.actions("choices.actions", [*buttons, nothing]) if outcome.token else None,
            blocks.context("choices.expire", ONLY_YOU),
        ],
    ).with_metadata(outcome.reply)


def label(offered: Offered) -> str:
    """A button's label: `Close T012 · Login bug`."""
    what = _describe(offered.action) or offered.command
    return cut(words.clean(words.dotted(what, offered.title)), LABEL_LIMIT)


def _describe(action: Action) -> str:  # noqa: PLR0911  # one branch per action
    """The action in the imperative; "" if its command says it better."""
    match action:
        case Create():
            return f"New ticket “{cut(words.clean(action.title), LABEL_LIMIT - len('New ticket “”'))}”"
        case Close() | Update():
            return f"{_verb(action)} {action.id}" if _verb(action) else _describe_update(action)
        case BulkUpdate() if action.tickets:
            return f"{', '.join(action.tickets)}: {phrases.settings(action.changes.values())}"
        case BulkUpdate():
            return f"{phrases.imperative(action.changes.values())[0]} all {describe_query(action.where)}"
        case View():
            return f"Show {action.id}" if action.id else f"List {describe_query(action) or 'open tickets'}"
        case Undo():
            return f"Undo my latest change{f' of {action.id}' if action.id else ''}"
        case History() if not action.page:
            return f"History of {action.id}"
    return ""


def _verb(action: Close | Update) -> str:
    """The verb for a change of the status, with or without a note; "" for other changes."""
    if isinstance(action, Close):
        return "Close"
    if action.values().keys() - {"stat", "res"}:
        return ""
    return _VERBS[action.stat] if action.stat else ""


def _describe_update(action: Close | Update) -> str:
    """`T012: priority High`. Texts are too long for a button: `Update T012`, `Add a note to T012`."""
    values = action.values() if isinstance(action, Update) else {}
    if set(values) == {"res"} and values["res"]:
        return f"Add a note to {action.id}"
    return f"Update {action.id}" if values.keys() & _TEXTS else f"{action.id}: {phrases.settings(values)}"
