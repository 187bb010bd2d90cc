"""Tickets out of a store and into one: JSON lines and CSV."""
