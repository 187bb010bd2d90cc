"""A ticket store over plain dictionaries that scans every ticket: obviously correct, and the reference for
the others.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from store import commands, search
from store.coordination import IN_LINE, UNOWNED, Lease, Pending, find_claimable, has_to_wait
from store.errors import NotFoundError, StoreError
from store.ids import format_id, number_of, parse_id
from store.models.deliveries import (
    Accepted,
    Choice,
    Delivery,
    ParkedDelivery,
    Person,
    Posted,
    UndoLine,
    UsageDay,
)
from store.models.filters import PAGE_SIZE, Filter, Match, Page, Scope
from store.models.tickets import (
    Change,
    ImportedTicket,
    Json,
    MessageUsage,
    NewTicket,
    Origin,
    Record,
    Status,
    TrimmedHistory,
    Values,
    Written,
)
from store.protocol import KEY_LIFETIME, TicketStore
from tests.store.reference.shared_turns import SharedTurns


def finds(query: Sequence[tuple[str, ...]], terms: Collection[str]) -> bool:
    """Whether a text with these terms is found by a query of `search.parse_query`."""
    return bool(query) and all(any(term.startswith(starts) for term in terms) for starts in query)


def compare(likeness: search.Likeness[Any], title: Collection[Any], everything: Collection[Any]) -> float:
    """The higher of the scores of a ticket's title and of its whole text."""
    return max(likeness.score(likeness.shared(part), len(part)) for part in (title, everything))


def matches(record: Record, where: Filter) -> bool:
    """Whether `where` matches the ticket."""
    ticket, reporter, starter = record.ticket, record.origin.user_id, record.started_by
    time = {"created": record.origin.timestamp, "closed": record.closed_at, "changed": record.changed_at}
    at = time[where.time]
    return (
        (not where.ids or ticket.id in {_written_id(each) for each in where.ids})
        and (not where.stat or ticket.stat in where.stat)
        and (not where.pri or ticket.pri in where.pri)
        and (not where.cat or ticket.cat in where.cat)
        and (not where.text or finds(search.parse_query(where.text), search.terms_of(ticket)[1]))
        and (not where.by or where.by == reporter)
        and (not where.started_by or where.started_by == starter)
        and (not where.involving or where.involving in {reporter, starter})
        and (where.since is None or (at is not None and at >= where.since))
        and (where.until is None or (at is not None and at < where.until))
    )


def in_order(records: Iterable[Record], *, newest_first: bool) -> list[Record]:
    if newest_first:
        return sorted(records, key=lambda record: -number_of(record.ticket.id))
    return sorted(
        records,
        key=lambda record: (
            record.ticket.stat is Status.DONE,
            record.ticket.pri,
            number_of(record.ticket.id),
        ),
    )


def most_alike(text: str, records: Sequence[Record]) -> list[tuple[Record, float]]:
    """The `records` similar to `text`: open ones first, then by similarity, then the oldest."""
    theirs = [(record, *search.terms_of(record.ticket)) for record in records]
    holding = Counter(term for _, _, everything in theirs for term in everything)
    weights = {term: search.weigh(holding[term], len(records)) for term in search.terms(text)}
    likeness = search.Likeness(weights)
    sharing = [(likeness.shared(each[2]).weight, *each) for each in theirs]
    sharing = [each for each in sharing if each[0] and each[0] >= likeness.least]
    sharing.sort(key=lambda each: (-each[0], -number_of(each[1].ticket.id)))
    scored = [(each[1], compare(likeness, *each[2:])) for each in sharing[: search.MOST_COMPARED]]
    alike = [each for each in scored if each[1] >= search.THRESHOLD]
    alike.sort(key=lambda each: (each[0].ticket.stat is Status.DONE, -each[1], number_of(each[0].ticket.id)))
    return alike


def _written_id(ticket_id: str) -> str:
    try:
        return parse_id(ticket_id)
    except ValueError:
        return ""


Made = list[tuple[Record | None, Change | None]]  # the ticket before, and its change


class _State:
    """The state of a delivery."""

    def __init__(self, delivery: Delivery, lease: Lease) -> None:
        self.keys = list(dict.fromkeys(delivery.keys))
        self.timestamp, self.payload = delivery.timestamp, delivery.payload
        self.thread, self.begins = delivery.thread, delivery.begins
        self.lease = lease
        self.state = "pending"
        self.reply: Json | None = None
        self.failures, self.reason = 0, ""

    @property
    def delivery(self) -> Delivery:
        return Delivery(tuple(self.keys), self.timestamp, self.payload, self.thread, self.begins)


class MemoryStore(SharedTurns, TicketStore):
    def __init__(self) -> None:
        super().__init__()
        self._records: dict[int, Record] = {}
        self._changes: dict[int, list[Change]] = {}
        self._commits: list[list[Change]] = []
        self._keys: dict[str, tuple[float, list[Change]]] = {}
        self._now = 0.0
        self._undo_lines: dict[tuple[int, int], UndoLine] = {}
        self._deliveries: list[_State] = []
        self._choices: dict[str, Choice] = {}
        self._people: dict[str, Person] = {}
        self._usage: dict[date, list[MessageUsage]] = {}

    # writing

    async def create(self, new: NewTicket, origin: Origin, *, once: bool = False) -> Written:
        key_used = origin.idempotency_key in self._keys
        for record in self._records.values() if once and not key_used else ():
            made_of = (record.origin.channel, record.origin.message)
            if not record.deleted and made_of == (origin.channel, origin.message):
                return Written(record, None)
        number = max(self._records, default=0) + 1
        return self._commit(origin, lambda: [(None, commands.create(number, new, origin))])[0]

    async def update(
        self,
        ticket_id: str,
        values: Values,
        origin: Origin,
        known: Record | None = None,
    ) -> Written:
        return self._change(ticket_id, origin, lambda record: commands.update(record, values, origin))

    async def bulk_update(
        self,
        values: Mapping[str, Values | None],
        origin: Origin,
        expected: Mapping[str, int] | None = None,
        *,
        together: bool = False,
    ) -> list[Written]:
        numbers = commands.numbers_of(values)

        def make() -> Made:
            records = [self._of(ticket_id)[0] for ticket_id in values]
            return commands.several(values, records, origin, expected, together=together)

        done = self._commit(origin, make)
        if done and done[0].repeated:
            first = {number_of(written.record.ticket.id): written for written in done}
            return [
                first.get(number) or commands.unchanged(ticket_id, self._records.get(number))
                for ticket_id, number in zip(values, numbers, strict=True)
            ]
        return done

    async def post(self, ticket_id: str, channel: str, origin: Origin, *, private: bool) -> Written:
        return self._change(
            ticket_id, origin, lambda record: commands.post(record, channel, origin, private=private)
        )

    async def delete(self, ticket_id: str, origin: Origin) -> Written:
        return self._change(ticket_id, origin, lambda record: commands.delete(record, origin))

    async def undo(self, ticket_id: str, version: int, origin: Origin) -> Written:
        def make() -> Made:
            record, changes = self._of(ticket_id)
            later = [change for change in changes if change.version >= version]
            return [(record, commands.undo(record, later, version, origin))]

        return self._commit(origin, make)[0]

    async def import_tickets(self, tickets: Sequence[ImportedTicket], origin: Origin) -> list[str]:
        def make() -> Made:
            exist = [each.id for each in tickets if each.id and number_of(parse_id(each.id)) in self._records]
            numbers = commands.import_numbers(tickets, max(self._records, default=0), exist)
            return [
                (None, commands.create_imported(number, each))
                for number, each in zip(numbers, tickets, strict=True)
            ]

        return [written.record.ticket.id for written in self._commit(origin, make)]

    def _change(self, ticket_id: str, origin: Origin, make: Callable[[Record], Change | None]) -> Written:
        def made() -> Made:
            record = self._present(ticket_id)
            return [(record, make(record))]

        return self._commit(origin, made)[0]

    def _commit(self, origin: Origin, make: Callable[[], Made]) -> list[Written]:
        """Apply the changes from `make`, or repeat the result that the key had the first time."""
        key = origin.idempotency_key
        if key and (changes := self._changes_of_key(key)):
            return [
                Written(self._records[number_of(each.ticket_id)], each, repeated=True) for each in changes
            ]
        made = make()
        written = [
            Written(commands.apply(record, change) if change else _there(record), change)
            for record, change in made
        ]
        commit = [each.change for each in written if each.change]
        if not commit:
            return written
        for record, change, _ in written:
            if change:
                self._records[number_of(change.ticket_id)] = record
                self._changes.setdefault(number_of(change.ticket_id), []).append(change)
        self._commits.append(commit)
        if key:
            self._keys[key] = (origin.timestamp, commit)
        self._now = max(self._now, origin.timestamp)
        if origin.usage:
            self._count(origin.usage)
        return written

    def _changes_of_key(self, key: str) -> list[Change]:
        timestamp, changes = self._keys.get(key, (0, []))
        return changes if timestamp >= self._now - KEY_LIFETIME else []

    def _of(self, ticket_id: str) -> tuple[Record | None, list[Change]]:
        """A ticket, even if deleted, and its history, oldest first."""
        try:
            number = commands.number_or_raise(ticket_id)
        except NotFoundError:
            return None, []
        changes = self._changes.get(number, [])
        undone = commands.undone_versions(changes)
        return self._records.get(number), [
            replace(change, undone_by=undone.get(change.version)) for change in changes
        ]

    def _present(self, ticket_id: str) -> Record:
        return commands.present(ticket_id, self._of(ticket_id)[0])

    def _visible(self, scope: Scope) -> list[Record]:
        return [each for each in self._records.values() if not each.deleted and scope.includes(each)]

    # reading

    async def get(self, ticket_id: str) -> Record | None:
        record, _ = self._of(ticket_id)
        return None if record is None or record.deleted else record

    async def view(
        self, where: Filter, scope: Scope, page: int = 1, size: int = PAGE_SIZE, *, exact: bool = False
    ) -> Page:
        found = [record for record in self._visible(scope) if matches(record, where)]
        ordered = in_order(found, newest_first=where.stat == (Status.DONE,))
        pages = -(-len(found) // size) or 1
        page = max(1, min(page, pages))
        return Page(tuple(ordered[(page - 1) * size : page * size]), len(found), page, pages)

    async def similar(self, text: str, scope: Scope, limit: int = 3) -> list[Match]:
        return [Match(*each) for each in most_alike(text, self._visible(scope))[:limit]]

    async def change(self, ticket_id: str, version: int) -> Change | None:
        return next((each for each in self._of(ticket_id)[1] if each.version == version), None)

    async def latest(
        self, user_id: str, ticket_id: str = "", *, undoings: bool = False
    ) -> tuple[Change, ...]:
        for commit in reversed(self._commits):
            changes = self._as_they_are(commit)
            for each in changes:
                wanted = not ticket_id or each.ticket_id == _written_id(ticket_id)
                theirs = each.origin.user_id == user_id and not each.undone_by
                if wanted and theirs and (undoings or not each.undoes):
                    return changes
        return ()

    async def changes_together(self, ticket_id: str, version: int) -> tuple[Change, ...]:
        for commit in self._commits:
            if any((each.ticket_id, each.version) == (_written_id(ticket_id), version) for each in commit):
                return self._as_they_are(commit)
        return ()

    def _as_they_are(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        wanted = {(each.ticket_id, each.version) for each in changes}
        found = {one.ticket_id: self._of(one.ticket_id)[1] for one in changes}
        return tuple(
            each for some in found.values() for each in some if (each.ticket_id, each.version) in wanted
        )

    async def history(
        self, ticket_id: str, page: int = 1, size: int = PAGE_SIZE
    ) -> tuple[tuple[Change, ...], int]:
        _, changes = self._of(ticket_id)
        if not changes:
            raise NotFoundError(ticket_id)
        page = max(1, min(page, -(-len(changes) // size)))
        return tuple(changes[::-1][(page - 1) * size : page * size]), len(changes)

    def _trimmable(self, before: float) -> list[int]:
        return [
            number
            for number, record in self._records.items()
            if record.ticket.stat is Status.DONE
            and record.changed_at < before
            and [each.kind for each in self._changes[number]] != ["trimmed"]
        ]

    async def trim_history(self, before: float, days: int, now: float) -> TrimmedHistory:
        numbers = self._trimmable(before)
        count = sum(len(self._changes[number]) for number in numbers)
        for number in numbers:
            record = self._records[number]
            change = commands.trim(record, Origin("", "", now), days)
            self._records[number] = commands.apply(record, change)
            self._changes[number] = [change]
            self._commits = [
                [each for each in commit if each.ticket_id != record.ticket.id] for commit in self._commits
            ]
        self._now = max(self._now, now)
        return TrimmedHistory(len(numbers), count)

    async def count_trimmable(self, before: float) -> int:
        return len(self._trimmable(before))

    async def scan(self, after: str = "", size: int = 500) -> list[Record]:
        first = number_of(parse_id(after)) + 1 if after else 1
        numbers = sorted(n for n, record in self._records.items() if n >= first and not record.deleted)
        return [self._records[number] for number in numbers[:size]]

    async def existing_ids(self, ids: Sequence[str]) -> list[str]:
        return [ticket_id for ticket_id in ids if number_of(parse_id(ticket_id)) in self._records]

    # where tickets are shown

    async def find_by_thread(self, channel: str, thread: str) -> str | None:
        for ticket_id in await self.list_by_thread(channel, thread):
            if not self._records[number_of(ticket_id)].deleted:
                return ticket_id
        return None

    async def list_by_thread(self, channel: str, thread: str) -> tuple[str, ...]:
        found = []
        for number, record in sorted(self._records.items()):
            places = [(record.origin.channel, ts) for ts in (record.origin.thread, record.origin.message)]
            if record.card:
                places.append((record.card.channel, record.card.thread or record.card.ts))
            if thread and (channel, thread) in places:
                found.append(format_id(number))
        return tuple(found)

    async def undo_line(self, ticket_id: str, version: int) -> UndoLine | None:
        return self._undo_lines.get((commands.number_or_raise(ticket_id), version))

    async def undo_lines_in(self, channel: str, thread: str) -> tuple[UndoLine, ...]:
        lines = reversed(self._undo_lines.values())
        return tuple(each for each in lines if each.message[::2] == (channel, thread))

    # deliveries

    async def accept(self, delivery: Delivery, owner: str = "", lease_until: float = 0) -> Accepted:
        if not delivery.keys:
            raise StoreError("a delivery without a key cannot be told from its twin")
        oldest = delivery.timestamp - KEY_LIFETIME
        self._deliveries = [
            each for each in self._deliveries if each.state != "done" or each.timestamp >= oldest
        ]
        for known in self._deliveries:
            if set(known.keys) & set(delivery.keys):
                known.keys = list(dict.fromkeys([*known.keys, *delivery.keys]))
                return Accepted(False, known.keys[0], known.state, known.reply)  # type: ignore[arg-type]
        waits = bool(owner) and not delivery.begins
        waits = waits and has_to_wait(self._pending(), delivery.thread, owner, delivery.timestamp)
        lease = Lease(owner, lease_until) if owner and not waits else UNOWNED
        self._deliveries.append(_State(delivery, lease))
        return Accepted(True, delivery.keys[0], waits=waits)

    def _pending(self) -> list[Pending]:
        return [
            Pending(place, each.lease, each.thread, each.begins)
            for place, each in enumerate(self._in_state("pending"))
        ]

    def _delivery(self, key: str, *states: str) -> _State:
        for each in self._deliveries:
            if key in each.keys and (not states or each.state in states):
                return each
        raise NotFoundError(key)

    async def finish(
        self,
        key: str,
        reply: Json | None = None,
        *,
        posted: Posted = Posted(),  # noqa: B008  # frozen
        usage: MessageUsage | None = None,
    ) -> Mapping[str, int]:
        delivery = self._delivery(key)
        if delivery.state == "done":
            return {}
        delivery.state, delivery.reply = "done", reply
        for ticket_id, card in posted.cards:
            number = commands.number_or_raise(ticket_id)
            if number in self._records:
                self._records[number] = replace(self._records[number], card=card)
        for ticket_id, version, message in posted.undo_lines:
            place = (commands.number_or_raise(ticket_id), version)
            self._undo_lines.pop(place, None)
            self._undo_lines[place] = UndoLine(ticket_id, version, message)
        if usage:
            self._count(usage)
        shown = (self._records.get(commands.number_or_raise(ticket_id)) for ticket_id, _ in posted.cards)
        return {record.ticket.id: record.version for record in shown if record}

    async def fail(self, key: str, reason: str, *, park: bool, usage: MessageUsage | None = None) -> int:
        delivery = self._delivery(key)
        if delivery.state != "done":
            delivery.failures += 1
            delivery.reason = reason
            if park:
                delivery.state = "parked"
        if usage:
            self._count(usage)
        return delivery.failures

    def _in_state(self, state: str) -> list[_State]:
        return sorted(
            (each for each in self._deliveries if each.state == state), key=lambda each: each.timestamp
        )

    async def claim(self, owner: str, now: float, lease_until: float, limit: int = 100) -> list[Delivery]:
        places, pending = find_claimable(self._pending(), owner, now), self._in_state("pending")
        for place in places[:limit]:
            pending[place].lease = Lease(owner, lease_until)
        return [pending[place].delivery for place in places[:limit]]

    async def renew(self, owner: str, keys: Sequence[str], lease_until: float) -> list[str]:
        return self._lease(owner, keys, Lease(owner, lease_until))

    async def release(self, owner: str, keys: Sequence[str], until: float, *, in_line: bool = False) -> None:
        self._lease(owner, keys, Lease(IN_LINE if in_line else "", until))

    def _lease(self, owner: str, keys: Sequence[str], lease: Lease) -> list[str]:
        leased = []
        for each in self._in_state("pending"):
            if each.lease.owner == owner and (mine := [key for key in keys if key in each.keys]):
                each.lease = lease
                leased += mine
        return [key for key in keys if key in leased]

    async def pending(self) -> list[Delivery]:
        return [each.delivery for each in self._in_state("pending")]

    async def parked(self) -> list[ParkedDelivery]:
        return [ParkedDelivery(each.delivery, each.reason) for each in self._in_state("parked")]

    async def retry_parked(self, key: str) -> None:
        delivery = self._delivery(key, "parked")
        delivery.state, delivery.failures, delivery.lease = "pending", 0, UNOWNED

    async def drop_parked(self, key: str) -> None:
        self._delivery(key, "parked").state = "done"

    # choices and people

    async def add_choice(self, choice: Choice) -> None:
        self._choices[choice.id] = choice

    async def choice(self, choice_id: str) -> Choice | None:
        return self._choices.get(choice_id)

    async def take_choice(
        self, choice_id: str, user_id: str, option: str, key: str, now: float
    ) -> Choice | None:
        choice = self._choices.get(choice_id)
        if choice is None or choice.user_id != user_id:
            return None
        if not choice.taken:
            if now >= choice.expires_at:
                return None
            self._choices[choice_id] = choice = replace(choice, taken=option, taken_by=key)
        return choice

    async def remember_people(self, people: Sequence[Person]) -> None:
        self._people |= {person.user_id: person for person in people}

    async def forget_people(self, user_ids: Sequence[str]) -> None:
        for user_id in user_ids:
            self._people.pop(user_id, None)

    async def people(self, user_ids: Sequence[str] | None = None) -> list[Person]:
        return [each for each in self._people.values() if user_ids is None or each.user_id in user_ids]

    # what the model costs

    def _count(self, usage: MessageUsage) -> None:
        self._usage.setdefault(usage.day, []).append(usage)

    async def record_usage(self, usage: MessageUsage) -> None:
        self._count(usage)

    async def tokens_used(self, day: date) -> int:
        return sum(each.tokens for each in self._usage.get(day, []))

    async def usage(self, days: int) -> Sequence[UsageDay]:
        return [
            UsageDay(
                day,
                len(each),
                sum(one.parsed_by == "rules" for one in each),
                sum(one.calls for one in each),
                sum(one.tokens for one in each),
            )
            for day, each in sorted(self._usage.items(), reverse=True)[:days]
        ]

    async def close(self) -> None:
        pass


def _there(record: Record | None) -> Record:
    assert record is not None
    return record
