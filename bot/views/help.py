"""The help message: examples that work when pasted, and the vocabulary."""

from collections.abc import Sequence
from itertools import pairwise

from bot import replies
from bot.views import blocks
from bot.views import text as words
from bot.views.controls.buttons import new_button
from bot.views.rendered import Rendered, rendered
from store.models.tickets import Category, cut

# What a person can do, and commands for it. A test runs the rules on each of them.
EXAMPLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Make a ticket", ("create API timeout in production, urgent", 'create "login bug" pri:1 cat:code')),
    ("Find tickets", ("list", "view open pri 1", "my open tickets", "find timeout", "view T012", "stats")),
    ("Work on one", ("start T012, looking at the load balancer", "T012 pri 1", "close T012: fixed")),
    ("Change several", ("close T001, T002 and T003", "close all open doc tickets")),
    ("History and undo", ("history T012", "undo")),
)
IN_A_THREAD = "In a ticket’s thread leave the id out: “in progress, looking at it”, “done: fixed”, “pri 1”."
VOCABULARY = (
    f"Categories: {', '.join(Category)}. Priorities: 1 high, 2 medium, 3 low. Statuses: open, in progress, done. "
    "Lists can be narrowed by these, by words, “mine”, “by @name”, “started by me”, “since Monday” and “stale”."
)
ANYTHING = "You can also say it in your own words: where they are not clear, I ask. The commands above are always understood."


LINE_WIDTH = 72  # characters of commands in one line


def _wrap_commands(commands: Sequence[str]) -> list[blocks.Element]:
    """Each command as code; short ones share a line."""
    runs = [blocks.run(commands[0], "code")]
    width = len(commands[0])
    for before, one in pairwise(commands):
        fits = width + len(one) <= LINE_WIDTH and len(before) <= LINE_WIDTH // 2
        width = width + len(one) if fits else len(one)
        runs += [blocks.run("  " if fits else "\n"), blocks.run(one, "code")]
    return runs


def help_message(prefix: str = "/ticket") -> Rendered:
    """`prefix` begins commands where help was asked for: `/ticket`, the bot's name, or nothing."""
    prefix = cut(words.clean(prefix), words.NAME_LIMIT)
    parts = []
    text = ["What you can say"]
    for does, examples in EXAMPLES:
        commands = [words.command(prefix, one) for one in examples]
        parts.append(blocks.line(blocks.run(f"{does}\n", "bold"), *_wrap_commands(commands)))
        text.append(words.escape_mrkdwn(f"{does}: " + "; ".join(commands)))
    return rendered(
        [*text, VOCABULARY, IN_A_THREAD, ANYTHING],
        [
            blocks.rich("help.examples", *parts),
            blocks.context("help.more", VOCABULARY, IN_A_THREAD, ANYTHING),
            blocks.actions("help.new", [new_button()]),
        ],
    ).with_metadata(replies.HELP)
