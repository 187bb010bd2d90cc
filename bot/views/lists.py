"""Lists of tickets: a line each, ten at most, with Previous and Next."""

from collections.abc import Mapping, Sequence

from bot.actions import View
from bot.results import Outcome
from bot.views import blocks, controls
from bot.views import text as words
from bot.views.buttons import new_button, open_button, turn_button
from bot.views.rendered import Rendered, rendered
from store.models import Record, Status, cut


def ticket_list(
    outcome: Outcome,
    links: Mapping[str, str] = words.NO_NAMES,
    names: Mapping[str, str] = words.NO_NAMES,
) -> Rendered:
    """What a VIEW found. `links` has the permalinks of the tickets' cards, by id, as far as there are any; `names`
    people's display names by user id.
    """
    asked = words.described(outcome.query)
    if not outcome.records:
        return _empty(asked).with_metadata(outcome.reply)
    total = outcome.count or len(outcome.records)
    heading = f"*{words.count(total)}*" + (f"{words.DOT}{words.escape_mrkdwn(asked)}" if asked else "")
    where = place(outcome)
    missing = _missing(outcome.missing)
    return rendered(
        [
            heading.replace("*", ""),
            *(row_text(record, names) for record in outcome.records),
            missing,
            where,
        ],
        [
            blocks.section(heading, "list.heading"),
            *(row(record, links.get(record.ticket.id, ""), names) for record in outcome.records),
            blocks.context("list.missing", missing) if missing else None,
            turning(outcome, controls.PAGE, "list.pages"),
            blocks.context("list.place", where) if where else None,
        ],
    ).with_metadata(outcome.reply)


def row(record: Record, link: str = "", names: Mapping[str, str] = words.NO_NAMES) -> blocks.Block:
    """A ticket in a line, with Open."""
    return blocks.section(
        row_line(record, link, names), f"row.{record.ticket.id}.{record.version}", open_button(record)
    )


def row_line(record: Record, link: str = "", names: Mapping[str, str] = words.NO_NAMES) -> str:
    """Id, title, priority, status, category, author and age, as mrkdwn."""
    ticket = record.ticket
    title = words.escape_mrkdwn(words.title(ticket))
    shown = f"~{title}~" if ticket.stat is Status.DONE else title
    rest = words.dotted(
        shown,
        words.state(ticket),
        words.escape_mrkdwn(_author(record, names)),
        words.day(record.origin.timestamp),
    )
    return f"*{words.link(link, ticket.id)}* {rest}"


def row_text(record: Record, names: Mapping[str, str] = words.NO_NAMES) -> str:
    """The same for the message's text."""
    title = words.escape_mrkdwn(words.title(record.ticket))
    author = words.escape_mrkdwn(_author(record, names))
    rest = words.dotted(
        title, words.state(record.ticket), author, words.format_utc(record.origin.timestamp)[:10]
    )
    return f"{record.ticket.id} {rest}"


def _author(record: Record, names: Mapping[str, str]) -> str:
    """Empty while nobody knows the name: an id says nothing in a line that is to be read at a glance."""
    return words.person(record.origin.user_id, names) if record.origin.user_id in names else ""


def place(outcome: Outcome) -> str:
    return f"Page {outcome.page:,} of {outcome.pages:,}" if outcome.pages > 1 else ""


def turning(outcome: Outcome, action: str, block_id: str) -> blocks.Block | None:
    """Previous and Next, as far as there are such pages, each with the whole query in its value."""
    query = outcome.query or View()
    buttons: list[blocks.Element] = []
    if outcome.page > 1:
        buttons += turn_button(
            "Previous", f"{action}.previous", controls.write_query(query, outcome.page - 1)
        )
    if outcome.page < outcome.pages:
        buttons += turn_button("Next", f"{action}.next", controls.write_query(query, outcome.page + 1))
    return blocks.actions(block_id, buttons) if buttons else None


def _missing(ids: Sequence[str]) -> str:
    return words.escape_mrkdwn(cut(f"Not found: {', '.join(ids)}", words.TOLD)) if ids else ""


def _empty(asked: str) -> Rendered:
    told = f"No tickets match: {asked}." if asked else "There are no tickets yet."
    hint = "Widen the search, or make a new one." if asked else "Make the first one."
    return rendered(
        [words.escape_mrkdwn(f"{told} {hint}")],
        [
            blocks.rich("list.empty", blocks.line(blocks.run(f"{told} {hint}"))),
            blocks.actions("list.new", [new_button()]),
        ],
    )
