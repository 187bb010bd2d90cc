"""A sample of every operation of a store, and everything that the store then knows."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from store.file.disk.filesystem import Filesystem
from store.file.store import FileStore
from store.models.deliveries import Choice, Delivery, Person, Posted
from store.models.filters import EVERYTHING, Filter
from store.models.tickets import ImportedTicket, MessageRef, MessageUsage, Origin, Ticket
from store.protocol import TicketStore
from tests.store.factories import NOW, TODAY, new_ticket, origin

PATH = "/desk/tickets.json"
Step = Callable[[TicketStore], Awaitable[Any]]


async def open_at(files: Filesystem, **how: Any) -> FileStore:
    return await FileStore.open(PATH, files=files, **how)


async def content(store: TicketStore) -> Any:
    """Everything that a store knows; of its index, one view."""
    every = [f"T{number:03d}" for number in range(1, 41)]
    ids = await store.existing_ids(every)
    return [
        await store.scan(),
        [await store.history(each, size=100) for each in ids],
        (await store.view(Filter(), EVERYTHING, size=100)).count,
        [await store.latest(user_id) for user_id in ("U1", "U2", "U9")],
        [await store.find_by_thread("C1", each) for each in ("1.1", "5.5")],
        sorted(await store.pending()),
        await store.parked(),
        await store.people(),
        await store.choice("choice"),
        [await store.undo_line("T001", version) for version in range(1, 4)],
        await store.undo_lines_in("C1", "1.1"),
        list(await store.usage(9)),
    ]


async def content_of(files: Filesystem, **how: Any) -> Any:
    store = await open_at(files, **how)
    try:
        return await content(store)
    finally:
        await store.close()


def _usage(tokens: int = 0) -> MessageUsage:
    return MessageUsage(date(2024, 9, 24), "U1", "llm" if tokens else "rules", tokens, 1)


def _steps() -> Sequence[Step]:
    """Each step has its own key, so that it can be repeated."""

    def by(key: str, user_id: str = "U1", **more: Any) -> Origin:
        return origin(user_id, key, **more)

    first = by("create", channel="C1", thread="1.1", usage=_usage(200))
    line = MessageRef("C1", "1.3", "1.1")
    posted = Posted((("T001", MessageRef("C1", "1.2", "1.1")),), (("T001", 1, line),))
    imported = Ticket(id="T020", title="From elsewhere", stat="done", created=TODAY)
    return [
        lambda store: store.accept(Delivery(("event:1", "m:1"), NOW, {"text": "x" * 600}), "me", NOW + 60),
        lambda store: store.create(new_ticket(desc="x" * 190), first),
        lambda store: store.finish("event:1", {"status": "ok"}, posted=posted, usage=_usage()),
        lambda store: store.create(new_ticket("The second"), by("second", "U2")),
        lambda store: store.update("T001", {"stat": "prog", "res": "a note"}, by("update", "U2")),
        lambda store: store.bulk_update(
            {"T001": {"pri": 1}, "T002": {"pri": 1, "desc": "y" * 200}}, by("bulk")
        ),
        lambda store: store.accept(Delivery(("event:2",), NOW + 1, {"text": "z" * 900})),
        lambda store: store.fail("event:2", "KeyError", park=True, usage=_usage(7)),
        lambda store: store.undo("T001", 2, by("undo", "U2")),
        lambda store: store.delete("T002", by("delete", "U2")),
        lambda store: store.add_choice(Choice("choice", "U1", NOW + 600, {"options": ["a", "b"]})),
        lambda store: store.take_choice("choice", "U1", "a", "press", NOW),
        lambda store: store.remember_people([Person("U1", NOW, {"name": "Ada"})]),
        lambda store: store.import_tickets(
            [
                ImportedTicket("T020", imported, Origin("", "U9", NOW - 99)),
                ImportedTicket("", imported, first),
            ],
            by("import"),
        ),
        lambda store: store.undo("T002", 3, by("undelete", "U2")),
        lambda store: store.accept(Delivery(("event:3",), NOW + 2, {})),
        lambda store: store.finish("event:3", posted=Posted((("T020", MessageRef("C1", "5.5")),))),
        lambda store: store.record_usage(_usage(3)),
        lambda store: store.post("T020", "C2", by("post"), private=False),
        lambda store: store.forget_people(["U1"]),
        lambda store: store.retry_parked("event:2"),
    ]


STEPS = _steps()


async def contents_after_each_step(files: Filesystem, **how: Any) -> list[Any]:
    """What a store knows before the first step and after each, if nothing fails."""
    store = await open_at(files, **how)
    known = [await content(store)]
    for step in STEPS:
        await step(store)
        known.append(await content(store))
    await store.close()
    return known
