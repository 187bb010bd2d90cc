"""A list of tickets as a message: ten at most, two lines each, with Previous and Next; and the counts by status."""

from collections.abc import Mapping, Sequence

from bot.results import Outcome
from bot.views import blocks, controls
from bot.views import text as words
from bot.views.controls.buttons import new_button, page_button
from bot.views.lists.described import describe_query
from bot.views.lists.rows import NO_QUERY, row, row_text
from bot.views.rendered import Rendered, rendered
from store.models.tickets import cut


def ticket_list(
    outcome: Outcome,
    links: Mapping[str, str] = words.NO_NAMES,
    names: Mapping[str, str] = words.NO_NAMES,
    prefix: str = "/ticket",
) -> Rendered:
    """The tickets that a VIEW found. `links` are the known permalinks of their cards by ticket id, `names` display names
    by user id; `prefix` begins the command that shows the rest.
    """
    asked = describe_query(outcome.query, names)
    hidden = hidden_note(outcome, prefix)
    if not outcome.records:
        return _empty(asked).with_footnotes(hidden).with_metadata(outcome.reply)
    total = outcome.count or len(outcome.records)
    heading = f"*{words.count(total, more=outcome.more)}*" + (
        f"{words.DOT}{words.escape_mrkdwn(asked)}" if asked else ""
    )
    foot = words.dotted(page_number(outcome), hidden)
    missing = _missing(outcome.missing)
    return rendered(
        [
            heading.replace("*", ""),
            *(row_text(record, outcome, names) for record in outcome.records),
            missing,
            foot,
        ],
        [
            blocks.section(heading, "list.heading"),
            *(
                block
                for record in outcome.records
                for block in row(record, outcome, links.get(record.ticket.id, ""), names)
            ),
            blocks.context("list.missing", missing) if missing else None,
            page_buttons(outcome, controls.PAGE, "list.pages"),
            blocks.context("list.place", foot) if foot else None,
        ],
    ).with_metadata(outcome.reply)


def counts(outcome: Outcome, names: Mapping[str, str] = words.NO_NAMES) -> Rendered:
    """`12 open (3 high) · 4 in progress · 21 done`."""
    found = outcome.counts
    asked = describe_query(outcome.query, names)
    high = f" ({found['high']:,} high)" if found.get("high") else ""
    told = [f"{found['open']:,} open{high}"] if "open" in found else []
    told += [f"{found['prog']:,} in progress"] if "prog" in found else []
    told += [f"{found['done']:,} done"] if "done" in found else []
    line = words.dotted(*told)
    of = f" {words.DOT.strip()} {words.escape_mrkdwn(asked)}" if asked else ""
    return rendered([line + of], [blocks.section(f"*{line}*{of}", "stats")]).with_metadata(outcome.reply)


def page_number(outcome: Outcome) -> str:
    pages = words.at_least(outcome.pages, more=outcome.more)
    return f"Page {outcome.page:,} of {pages}" if outcome.pages > 1 else ""


def hidden_note(outcome: Outcome, prefix: str) -> str:
    """`21 done not shown: /ticket list all`, as mrkdwn; "" if nothing is hidden."""
    if not outcome.hidden:
        return ""
    hidden = words.at_least(outcome.hidden, more=outcome.more_hidden)
    return f"{hidden} done not shown: {words.code(words.command(prefix, outcome.hint or 'list all'))}"


def page_buttons(outcome: Outcome, action: str, block_id: str) -> blocks.Block | None:
    """Previous and Next, where there are such pages. Each button's value holds the whole query."""
    query = outcome.query or NO_QUERY
    buttons: list[blocks.Element] = []
    if outcome.page > 1:
        buttons += page_button(
            "Previous", f"{action}.previous", controls.write_query(query, outcome.page - 1)
        )
    if outcome.page < outcome.pages:
        buttons += page_button("Next", f"{action}.next", controls.write_query(query, outcome.page + 1))
    return blocks.actions(block_id, buttons) if buttons else None


def _missing(ids: Sequence[str]) -> str:
    return words.escape_mrkdwn(cut(f"Not found: {', '.join(ids)}", words.SUMMARY_LIMIT)) if ids else ""


def _empty(asked: str) -> Rendered:
    told = f"No tickets found: {asked}." if asked else "No open tickets."
    return rendered(
        [words.escape_mrkdwn(told)],
        [
            blocks.rich("list.empty", blocks.line(blocks.run(told))),
            blocks.actions("list.new", [new_button()]),
        ],
    )
