"""Whether a ticket's reporter may still see it: what is in their direct messages is not to tell them more than that."""

from bot.listeners.services import Services, is_dm
from bot.policy import Role
from store.models.tickets import MessageRef, Record


async def may_still_see(services: Services, record: Record) -> bool:
    """Guests see only tickets of the channels they are in, and of their direct messages; others see what they reported."""
    reporter = await services.directory.person(record.origin.user_id)
    if reporter.role is not Role.GUEST:
        return reporter.role is not Role.NOBODY
    return is_dm(record.channel) or await services.directory.is_in(record.channel, reporter.id)


async def may_be_told_in(services: Services, record: Record, place: MessageRef) -> bool:
    """Whether the ticket may be shown there: in a channel always, in its reporter's direct messages as long as they may
    see it."""
    return not is_dm(place.channel) or await may_still_see(services, record)
