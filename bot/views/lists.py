"""Lists of tickets: a line each, ten at most, with Previous and Next."""

from collections.abc import Mapping, Sequence

from bot.actions import View
from bot.replies import Outcome
from bot.views import blocks, controls
from bot.views import text as words
from bot.views.controls import Pressed
from bot.views.rendered import Rendered, rendered
from store.base import Record
from store.ticket import Status, cut


def ticket_list(outcome: Outcome, links: Mapping[str, str] = words.NO_NAMES) -> Rendered:
    """What a VIEW found. `links` has the permalinks of the tickets' cards, by id, as far as there are any."""
    asked = words.described(outcome.query)
    if not outcome.records:
        return _empty(asked).carrying(outcome.reply)
    total = outcome.count or len(outcome.records)
    heading = f"*{words.count(total)}*" + (f"{words.DOT}{words.inert(asked)}" if asked else "")
    where = place(outcome)
    missing = _missing(outcome.missing)
    return rendered(
        [
            heading.replace("*", ""),
            *(row_text(record) for record in outcome.records),
            missing,
            where,
        ],
        [
            blocks.section(heading, "list.heading"),
            *(row(record, links.get(record.ticket.id, "")) for record in outcome.records),
            blocks.context("list.missing", missing) if missing else None,
            turning(outcome, controls.PAGE, "list.pages"),
            blocks.context("list.place", where) if where else None,
        ],
    ).carrying(outcome.reply)


def row(record: Record, link: str = "") -> blocks.Block:
    """A ticket in a line, with Open."""
    ticket = record.ticket
    pressed = Pressed(ticket.id, record.number)
    return blocks.section(
        f"*{words.link(link, ticket.id)}* {_rest(record)}",
        f"row.{ticket.id}.{record.number}",
        blocks.button("Open", f"{controls.OPEN}.{ticket.id}", pressed.value(), says=f"Open {ticket.id}"),
    )


def row_text(record: Record) -> str:
    title = words.inert(words.title(record.ticket))
    return f"{record.ticket.id} {words.dotted(title, words.state(record.ticket))}"


def _rest(record: Record) -> str:
    ticket = record.ticket
    title = words.inert(words.title(ticket))
    return words.dotted(f"~{title}~" if ticket.stat is Status.DONE else title, words.state(ticket))


def place(outcome: Outcome) -> str:
    return f"Page {outcome.page:,} of {outcome.pages:,}" if outcome.pages > 1 else ""


def turning(outcome: Outcome, action: str, block_id: str) -> blocks.Block | None:
    """Previous and Next, as far as there are such pages, each with the whole query in its value."""
    query = outcome.query or View()
    buttons: list[blocks.Element] = []
    if outcome.page > 1:
        buttons += turn("Previous", f"{action}.previous", controls.write_query(query, outcome.page - 1))
    if outcome.page < outcome.pages:
        buttons += turn("Next", f"{action}.next", controls.write_query(query, outcome.page + 1))
    return blocks.actions(block_id, buttons) if buttons else None


def turn(label: str, action_id: str, value: str) -> Sequence[blocks.Element]:
    return [blocks.button(label, action_id, value, says=f"{label} page")] if value else []


def new_button() -> blocks.Element:
    return blocks.button("New ticket", controls.NEW, "new")


def _missing(ids: Sequence[str]) -> str:
    return words.inert(cut(f"Not found: {', '.join(ids)}", words.TOLD)) if ids else ""


def _empty(asked: str) -> Rendered:
    told = f"No tickets here: {asked}." if asked else "There are no tickets yet."
    hint = "Ask for fewer things at once, or make one." if asked else "Make the first one."
    return rendered(
        [words.inert(f"{told} {hint}")],
        [
            blocks.rich("list.empty", blocks.line(blocks.run(f"{told} {hint}"))),
            blocks.actions("list.new", [new_button()]),
        ],
    )
