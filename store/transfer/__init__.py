"""Exports tickets to, and imports them from, JSON lines and CSV."""
