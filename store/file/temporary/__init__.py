"""Temporary data: accepted and finished deliveries, choices, undo lines, people."""
