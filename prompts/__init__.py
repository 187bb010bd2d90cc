"""Loads prompts by name. A missing prompt, and a variable without a value, are errors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import NamedTuple

_PART = re.compile(r"^## (system|examples|user)\n", re.MULTILINE)
_EXAMPLE = re.compile(r"(?:\((?P<thread>T\w+)\) )?(?P<message>.+?) => (?P<answer>.+)")


class PromptError(Exception):
    """An unusable prompt; the message says in one sentence which and why."""


class Example(NamedTuple):
    """A message, the id of the ticket in whose thread it was written (or ""), and the right answer."""

    thread: str
    message: str
    answer: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The model's instructions (`system`), example answers, and the form of each message (`user`).

    `system` and `user` may contain `$variables`.
    """

    name: str
    system: Template
    user: Template
    examples: Sequence[Example] = ()

    def fill(self, part: Template, **values: str) -> str:
        """`part` with its variables filled in. Raises `PromptError` for a variable without a value."""
        try:
            return part.substitute(values)
        except (KeyError, ValueError) as error:
            raise PromptError(f"The prompt {self.name} cannot be filled: {error}.") from error


def names() -> list[str]:
    found = (entry.name for entry in files(__name__).iterdir())
    return sorted(name.removesuffix(".md") for name in found if re.fullmatch(r"[a-z]+\.md", name))


@cache
def load(name: str) -> Prompt:
    """The prompt in `NAME.md`. Raises `PromptError`."""
    if name not in names():
        raise PromptError(f"There is no prompt {name!r}; there are {', '.join(names())}.")
    return parse(name, files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Prompt:
    """Parse a prompt's text: the parts `## system`, `## user` and, if any, `## examples`.

    An example is one line, `message => answer`, or `(T012) message => answer` in a thread. Raises
    `PromptError`.
    """
    _, *parts = _PART.split(text)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    if not {"system", "user"} <= set(sections) or len(parts) != 2 * len(sections):
        raise PromptError(f"The prompt {name} needs one '## system' and one '## user' part.")
    lines = [line for line in sections.get("examples", "").splitlines() if line]
    examples = [_EXAMPLE.fullmatch(line) for line in lines]
    if not all(examples):
        raise PromptError(f"The prompt {name} has an example that is not 'message => answer'.")
    return Prompt(
        name,
        Template(sections["system"].strip()),
        Template(sections["user"].strip()),
        tuple(
            Example(found["thread"] or "", found["message"], found["answer"]) for found in examples if found
        ),
    )
