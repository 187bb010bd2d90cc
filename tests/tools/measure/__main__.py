"""Measures a prompt on a real model, over the examples in this folder:

    OPENAI_BASE_URL=http://127.0.0.1:8099/v1 python -m tests.tools.measure [--prompt small] [--wrong]

Each example goes through the whole parser in the order `llm`, so that the rules only read the model's answer.
`exact`: the whole action, or one of the choices offered, is as wanted. `safe`: nothing was changed that must not be.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from bot.actions import Nothing, write_action
from bot.parser import Message, Parser, Reading
from bot.parser.llm.client import OpenAIModel
from bot.parser.message import Parsed, ThreadTicket
from bot.parser.rules import read

EXAMPLES = Path(__file__).with_name("examples.jsonl")
PATIENT = 120.0  # seconds: a small model on a busy machine


@dataclass
class Score:
    count: int = 0
    answered: int = 0
    exact: int = 0
    safe: int = 0
    tokens: int = 0
    seconds: float = 0.0
    wrong: list[dict[str, Any]] = field(default_factory=list)

    def __str__(self) -> str:
        mean = f"{self.tokens / self.count:.0f} tokens and {self.seconds / self.count:.1f} s a message"
        shares = f"answered {self.answered}, exact {self.exact}, safe {self.safe} of {self.count}"
        return f"{shares}; {mean}"


def examples() -> list[dict[str, Any]]:
    return [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]


def is_as_wanted(got: dict[str, Any], want: dict[str, Any]) -> bool:
    """Whether `got` matches `want`. A title or note need only contain what is wanted (`a|b`: either); an
    extra note is no fault. Asking back counts as doing nothing.
    """
    if got["action"] == "ASK":
        got = {"action": "NONE"}
    if got["action"] == "CREATE":
        got = {"pri": 2, **got}
    if "changes" in got:
        got = {**got, "changes": {key: value for key, value in got["changes"].items() if key != "res"}}
    texts = [key for key in ("title", "res") if key in want]
    if any(not _contains(got.get(key, ""), want[key]) for key in texts):
        return False
    free = {*texts, "res"} | (
        {"title", "desc", "pri", "cat"} - set(want) if want["action"] == "CREATE" else set()
    )
    return {k: v for k, v in got.items() if k not in free} == {k: v for k, v in want.items() if k not in free}


def _contains(text: str, wanted: str) -> bool:
    return any(part.casefold() in text.casefold() for part in wanted.split("|"))


def message_of(example: dict[str, Any]) -> Message:
    thread = ThreadTicket(example["thread"]) if "thread" in example else None
    return Message(example["text"], "thread" if thread else "mention", thread, who="U1", bot="U0BOT")


def add(score: Score, example: dict[str, Any], parsed: Parsed) -> None:
    got = write_action(parsed.action)
    exact = any(is_as_wanted(one, want) for one in (got, *got.get("choices", ())) for want in example["want"])
    score.count += 1
    score.answered += parsed.via == "llm"
    score.exact += exact
    score.safe += got["action"].upper() not in example.get("never", ())
    score.tokens += parsed.tokens
    if not exact:
        score.wrong.append({"text": example["text"], "via": parsed.via, "got": got})


def only_answers(message: Message) -> Reading:
    """Rules that ignore the person's own message, so that only the model is measured."""
    return read(message) if message.surface == "slash" else Reading(Nothing(), sure=False)


async def measure(base_url: str, prompt: str, *, alone: bool) -> Score:
    model = OpenAIModel(
        os.environ.get("OPENAI_API_KEY", "local"),
        os.environ.get("TICKETS_MODEL", "gpt-6-luna"),
        clock=time.monotonic,
        base_url=base_url,
        prompt=prompt,
        read=PATIENT,
        deadline=PATIENT,
    )
    parser = Parser(model, order="llm", read=only_answers) if alone else Parser(model)
    score = Score()
    for example in examples():
        began = time.perf_counter()
        add(score, example, await parser.parse(message_of(example)))
        score.seconds += time.perf_counter() - began
    await model.close()
    return score


def main() -> None:
    options = argparse.ArgumentParser(
        prog="python -m tests.tools.measure",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--prompt", default="parse")
    options.add_argument("--behind-the-rules", action="store_true", help="in the order auto: the rules first")
    options.add_argument("--wrong", action="store_true", help="list what is not exact")
    chosen = options.parse_args()
    if "OPENAI_BASE_URL" not in os.environ:
        sys.exit("OPENAI_BASE_URL says where the model is; it is not set.")
    score = asyncio.run(
        measure(os.environ["OPENAI_BASE_URL"], chosen.prompt, alone=not chosen.behind_the_rules)
    )
    for row in score.wrong if chosen.wrong else ():
        click.echo(json.dumps(row, ensure_ascii=False))
    click.echo(f"{chosen.prompt}: {score}")


if __name__ == "__main__":
    main()
