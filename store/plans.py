"""What a query asks, read from its syntax tree. Pure."""

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from store.base import Scope
from store.bits import Chunks
from store.cells import Cells, CellSet, UnindexedError


class Plan(NamedTuple):
    """All of it must hold: to be in `cells`, and the rest. `others` are trees that mix words with fields.

    `groups` are the bitmaps of `cells` by priority.
    """

    cells: CellSet
    scope: Scope | None
    words: tuple[str, ...]
    authors: tuple[str, ...]
    others: tuple[Hashable, ...]
    groups: tuple[list[Chunks], ...]


def make_plan(tree: Any, every: Cells, priorities: list[CellSet]) -> Plan:
    """Raises `UnindexedError` when `tree` asks for something that no index holds."""
    cells = every.all
    scopes: list[Scope] = []
    words: list[str] = []
    authors: list[str] = []
    others: list[Hashable] = []
    for part in _parts(tree):
        match part:
            case ("words", tuple() as wanted):
                words += wanted or [""]
            case ("author", str(who)):
                authors.append(who)
            case ("scope", Scope() as asked) if not scopes:
                scopes.append(asked)
            case _ if (these := every.matching(part)) is not None:
                cells &= these
            case _:
                _check(part, every)
                others.append(part)
    scope = scopes[0] if scopes and not scopes[0].everything else None
    if scope is not None and scope.public and not (scope.channels or scope.author):
        scope, cells = None, cells - every.private
    groups = tuple(every.chunks(cells & group) for group in priorities)
    return Plan(cells, scope, tuple(words), tuple(authors), tuple(others), groups)


def _parts(tree: Any) -> Iterator[Any]:
    if tree and tree[0] == "and":
        for part in tree[1]:
            yield from _parts(part)
    else:
        yield tree


def _check(tree: Any, every: Cells) -> None:
    match tree:
        case ("and" | "or", frozenset() as parts):
            for part in parts:
                _check(part, every)
        case ("not", part):
            _check(part, every)
        case ("words" | "author" | "scope", _):
            pass
        case _ if every.matching(tree) is None:
            raise UnindexedError
