"""`tickets parse`: reads messages and writes their actions, one per line, in order."""

import json
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.actions import write_action
from bot.app.clocks import SystemClock, day_of
from bot.app.parsing import build_parser
from bot.fields import TicketId
from bot.parser import Parser
from bot.parser.message import Message, Surface, ThreadTicket
from bot.settings import Settings


class Line(BaseModel):
    """One line of `--jsonl` input. Unknown keys are ignored; they belong to the sender."""

    model_config = ConfigDict(extra="ignore")

    text: Annotated[str, StringConstraints(strict=True)]
    surface: Surface = "mention"
    thread: TicketId | None = None


async def parse_lines(
    settings: Settings, lines: Iterable[str], *, jsonl: bool, say: Callable[[str], None]
) -> int:
    """Returns how many lines could not be read. An error is written in place of each."""
    refused = 0
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        parser = build_parser(settings, None, clock, stack)
        for line in lines:
            try:
                read = Line.model_validate_json(line) if jsonl else Line(text=line)
                found = await _parse(parser, read, day_of(clock.now(), settings.zone))
            except ValidationError as error:
                refused += 1
                fault = error.errors(include_input=False, include_url=False)[0]
                where = ".".join(map(str, fault["loc"]))
                found = {"status": "er", "msg": f"{where}: {fault['msg']}" if where else str(fault["msg"])}
            say(json.dumps(found, ensure_ascii=False, separators=(",", ":")))
    return refused


async def _parse(parser: Parser, line: Line, today: date) -> dict[str, Any]:
    topic = ThreadTicket(line.thread) if line.thread else None
    parsed = await parser.parse(Message(line.text, line.surface, thread=topic, today=today))
    return {**write_action(parsed.action), "via": parsed.via, "tokens": parsed.tokens}
