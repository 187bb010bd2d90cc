"""Sends a message to model servers that answer oddly, refuse, break or hang, in every known way."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass

import click

from bot.parser.llm.breaker import Breaker
from bot.parser.llm.client import OpenAIModel
from bot.parser.llm.model import Answer, ModelError
from bot.parser.message import Message
from tests.support.model_server import (
    Behaviour,
    ModelServer,
    running_model_server,
)
from tests.tools.attack.model_faults.behaviours import COMMAND
from tests.tools.attack.model_faults.faults import FAULTS
from tests.tools.attack.model_faults.found import REFUSALS, SHAPES

FOUND = "found"
DEADLINE = 0.4  # seconds to wait for a server that hangs
PATIENCE = 30.0  # seconds; anything else takes less, even on a busy machine


@dataclass(frozen=True, slots=True)
class Met:
    """The outcome of one fault: the answer or the reason for its absence, seconds, and the number of requests."""

    outcome: str
    tokens: int
    seconds: float
    requests: int


def kinds() -> dict[str, tuple[Behaviour, str]]:
    found = {name: (behaviour, FOUND) for name, behaviour in (SHAPES | REFUSALS).items()}
    return found | FAULTS


async def meet(server: ModelServer, name: str) -> Met:
    """Ask a server of this kind one question."""
    behaviour, expected = kinds()[name]
    server.does(behaviour)
    before, begun = len(server.requests), time.perf_counter()
    breaker = Breaker(time.monotonic)
    model = OpenAIModel(
        "sk-secret-of-the-test",
        "m",
        clock=time.monotonic,
        base_url=server.url,
        deadline=DEADLINE if expected == "late" else PATIENCE,
        breaker=breaker,
    )
    try:
        answer: Answer | ModelError = await model.ask(Message("T003 is fixed, the new fan did it"))
    except ModelError as error:
        answer = error
    finally:
        await model.close()
    if isinstance(answer, Answer):
        outcome = FOUND if answer.text == COMMAND else answer.text
    else:
        outcome = answer.reason
    return Met(outcome, answer.tokens, time.perf_counter() - begun, len(server.requests) - before)


COUNT = len(SHAPES | REFUSALS) + len(FAULTS)


async def _run(names: Iterable[str]) -> list[str]:
    wrong = []
    async with running_model_server() as server:
        for name in names:
            expected = kinds()[name][1]
            met = await meet(server, name)
            if met.outcome != expected:
                wrong.append(f"{name}: {met.outcome} after {met.seconds:.1f} s instead of {expected}")
    return wrong


def main(count: int, seed: int) -> int:
    """Try one kind after the other, `count` in all, starting at one that depends on `seed`."""
    names = list(kinds())
    wrong = asyncio.run(_run(names[(seed + number) % len(names)] for number in range(count)))
    click.echo(f"{count} of {len(names)} kinds of model servers, {len(wrong)} wrong")
    for line in wrong:
        click.echo(f"  {line}")
    return bool(wrong)
