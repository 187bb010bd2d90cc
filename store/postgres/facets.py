"""Facets: terms that stand for a ticket's status, priority, category, people and channel. The index of words holds them too,
so that a search reads only the tickets that meet its other conditions. Pure.

A word cannot be taken for a facet: none begins with `#`.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final, LiteralString

from store.models.filters import Filter, Scope
from store.models.tickets import Priority, Status

# What the index of words holds of a ticket: the expression that it was created with.
INDEXED: Final[LiteralString] = """(words || array_to_tsvector(array_remove(ARRAY[
    '#' || stat || pri::text, '#' || stat || pri::text || cat, '#by ' || reported_by,
    '#started ' || started_by, '#in ' || channel], '#started ')))"""


def facet_groups(where: Filter, scope: Scope) -> list[list[str]]:
    """Groups of facets: every ticket of the filter and the scope has at least one of each group. Other tickets may have them as
    well."""
    # Most tickets are done: asking for their facets is not worth while, unless other conditions leave few.
    few = Status.DONE not in (where.stat or Status) or where.cat or len(where.pri) == 1
    found = [_kinds(where)] if few else []
    for person, names in (
        (where.by, ("by",)),
        (where.started_by, ("started",)),
        (where.involving, ("by", "started")),
    ):
        if person:
            found.append([f"#{name} {person}" for name in names])
    if not scope.everything and not scope.public:
        channels = [f"#in {channel}" for channel in sorted(scope.channels)]
        found.append([*channels, *([f"#by {scope.user_id}"] if scope.user_id else [])])
    return [group for group in found if group]


def _kinds(where: Filter) -> list[str]:
    """The facets of all kinds of tickets that a filter finds."""
    parts: Sequence[Iterable[str]] = (
        [each.value for each in dict.fromkeys(where.stat or Status)],
        [str(each.value) for each in dict.fromkeys(where.pri or Priority)],
        [each.value for each in dict.fromkeys(where.cat)] or [""],
    )
    return ["#" + "".join(kind) for kind in product(*parts)]
