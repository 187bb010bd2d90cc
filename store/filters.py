"""What is asked of the store, as TinyDB's queries."""

from collections.abc import Callable
from typing import Any

from tinydb import where as field
from tinydb.queries import QueryInstance

from store.base import Deed, Filter, Scope
from store.cells import Doc
from store.index import by_author, visible
from store.text import words

_EVERY = QueryInstance(lambda _: True, ())
_MOST_KEPT = 1024


class Filters:
    """Queries are kept: the same ones are asked again and again. `born` says which deed made a ticket."""

    def __init__(self, born: Callable[[Doc], Deed]) -> None:
        self._born = born
        self._kept: dict[tuple[Filter, Scope], QueryInstance] = {}

    def query(self, where: Filter, scope: Scope) -> QueryInstance:
        """All of `where` but for its ids, among what `scope` holds."""
        kept = self._kept.get((where, scope))
        if kept is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            kept = self._kept[where, scope] = self._made(where, scope)
        return kept

    def _made(self, where: Filter, scope: Scope) -> QueryInstance:
        born = self._born
        query = _fields(where)
        if where.text:
            query &= words(where.text)
        if where.author:
            query &= by_author(where.author, lambda doc: born(doc).who)
        if not scope.everything:
            query &= visible(scope, lambda doc: scope.holds(born(doc)))
        return query


def _fields(where: Filter) -> QueryInstance:
    query = _EVERY
    choices: tuple[tuple[str, tuple[Any, ...]], ...]
    choices = (("stat", where.stat), ("pri", where.pri), ("cat", where.cat))
    for name, values in choices:
        if values:
            plain = [value.value for value in values]
            one = field(name) == plain[0] if len(plain) == 1 else field(name).one_of(plain)
            query = one if query is _EVERY else query & one
    return query
