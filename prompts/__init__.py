"""The prompts: data, found by name. A prompt that is not there or a variable that is not given is an error."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

_PART = re.compile(r"^## (system|user)\n", re.MULTILINE)


class PromptError(Exception):
    """A prompt that cannot be used; one sentence says which and why."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is told once (`system`) and about each message (`user`); both may name `$variables`."""

    name: str
    system: Template
    user: Template

    def fill(self, **values: str) -> tuple[str, str]:
        """Both parts with their variables filled in. Raises `PromptError` for a variable without a value."""
        try:
            return self.system.substitute(values), self.user.substitute(values)
        except (KeyError, ValueError) as error:
            raise PromptError(f"The prompt {self.name} cannot be filled: {error}.") from error


def names() -> list[str]:
    return sorted(
        entry.name[:-3] for entry in files(__name__).iterdir() if re.fullmatch(r"[a-z-]+\.md", entry.name)
    )


@cache
def load(name: str) -> Prompt:
    """The prompt in `NAME.md`. Raises `PromptError`."""
    if name not in names():
        raise PromptError(f"There is no prompt {name!r}; there are {', '.join(names())}.")
    text = files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    _, *parts = _PART.split(text)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    if set(sections) != {"system", "user"} or len(parts) != 2 * len(sections):
        raise PromptError(f"The prompt {name} needs one '## system' and one '## user' part.")
    return Prompt(name, Template(sections["system"].strip()), Template(sections["user"].strip()))
