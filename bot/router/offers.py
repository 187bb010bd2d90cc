"""Offers whole actions as buttons when it is uncertain what a message means, and carries out the one that is pressed."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from bot import policy, replies
from bot.actions import (
    MAX_CHOICES,
    Action,
    Ask,
    BulkUpdate,
    Close,
    Delete,
    History,
    Undo,
    Update,
    View,
    read_action,
    write_action,
)
from bot.results import DECLINE, Offered, Outcome, not_found, refused
from bot.router.choices import Choices
from bot.router.filters import ACTIVE
from bot.router.requester import Requester
from store.models.filters import Filter
from store.models.tickets import Origin, Record, Status
from store.protocol import TicketStore
from store.search import normalize
from store.serialization.codec import decode_origin, encode_origin

# Nouns that people use for any ticket, whatever its title: `the login bug` is the one about the login.
FOR_ANY_TICKET = frozenset({"bug", "incident", "issue", "problem", "request", "task", "thing"})
WHICH_ONE = "Which ticket do you mean?"
EXPIRED = "This has expired, or was offered to somebody else. Please ask again."

Act = Callable[[Action, Requester, Origin], Awaitable[Outcome]]
FormatCommand = Callable[[Action], str]


@dataclass(frozen=True, slots=True)
class Offers:
    """`format_command` writes an action as the command that would do it."""

    store: TicketStore
    choices: Choices
    format_command: FormatCommand

    async def ask(self, action: Ask, requester: Requester, origin: Origin) -> Outcome:
        """Ask the question, offering those choices that the person may see and do."""
        if not action.choices:
            return refused(action.msg, action.hint or "")
        offered, missing = await self._resolve(action.choices, requester)
        if not offered:
            asked_of = missing and not action.hint
            return not_found(*missing) if asked_of else refused(action.msg, action.hint or "")
        return await self._offer(action.msg, offered, requester, origin)

    async def by_words(self, action: Close | Update, requester: Requester, origin: Origin) -> Outcome:
        """Offer the tickets that the action's words match; never act at once. If none match, offer to create one."""
        offered, _ = await self._resolve((action,), requester)
        if not offered:
            told = f"No {'done' if _reopens(action) else 'open'} ticket matches “{action.about}”."
            new = read_action({"action": "CREATE", "title": action.about})
            return await self.offer_nearest(told, new, requester, origin)
        return await self._offer(WHICH_ONE, offered, requester, origin)

    async def offer_nearest(
        self, message: str, action: Action, requester: Requester, origin: Origin
    ) -> Outcome:
        """Say why `action` cannot be done as asked, and offer the nearest one that can."""
        return await self._offer(message, [Offered(action, self.format_command(action))], requester, origin)

    async def choose(
        self, choice_id: str, option: str, requester: Requester, origin: Origin, act: Act
    ) -> Outcome:
        """Carry out the option that was pressed first. A later press gets the same result."""
        taken = await self.choices.take(choice_id, option, origin)
        if taken is None:
            return refused(EXPIRED)
        actions = [read_action(each) for each in taken.payload["actions"]]
        if taken.option == DECLINE or not taken.option.isdigit() or int(taken.option) >= len(actions):
            return Outcome(replies.NONE, chosen=True)
        asked = decode_origin(taken.payload["origin"])
        origin = replace(
            asked,
            idempotency_key=taken.origin.idempotency_key,
            timestamp=origin.timestamp,
            usage=None,
            # The channel may have become private since.
            private=asked.private or (origin.private and origin.channel == asked.channel),
        )
        return replace(await act(actions[int(taken.option)], requester, origin), chosen=True)

    async def _offer(
        self, message: str, offered: list[Offered], requester: Requester, origin: Origin
    ) -> Outcome:
        payload = {
            "actions": [write_action(each.action) for each in offered],
            "origin": encode_origin(origin),
        }
        choice_id = await self.choices.offer(requester.person.id, payload, origin.timestamp)
        reply = replies.choices(message, [each.command for each in offered])
        return Outcome(reply, offered=tuple(offered), token=choice_id)

    async def _resolve(
        self, actions: Iterable[Action], requester: Requester
    ) -> tuple[list[Offered], list[str]]:
        """Up to three actions that the person may see and do, and the ids that are missing for them."""
        offered: dict[str, Offered] = {}
        missing: list[str] = []
        for action in actions:
            if not policy.may(requester.person, action):
                continue
            for each in await self._candidates(action, requester, missing):
                offered.setdefault(each.command, each)
        return list(offered.values())[:MAX_CHOICES], missing

    async def _candidates(self, action: Action, requester: Requester, missing: list[str]) -> list[Offered]:
        """`action` for each ticket that its words may mean; `action` itself if it names ids or no ticket."""
        if isinstance(action, (Close, Update)) and action.about:
            stat = (Status.DONE, Status.PROG) if _reopens(action) else ACTIVE
            found = await self._find(action.about, requester, stat)
            ways = [(action.model_copy(update={"id": one.ticket.id, "about": None}), one) for one in found]
            return [Offered(way, self.format_command(way), one.ticket.title) for way, one in ways]
        title = ""
        for ticket_id in _ids_of(action):
            record = await requester.get_visible(self.store, ticket_id)
            if record is None:
                missing.append(ticket_id)
                return []
            title = title or record.ticket.title
        return [Offered(action, self.format_command(action), title)]

    async def _find(self, words: str, requester: Requester, stat: tuple[Status, ...]) -> list[Record]:
        """Tickets of these statuses that contain `words`; else those that contain them without the `FOR_ANY_TICKET` nouns;
        else the most similar ones."""
        telling = " ".join(word for word in words.split() if normalize(word) not in FOR_ANY_TICKET)
        for text in dict.fromkeys((words, telling)):
            found = Filter(text=text, stat=stat)
            page = await self.store.view(found, requester.scope, size=MAX_CHOICES) if text else None
            if page and page.records:
                return list(page.records)
        alike = await self.store.similar(words, requester.scope, MAX_CHOICES)
        return [match.record for match in alike if match.record.ticket.stat in stat]


def _reopens(action: Action) -> bool:
    """Whether `action` reopens a done ticket."""
    return isinstance(action, Update) and action.stat is Status.OPEN


def _ids_of(action: Action) -> tuple[str, ...]:
    """The ids of the tickets that an action names."""
    if isinstance(action, BulkUpdate):
        return action.tickets or ()
    if isinstance(action, (Close, Update, Delete, History, Undo, View)) and action.id:
        return (action.id,)
    return ()
