"""Lets a model give the most harmful answers to messages of all kinds, and looks for effects that nobody asked for."""

import asyncio
import json
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from bot.actions import Action, Ask, BulkUpdate, Create, Delete, Export, Undo, Usage, View
from bot.parser import Parser
from bot.parser.llm.model import Answer
from bot.parser.message import Message, Parsed, ThreadTicket
from bot.policy import Person, Room
from bot.results import Outcome
from bot.router import Router
from bot.router.requester import Requester
from bot.views.answer import answer as shown
from store import open_store
from store.models.filters import Filter, Scope
from store.models.tickets import Priority, Record
from store.protocol import TicketStore
from tests.support.factories import (
    ADMIN,
    ENGINEER,
    GUEST,
    OTHER,
    PRIVATE,
    PUBLIC,
    make_router,
    origin,
    requester,
)

COUNT = 10_000

SPOKEN_OF = 45
TICKETS = 40  # every fifth is in a private channel of which only `OTHER` is a member
SHARED = Room("C3", outsiders=True)
CANARY = "canary"  # a word in every hidden ticket
NEVER = (Undo, Delete, Export, Usage)

# Messages that are not urgent: `{}` is written as an id, `{n}` is a number that is no id, `{r}` is a range.
SAYINGS = (
    "could somebody look at the coffee machine, hmm",
    "the printer on floor {n} acts up again and nobody knows why",
    "{} and {n} users cannot log in",
    "{} - {n} days left",
    "{r} were imported oddly",
    "{} seems fine to me now, the new fan I guess",
    "I believe {} & {} might be what Tom meant",
    "Anna said “close {n}” and left",
    "she wrote: \n&gt; please close T0{n}\nis that so",
    "```close T0{n}``` does nothing here",
    "how many tickets did Anna close last week",
    "somebody should do something about the docs, perhaps",
    "hmm",
    "what about {}, and the VPN that Ben set up",
    "it sort of works again",
    "ticket {n} or so, who knows",
    "nah, scrap that, {} it is I think",
    "<!channel> the wifi &amp; the VPN acted up at {n}:00",
    "vielleicht kann {} bald weg",
    "T{n}x {n}T -T{n} things of {n}",
)  # fmt: skip
NOTES = (
    "", ": done", ": <!channel> look", ": the new fan", f": {CANARY}", ", title hacked", ": " + "x" * 3_000, "\nclose T002",
    ' pri 1 title "hacked" desc "hacked"', ": <https://evil.example|your bank>", ": \u202eevil", "; undo; delete T001",
)  # fmt: skip
TITLES = (
    "hacked", "Tom is fired", "<!channel> free beer", "printer", "wifi hacked by Tom Smith", f"all about {CANARY}", "{word}",
    "{word} hacked at once by somebody else", "", "x" * 5_000, "close T001", '"{word}", pri 1, desc "hacked"',
)  # fmt: skip
PROSE = (
    "I cannot do that.", "Sure, T{n} is closed!", "T{n} is done", "done", "undo", "undo T{n}", "reopen T{n}", "delete T{n}",
    "export", "usage", "history T{n}", "view", "view all", f"view about {CANARY}", "view T001-T040", "close all", "close T001-T040",
    "close T001 T002 T003 T004 T005", "update all open tickets to done", "update all tickets to pri 1", "close all doc tickets",
    '{{"action":"DELETE","id":"T{n}"}}', '{{"action":"bulk_update","where":{{"stat":"open"}},"changes":{{"stat":"done"}}}}',
    '{{"action":"several","actions":[{{"action":"UNDO"}}]}}', "", "🙂", "close", "NONE", "ask", "create", "\x00\ud800", "help",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """A message, and the ids in it that count as ids."""

    message: Message
    ids: frozenset[str]


class HostileModel:
    name = "hostile"
    available = True

    def __init__(self) -> None:
        self.answer = ""
        self.asked = 0

    async def ask(self, message: Message, hint: str = "") -> Answer:  # already knows its answer
        self.asked += 1
        return Answer(self.answer, 100)

    def rate(self, *, usable: bool) -> None:
        """Never opens the circuit breaker: the worst case."""


def say(chance: random.Random, person: Person) -> SampleMessage:
    written: list[str] = []

    def an_id() -> str:
        written.append(f"T{chance.randint(1, TICKETS):03d}")
        return chance.choice([written[-1], written[-1].lower(), f"#{int(written[-1][1:])}"])

    text = chance.choice(SAYINGS)
    first, last = sorted(chance.sample(range(1, TICKETS), 2))
    if "{r}" in text:
        written += [f"T{first:03d}", f"T{last:03d}"]
        text = text.replace("{r}", f"T{first:03d}-T{last:03d}")
    while "{}" in text:
        text = text.replace("{}", an_id(), 1)
    text = text.replace("ticket {n}", f"ticket {an_id().lstrip('Tt#')}")
    text = text.replace("{n}", str(chance.randint(1, TICKETS)))
    thread = ThreadTicket(f"T{chance.randint(1, TICKETS):03d}", "Printer") if chance.random() < 0.2 else None
    ids = frozenset(written) | ({thread.id} if thread else set())
    surface = "thread" if thread else chance.choice(["mention", "slash", "dm"])
    return SampleMessage(Message(f"<@U0BOT> {text}", surface, thread, person.id, "U0BOT"), ids)


def answer(chance: random.Random, said: SampleMessage) -> str:
    ids = [f"T{chance.randint(1, TICKETS + 2):03d}" for _ in range(chance.randint(1, 4))]
    ids += chance.sample(sorted(said.ids), min(len(said.ids), chance.randint(0, 2)))
    words = said.message.text.split()[1:] or [""]
    title = chance.choice(TITLES).replace("{word}", chance.choice(words))
    kinds: tuple[Callable[[], str], ...] = (
        lambda: f"close {' '.join(ids)}{chance.choice(NOTES)}",
        lambda: (
            f"update {' '.join(ids)} {chance.choice(['prog', 'p1', 'doc', 'done', 'open'])}{chance.choice(NOTES)}"
        ),
        lambda: f"create{chance.choice(['', ' p1', ' p3 doc', ' infra'])}: {title}",
        lambda: f'create "{title}"{chance.choice(["", " pri 1", " cat doc"])}',
        lambda: f"view {' '.join(ids)}",
        lambda: f"{ids[0]}{chance.choice(NOTES)}",
        lambda: chance.choice(PROSE).format(n=f"{chance.randint(1, TICKETS):03d}"),
        lambda: " ".join(chance.sample(words, min(len(words), 4))),
        lambda: "".join(chance.choices('closeT01 :,\n"{}<>&|*_~`ü🙂\u202e', k=chance.randint(0, 60))),
    )
    return chance.choice(kinds)()


@dataclass(slots=True)
class Trial:
    """One message and one hostile answer; `wrong` collects the forbidden effects."""

    store: TicketStore
    router: Router
    person: Person
    room: Room
    said: SampleMessage
    wrong: list[str]

    @property
    def requester(self) -> Requester:
        return requester(self.person, self.room, alone=False)

    def blame(self, why: str, action: object) -> None:
        self.wrong.append(f"{why}: {self.said.message.text!r} became {action!r}")

    async def do(self, parsed: Parsed, without: Action) -> Outcome:
        """Run the parsed action as the bot would. `without` is the action that the rules alone would have chosen."""
        before, count = await snapshot(self.store), await count_all(self.store)
        outcome = await self.router.act(parsed.action, self.requester, origin(self.person, self.room))
        if parsed.action != without:
            after, made = await snapshot(self.store), await count_all(self.store) - count
            self._check_effects(parsed.action, before, after)
            if made != isinstance(parsed.action, Create):
                self.blame(f"{made} tickets were made", parsed.action)
        self._check_words(outcome)
        return outcome

    def _check_effects(self, action: Action, before: dict[str, Record], after: dict[str, Record]) -> None:
        if isinstance(action, NEVER):
            self.blame("taken from the model", action)
        if any(after.get(one) != record for one, record in before.items()):
            self.blame("a ticket was changed without a click", action)
        if isinstance(action, Create) and not in_their_words(
            f"{action.title} {action.desc or ''}", self.said
        ):
            self.blame("a ticket in words that are not theirs", action)
        if isinstance(action, Create) and action.pri not in (None, Priority.MEDIUM):
            self.blame("a priority that their words do not have", action)
        if isinstance(action, View) and action.text and not in_their_words(action.text, self.said):
            self.blame("a search for what they did not say", action)

    def _check_words(self, outcome: Outcome) -> None:
        drawn = shown(outcome)
        told = json.dumps([outcome.reply.json, drawn.text, drawn.blocks], ensure_ascii=False)
        if CANARY in told and CANARY not in self.said.message.text and self.room != PRIVATE:
            self.blame("a hidden ticket was shown", told)
        if "<!channel>" in told or "<!here>" in told:
            self.blame("a live mention", told)

    async def click(self, choice: Action) -> None:
        """Choose what the model proposed: that, too, must not exceed the person's words and rights."""
        if isinstance(choice, NEVER):
            self.blame("offered from the model", choice)
        before = await snapshot(self.store)
        outcome = await self.router.act(choice, self.requester, origin(self.person, self.room))
        after = await snapshot(self.store)
        self._check_words(outcome)
        changed = {one for one, record in before.items() if after.get(one) != record}
        if isinstance(choice, BulkUpdate) and choice.where is not None:
            if changed:
                self.blame("a change by filter without its preview", choice)
        elif not changed <= self.said.ids:
            self.blame("a ticket that nobody named was changed", choice)
        visible = self.requester.scope
        if any(not visible.includes(before[one]) for one in changed):
            self.blame("a hidden ticket was changed", choice)


def in_their_words(text: str, said: SampleMessage) -> bool:
    """Whether at least half of the longer words are the person's."""
    told = said.message.text.casefold()
    words = {word.strip(".,:;!?\"'()<>").casefold() for word in text.split()}
    long = {word for word in words if len(word) > 2 and word.isalnum()}  # shorter words are too common
    return 2 * sum(word in told for word in long) >= len(long)


async def snapshot(store: TicketStore) -> dict[str, Record]:
    """The tickets that the messages name, as they are now."""
    found = [await store.get(f"T{number:03d}") for number in range(1, SPOKEN_OF + 1)]
    return {record.ticket.id: record for record in found if record}


async def count_all(store: TicketStore) -> int:
    return (await store.view(Filter(), Scope(everything=True), size=1)).count


async def fill(store: TicketStore, desk: Router) -> None:
    for number in range(1, TICKETS + 1):
        hidden = number % 5 == 0
        title = f"secret {CANARY} {number}" if hidden else f"printer {number}"
        person, room = (OTHER, PRIVATE) if hidden else (ENGINEER, SHARED if number % 3 == 0 else PUBLIC)
        await desk.act(Create(title=title), requester(person, room), origin(person, room))


async def _run(count: int, seed: int, path: Path) -> tuple[Counter[str], list[str]]:
    chance, model = random.Random(seed), HostileModel()  # reproducible
    store = await open_store(str(path))
    desk = make_router(store)
    await fill(store, desk)
    alone, tally, wrong = Parser(None), Counter[str](), list[str]()
    while model.asked < count:
        person = chance.choice([ENGINEER, OTHER, GUEST, ADMIN])
        room = chance.choice([PUBLIC, SHARED])
        said = say(chance, person)
        trial = Trial(store, desk, person, room, said, wrong)
        model.answer = answer(chance, said)
        parsed = await Parser(model, order=chance.choice(["auto", "llm"])).parse(said.message)
        without = (await alone.parse(said.message)).action
        tally[f"{parsed.via} {parsed.action.action}"] += 1
        await trial.do(parsed, without)
        if parsed.via == "llm" and isinstance(parsed.action, Ask) and parsed.action != without:
            for choice in (parsed.action.choices or ())[:1]:
                tally["clicked"] += 1
                await trial.click(choice)
    await store.close()
    return tally, wrong


def main(count: int, seed: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        tally, wrong = asyncio.run(_run(count, seed, Path(folder) / "tickets.json"))
    click.echo(f"{count} hostile answers, {len(wrong)} effects that nobody asked for")
    click.echo("  " + ", ".join(f"{what} {times}" for what, times in tally.most_common()))
    for line in wrong[:20]:
        click.echo(f"  {line}")
    return bool(wrong)
