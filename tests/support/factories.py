"""Short constructors that many tests use: who asks, where, and what they did."""

from datetime import UTC, date, datetime
from itertools import count

from bot.parser.rules import format_command
from bot.people import find_people_in
from bot.policy import Person, Role, Room, scope
from bot.router import Router
from bot.router.choices import Choices
from bot.router.filters import Calendar
from bot.router.requester import Requester
from store.models.tickets import Origin
from store.protocol import TicketStore

TODAY = date(2024, 9, 24)
NOW = datetime(2024, 9, 24, 12, tzinfo=UTC).timestamp()

ENGINEER = Person("U1", Role.ENGINEER, "Ada")
OTHER = Person("U2", Role.ENGINEER, "Bob")
ADMIN = Person("UADMIN", Role.ADMIN, "Ann")
GUEST = Person("UGUEST", Role.GUEST, "Gus")
NOBODY = Person("UGONE", Role.NOBODY, "Gone")

PUBLIC = Room("C1")
PRIVATE = Room("C2", "private")

_keys = count()


def origin(
    who: Person = ENGINEER, room: Room = PUBLIC, *, key: str | None = None, at: float = NOW, text: str = ""
) -> Origin:
    return Origin(
        idempotency_key=f"key-{next(_keys)}" if key is None else key,
        user_id=who.id,
        timestamp=at,
        team="T1",
        channel=room.id,
        private=room.private,
        text=text,
    )


def requester(who: Person = ENGINEER, room: Room = PUBLIC, *, alone: bool = True) -> Requester:
    return Requester(who, scope(who, room, alone=alone))


def make_router(store: TicketStore) -> Router:
    tokens = count(1)
    choices = Choices(store, lambda: f"token-{next(tokens)}")
    return Router(store, Calendar(_day, _start), choices, find_people_in(store), format_command)


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def _start(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
