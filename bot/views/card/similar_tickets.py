"""The tickets that a new one resembles, on its card: what they are, how they were solved, and what can be done about it."""

from collections.abc import Mapping

from bot.views import blocks, controls
from bot.views import text as words
from bot.views.controls import TicketVersion
from store.models.filters import Match
from store.models.tickets import Record, Status

MAX_SIMILAR = 3


def similar_text(match: Match) -> str:
    """A similar ticket as mrkdwn, without its id, which the block links."""
    ticket = match.record.ticket
    title = words.escape_mrkdwn(words.title(ticket))
    if ticket.stat is Status.DONE and words.note(ticket):
        return f"{title}{words.DOT}solved by: {words.escape_mrkdwn(words.note(ticket))}"
    return f"{title}{words.DOT}{words.state(ticket)}"


def _publishes(record: Record, other: Record) -> str:
    """A warning, if what the buttons of a similar ticket do shows the title of a private one to more people."""
    if not record.private or (other.private and _have_same_readers(record, other)):
        return ""
    act = "Reopening" if other.ticket.stat is Status.DONE else "Adding this to"
    return f"{act} {other.ticket.id} shows this title to everyone who sees that ticket."


def _have_same_readers(one: Record, other: Record) -> bool:
    """Whether the same people see both tickets, which are private."""
    same_reporter = one.origin.user_id == other.origin.user_id
    return one.channel == other.channel and (bool(one.channel) or same_reporter)


def similar_blocks(match: Match, record: Record, links: Mapping[str, str]) -> list[blocks.Block]:
    """A similar ticket with buttons: add the message to an open one; close like, or reopen, a done one."""
    other = match.record.ticket
    value = TicketVersion(record.ticket.id, record.version).value()
    named = words.link(links.get(other.id, ""), other.id)
    told = words.lines([f"Looks like *{named}* {similar_text(match)}", _publishes(record, match.record)])
    block_id = f"similar.{other.id}.{record.version}"
    if other.stat is not Status.DONE:
        add = blocks.button(
            f"Add to {other.id}",
            f"{controls.ADD_TO}.{other.id}",
            value,
            says=f"Add this message to {other.id} and delete {record.ticket.id}",
        )
        return [blocks.section(told, block_id, add)]
    reopen = blocks.button(
        f"Reopen {other.id}",
        f"{controls.REOPEN_SIMILAR}.{other.id}",
        value,
        says=f"Reopen {other.id} and close {record.ticket.id} as its duplicate",
    )
    solved = blocks.button(
        "That solved it",
        f"{controls.SOLVED}.{other.id}",
        value,
        says=f"Close {record.ticket.id}, solved like {other.id}",
    )
    buttons = [solved, reopen] if other.res else [reopen]
    return [blocks.section(told, block_id), blocks.actions(f"{block_id}.actions", buttons)]
