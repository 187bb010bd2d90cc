"""A question with up to three actions to choose from, each as a button and as the command that would have done it."""

from bot.actions import Action, BulkUpdate, Close, Create, History, Update, View
from bot.choices import NOTHING
from bot.outcomes import Offered, Outcome
from bot.views import blocks, changes, controls
from bot.views import text as words
from bot.views.notices import MESSAGE_LIMIT
from bot.views.rendered import Rendered, rendered
from store.models import Status, cut

ONLY_YOU = "Only you can choose, within 10 minutes. Nothing is done yet."
COMMAND_LIMIT = 300  # characters of a command that is shown


def choices(outcome: Outcome, prefix: str = "") -> Rendered:
    """`prefix` begins the commands as they are written here."""
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
        "Nothing", f"{controls.CHOOSE}.{NOTHING}", f"{outcome.token} {NOTHING}", says="Nothing, leave it"
    )
    return rendered(
        [words.inert(message), *(words.inert(one) for one in shown), ONLY_YOU],
        [
            blocks.rich(
                "choices",
                blocks.line(blocks.run(message)),
                blocks.preformatted("\n".join(shown)),
            ),
            blocks.actions("choices.actions", [*buttons, nothing]) if outcome.token else None,
            blocks.context("choices.expire", ONLY_YOU),
        ],
    ).carrying(outcome.reply)


def label(offered: Offered) -> str:
    """What a button says: `Close T012 · Login bug`."""
    what = _what(offered.action) or offered.command
    return cut(words.clean(words.dotted(what, offered.title)), words.BUTTON_TEXT)


def _what(action: Action) -> str:
    match action:
        case Create():
            return f"New ticket “{action.title}”"
        case Close():
            return f"Close {action.id}"
        case Update(stat=Status.PROG):
            return f"Start {action.id}"
        case Update(stat=Status.OPEN):
            return f"Reopen {action.id}"
        case Update(stat=Status.DONE):
            return f"Close {action.id}"
        case Update():
            return f"{action.id}: {changes.settings(action.values())}"
        case BulkUpdate() if action.tickets:
            return f"{', '.join(action.tickets)}: {changes.settings(action.changes.values())}"
        case View(id=str() as ticket_id):
            return f"Show {ticket_id}"
        case View():
            return f"List {words.described(action) or 'open tickets'}"
        case History():
            return f"History of {action.id}"
    return ""
