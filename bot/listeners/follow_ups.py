"""Follow-ups: messages that name no ticket and mean the latest one. In a direct message the bot offers that, and does
nothing; `undo` in a thread of several tickets takes back what the person did last there."""

from dataclasses import replace

from bot.actions import Action, Ask, Close, Nothing, Undo, Update, View
from bot.listeners.services import RequestContext, Services
from bot.parser import rules
from bot.parser.message import Message, ThreadTicket
from bot.router.undo import made_together

LATELY = 600.0  # seconds since the ticket was created or changed


async def read_follow_up(services: Services, ctx: RequestContext, message: Message) -> Action | None:
    """`done: fixed` after one's own `create …` becomes the question whether that ticket is meant, beside the list it
    may also ask for; `any update?` shows the ticket. None if the message is clear by itself, or nothing was done
    lately."""
    alone = rules.read(message).action
    if not isinstance(alone, (Ask, Nothing, View)):
        return None
    topic = await _latest(services, ctx)
    if topic is None:
        return None
    meant = rules.read(replace(message, thread=topic)).action
    match meant:
        case Ask() if any(_is_about(one, topic) for one in meant.choices):
            return meant
        case Update() | Close() if meant.id == topic.id:
            lists = (alone,) if isinstance(alone, View) else ()
            return Ask(msg=f"Do you mean {topic.id} “{topic.title}”?", choices=(meant, *lists))
        case View() if meant.id == topic.id and not isinstance(alone, View):
            return meant
    return None


async def complete_undo(services: Services, ctx: RequestContext, message: Message, asked: Undo) -> Undo:
    """`undo` without an id, in a thread of several tickets: of the person's latest change to any of them, and of what was
    changed together with it if that is all there. Otherwise `asked`, which is how `message` was read."""
    alone = rules.read(replace(message, thread=None, surface="mention")).action if message.thread else None
    if not isinstance(alone, Undo) or alone.id:
        return asked
    there = await services.store.list_by_thread(ctx.room.id, ctx.thread)
    last = await services.store.latest(ctx.person.id, undoings=True)
    together = await made_together(services.store, last[0]) if last else ()
    if together and all(change.ticket_id in there for change in together):
        return alone
    changes = [
        change
        for ticket_id in there
        for change in await services.store.latest(ctx.person.id, ticket_id, undoings=True)
        if change.ticket_id == ticket_id
    ]
    latest = max(changes, key=lambda change: change.origin.timestamp, default=None)
    return Undo(id=latest.ticket_id) if latest else asked


def _is_about(action: Action, topic: ThreadTicket) -> bool:
    return isinstance(action, (Update, Close)) and action.id == topic.id


async def _latest(services: Services, ctx: RequestContext) -> ThreadTicket | None:
    """The ticket that the person created or changed last, if that was just one, in this conversation and lately."""
    changes = await services.store.latest(ctx.person.id, undoings=True)
    if len(changes) != 1 or changes[0].origin.channel != ctx.room.id:
        return None
    if ctx.origin.timestamp - changes[0].origin.timestamp > LATELY:
        return None
    record = await ctx.requester.get_visible(services.store, changes[0].ticket_id)
    return ThreadTicket(record.ticket.id, record.ticket.title, record.ticket.stat) if record else None
