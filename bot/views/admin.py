"""Views for admins: usage statistics and the export."""

from typing import Any

from bot.results import Outcome
from bot.views import blocks
from bot.views import text as words
from bot.views.notices import notice
from bot.views.rendered import Rendered, rendered


def usage(outcome: Outcome) -> Rendered:
    """A table with one line per day: messages, the share read by rules, model calls and tokens."""
    days: list[dict[str, Any]] = outcome.reply.data.get("data", [])
    if not days:
        return notice("No messages have been counted yet.").with_metadata(outcome.reply)
    head = ("Day", "Messages", "By rules", "Calls", "Tokens")
    cells = [
        (
            str(one["day"]),
            f"{one['messages']:,}",
            _share(one["by_rules"], one["messages"]),
            f"{one['calls']:,}",
            f"{one['tokens']:,}",
        )
        for one in days
    ]
    widths = [max(len(row[at]) for row in [head, *cells]) for at in range(len(head))]
    table = "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in [head, *cells]
    )
    told = [
        f"{one}: {words.count(row['messages'], 'message')}, {share} by rules, "
        f"{words.count(row['calls'], 'model call')}, {words.count(row['tokens'], 'token')}"
        for row, (one, _, share, _, _) in zip(days, cells, strict=True)
    ]
    return rendered(
        ["Usage", *told],
        [blocks.rich("usage", blocks.line(blocks.run("Usage", "bold")), blocks.preformatted(table))],
    ).with_metadata(outcome.reply)


def exported(outcome: Outcome) -> Rendered:
    data = outcome.reply.data.get("data", {})
    form = {"jsonl": "JSON lines", "csv": "CSV"}.get(str(data.get("format")), "a file")
    number = int(data.get("count", 0))
    told = f"Exported {words.count(number)} as {form}: the file is in your direct messages with me."
    return notice(told).with_metadata(outcome.reply)


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "–"
