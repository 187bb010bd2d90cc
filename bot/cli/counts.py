"""Counts of tickets and changes, as commands print them."""

from typing import Any


def describe_counts(done: Any) -> str:
    """`done` has the numbers of `tickets` and of `changes`."""
    return f"{done.tickets:,} {tickets(done.tickets)} with {changes(done.changes)}"


def changes(count: int) -> str:
    return f"{count:,} {'change' if count == 1 else 'changes'}"


def tickets(count: int) -> str:
    """The word alone."""
    return "ticket" if count == 1 else "tickets"
