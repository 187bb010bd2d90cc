"""Renders answers and cards with what only the services know: links, names, and a ticket's past."""

from collections.abc import Sequence
from typing import Any

from bot import policy
from bot.listeners.answering.lines import is_in_own_thread
from bot.listeners.answering.reporters import may_be_told_in
from bot.listeners.services import RequestContext, Services
from bot.policy import Person, Role
from bot.results import Outcome, merged_into
from bot.router.similar import is_worked_on
from bot.router.undo import trace
from bot.views.answer import answer
from bot.views.card import card, card_view
from bot.views.mentions import channels_in, people_in, to_readable_text
from bot.views.rendered import Rendered
from bot.views.text import NO_NAMES
from store.models.filters import Scope
from store.models.tickets import MessageRef, Record, Status


async def draw_answer(
    services: Services, ctx: RequestContext, outcome: Outcome, receipt: str = ""
) -> Rendered:
    """Render an outcome with links, names and command prefixes that suit its reader. An answer about one ticket in that
    ticket's own thread needs no link."""
    one = outcome.reply.kind in ("one", "unchanged")
    elsewhere = [record for record in outcome.records if not (one and is_in_own_thread(ctx, record))]
    return answer(
        outcome,
        receipt=receipt,
        links=links(services, elsewhere, ctx.requester.scope),
        names=await names(services, outcome),
        prefix=ctx.prefix(services),
        said=_message_text(services, ctx),
        resolved={
            record.ticket.id
            for record in outcome.records
            if outcome.reply.kind == "one" and await _was_resolved(services, record)
        },
    )


def _message_text(services: Services, ctx: RequestContext) -> str:
    """The person's message without the bot's name."""
    return to_readable_text(ctx.origin.text, {services.bot: services.name}).replace(
        f"@{services.name}", "", 1
    )


def links(services: Services, records: Sequence[Record], scope: Scope) -> dict[str, str]:
    """The links to the tickets' cards, for readers who may see `scope`."""
    return {record.ticket.id: link for record in records if (link := services.link(record, scope))}


async def names(services: Services, outcome: Outcome) -> dict[str, str]:
    """Names of the people in an outcome. Names rather than mentions, which would notify people of their own actions."""
    origins = [change.origin for change in outcome.history]
    actors = {change.origin.user_id for change in (*outcome.changes, *outcome.to_undo)}
    others = actors | {origin.user_id for origin in origins}.union(
        *(people_in(origin.text) for origin in origins)
    )
    if outcome.query:
        others |= people_in(f"{outcome.query.by} {outcome.query.started_by}")
    channels = set[str]().union(*(channels_in(origin.text) for origin in origins))
    return await names_of(services, outcome.records, others) | await services.directory.channel_names(
        channels
    )


async def names_of(
    services: Services, records: Sequence[Record], others: frozenset[str] | set[str] = frozenset()
) -> dict[str, str]:
    ids = {record.origin.user_id for record in records} | {record.started_by for record in records} | others
    ids |= {record.origin.source_author for record in records}
    return await services.directory.names(ids - {""})


async def _was_resolved(services: Services, record: Record) -> bool:
    """Whether the note of a reopened ticket is its earlier resolution."""
    if not record.ticket.res or record.ticket.stat is Status.DONE:
        return False
    latest, _ = await services.store.history(record.ticket.id)
    noted = next((change for change in latest if "res" in change.after), None)
    return noted is not None and noted.kind == "closed"


async def redraw_card(services: Services, record: Record) -> Rendered | None:
    """Like `draw_card`; None if the card is in the direct messages of somebody who may not see the ticket any more."""
    place = services.cards.find_card(record)
    if place is not None and not await may_be_told_in(services, record, place):
        return None
    return await draw_card(services, record)


async def draw_card(services: Services, record: Record) -> Rendered:
    """Render a ticket's card for its conversation."""
    scope = await _readers(services, record)
    similar = await services.router.similar.find(record, scope) if scope else ()
    return card(
        record,
        links=links(services, [match.record for match in similar], scope) if scope else NO_NAMES,
        similar=similar,
        names=await names_of(services, [record]),
        was_resolved=await _was_resolved(services, record),
        merged=await _merged(services, record),
    )


async def draw_card_view(
    services: Services,
    ctx: RequestContext,
    record: Record,
    *,
    title: str = "Ticket",
    said: Rendered | None = None,
) -> dict[str, Any]:
    """A ticket's card as a modal for the person alone, below the message `said`."""
    return card_view(
        record,
        title=title,
        said=said,
        link=services.link(record, ctx.requester.scope),
        names=await names_of(services, [record]),
        was_resolved=await _was_resolved(services, record),
    )


async def _readers(services: Services, record: Record) -> Scope | None:
    """What everybody who reads the ticket's card may see; None if it has no card, or no similar tickets will be shown."""
    place = services.cards.find_card(record)
    if place is None or is_worked_on(record):
        return None
    room = await services.directory.room(place.channel)
    reader = (
        await services.directory.person(record.origin.user_id)
        if room.kind == "dm"
        else Person("", Role.ENGINEER)
    )
    return policy.scope(reader, room, alone=False)


async def _merged(services: Services, record: Record) -> str:
    """`Merged into T010`; "" if the ticket was not merged."""
    if not record.deleted:
        return ""
    latest, _ = await services.store.history(record.ticket.id)
    text = merged_into((await trace(services.store, latest[0]))[-1])
    return text[:1].upper() + text[1:]


def note_card_posted(services: Services, ctx: RequestContext, record: Record, message: MessageRef) -> None:
    """Record a newly posted card: at once in this process, and in the store when the delivery is finished."""
    ctx.notes.cards.append((record.ticket.id, message))
    services.cards.note_posted(record.ticket.id, message)
