"""The card of a ticket."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot import replies
from bot.replies import Reply
from bot.views import blocks, controls
from bot.views import text as words
from bot.views.card import similar_tickets
from bot.views.controls import MenuChoice, TicketVersion
from bot.views.controls.buttons import undo_button
from bot.views.rendered import Rendered, rendered
from store.models.filters import Match
from store.models.tickets import Category, Change, Priority, Record, Status, Ticket

_ENDS = " \n.:;!?"  # a new sentence may begin after these
_PAUSES = " ,–—-"


def card(
    record: Record,
    *,
    link: str = "",
    links: Mapping[str, str] = words.NO_NAMES,
    similar: Sequence[Match] = (),
    receipt: str = "",
    undo: Change | None = None,
    names: Mapping[str, str] = words.NO_NAMES,
    was_resolved: bool = False,
    merged: str = "",
    reply: Reply | None = None,
) -> Rendered:
    """A ticket with its buttons; a deleted one has at most Undo.

    `link` goes to its thread, `links` to those of similar tickets by id. `receipt` is mrkdwn. `undo` is the change that
    the Undo button is for. `names` are display names by user id. `was_resolved`: the note is the resolution from before
    the ticket was reopened. `merged`: the text for a ticket that was deleted because it was added to another. `reply` is
    the card's metadata; without it, the ticket is.
    """
    ticket, number = record.ticket, record.version
    about = f"{ticket.id}.{number}"
    state = (merged or "Deleted") if record.deleted else _state(record, names)
    note, noted = words.note(ticket), "Resolved before: " if was_resolved else "Note: "
    title, desc = _split_title(ticket)
    private = words.escape_mrkdwn(_private(record, names))
    found = () if record.deleted else similar[: similar_tickets.MAX_SIMILAR]
    undo_buttons = [undo_button(undo)] if undo else []
    post = [_post_button(record)] if record.private and not _has_channel(record) else []
    buttons = undo_buttons if record.deleted else [*_buttons(record), *post, *undo_buttons, _menu(record)]
    return rendered(
        [
            f"{ticket.id} {words.escape_mrkdwn(title)}",
            words.escape_mrkdwn(desc),
            words.escape_mrkdwn(state),
            _people(record, names, format_time=words.format_utc),
            private,
            f"{noted}{words.escape_mrkdwn(note)}" if note else "",
            *(
                f"Looks like {match.record.ticket.id} {similar_tickets.similar_text(match)}"
                for match in found
            ),
            receipt,
        ],
        [
            _main_block(record, title, desc, state, f"card.{about}"),
            blocks.context(
                f"who.{about}",
                _people(record, names, format_time=words.when, link=link),
                *([private] if private else []),
            ),
            blocks.rich(f"note.{about}", blocks.quote(blocks.run(noted, "bold"), blocks.run(note)))
            if note
            else None,
            *(block for match in found for block in similar_tickets.similar_blocks(match, record, links)),
            blocks.actions(f"actions.{about}", buttons) if buttons else None,
            blocks.context(f"receipt.{about}", receipt) if receipt else None,
        ],
    ).with_metadata(
        reply or (replies.id_only("deleted", ticket.id) if record.deleted else replies.one(ticket))
    )


def card_view(
    record: Record,
    *,
    title: str = "Ticket",
    said: Rendered | None = None,
    link: str = "",
    names: Mapping[str, str] = words.NO_NAMES,
    was_resolved: bool = False,
) -> dict[str, Any]:
    """The card as a modal, for App Home, where there is no conversation to post it in. `said` is shown above it: the
    result of a button that was pressed in the modal.
    """
    shown = card(record, link=link, names=names, was_resolved=was_resolved)
    return blocks.modal(
        title,
        (shown.prepend(said) if said else shown).blocks,
        TicketVersion(record.ticket.id, record.version).value(),
    )


def _main_block(record: Record, title: str, desc: str, state: str, block_id: str) -> blocks.Block:
    """Id, title, description and state. The title is struck out once the ticket is done or deleted."""
    ticket = record.ticket
    over = record.deleted or ticket.stat is Status.DONE
    named = blocks.run(title, "strike" if over else "bold")
    parts = [blocks.line(blocks.run(ticket.id, "code"), blocks.run("  "), named)]
    if desc:
        goes_on = over and desc.startswith("…")
        parts.append(blocks.line(blocks.run(desc, *(("strike",) if goes_on else ()))))
    return blocks.rich(block_id, *parts, blocks.line(blocks.run(state)))


def _split_title(ticket: Ticket) -> tuple[str, str]:
    """The title, and the description without the title if it begins with it. A sentence that is split this way gets a
    `…` on both sides, unless the rest has no word.
    """
    title, desc = words.title(ticket), words.desc(ticket)
    begun = title.removesuffix("…").rstrip()
    rest = desc.removeprefix(begun)
    cut_short = begun != title
    if not begun or not desc.startswith(begun) or (rest[:1].isalnum() and not cut_short):
        return title, desc
    told = rest.lstrip(_ENDS)
    between = rest[: len(rest) - len(told)]
    if between.strip() or "\n" in between or not told:
        return begun + between.rstrip(), told
    rest = rest.lstrip(_PAUSES)
    return (f"{begun}…", f"…{rest}") if rest else (title, "")


def _state(record: Record, names: Mapping[str, str]) -> str:
    """Priority, status, the person working on it, and category. Plain text."""
    ticket = record.ticket
    on_it = record.started_by and ticket.stat is Status.PROG
    return words.state(ticket, worker=words.person(record.started_by, names) if on_it else "")


def _private(record: Record, names: Mapping[str, str]) -> str:
    """Who can see a private ticket. Plain text."""
    if not record.private or record.deleted:
        return ""
    reporter = words.person(record.origin.user_id, names)
    also = ""
    if _has_channel(record):
        also = "the members of its channel, "
    elif _is_between_others(record):
        also = "the people in its conversation, "
    return f"🔒{words.NBSP}Only {also}{reporter} and admins can see this."


def _has_channel(record: Record) -> bool:
    """Whether the ticket belongs to a channel, not to a direct message or to nowhere."""
    return bool(record.channel) and not record.channel.startswith("D")


def _is_between_others(record: Record) -> bool:
    """Whether the ticket was made by a command in other people's direct message, where the bot can post no card."""
    typed = record.channel.startswith("D") and not record.origin.message
    return typed and (record.card is None or record.card.channel != record.channel)


def _people(record: Record, names: Mapping[str, str], *, format_time: Any, link: str = "") -> str:
    worked = record.started_by and record.ticket.stat is Status.DONE
    started = f"started by {words.escape_mrkdwn(words.person(record.started_by, names))}" if worked else ""
    return words.dotted(
        f"from {words.escape_mrkdwn(words.person(record.origin.user_id, names))}",
        format_time(record.origin.timestamp),
        _source(record, names, linked=bool(link) or format_time is words.when),
        started,
        words.link(link, "Go to thread") if link else "",
    )


def _source(record: Record, names: Mapping[str, str], *, linked: bool) -> str:
    """The author of the message that the ticket was made from, with a link to it, as mrkdwn."""
    author, link = record.origin.source_author, record.origin.source_link
    if not author:
        return words.link(link, "original message") if link and linked else ""
    told = f"a message by {words.escape_mrkdwn(words.person(author, names))}"
    return f"made from {words.link(link, told) if linked else told}"


def _buttons(record: Record) -> list[blocks.Element]:
    ticket = record.ticket
    value = TicketVersion(ticket.id, record.version).value()
    edit = blocks.button("Edit…", controls.EDIT, value, says=f"Edit {ticket.id}")
    close = blocks.button("Close…", controls.CLOSE, value, says=f"Close {ticket.id}")
    match ticket.stat:
        case Status.OPEN:
            start = blocks.button("Start", controls.START, value, says=f"Start {ticket.id}")
            return [start, close, edit]
        case Status.PROG:
            return [close | {"style": "primary"}, edit]
        case Status.DONE:
            return [blocks.button("Reopen", controls.REOPEN, value, says=f"Reopen {ticket.id}"), edit]


def _post_button(record: Record) -> blocks.Element:
    """For a private ticket without a channel, which nobody else can see."""
    value = TicketVersion(record.ticket.id, record.version).value()
    return blocks.button(
        "Post in a channel…", controls.POST, value, says=f"Post {record.ticket.id} in a channel"
    )


def _menu(record: Record) -> blocks.Element:
    """The priorities and categories the ticket could be set to, then History and Undo."""
    ticket = record.ticket
    pressed = TicketVersion(ticket.id, record.version)

    def option(label: str, what: str, to: str = "") -> blocks.Element:
        return blocks.option(label, MenuChoice(what, to, pressed).value())

    priorities = [
        option(words.priority(one), "pri", str(one.value)) for one in Priority if one is not ticket.pri
    ]
    categories = [
        option(words.CATEGORIES[one], "cat", one.value) for one in Category if one is not ticket.cat
    ]
    more = [option("History", "history"), option("Undo my latest change", "undo")]
    groups = [("Set priority", priorities), ("Set category", categories), ("More", more)]
    return blocks.grouped_select(controls.MENU, "More…", groups)
