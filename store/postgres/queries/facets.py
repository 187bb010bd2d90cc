"""Facets: terms that stand for a ticket's status, priority, category, people, channel and block of numbers. The index of words
holds them too, so that a search reads only the tickets that meet its other conditions, and can stop after some blocks. Pure.

A word cannot be taken for a facet: none begins with `#`.
"""

from itertools import product
from typing import Final, LiteralString

from store.models.filters import Filter, Scope

# What the index of words holds of a ticket: the expression that it was created with.
INDEXED: Final[LiteralString] = """(words || array_to_tsvector(array_remove(ARRAY[
    '#' || stat, '#' || pri::text, '#' || cat, '#' || stat || pri::text, '#' || stat || cat, '#' || pri::text || cat,
    '#' || stat || pri::text || cat, '#by ' || reported_by, '#started ' || started_by, '#in ' || channel,
    '#block ' || (number >> 14)::text], '#started ')))"""


def kind_facets(where: Filter) -> list[str]:
    """Every ticket of the filter has one of these, of its status, priority and category; none for a filter without such conditions."""
    kinds = product(
        [each.value for each in dict.fromkeys(where.stat)] or [""],
        [str(each.value) for each in dict.fromkeys(where.pri)] or [""],
        [each.value for each in dict.fromkeys(where.cat)] or [""],
    )
    return ["#" + "".join(kind) for kind in kinds if any(kind)]


def owner_facets(where: Filter, scope: Scope) -> list[list[str]]:
    """Groups of facets, of people and channels: every ticket of the filter and the scope has one of each group."""
    found = [
        [f"#{name} {person}" for name in names]
        for person, names in (
            (where.by, ("by",)),
            (where.started_by, ("started",)),
            (where.involving, ("by", "started")),
        )
        if person
    ]
    if not scope.everything and not scope.public:
        channels = [f"#in {channel}" for channel in sorted(scope.channels)]
        found.append([*channels, *([f"#by {scope.user_id}"] if scope.user_id else [])])
    return [group for group in found if group]
