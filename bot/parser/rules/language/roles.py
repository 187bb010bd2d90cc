"""Roles."""

ROLES = frozenset("x")
