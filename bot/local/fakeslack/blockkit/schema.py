"""The small language in which Block Kit's rules are written: checks that note what is wrong, in Slack's words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Check = Callable[[Any, str, list[str]], None]
Rule = Callable[[Mapping[str, Any], str, list[str]], None]


def note(errors: list[str], reason: str, pointer: str) -> None:
    errors.append(f"{reason} [json-pointer:{pointer}]")


@dataclass(frozen=True)
class Shape:
    """An object's properties: `needed` and `allowed` ones, and rules over the whole of it."""

    needed: Mapping[str, Check] = field(default_factory=dict)
    allowed: Mapping[str, Check] = field(default_factory=dict)
    rules: Sequence[Rule] = ()

    def __call__(self, value: Any, pointer: str, errors: list[str]) -> None:
        if not isinstance(value, dict):
            note(errors, "must be an object", pointer)
            return
        for name in self.needed:
            if value.get(name) is None:
                note(errors, f"missing required field: {name}", pointer)
        for name, part in value.items():
            check = self.needed.get(name) or self.allowed.get(name)
            if check is None:
                if name != "type":
                    note(errors, f"invalid additional property: {name}", pointer)
            elif part is not None:
                check(part, f"{pointer}/{name}", errors)
        for rule in self.rules:
            rule(value, pointer, errors)


def string(most: int, least: int = 0) -> Check:
    def check(value: Any, pointer: str, errors: list[str]) -> None:
        if not isinstance(value, str):
            note(errors, "must be a string", pointer)
        elif len(value) > most:
            note(errors, f"must be less than {most + 1} characters", pointer)
        elif len(value) < least:
            note(errors, f"must be more than {least - 1} characters", pointer)

    return check


def one_of(*values: str) -> Check:
    def check(value: Any, pointer: str, errors: list[str]) -> None:
        if value not in values:
            note(errors, f"must be one of: {', '.join(values)}", pointer)

    return check


def boolean(value: Any, pointer: str, errors: list[str]) -> None:
    if not isinstance(value, bool):
        note(errors, "must be a boolean", pointer)


def integer(least: int, most: int) -> Check:
    def check(value: Any, pointer: str, errors: list[str]) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            note(errors, "must be an integer", pointer)
        elif value < least:
            note(errors, f"must be greater than {least - 1}", pointer)
        elif value > most:
            note(errors, f"must be less than {most + 1}", pointer)

    return check


def anything(_value: Any, _pointer: str, _errors: list[str]) -> None:
    """What nobody here sends is let through unread."""


def items(of: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, pointer: str, errors: list[str]) -> None:
        if not isinstance(value, list):
            note(errors, "must be an array", pointer)
            return
        if len(value) > most:
            note(errors, f"no more than {most} items allowed", pointer)
        if len(value) < least:
            note(errors, f"no less than {least} items allowed", pointer)
        for number, one in enumerate(value):
            of(one, f"{pointer}/{number}", errors)

    return check


def typed(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` says which shape it has."""

    def check(value: Any, pointer: str, errors: list[str]) -> None:
        if not isinstance(value, dict):
            note(errors, "must be an object", pointer)
        elif "type" not in value:
            note(errors, "missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in shapes:
            note(errors, f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            shapes[value["type"]](value, pointer, errors)

    return check


def exactly_one(*names: str) -> Rule:
    def rule(value: Mapping[str, Any], pointer: str, errors: list[str]) -> None:
        if sum(value.get(name) is not None for name in names) != 1:
            note(errors, "must define exactly one of " + " or ".join(f"`{name}`" for name in names), pointer)

    return rule


def at_least_one(*names: str) -> Rule:
    def rule(value: Mapping[str, Any], pointer: str, errors: list[str]) -> None:
        if all(value.get(name) is None for name in names):
            note(errors, "must define either " + " or ".join(f"`{name}`" for name in names), pointer)

    return rule
