"""Help that teaches: examples that work when they are pasted."""

from bot import replies
from bot.views import blocks
from bot.views import text as words
from bot.views.buttons import new_button
from bot.views.rendered import Rendered, rendered
from store.models import cut

# What it does, and how it is said. A test has the grammar read every one of them.
EXAMPLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Make a ticket", ("create API timeout in production, urgent", 'create "login bug" pri:1 cat:code')),
    ("Find tickets", ("view open pri 1", "view T012", "my open tickets")),
    ("Change one", ("start T012, looking at the load balancer", "T012 pri 1", "close T012: fixed")),
    ("Change several", ("close T001, T002 and T003",)),
    ("Look back", ("history T012", "undo")),
)
IN_A_THREAD = "In a ticket’s thread leave the id out: “in progress, looking at it”, “done: fixed”, “pri 1”."
ANYTHING = "Your own words work too. These commands are free, and work when nothing else does."


def help_message(prefix: str = "/ticket") -> Rendered:
    """`prefix` is what commands begin with where help was asked for: `/ticket`, or the bot's name."""
    prefix = cut(words.clean(prefix), words.NAME_LIMIT)
    start = f"{prefix} " if prefix else ""
    parts = [blocks.line(blocks.run("What you can say", "bold"))]
    text = ["What you can say"]
    for does, examples in EXAMPLES:
        parts.append(blocks.line(blocks.run(does)))
        parts.append(blocks.preformatted("\n".join(f"{start}{one}" for one in examples)))
        text.append(words.escape_mrkdwn(f"{does}: " + "; ".join(f"{start}{one}" for one in examples)))
    return rendered(
        [*text, IN_A_THREAD, ANYTHING],
        [
            blocks.rich("help.examples", *parts),
            blocks.context("help.more", IN_A_THREAD, ANYTHING),
            blocks.actions("help.new", [new_button()]),
        ],
    ).with_metadata(replies.HELP)
